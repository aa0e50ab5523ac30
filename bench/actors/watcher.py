"""Notices commits through the real change feed; noticed(): when, in ns of the monotonic clock, and forgets.

Asked with `poll`, it has no inotify, as on another system or where all watches are in use.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from pathlib import Path

from bench.actors.talk import answer, asked, commands, program_of
from storage import watch
from storage.database import Database
from webcare.bootstrap import open_database


class _NoWatch:
    """Stands for `DirectoryWatch` where there is none."""

    @classmethod
    def open(cls, _folder: Path) -> None:
        """None, as where the system has no inotify."""


async def main() -> None:
    """Watch until nobody asks any more."""
    wanted = asked()
    if wanted["poll"]:
        watch.DirectoryWatch = _NoWatch  # type: ignore[misc,assignment]
    noticed: list[int] = []
    async with open_database(program_of(Path(wanted["database"]), "watcher", undo=0)) as database:
        watching = asyncio.create_task(_watch(database, noticed))
        async for _command in commands():
            answer(noticed=[*noticed], period_ms=watch.POLL * 1e3)
            noticed.clear()
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def _watch(database: Database, noticed: list[int]) -> None:
    async for _change in database.changes():
        noticed.append(time.monotonic_ns())  # noqa: PERF401 - others read it meanwhile


if __name__ == "__main__":
    asyncio.run(main())
