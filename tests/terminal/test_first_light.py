"""The first rows stand on the terminal before the program does, and the program finds them there."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing

import pytest
from rich.console import Console

from tests.terminal.conftest import mention
from tests.terminal.driver import Terminal
from tests.terminal.workplace import Workplace
from tui.first_light import colour_system

MENTIONS = 60
SIZES = [(120, 34), (121, 35), (160, 48), (80, 24), (60, 20), (44, 15), (100, 25), (161, 40), (200, 60)]
LOOKS = ["{colours: 16}", "{theme: light}", "{unicode: ascii}"]
TAKEN_OVER = "\x1b[?2026$p"
"""What only the program behind the first rows asks."""


@pytest.fixture
def busy(workplace: Workplace) -> Workplace:
    """A desk with more conversations than lines."""
    workplace.bring_in(*(mention(number, f"vraag{number}?") for number in range(1, MENTIONS + 1)))
    return workplace


def _told(terminal: Terminal) -> list[str]:
    return [token.raw for token in terminal.tokens]


def _before(terminal: Terminal) -> str:
    """What was written before the program had the terminal."""
    told = _told(terminal)
    return "".join(told[: told.index(TAKEN_OVER)])


@pytest.mark.parametrize(
    ("size", "display"), [*((size, "{}") for size in SIZES), *((SIZES[0], look) for look in LOOKS)]
)
def test_no_row_is_written_twice(busy: Workplace, size: tuple[int, int], display: str) -> None:
    """The program's first frame sends nothing of the list: place, text and colours are the same."""
    text = busy.config.read_text(encoding="utf-8")
    busy.config.write_text(f"{text}display: {display}\n", encoding="utf-8")
    with busy.desk(size) as terminal:
        terminal.wait_for(f"1 of {MENTIONS}")
        terminal.settle()
        rows = [line for line in terminal.lines if "vraag" in line and "Klant" in line]
        assert len(rows) >= 5
        painted = "".join(raw for raw in _told(terminal))
        for number in range(2, 6):
            assert painted.count(f"vraag{number}?") == 1
            assert f"vraag{number}?" in _before(terminal)


def test_keys_pressed_at_the_first_rows_are_not_lost(busy: Workplace) -> None:
    """What is typed before the program is there is done when it is."""
    with busy.desk() as terminal:
        terminal.wait_for("vraag5?")
        assert TAKEN_OVER not in _told(terminal)
        terminal.press("j", "j", "c")
        terminal.wait_for(f"3 of {MENTIONS}", "mine 1")
        assert "jjc" not in terminal.text
    with closing(sqlite3.connect(busy.database)) as connection:
        held = connection.execute("SELECT contact_name FROM conversation WHERE holder IS NOT NULL").fetchall()
    assert held == [("Klant 3",)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_ended_before_the_program_is_there_the_terminal_is_sane(
    busy: Workplace, number: signal.Signals
) -> None:
    """The other screen is left, the cursor is back, and the settings are as they were."""
    with busy.desk() as terminal:
        terminal.wait_for("vraag5?")
        terminal.signal(number)
        terminal.wait_end()
        assert terminal.settings == terminal.sane
        assert [terminal.modes(mode) for mode in (1049, 25, 7)] == ["l", "h", "h"]


def test_a_database_that_the_desk_refuses_leaves_one_sentence(busy: Workplace) -> None:
    """A newer version's file is shown for a moment, then refused; the terminal is as it was."""
    with closing(sqlite3.connect(busy.database)) as connection:
        connection.execute("PRAGMA user_version = 9999")
        connection.commit()
    with busy.desk() as terminal:
        assert terminal.wait_end() != 0
        assert terminal.settings == terminal.sane
        assert terminal.modes(1049) in {"l", ""}
        last = "".join(_told(terminal)).rpartition("\x1b[?1049l")[2].strip()
        assert last.startswith("webcare: ")
        assert "belongs to a newer webcare" in " ".join(last.split())
        assert "Traceback" not in last


def test_without_a_database_the_program_paints_first(workplace: Workplace) -> None:
    """Where there is nothing to read yet, nothing is painted ahead."""
    workplace.database.unlink(missing_ok=True)
    with workplace.desk() as terminal:
        terminal.wait_for("Nothing is open")
        assert "open" not in _before(terminal)


@pytest.mark.parametrize(
    "environment",
    [
        {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
        {"TERM": "xterm-256color"},
        {"TERM": "xterm-kitty"},
        {"TERM": "xterm"},
        {"TERM": "linux"},
        {"TERM": "screen-256color", "COLORTERM": "24bit"},
        {"TERM": "xterm-16color"},
    ],
)
def test_colours_are_found_as_rich_finds_them(environment: dict[str, str]) -> None:
    """The first rows and the program agree on the terminal's colours."""
    found = colour_system(environment)
    assert found is not None
    assert found == Console(force_terminal=True, _environ=environment)._color_system
