"""The real collector on a platform that floods it.

flow(rate, batch): from now on; told(): how many mentions were given and are stored for sure; settle(): stop
the flow and answer when all of it is stored and no reply is on its way.
"""

from __future__ import annotations

import asyncio
import resource
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.actors.talk import answer, asked, commands, program_of
from bench.lib.flood import Flood
from config.channel_settings import PRACTICE
from storage import outbox
from storage.database import Database
from storage.sender_lock import SenderLock
from webcare.bootstrap import open_database
from webcare.collecting import collector_on

SETTLED_IN = 60.0


async def main() -> None:
    """Collect until nobody asks any more."""
    wanted = asked()
    path = Path(wanted["database"])
    program = program_of(path, "collector", undo=int(wanted.get("undo", 1_000)))
    async with open_database(program, checkpointer=True) as database:
        lock = SenderLock.beside(path)
        if lock is None:
            raise RuntimeError("somebody collects here already")
        flood = Flood(PRACTICE.id, program.clock, path.with_suffix(".practice.jsonl"))
        collecting = asyncio.create_task(collector_on(database, program, {PRACTICE.id: flood}, ()))
        async for command in commands():
            if collecting.done():
                collecting.result()
            answer(**await _do(command, flood, database))
        collecting.cancel()
        with suppress(asyncio.CancelledError):
            await collecting
        lock.release()


async def _do(command: dict[str, Any], flood: Flood, database: Database) -> dict[str, Any]:
    if command["do"] == "flow":
        flood.flow(command["rate"], command["batch"])
    elif command["do"] == "settle":
        flood.flow(0, 1)
        await _settled(flood, database)
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return {"given": flood.given, "stored": flood.stored, "cpu_s": spent.ru_utime + spent.ru_stime}


async def _settled(flood: Flood, database: Database) -> None:
    async with asyncio.timeout(SETTLED_IN):
        while flood.stored < flood.given or await database.read(outbox.next_due) is not None:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.05)


if __name__ == "__main__":
    asyncio.run(main())
