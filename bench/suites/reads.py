"""Reading a large file: through our storage, through the desk, and by sqlite3 alone, in turns."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from bench.lib import counts
from bench.lib.figures import Figures, paired, spread
from bench.lib.proc import desk_environment
from bench.lib.run import Bench
from domain.clock import ManualClock
from domain.queues import QueueFilter
from storage import queues
from storage.conversations import ROW_SQL
from storage.database import Database
from webcare.bootstrap import desk_on
from webcare.program import start

OPEN = QueueFilter(active=True)
PAGE = 50
RAW_PAGE = (
    f"{ROW_SQL} WHERE c.status = 'open' AND c.listen_only = 0 AND (c.due_sort, c.id) > (?, ?)"
    " ORDER BY c.due_sort, c.id LIMIT ?"
)
Read = Callable[[], Awaitable[object]]


def run(bench: Bench) -> Figures:
    """Read in turns on one event loop, as the desk does."""
    path = bench.database()
    found = asyncio.run(_run(bench, path))
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        wrong = counts.wrong(connection)
    return {**found, "counters_wrong": len(wrong)}


async def _run(bench: Bench, path: Path) -> Figures:
    program = start(None, desk_environment(bench.folder, path))
    times = 60 if bench.quick else 300
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as raw:
        async with await Database.open(path, clock=ManualClock(time.time_ns() // 1_000_000)) as database:
            desk = desk_on(database, program)
            deep = await _deep_key(database)
            keys = {"first": (0, 0), "deep": deep}
            found: Figures = {}
            for where, key in keys.items():
                found[f"page_{where}"] = await _compare(
                    times,
                    storage=partial(database.read, partial(_page, key)),
                    raw=partial(_raw, raw, RAW_PAGE, (*key, PAGE)),
                    desk=partial(desk.queues.page, "open", key, PAGE),
                )
            found["badges"] = await _compare(
                max(10, times // 10),
                storage=partial(database.read, queues.counts),
                raw=partial(_count_all, raw),
                desk=desk.queues.tabs,
            )
            found["first_use"] = await _first_use(desk.queues.ids, desk.conversations.view, deep[1])
    return found


async def _raw(connection: sqlite3.Connection, sql: str, parameters: tuple[object, ...]) -> object:
    return connection.execute(sql, parameters).fetchall()


async def _count_all(connection: sqlite3.Connection) -> object:
    """Every counted queue by COUNT, on its partial index."""
    found: list[object] = []
    for _queue, wanted in counts.counted():
        clause = queues.where(wanted)
        sql = f"SELECT count(*) FROM conversation c WHERE {clause.sql}"
        found.append(connection.execute(sql, dict(clause.parameters)).fetchone())
    return found


def _page(key: tuple[int, int], connection: sqlite3.Connection) -> list[sqlite3.Row]:
    return queues.page(connection, OPEN, key, PAGE)


async def _deep_key(database: Database) -> tuple[int, int]:
    """The key of a row half way down the queue."""

    def work(connection: sqlite3.Connection) -> tuple[int, int]:
        ids = queues.ids(connection, OPEN)
        row = connection.execute(
            "SELECT due_sort, id FROM conversation WHERE id = ?", (ids[len(ids) // 2],)
        ).fetchone()
        return int(row[0]), int(row[1])

    return await database.read(work)


async def _timed(read: Read) -> float:
    started = time.perf_counter_ns()
    await read()
    return (time.perf_counter_ns() - started) / 1e3


async def _compare(times: int, *, storage: Read, raw: Read, desk: Read) -> Figures:
    """Microseconds of each, in turns; the raw read twice, as the control."""
    spent: dict[str, list[float]] = {"storage": [], "raw": [], "desk": [], "control": []}
    turns = {"raw": raw, "storage": storage, "control": raw, "desk": desk}
    for number in range(times + 5):
        for name, read in turns.items():
            took = await _timed(read)
            if number >= 5:
                spent[name].append(took)
    return {
        "subject": {"storage_us": spread(spent["storage"], 1), "desk_us": spread(spent["desk"], 1)},
        "baseline:raw": {"us": spread(spent["raw"], 1)},
        "ratio": paired(spent["storage"], spent["raw"]),
        "desk_ratio": paired(spent["desk"], spent["raw"]),
        "aa_ratio": paired(spent["control"], spent["raw"]),
    }


async def _first_use(
    ids: Callable[[str], Awaitable[object]], view: Callable[[int], Awaitable[object]], conversation: int
) -> Figures:
    """What happens once or rarely, in ms: the order of a queue, one whole conversation."""
    views = [await _timed(partial(view, conversation)) for _each in range(20)]
    return {
        "ids_open_ms": round(await _timed(partial(ids, "open")) / 1e3, 1),
        "ids_all_ms": round(await _timed(partial(ids, "all")) / 1e3, 1),
        "conversation_ms": round(sorted(views)[10] / 1e3, 2),
    }
