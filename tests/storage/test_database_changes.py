"""Commits are noticed, whoever made them, and the write-ahead log is kept short."""

# ruff: noqa: ASYNC240 - a test may look at its files on the loop

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.clock import ManualClock
from domain.errors import StorageError
from storage import database as database_module
from storage import transaction, watch
from storage.database import Database
from storage.transaction import connect
from tests.storage.test_database import count, insert
from tests.storage.workers import SMALL


async def test_our_own_write_is_a_change(small: Database) -> None:
    changes = small.changes()
    await small.write(insert)
    async with asyncio.timeout(30):
        await anext(changes)


async def test_our_own_write_does_not_wait_for_the_poll(
    place: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch.DirectoryWatch, "open", lambda _folder: None)
    monkeypatch.setattr(watch, "POLL", 3600)
    async with await Database.open(place, clock=clock, migrations=SMALL) as database:
        changes = database.changes()
        await database.write(insert)
        async with asyncio.timeout(30):
            await anext(changes)


async def test_every_reader_of_changes_hears_of_each(small: Database) -> None:
    readers = [small.changes(), small.changes()]
    for _round in range(2):
        await small.write(insert)
        async with asyncio.timeout(30):
            await asyncio.gather(*(anext(reader) for reader in readers))


async def test_a_burst_is_one_change(small: Database) -> None:
    """While the reader is busy, many commits become one item."""
    changes = small.changes()
    for _number in range(20):
        await small.write(insert)
    async with asyncio.timeout(30):
        await anext(changes)
        while await small.read(count) < 20:
            await anext(changes)
    rest = asyncio.ensure_future(collect(changes))
    await small.close()
    assert await rest <= 1  # one item may still have been on its way


async def test_another_connections_commit_is_a_change_without_inotify(
    place: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch.DirectoryWatch, "open", lambda _folder: None)
    monkeypatch.setattr(watch, "POLL", 0.01)
    async with await Database.open(place, clock=clock, migrations=SMALL) as database:
        changes = database.changes()
        other = connect(place)
        insert(other)
        other.close()
        async with asyncio.timeout(30):
            await anext(changes)
        assert await database.read(count) == 1


async def test_changes_end_when_the_database_closes(place: Path, clock: ManualClock) -> None:
    database = await Database.open(place, clock=clock, migrations=SMALL)
    heard = [asyncio.ensure_future(collect(database.changes())) for _number in range(2)]
    await asyncio.sleep(0)
    await database.close()
    assert await asyncio.gather(*heard) == [0, 0]


async def collect(changes: AsyncIterator[None]) -> int:
    """How many items come until the end."""
    return len([change async for change in changes])


async def test_a_fault_of_the_watcher_reaches_its_readers(small: Database) -> None:
    async def broken() -> int:
        raise StorageError("the disk reported a fault")

    feed = watch.ChangeFeed(small.path, broken, 0)
    subscription = feed.subscribe()
    feed.hint()
    with pytest.raises(StorageError, match="fault"):
        await anext(subscription)
    await feed.aclose()


async def test_the_checkpointer_copies_back_what_others_wrote(
    place: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "CHECKPOINT_EVERY", 0.01)
    monkeypatch.setattr(database_module, "IDLE_LOOKS", 3)
    async with (
        await Database.open(place, clock=clock, migrations=SMALL, checkpointer=True) as collector,
        await Database.open(place, clock=clock, migrations=SMALL) as desk,
    ):
        await desk.write(lambda connection: insert(connection, "x" * 200_000))
        wal = place.with_name(f"{place.name}-wal")
        async with asyncio.timeout(30):
            while wal.stat().st_size or place.stat().st_size < 200_000:  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.005)
        assert await collector.read(count) == 1


async def test_closing_the_checkpointer_empties_the_wal_beside_others(
    place: Path, clock: ManualClock
) -> None:
    desk = await Database.open(place, clock=clock, migrations=SMALL)
    async with await Database.open(place, clock=clock, migrations=SMALL, checkpointer=True) as collector:
        await collector.write(insert)
    assert place.with_name(f"{place.name}-wal").stat().st_size == 0
    await desk.write(insert)
    await desk.close()


async def test_a_failed_checkpoint_is_logged_and_nothing_is_lost(
    small: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_mode: str, _connection: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(small._file, "checkpoint", full)
    await small._checkpoint("PASSIVE")
    assert "checkpoint failed" in caplog.text
    await small.write(insert)


async def test_the_wal_stays_bounded_where_nobody_checkpoints(
    place: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "WAL_BOUND_PAGES", 20)
    async with await Database.open(place, clock=clock, migrations=SMALL) as database:
        for _number in range(200):
            await database.write(lambda connection: insert(connection, "x" * 4000))
        assert place.with_name(f"{place.name}-wal").stat().st_size < 60 * 4096
