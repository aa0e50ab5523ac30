"""The programs that are measured, and what it means that they have painted."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.lib import proc
from bench.lib.pty import FRAME_END, LINES, Chunk, Terminal
from bench.lib.screen import Screen
from domain.queues import QueueFilter
from storage.queues import page

CURSOR = "▌"
"""The desk's sign on the row under the cursor."""

PLATFORM, MENTION = 13, 17
"""Columns of the desk's list at this width: the second letter of a channel, and who wrote and what."""

PATIENCE = 60.0
_PAUSE = 5_000_000
"""Nanoseconds without a byte after which a program without frames has painted."""

Painted = Callable[[Screen], bool]


@dataclass(frozen=True, slots=True)
class Program:
    """How to start something, and how to see that it stands on the screen."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    folder: Path
    needle: bytes
    """Bytes that come with the first paint; looked for while running, because it costs nothing."""

    painted: Painted
    """Whether the expected rows stand on the screen; asked afterwards, over a replay."""

    complete: Painted
    """Whether everything that belongs on the first screen stands on it."""

    redraw: bytes = b""
    """The key that writes the whole screen anew, where there is one."""

    def start(self) -> Terminal:
        """Start it in a terminal of its own."""
        return Terminal(self.command, self.environment, self.folder)


def _baseline(name: str) -> str:
    return str(proc.ROOT / "bench" / "baselines" / name)


def bare(home: Path, extra: dict[str, str] | None = None) -> Program:
    """One line of text in Textual."""

    def painted(screen: Screen) -> bool:
        return screen.row(0).startswith("a bare program")

    command = (sys.executable, _baseline("bare_textual.py"))
    env = proc.environment(home, extra)
    return Program("bare", command, env, home, b"a bare program", painted, painted)


def desk(
    home: Path, database: Path, *, name: str = "desk", rows: int = 10, extra: dict[str, str] | None = None
) -> Program:
    """The real program on a database, without its collector."""
    expected = first_names(database, rows)

    def painted(screen: Screen) -> bool:
        top = screen.line_of(CURSOR)
        if top is None:
            return False
        lines = screen.rows[top : top + len(expected)]
        return all(one in line for one, line in zip(expected, lines, strict=False))

    def complete(screen: Screen) -> bool:
        below = "\n".join(screen.rows[20:])
        return painted(screen) and expected[0] in below and " of " in below and bool(screen.row(47).strip())

    command = (str(Path(sys.executable).parent / "webcare"), "--no-collect")
    env = proc.desk_environment(home, database, extra)
    return Program(name, command, env, home, expected[-1].encode(), painted, complete, b"\x0c")


def datatable(home: Path, database: Path, rows: int) -> Program:
    """Textual's own table with the newest rows."""

    def painted(screen: Screen) -> bool:
        return "contact" in screen.row(0) and bool(screen.row(20).strip())

    command = (sys.executable, _baseline("datatable_list.py"), str(database), str(rows))
    return Program("datatable", command, proc.environment(home), home, b"contact", painted, painted)


def optionlist(home: Path, database: Path, rows: int) -> Program:
    """Textual's own list with the newest rows."""

    def painted(screen: Screen) -> bool:
        return "options" in screen.row(0) and bool(screen.row(20).strip())

    command = (sys.executable, _baseline("optionlist_list.py"), str(database), str(rows))
    return Program("optionlist", command, proc.environment(home), home, b"options", painted, painted)


def curses_list(home: Path, database: Path, rows: int) -> Program:
    """A list in curses with the newest rows."""

    def painted(screen: Screen) -> bool:
        return screen.line_of(CURSOR) is not None and bool(screen.row(20).strip())

    command = (sys.executable, _baseline("bare_curses.py"), str(database), str(rows))
    return Program("curses", command, proc.environment(home), home, CURSOR.encode(), painted, painted)


def ticking_table(home: Path) -> Program:
    """Textual's own table with a clock in each row."""

    def painted(screen: Screen) -> bool:
        return "contact" in screen.row(0)

    command = (sys.executable, _baseline("ticking_table.py"))
    return Program("ticking_table", command, proc.environment(home), home, b"contact", painted, painted)


def first_names(database: Path, rows: int) -> list[str]:
    """The contacts that the first queue has to show, from the top, without names wider than they are long."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        found = page(connection, QueueFilter(active=True), None, rows + 10)
    names = [str(row["contact_name"]) for row in found]
    while len(names) > rows or not names[-1].isascii():
        names.pop()
    return ["".join(name.split()[-1:]) if not name.isascii() else name for name in names]


def first(chunks: Sequence[Chunk], screen: Screen, painted: Painted) -> int | None:
    """Replay chunks on a screen; the place of the one after which it is painted, None when it never is."""
    found: int | None = None
    for place, chunk in enumerate(chunks):
        screen.feed(chunk.data)
        if found is None and painted(screen):
            found = place
    return found


def end_of_frame(chunks: Sequence[Chunk], place: int) -> int:
    """The place of the chunk that ends the frame this one is in; without frames, before the first pause."""
    for end in range(place, len(chunks)):
        if FRAME_END in chunks[end].data:
            return end
        if end + 1 == len(chunks) or chunks[end + 1].at - chunks[end].at > _PAUSE:
            return end
    return place


@dataclass(slots=True)
class Press:
    """What one press came to."""

    first_ms: float
    """Until the cursor stood where it belongs."""

    last_ms: float
    """Until the whole of that frame was here."""

    bytes: int
    """Up to and with that frame."""


def list_bottom(screen: Screen) -> int:
    """The last line of the desk's list: the one above its foot, which says "1 of 8,793"."""
    return next((y for y, row in enumerate(screen.rows) if " of " in row[-24:]), LINES // 2) - 1


class Seat:
    """A program in its terminal with somebody pressing keys."""

    def __init__(self, program: Program, cursor: Callable[[Screen], int | None] | None = None) -> None:
        self.program = program
        self.terminal = program.start()
        self.screen = Screen()
        self._cursor = cursor or (lambda screen: screen.line_of(CURSOR))

    def open(self, *, settle: float = 1.0) -> list[Chunk]:
        """Wait for the first paint and for quiet after it. Raises TimeoutError."""
        needle = self.program.needle
        seen = bytearray()

        def here(chunk: Chunk) -> bool:
            seen.extend(chunk.data)
            return needle in seen[-len(chunk.data) - len(needle) :]

        chunks = self.terminal.until(here, patience=PATIENCE)
        chunks += self.terminal.quiet(settle)
        for chunk in chunks:
            self.screen.feed(chunk.data)
        return chunks

    @property
    def cursor(self) -> int | None:
        """The line the cursor is on."""
        return self._cursor(self.screen)

    def settle(self, seconds: float) -> int:
        """Read what still comes until it is quiet; returns how many bytes."""
        chunks = self.terminal.quiet(seconds)
        for chunk in chunks:
            self.screen.feed(chunk.data)
        return sum(len(chunk.data) for chunk in chunks)

    def press(self, keys: bytes, painted: Painted, *, wait: float, patience: float = 2.0) -> Press | None:
        """Press, and read until it is painted and nothing came for `wait` seconds; None when it never was.

        What comes is looked at only in such pauses, so that looking costs the program nothing; a frame of
        something else, such as a tick, may come first.
        """
        at = self.terminal.send(keys)
        chunks: list[Chunk] = []
        deadline = time.monotonic() + patience
        while (left := deadline - time.monotonic()) > 0:
            known = len(chunks)
            chunk = self.terminal.chunk(left)
            while chunk is not None:
                chunks.append(chunk)
                chunk = self.terminal.chunk(wait) if time.monotonic() < deadline else None
            place = first(chunks[known:], self.screen, painted)
            if place is not None:
                place += known
                end = end_of_frame(chunks, place)
                total = sum(len(each.data) for each in chunks[: end + 1])
                return Press((chunks[place].at - at) / 1e6, (chunks[end].at - at) / 1e6, total)
        return None

    def move(
        self, keys: bytes, *, to: int | None = None, wait: float = 0.06, patience: float = 2.0
    ) -> Press | None:
        """Press keys that move the cursor to a line, or anywhere else."""
        before = self.screen.rows if to is None else []
        if to is None:
            return self.press(keys, lambda screen: screen.rows != before, wait=wait, patience=patience)
        return self.press(keys, lambda screen: self._cursor(screen) == to, wait=wait, patience=patience)

    def mention(self, line: int) -> str | None:
        """What tells the mention on this line of the desk's list from others; None where none stands."""
        row = self.screen.row(line)
        return row[MENTION:] if row[PLATFORM].isupper() and row[MENTION:].strip() else None

    def onto(self, keys: bytes, line: int, *, wait: float, patience: float) -> Press | None:
        """Press a key that moves the cursor to the mention on a line, wherever that stands by then.

        In a flood a mention may come or go above it in the same moment, so its line says nothing.
        """
        wanted = self.mention(line)

        def painted(screen: Screen) -> bool:
            here = self._cursor(screen)
            return here is not None and screen.row(here)[MENTION:] == wanted

        return self.press(keys, painted, wait=wait, patience=patience)

    def wait_for(self, seen: Painted, keys: bytes = b"", *, patience: float = PATIENCE) -> None:
        """Press, and read until the screen shows it. Raises TimeoutError."""
        if keys:
            self.terminal.send(keys)
        deadline = time.monotonic() + patience
        while not seen(self.screen):
            chunk = self.terminal.chunk(deadline - time.monotonic())
            if chunk is None and time.monotonic() >= deadline:
                raise TimeoutError(f"not seen after {keys!r}:\n" + "\n".join(self.screen.rows))
            if chunk is not None:
                self.screen.feed(chunk.data)

    def close(self) -> None:
        """End it."""
        self.terminal.close()


def middle(values: Sequence[float]) -> float:
    """The median, 0 for none."""
    return median(values) if values else 0.0
