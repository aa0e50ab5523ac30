"""How long the desk takes for its suggestions on a large file: all of `suggest`, as the composer calls it."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from bench.lib import data
from bench.lib.figures import Figures, spread
from bench.lib.proc import desk_environment
from bench.lib.run import DATA, say
from domain.clock import ManualClock
from storage.database import Database
from webcare.bootstrap import desk_on
from webcare.program import start

MENTIONS = 120
"""Conversations that are asked about, spread over the queue; each once, so no page is warm on purpose."""


def timed(rows: int) -> Figures:
    """Milliseconds of one call, on the clock and of work, and how many suggestions there were."""
    now = time.time_ns() // 1_000_000
    path = data.ensure(DATA, rows, say=say, now=now)
    with tempfile.TemporaryDirectory(prefix="webcare-bench-") as folder:
        return asyncio.run(_timed(Path(folder), path, now))


async def _timed(folder: Path, path: Path, now: int) -> Figures:
    program = start(None, desk_environment(folder, path))
    spent: list[float] = []
    worked: list[float] = []
    found = 0
    async with await Database.open(path, clock=ManualClock(now)) as database:
        desk = desk_on(database, program)
        ids = await desk.queues.ids("open")
        for one in ids[:: max(1, len(ids) // MENTIONS)][:MENTIONS]:
            began, busy = time.perf_counter(), time.process_time()
            found += len(await desk.suggestions.suggest(one))
            spent.append((time.perf_counter() - began) * 1e3)
            worked.append((time.process_time() - busy) * 1e3)
    return {"ms": spread(spent), "cpu_ms": spread(worked), "suggestions": found}
