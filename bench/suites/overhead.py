"""SQL statements of the real program for each key, and what our layer adds to sqlite3 and aiosqlite.

Statements are counted until shortly after the paint, before a resting cursor opens its conversation; that
reading is counted by itself (`rest`). What timers ask anyway is known from a look at the idle desk.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import aiosqlite

from bench.lib import programs, statements
from bench.lib.figures import Figures, paired, spread
from bench.lib.programs import Seat
from bench.lib.run import Bench
from bench.lib.statements import Statement
from bench.suites.reads import OPEN, PAGE, RAW_PAGE
from domain.clock import ManualClock
from storage import queues
from storage.database import Database

BEAT = 0.09
"""Seconds after a press that count as its own: long enough to paint, shorter than the cursor's rest."""

REST = 0.3
HEARTBEAT = 16.0
TIMES = 8


class Trace:
    """A desk that tells its statements."""

    def __init__(self, seat: Seat, listing: Path) -> None:
        self._seat = seat
        self._listing = listing
        self.background: frozenset[str] = frozenset()

    def listen(self, seconds: float) -> None:
        """Learn what an idle desk asks."""
        self.background = frozenset(one.shape for one in self.during(b"", seconds))

    def during(self, keys: bytes, seconds: float) -> list[Statement]:
        """Press, and the statements of the time after it."""
        since = self._seat.terminal.send(keys) if keys else time.monotonic_ns()
        for chunk in self._seat.terminal.within(seconds):
            self._seat.screen.feed(chunk.data)
        return statements.between(statements.read(self._listing), since, time.monotonic_ns())

    def count(self, presses: Sequence[bytes], *, before: bytes = b"", reading: bool = False) -> Figures:
        """The statements of each press; `before` is pressed ahead of each and does not count.

        With `reading` the conversation that is shown with the press belongs to it.
        """
        windows: list[Sequence[Statement]] = []
        rests: list[Sequence[Statement]] = []
        answered = 0
        for keys in presses:
            if before:
                self._seat.terminal.send(before)
                self._seat.settle(REST)
            screen = self._seat.screen.rows
            windows.append(self.during(keys, BEAT))
            answered += self._seat.screen.rows != screen
            rests.append(self.during(b"", REST))
        if not answered:
            raise RuntimeError(f"the desk answered none of {presses!r}, so nothing is known")
        kept = statements.undisturbed(windows, self.background, reading=reading)
        shapes = Counter(one.shape for window in kept for one in window)
        return {
            "most": max(map(len, kept), default=0),
            "rest_most": max(
                map(len, statements.undisturbed(rests, self.background, reading=True)), default=0
            ),
            "windows": len(kept),
            "answered": answered,
            "shapes": {shape[:110]: number for shape, number in shapes.most_common(6)},
        }

    @property
    def deepest_offset(self) -> int:
        """Of everything so far."""
        return statements.deepest_offset(statements.read(self._listing))


def run(bench: Bench) -> Figures:
    """Count, then time."""
    return {"keys": _keys(bench), **asyncio.run(_layers(bench, bench.database()))}


def _keys(bench: Bench) -> Figures:
    listing = bench.folder / "statements.jsonl"
    probe = Path(__file__).parents[1] / "lib" / "probe"
    extra = {"PYTHONPATH": str(probe), "BENCH_STATEMENTS": str(listing)}
    seat = Seat(programs.desk(bench.folder, bench.database(), extra=extra))
    times = TIMES // 2 if bench.quick else TIMES
    try:
        seat.open(settle=1.2)
        trace = Trace(seat, listing)
        trace.listen(4.0 if bench.quick else HEARTBEAT)
        trace.during(b"gg", REST)
        to_bottom = b"j" * (programs.list_bottom(seat.screen) - (seat.cursor or 0))
        found: Figures = {
            "cached_move": trace.count([b"j", b"k"] * times),
            "edge": trace.count([b"j"] * times, before=b"gg" + to_bottom),
            "page_fresh": trace.count([b"\x04"] * times * 2),
            "page_back": trace.count([b"\x15"] * times * 2),
            "end": trace.count([b"G"] * 2, before=b"gg"),
            "home": trace.count([b"gg"] * 2, before=b"G"),
            "queue": trace.count([b"ga", b"gi", b"g-", b"gi"], reading=True),
            "search": trace.count([b"/kraan\r", b"/straat\r"], before=b"\x1b"),
        }
        moves = ("edge", "page_fresh", "page_back", "end", "home")
        found["other_most"] = max(_most(found[name]) for name in moves)
        found["rest_most"] = max(_most(found[name], "rest_most") for name in ("cached_move", "edge"))
        found["idle_shapes"] = sorted(shape[:110] for shape in trace.background)
        found["deepest_offset"] = trace.deepest_offset
    finally:
        seat.close()
    if not statements.read(listing):
        raise RuntimeError("the desk told no statement at all")
    return found


def _most(counted: object, name: str = "most") -> int:
    return int(counted[name]) if isinstance(counted, dict) else 0


async def _layers(bench: Bench, path: Path) -> Figures:
    """The same two questions by sqlite3, by aiosqlite and by our storage, in turns."""
    times = 100 if bench.quick else 400
    uri = f"file:{path}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as raw:
        async with (
            aiosqlite.connect(uri, uri=True) as line,
            await Database.open(path, clock=ManualClock(time.time_ns() // 1_000_000)) as database,
        ):
            found: Figures = {}
            for what, sql, parameters, work in _questions():
                spent: dict[str, list[float]] = {"raw": [], "aiosqlite": [], "ours": [], "control": []}
                for number in range(times + 5):
                    for name in bench.random.sample(list(spent), len(spent)):
                        started = time.perf_counter_ns()
                        if name == "aiosqlite":
                            await line.execute_fetchall(sql, parameters)
                        elif name == "ours":
                            await database.read(work)
                        else:
                            raw.execute(sql, parameters).fetchall()
                        if number >= 5:
                            spent[name].append((time.perf_counter_ns() - started) / 1e3)
                found[what] = _compared(spent)
    return found


def _questions() -> list[tuple[str, str, tuple[int, ...], Callable[[sqlite3.Connection], object]]]:
    return [
        ("one", "SELECT 1", (), lambda connection: connection.execute("SELECT 1").fetchall()),
        ("page", RAW_PAGE, (0, 0, PAGE), partial(_page, limit=PAGE)),
    ]


def _page(connection: sqlite3.Connection, *, limit: int) -> list[sqlite3.Row]:
    return queues.page(connection, OPEN, (0, 0), limit)


def _compared(spent: dict[str, list[float]]) -> Figures:
    return {
        **{f"{name}_us": spread(values, 1) for name, values in spent.items()},
        "ratio": paired(spent["ours"], spent["aiosqlite"]),
        "raw_ratio": paired(spent["ours"], spent["raw"]),
        "aa_ratio": paired(spent["control"], spent["raw"]),
    }
