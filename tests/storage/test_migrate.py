"""A migration happens whole or not at all, whatever kills it, and a backup lies beside it."""

from __future__ import annotations

import signal
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.clock import ManualClock
from domain.errors import DatabaseBusy, StorageError
from storage import migrate as migrate_module
from storage.database import Database
from storage.migrate import APPLICATION_ID, Migration, latest, migrate, packaged, statements
from storage.sender_lock import FileLock, SenderLock
from storage.transaction import connect, user_version
from tests.storage.workers import LARGER, SMALL, start

MAJOR_STEP = (
    *SMALL,
    Migration(1000, "1000_major.sql", "CREATE TABLE fresh (id INTEGER PRIMARY KEY) STRICT;"),
)


async def make_small(place: Path, clock: ManualClock) -> None:
    async with await Database.open(place, clock=clock, migrations=SMALL) as database:
        await database.write(lambda c: c.execute("INSERT INTO item (body) VALUES ('kept')").rowcount)


def facts(place: Path) -> tuple[int, list[str], list[str]]:
    """Version, columns of item, integrity."""
    connection = connect(place)
    try:
        columns = [row["name"] for row in connection.execute("PRAGMA table_info(item)").fetchall()]
        verdict = [row[0] for row in connection.execute("PRAGMA integrity_check").fetchall()]
        return user_version(connection), columns, verdict
    finally:
        connection.close()


def test_the_shipped_steps_are_numbered_upwards() -> None:
    versions = [step.version for step in packaged()]
    assert versions
    assert versions == sorted(set(versions))


async def test_the_shipped_schema_can_be_made(place: Path, clock: ManualClock) -> None:
    async with await Database.open(place, clock=clock) as database:
        assert await database.read(user_version) == latest(packaged())
        assert (
            await database.read(lambda c: c.execute("PRAGMA application_id").fetchone()[0]) == APPLICATION_ID
        )
        assert await database.read(lambda c: c.execute("PRAGMA foreign_key_check").fetchall()) == []


async def test_an_older_file_is_backed_up_and_brought_up(place: Path, clock: ManualClock) -> None:
    await make_small(place, clock)
    async with await Database.open(place, clock=clock, migrations=LARGER) as database:
        rows = await database.read(lambda c: c.execute("SELECT body, colour FROM item").fetchall())
        assert [tuple(row) for row in rows] == [("kept", "grey")]
        assert await database.write(lambda c: c.execute("PRAGMA foreign_keys").fetchone()[0]) == 1
    (backup,) = place.parent.glob("*.backup")
    assert backup.name == f"webcare.db.v1.{clock.now()}.backup"
    assert facts(backup) == (1, ["id", "body"], ["ok"])


async def test_a_file_of_today_is_not_migrated_again(place: Path, clock: ManualClock) -> None:
    await make_small(place, clock)
    await make_small(place, clock)
    assert list(place.parent.glob("*.backup")) == []


async def test_a_broken_step_leaves_the_file_as_it_was(place: Path, clock: ManualClock) -> None:
    await make_small(place, clock)
    broken = (*LARGER, Migration(4, "0004_oops.sql", "CREATE TABLE a (x); CREATE TABLE a (x);"))
    with pytest.raises(sqlite3.OperationalError, match="already exists") as failure:
        await Database.open(place, clock=clock, migrations=broken)
    assert failure.value.__notes__ == ["in migration 0004_oops.sql"]
    assert facts(place) == (1, ["id", "body"], ["ok"])


async def test_a_step_may_not_leave_orphans(place: Path, clock: ManualClock) -> None:
    await make_small(place, clock)
    orphan = """
    CREATE TABLE child (id INTEGER PRIMARY KEY, item INTEGER REFERENCES item (id)) STRICT;
    INSERT INTO child (item) VALUES (99);
    """
    with pytest.raises(StorageError, match="a row of child refers"):
        await Database.open(place, clock=clock, migrations=(*SMALL, Migration(2, "0002_orphan.sql", orphan)))
    assert facts(place)[0] == 1


async def test_a_major_step_waits_for_the_sender_to_stop(place: Path, clock: ManualClock) -> None:
    await make_small(place, clock)
    lock = SenderLock.beside(place)
    assert lock is not None
    with pytest.raises(StorageError, match="is sending; stop it first"):
        await Database.open(place, clock=clock, migrations=MAJOR_STEP)
    lock.release()
    await (await Database.open(place, clock=clock, migrations=MAJOR_STEP)).close()
    assert facts(place)[0] == 1000


async def test_a_minor_step_does_not_mind_the_sender(place: Path, clock: ManualClock) -> None:
    await make_small(place, clock)
    lock = SenderLock.beside(place)
    assert lock is not None
    await (await Database.open(place, clock=clock, migrations=LARGER)).close()
    assert facts(place)[0] == 3
    lock.release()


async def test_two_programs_do_not_migrate_at_once(
    place: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_small(place, clock)
    other = FileLock.try_acquire(place.with_name(f"{place.name}.migrate.lock"))
    assert other is not None
    monkeypatch.setattr(migrate_module, "MIGRATION_PATIENCE", 0)
    with pytest.raises(DatabaseBusy, match="upgrading"):
        await Database.open(place, clock=clock, migrations=LARGER)
    other.release()


async def test_who_waited_finds_it_done(place: Path, clock: ManualClock) -> None:
    """The second of two waiters neither migrates nor makes a second backup."""
    await make_small(place, clock)
    waiting = connect(place)
    try:
        await (await Database.open(place, clock=clock, migrations=LARGER)).close()
        assert migrate(waiting, place, LARGER, clock) is False
    finally:
        waiting.close()
    assert len(list(place.parent.glob("*.backup"))) == 1


async def test_killed_at_any_statement_it_can_be_started_again(place: Path, clock: ManualClock) -> None:
    """Killed before each statement in turn, the file is old or new, and the next run ends well."""
    await make_small(place, clock)
    died = 0
    while True:
        worker = start("migrates", place, died + 1)
        output, _error = worker.communicate(timeout=60)
        if worker.returncode == 0:
            break
        assert worker.returncode == -signal.SIGKILL
        died += 1
        version, columns, verdict = facts(place)
        assert verdict == ["ok"]
        assert (version, columns) in [(1, ["id", "body"]), (3, ["id", "body", "colour"])]
        for leftover in place.parent.glob("*.backup"):
            leftover.unlink()
        if version == 3:
            break
    assert died >= 10, output
    async with await Database.open(place, clock=clock, migrations=LARGER) as database:
        assert len(await database.read(lambda c: c.execute("SELECT colour FROM item").fetchall())) == 1
    assert list(place.parent.glob(".*.partial")) == []


def test_a_trigger_is_one_statement() -> None:
    script = """
    -- a comment; with a semicolon
    CREATE TABLE a (x TEXT DEFAULT ';'); CREATE TABLE b (x);
    CREATE TRIGGER t AFTER INSERT ON a BEGIN
      INSERT INTO b VALUES (1); -- and; another
      SELECT CASE WHEN 1 THEN 2 END;
    END;
    -- the end
    """
    found = list(statements(script))
    assert len(found) == 3
    assert found[2].endswith("END;")


def test_an_unfinished_statement_is_not_skipped() -> None:
    assert list(statements("CREATE TABLE a (x); CREATE TABLE b (")) == [
        "CREATE TABLE a (x);",
        "CREATE TABLE b (",
    ]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(alphabet="ab;'- \n", max_size=12), max_size=5))
def test_quoted_text_never_splits_a_statement(texts: list[str]) -> None:
    quoted = ["INSERT INTO a VALUES ('" + text.replace("'", "''") + "');" for text in texts]
    assert list(statements("\n".join(quoted))) == quoted
