"""Writes are whole or nothing, reads see one moment, changes are noticed, and mistakes are named."""

# ruff: noqa: ASYNC240 - a test may look at its files on the loop

from __future__ import annotations

import asyncio
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from domain.clock import ManualClock
from domain.errors import DatabaseBusy, DatabaseFull, NewerDatabase, StorageError
from storage import transaction
from storage.database import Database
from storage.transaction import connect
from tests.storage.workers import SMALL


def insert(connection: sqlite3.Connection, body: str = "x") -> int:
    cursor = connection.execute("INSERT INTO item (body) VALUES (:body)", {"body": body})
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def count(connection: sqlite3.Connection) -> int:
    (rows,) = connection.execute("SELECT count(*) FROM item").fetchone()
    return int(rows)


def pragmas(connection: sqlite3.Connection) -> dict[str, object]:
    names = (
        "journal_mode busy_timeout foreign_keys synchronous secure_delete trusted_schema cell_size_check "
        "temp_store mmap_size query_only wal_autocheckpoint"
    )
    return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names.split()}


def grow(place: Path, version: int) -> None:
    """Another program moves the schema's version."""
    connection = connect(place)
    connection.execute(f"PRAGMA user_version={version}")
    connection.close()


async def test_what_was_written_is_there_after_reopening(place: Path, clock: ManualClock) -> None:
    async with await Database.open(place, clock=clock, migrations=SMALL) as database:
        await database.write(insert)
    async with await Database.open(place, clock=clock, migrations=SMALL) as database:
        assert await database.read(count) == 1


async def test_a_new_file_is_its_owners_alone(small: Database) -> None:
    await small.write(insert)
    for suffix in ("", "-wal", "-shm"):
        mode = small.path.with_name(small.path.name + suffix).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600, suffix
    assert stat.S_IMODE(small.path.parent.stat().st_mode) == 0o700


async def test_every_connection_has_our_settings(small: Database) -> None:
    wanted: dict[str, object] = {
        "journal_mode": "wal",
        "busy_timeout": 0,
        "foreign_keys": 1,
        "synchronous": 2,
        "secure_delete": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "temp_store": 2,
        "mmap_size": 0,
    }
    writer = {**wanted, "query_only": 0, "wal_autocheckpoint": transaction.WAL_BOUND_PAGES}
    reader = {**wanted, "query_only": 1, "wal_autocheckpoint": 0}
    assert await small.write(pragmas) == writer
    assert await small.read(pragmas) == reader


async def test_the_checkpointer_leaves_checkpoints_to_its_own_clock(place: Path, clock: ManualClock) -> None:
    async with await Database.open(place, clock=clock, migrations=SMALL, checkpointer=True) as database:
        assert (await database.write(pragmas))["wal_autocheckpoint"] == 0


async def test_an_exception_undoes_all_of_a_write_and_passes_through(small: Database) -> None:
    def work(connection: sqlite3.Connection) -> None:
        insert(connection)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await small.write(work)
    assert await small.read(count) == 0
    await small.write(insert)
    assert await small.read(count) == 1


async def test_a_broken_constraint_is_the_works_own_error(small: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        await small.write(
            lambda connection: connection.execute("INSERT INTO item (body) VALUES (NULL)").rowcount
        )


async def test_a_read_sees_one_moment(small: Database) -> None:
    def work(connection: sqlite3.Connection) -> tuple[int, int]:
        before = count(connection)
        other = connect(small.path)
        insert(other)
        other.close()
        return before, count(connection)

    assert await small.read(work) == (0, 0)
    assert await small.read(count) == 1


async def test_a_read_cannot_write(small: Database) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await small.read(insert)


async def test_a_cursor_is_not_handed_out(small: Database) -> None:
    with pytest.raises(TypeError, match="fetchall"):
        await small.read(lambda connection: connection.execute("SELECT * FROM item"))


async def test_a_work_may_not_end_its_transaction(small: Database) -> None:
    def work(connection: sqlite3.Connection) -> None:
        insert(connection)
        connection.execute("ROLLBACK")

    with pytest.raises(RuntimeError, match="must not end"):
        await small.write(work)


async def test_a_stray_stop_iteration_does_not_hang_the_waiter(small: Database) -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        await small.read(lambda connection: next(connection.execute("SELECT * FROM item")))


async def test_a_write_cancelled_before_its_turn_does_not_happen(small: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection: sqlite3.Connection) -> None:
        begun.set()
        assert go_on.wait(10)

    first = asyncio.create_task(small.write(slow))
    await asyncio.to_thread(begun.wait)
    second = asyncio.create_task(small.write(insert))
    await asyncio.sleep(0)  # let it queue behind the first
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    go_on.set()
    await first
    await small.write(lambda connection: insert(connection, "last"))
    assert await small.read(count) == 1


async def test_a_closed_database_says_so(place: Path, clock: ManualClock) -> None:
    database = await Database.open(place, clock=clock, migrations=SMALL)
    await database.close()
    await database.close()
    with pytest.raises(StorageError, match="closed"):
        await database.write(insert)
    with pytest.raises(StorageError, match="closed"):
        await database.read(count)
    with pytest.raises(StorageError, match="closed"):
        database.changes()


async def test_an_old_program_stops_when_the_file_moves_on(small: Database) -> None:
    """A newer minor only adds; a newer major ends our writing and our reading."""
    grow(small.path, 999)
    await small.write(insert)
    grow(small.path, 1000)
    with pytest.raises(NewerDatabase, match="newer webcare"):
        await small.write(insert)
    with pytest.raises(NewerDatabase):
        await small.read(count)
    grow(small.path, 1)
    assert await small.read(count) == 1


async def test_a_newer_file_is_not_opened_and_not_touched(place: Path, clock: ManualClock) -> None:
    await (await Database.open(place, clock=clock, migrations=SMALL)).close()
    grow(place, 2003)
    before = place.read_bytes()
    with pytest.raises(NewerDatabase, match="start the new version"):
        await Database.open(place, clock=clock, migrations=SMALL)
    assert place.read_bytes() == before


async def test_waiting_for_the_lock_ends(small: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "PATIENCE", 0.05)
    other = connect(small.path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy):
        await small.write(insert)
    other.execute("ROLLBACK")
    other.close()
    await small.write(insert)


async def test_reads_go_on_beside_a_write(small: Database) -> None:
    other = connect(small.path)
    other.execute("BEGIN IMMEDIATE")
    insert(other)
    assert await small.read(count) == 0
    other.execute("COMMIT")
    other.close()
    assert await small.read(count) == 1


async def test_a_damaged_file_is_one_sentence(place: Path, clock: ManualClock) -> None:
    place.parent.mkdir(parents=True)
    place.write_bytes(b"this is no database, but long enough to be read as one" * 100)
    with pytest.raises(StorageError, match="damaged or no database"):
        await Database.open(place, clock=clock, migrations=SMALL)


async def test_another_programs_database_is_left_alone(place: Path, clock: ManualClock) -> None:
    place.parent.mkdir(parents=True)
    connection = sqlite3.connect(place)
    connection.execute("CREATE TABLE recipe (name TEXT)")
    connection.close()
    before = place.read_bytes()
    with pytest.raises(StorageError, match="another program"):
        await Database.open(place, clock=clock, migrations=SMALL)
    assert place.read_bytes() == before


async def test_a_failed_opening_leaves_no_guard_behind(place: Path, clock: ManualClock) -> None:
    place.parent.mkdir(parents=True)
    place.write_bytes(b"x" * 5000)
    with pytest.raises(StorageError):
        await Database.open(place, clock=clock, migrations=SMALL)
    assert place.read_bytes() == b"x" * 5000  # reading it is no longer forbidden


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (sqlite3.SQLITE_FULL, DatabaseFull, "is full"),
        (sqlite3.SQLITE_IOERR_WRITE, DatabaseFull, "is full"),
        (sqlite3.SQLITE_BUSY, DatabaseBusy, "locked by another program"),
        (sqlite3.SQLITE_CORRUPT, StorageError, "damaged"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, StorageError, "webcare doctor"),
        (sqlite3.SQLITE_CANTOPEN, StorageError, "webcare doctor"),
        (sqlite3.SQLITE_IOERR_FSYNC, StorageError, "reported a fault"),
    ],
)
async def test_what_sqlite_reports_is_one_sentence(
    small: Database, code: int, kind: type[StorageError], words: str
) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        insert(connection)
        error = sqlite3.OperationalError("from below")
        error.sqlite_errorcode = code
        raise error

    with pytest.raises(kind, match=words) as failure:
        await small.write(fail)
    assert type(failure.value) is kind
    assert "\n" not in str(failure.value)
    assert await small.read(count) == 0
