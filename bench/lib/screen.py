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
        line = self._screen.buffer[y]  # pyte's own `display` fails on half of a wide character
        return "".join(line[x].data for x in range(self._screen.columns))

    @property
    def rows(self) -> list[str]:
        """All lines as text."""
        return [self.row(y) for y in range(self._screen.lines)]

    def column(self, x: int) -> list[str]:
        """The character at `x` of every line; cheaper than all rows."""
        buffer = self._screen.buffer
        return [buffer[y][x].data for y in range(self._screen.lines)]

    def line_of(self, sign: str, x: int = 0) -> int | None:
        """The line that has `sign` at column `x`."""
        column = self.column(x)
        return column.index(sign) if sign in column else None

    def line_coloured(self, colour: str, x: int = 2) -> int | None:
        """The first line with this background at column `x`."""
        buffer = self._screen.buffer
        return next((y for y in range(self._screen.lines) if buffer[y][x].bg == colour), None)

    def odd_line(self, x: int = 2) -> int | None:
        """The line, the first one left out, whose background at column `x` is unlike the others'."""
        buffer = self._screen.buffer
        grounds = [buffer[y][x].bg for y in range(1, self._screen.lines - 1)]
        return next((y for y, ground in enumerate(grounds, 1) if grounds.count(ground) == 1), None)
