"""In the program only SQLite opens the database files, and moved files are noticed before a write."""

# ruff: noqa: ASYNC240 - a test may look at its files on the loop

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from domain.clock import ManualClock
from domain.errors import StorageError
from storage.database import Database
from tests.storage.workers import SMALL


async def test_ordinary_opening_is_forbidden_under_every_name(small: Database, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(small.path)
    ways: list[Callable[[], object]] = [
        small.path.open,
        small.path.with_name(f"{small.path.name}-wal").read_bytes,
        small.path.with_name(f"{small.path.name}-shm").read_bytes,
        Path(os.path.relpath(small.path)).read_bytes,
        link.read_bytes,
        partial(os.open, small.path, os.O_RDONLY),
        partial(os.open, os.fsencode(small.path), os.O_RDONLY),
        partial(shutil.copy, small.path, tmp_path / "copy.db"),
    ]
    for way in ways:
        with pytest.raises(StorageError, match="webcare backup"):
            way()


async def test_looking_is_allowed_and_so_are_other_files(small: Database) -> None:
    assert small.path.stat().st_size > 0
    other = small.path.parent / "notes.txt"
    other.write_text("fine")
    assert other.read_text() == "fine"


async def test_sqlite_itself_is_not_disturbed(small: Database, clock: ManualClock) -> None:
    async with await Database.open(small.path, clock=clock, migrations=SMALL) as second:
        await second.write(lambda c: c.execute("INSERT INTO item (body) VALUES ('x')").rowcount)
    await small.write(lambda c: c.execute("INSERT INTO item (body) VALUES ('x')").rowcount)


async def test_the_guard_stays_until_the_last_one_closes(place: Path, clock: ManualClock) -> None:
    first = await Database.open(place, clock=clock, migrations=SMALL)
    second = await Database.open(place, clock=clock, migrations=SMALL)
    await first.close()
    with pytest.raises(StorageError):
        place.read_bytes()
    await second.close()
    assert place.read_bytes().startswith(b"SQLite format 3")


async def test_a_removed_wal_stops_all_writing(small: Database) -> None:
    await small.write(lambda c: c.execute("INSERT INTO item (body) VALUES ('x')").rowcount)
    small.path.with_name(f"{small.path.name}-wal").unlink()
    for _attempt in range(2):
        with pytest.raises(StorageError, match="replaced or removed"):
            await small.write(lambda c: c.execute("INSERT INTO item (body) VALUES ('y')").rowcount)


async def test_a_replaced_database_stops_all_writing(small: Database) -> None:
    """What `mv backup.db webcare.db` under a running program does."""
    other = small.path.with_name("other.db")
    other.touch()
    other.rename(small.path)
    with pytest.raises(StorageError, match="replaced or removed"):
        await small.write(lambda c: c.execute("INSERT INTO item (body) VALUES ('y')").rowcount)
