"""A person at a real terminal: a pty with a process on it, keys in, a painted screen out.

The bytes go through `ecma48` (all of them are kept) and then to pyte, which draws. Every wait is for a
condition, with a bound after which the test fails and shows the screen.
"""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import pyte

from tests.terminal.ecma48 import Token, Tokenizer

PATIENCE = 30.0
"""Seconds that a condition may take to come true; no passing test takes them."""

_SCROLL = re.compile("\x1b\\[([0-9]+)([ST])")
LAUNCH = Path(__file__).parent / "launch.py"
KEYS: Mapping[str, str] = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "space": " ",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    **{f"ctrl+{chr(letter + 96)}": chr(letter) for letter in range(1, 27)},
}
ANSWERS: Mapping[str, bytes] = {
    "\x1b[?2026$p": b"\x1b[?2026;2$y",  # synchronised output: known, and off
    "\x1b[?2048$p": b"\x1b[?2048;0$y",  # size reports in band: unknown
    "\x1b[6n": b"\x1b[%d;%dR",  # where the cursor is
}
"""What the terminal answers when it is asked."""


def cells(screen: pyte.Screen) -> list[tuple[object, ...]]:
    """Every cell as it is painted; what does not show on a blank is left out."""
    return [
        (cell.data, cell.bg, cell.reverse, *((cell.fg, cell.bold) if cell.data.strip() else ()))
        for y in range(screen.lines)
        for cell in (screen.buffer[y][x] for x in range(screen.columns))
    ]


class Gone(AssertionError):
    """The process ended while something was expected of it."""


class Terminal:
    """One process on a terminal of its own; use as a context, so that it never outlives a test."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        size: tuple[int, int] = (120, 34),
    ) -> None:
        columns, rows = size
        self.tokens: list[Token] = []
        """Everything that reached the terminal."""

        self.answers = ANSWERS
        """What this terminal answers."""

        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        self._tokenizer = Tokenizer()
        self._ended = False
        self._master, self._slave = pty.openpty()
        termios.tcsetwinsize(self._slave, (rows, columns))
        self.sane = termios.tcgetattr(self._slave)
        """The terminal's settings before anybody changed them."""

        self.process = subprocess.Popen(
            [sys.executable, "-P", str(LAUNCH), *command],
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """Take the terminal away from whoever is still on it."""
        self.kill()
        for descriptor in (self._master, self._slave):
            with contextlib.suppress(OSError):
                os.close(descriptor)

    # -- seeing -------------------------------------------------------------------------------------------

    @property
    def lines(self) -> list[str]:
        """What is painted, line by line."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def cells(self) -> list[tuple[object, ...]]:
        """Every cell as it is painted."""
        return cells(self._screen)

    @property
    def text(self) -> str:
        """What is painted."""
        return "\n".join(self.lines)

    def line_with(self, text: str) -> str:
        """The first line that holds this text; empty where none does."""
        return next((line for line in self.lines if text in line), "")

    @property
    def settings(self) -> list[Any]:
        """The terminal's settings now."""
        return termios.tcgetattr(self._slave)

    def modes(self, number: int) -> str:
        """Whether a private mode was switched on (`h`) or off (`l`) last; empty for never."""
        told = [token.raw for token in self.tokens if token.raw.startswith(f"\x1b[?{number}")]
        switched = [raw[-1] for raw in told if raw[-1] in "hl"]
        return switched[-1] if switched else ""

    @property
    def taken(self) -> int:
        """Bytes that reached the terminal."""
        return sum(len(token.raw.encode()) for token in self.tokens)

    # -- waiting ------------------------------------------------------------------------------------------

    def wait_until(self, condition: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Read what is painted until the condition holds. Raises AssertionError, or Gone, with the screen."""
        deadline = time.monotonic() + patience
        while not condition():
            left = deadline - time.monotonic()
            assert left > 0, f"it never came true; the screen:\n{self.text}"
            if self._ended:
                raise Gone(f"the program ended with {self.process.wait()}; the screen:\n{self.text}")
            self._read(min(left, 0.1))

    def wait_for(self, *texts: str, patience: float = PATIENCE) -> None:
        """Until all of these are painted at once."""
        self.wait_until(lambda: all(text in self.text for text in texts), patience)

    def wait_gone(self, *texts: str, patience: float = PATIENCE) -> None:
        """Until none of these is painted."""
        self.wait_until(lambda: not any(text in self.text for text in texts), patience)

    def wait_end(self, patience: float = PATIENCE) -> int:
        """Until the process has ended; its exit status, negative for a signal."""
        deadline = time.monotonic() + patience
        while (status := self.process.poll()) is None:
            assert time.monotonic() < deadline, f"it never ended; the screen:\n{self.text}"
            self._read(0.05)
        while self._read(0):
            pass
        return status

    def settle(self, quiet: float = 0.15) -> None:
        """Read until nothing was painted for a moment: for collecting bytes, never for an assertion."""
        deadline = time.monotonic() + PATIENCE
        while self._read(quiet):
            assert time.monotonic() < deadline, f"it never rested; the screen:\n{self.text}"

    def drain(self) -> None:
        """Read what others than the process itself have painted, after its end."""
        while select.select([self._master], [], [], 0)[0]:
            self._take(os.read(self._master, 65536))

    def watch(self, seconds: float) -> None:
        """Read what is painted for so long, as somebody who holds a key down does."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._read(left)

    # -- doing --------------------------------------------------------------------------------------------

    def press(self, *keys: str) -> None:
        """Press keys by name, or by the character they type."""
        for key in keys:
            self._write(KEYS.get(key, key).encode())

    def type(self, text: str) -> None:
        """Type a text."""
        self._write(text.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        self._screen.resize(rows, columns)
        termios.tcsetwinsize(self._slave, (rows, columns))

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process itself."""
        self.process.send_signal(number)

    def hang_up(self) -> None:
        """The line breaks: both our ends are closed, as when an SSH connection drops."""
        os.close(self._slave)
        os.close(self._master)
        self._ended = True

    def kill(self) -> None:
        """End whatever is left of the process and its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    # -- inside -------------------------------------------------------------------------------------------

    def _read(self, patience: float) -> bool:
        """Take in one piece; False when nothing came."""
        if self._ended:
            return False
        ready, _writable, _odd = select.select([self._master], [], [], patience)
        if not ready:
            # Our own copy of the other end stays open, so an ended process is seen by its status.
            self._ended = self.process.poll() is not None
            return False
        self._take(os.read(self._master, 65536))
        return True

    def _take(self, piece: bytes) -> None:
        tokens = self._tokenizer.feed(piece)
        self.tokens += tokens
        for token in tokens:
            if token.raw in self.answers:
                cursor = self._screen.cursor
                answer = self.answers[token.raw]
                self._write(answer % (cursor.y + 1, cursor.x + 1) if b"%d" in answer else answer)
            elif (scroll := _SCROLL.fullmatch(token.raw)) is not None:
                self._scroll(int(scroll[1]), up=scroll[2] == "S")
            elif token.kind != "string" and not token.raw.startswith(("\x1b[>", "\x1b[<")):
                # pyte would paint the letters of the others
                self._stream.feed(token.raw)

    def _scroll(self, lines: int, *, up: bool) -> None:
        """SU and SD, which pyte lacks: lines deleted or inserted at the top of the margins."""
        screen = self._screen
        before = screen.cursor.x, screen.cursor.y
        screen.cursor.y = screen.margins.top if screen.margins else 0
        (screen.delete_lines if up else screen.insert_lines)(lines)
        screen.cursor.x, screen.cursor.y = before

    def _write(self, piece: bytes) -> None:
        while piece:
            _ready, writable, _odd = select.select([], [self._master], [], PATIENCE)
            assert writable, "the program does not read its keys"
            piece = piece[os.write(self._master, piece) :]
