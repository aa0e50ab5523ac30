"""What stands on the terminal's screen after some bytes, by pyte."""

from __future__ import annotations

import re

import pyte

from bench.lib.pty import COLUMNS, LINES

_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=][0-9;:]*[ -/]*[@-~]|\x1b\[\?[0-9;]*(?:\$p|u)|\x1b\[[0-9;]*t")
"""Keyboard protocols, questions, window reports: they move nothing, and pyte would print their tails."""

_SCROLLS = re.compile(rb"\x1b\[(\d*)([ST])")
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*)?\Z")


class Screen:
    """A screen that is fed and looked at."""

    def __init__(self, columns: int = COLUMNS, lines: int = LINES) -> None:
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._held = b""

    def feed(self, data: bytes) -> None:
        """More bytes; an escape sequence cut in two by a read is kept for the next."""
        data = self._held + data
        cut = _UNFINISHED.search(data)
        self._held = data[cut.start() :] if cut else b""
        data = _UNKNOWN_TO_PYTE.sub(b"", data[: cut.start()] if cut else data)
        start = 0
        for match in _SCROLLS.finditer(data):
            self._stream.feed(data[start : match.start()])
            self._scroll(int(match[1] or 1), up=match[2] == b"S")
            start = match.end()
        self._stream.feed(data[start:])

    def _scroll(self, lines: int, *, up: bool) -> None:
        """SU and SD, which pyte lacks: by deleting or inserting lines at the margin's top."""
        screen = self._screen
        before = screen.cursor.x, screen.cursor.y
        screen.cursor.y = screen.margins.top if screen.margins else 0
        if up:
            screen.delete_lines(lines)
        else:
            screen.insert_lines(lines)
        screen.cursor.x, screen.cursor.y = before

    def row(self, y: int) -> str:
        """One line as text."""
        return str(self._screen.display[y])

    @property
    def rows(self) -> list[str]:
        """All lines as text."""
        return list(self._screen.display)

    def column(self, x: int) -> list[str]:
        """The character at `x` of every line; cheaper than all rows."""
        buffer = self._screen.buffer
        return [buffer[y][x].data for y in range(self._screen.lines)]

    def line_of(self, sign: str, x: int = 0) -> int | None:
        """The line that has `sign` at column `x`."""
        column = self.column(x)
        return column.index(sign) if sign in column else None

    def reversed_line(self, x: int = 2, *, above: int | None = None) -> int | None:
        """The line drawn in reverse at column `x`, the first and the last ones left out."""
        buffer = self._screen.buffer
        lines = range(1, (self._screen.lines if above is None else above) - 1)
        return next((y for y in lines if buffer[y][x].reverse), None)
