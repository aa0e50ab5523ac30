"""Lines that the terminal moves by itself leave the same screen as lines that are written anew."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pyte
import pytest

from tests.terminal.conftest import mention
from tests.terminal.driver import Terminal, cells
from tests.terminal.workplace import WEBCARE, Workplace

WALK = ("j", "j", "j", "k", "ctrl+d", "ctrl+u", "G", "g", "ctrl+d", "k", "k", "space", "V")
MENTIONS = 70


@pytest.fixture
def busy(workplace: Workplace) -> Workplace:
    """A desk with more conversations than lines."""
    workplace.bring_in(*(mention(number) for number in range(1, MENTIONS + 1)))
    return workplace


@pytest.fixture
def terminal(busy: Workplace) -> Iterator[Terminal]:
    with busy.desk() as opened:
        opened.wait_for(f"1 of {MENTIONS}")
        yield opened


def redrawn(terminal: Terminal) -> list[tuple[object, ...]]:
    """The cells after the whole screen was written anew."""
    told = len(terminal.tokens)
    terminal.press("ctrl+l")
    terminal.wait_until(lambda: len(terminal.tokens) > told)
    terminal.settle()
    return terminal.cells


@pytest.mark.parametrize("size", [(120, 34), (80, 24), (200, 60)])
def test_a_walk_leaves_what_a_redraw_paints(terminal: Terminal, size: tuple[int, int]) -> None:
    """After any moves, half pages and marks, nothing on the screen is out of date or place."""
    terminal.resize(*size)
    terminal.wait_for("There is no cred")  # the collector's word, the last thing that changes by itself
    terminal.settle(0.3)
    walk = Random(7)
    for _leg in range(6):
        terminal.press(*walk.choices(WALK, k=9))
        terminal.settle(0.3)
        walked = terminal.cells
        assert redrawn(terminal) == walked


def test_a_list_over_its_edge_is_moved_by_the_terminal(terminal: Terminal) -> None:
    """Where the list is as wide as the terminal, one more line is one line written."""
    terminal.press("G", "ctrl+d")
    terminal.settle()
    told = len(terminal.tokens)
    terminal.press("g", "g", "G")
    terminal.wait_for(f"{MENTIONS} of {MENTIONS}")
    for line in range(1, 21):
        terminal.press("k")
        terminal.wait_for(f"{MENTIONS - line} of {MENTIONS}")
    assert any(token.raw == "\x1b[1T" for token in terminal.tokens[told:])


def test_a_desk_told_not_to_scroll_does_not(busy: Workplace) -> None:
    """`display.scrolling: off` writes every line anew."""
    text = busy.config.read_text(encoding="utf-8")
    busy.config.write_text(f"{text}display: {{scrolling: off}}\n", encoding="utf-8")
    with busy.desk() as terminal:
        terminal.wait_for(f"1 of {MENTIONS}")
        terminal.press("G")
        terminal.wait_for(f"{MENTIONS} of {MENTIONS}")
        terminal.press(*("k" for _line in range(14)))
        terminal.wait_for(f"{MENTIONS - 14} of {MENTIONS}")
        assert not [
            token for token in terminal.tokens if token.raw.endswith(("S", "T")) and token.kind == "csi"
        ]


class Tmux:
    """A desk inside a real terminal multiplexer."""

    def __init__(self, workplace: Workplace, folder: Path) -> None:
        self._socket = str(folder / "tmux")
        told = [f"{name}={value}" for name, value in workplace.environment.items()]
        self(
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            "100",
            "-y",
            "30",
            "env",
            *told,
            *WEBCARE,
            "--no-collect",
        )

    def __call__(self, *words: str) -> str:
        """One command of tmux."""
        return subprocess.run(
            ["tmux", "-S", self._socket, *words], check=True, capture_output=True, text=True, timeout=30
        ).stdout

    def screen(self) -> list[tuple[object, ...]]:
        """What is painted, cell by cell."""
        drawn = pyte.Screen(100, 30)
        pyte.Stream(drawn).feed(self("capture-pane", "-p", "-e").rstrip("\n").replace("\n", "\r\n"))
        return cells(drawn)

    def still(self) -> list[tuple[object, ...]]:
        """The screen when two looks at it agree."""
        for _look in range(200):
            before = self.screen()
            subprocess.run(["sleep", "0.1"], check=True)
            if before == self.screen():
                return before
        raise AssertionError(f"it never rested:\n{self('capture-pane', '-p')}")

    def wait_for(self, text: str) -> None:
        """Until this is painted."""
        for _look in range(300):
            if text in self("capture-pane", "-p"):
                return
            subprocess.run(["sleep", "0.1"], check=True)
        raise AssertionError(f"{text!r} never came:\n{self('capture-pane', '-p')}")


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_a_walk_in_tmux_leaves_what_a_redraw_paints(busy: Workplace, tmp_path: Path) -> None:
    """The same in a terminal that somebody else wrote."""
    tmux = Tmux(busy, tmp_path)
    try:
        tmux.wait_for(f"1 of {MENTIONS}")
        walk = Random(11)
        for _leg in range(4):
            tmux("send-keys", *walk.choices(("j", "j", "k", "C-d", "C-u", "G", "Space"), k=9))
            walked = tmux.still()
            tmux("send-keys", "C-l")
            assert tmux.still() == walked
    finally:
        tmux("kill-server")
