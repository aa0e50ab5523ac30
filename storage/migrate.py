"""Bring a database file to this program's schema: all pending steps in one transaction, or none.

A step is `storage/migrations/NNNN_name.sql`; its number is the `user_version` it leads to (major * 1000 +
minor). A minor step only adds, so that programs of the same major keep working beside it.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.clock import Clock
from domain.errors import DatabaseBusy, StorageError
from i18n import _
from storage.backup import back_up
from storage.sender_lock import FileLock, SenderLock, owner
from storage.transaction import MAJOR, PATIENCE, patiently, refuse_newer, user_version

APPLICATION_ID = 0x77656263
"""`webc`: tells `file` and us whose database it is."""

MIGRATION_PATIENCE = 60.0
"""Seconds for another process to finish its backup and migration of the same file."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema."""

    version: int
    """The `user_version` after it."""

    name: str

    sql: str


def packaged() -> tuple[Migration, ...]:
    """The steps that this program ships, in order."""
    folder = Path(__file__).parent / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    steps = ((name, (folder / name).read_text(encoding="utf-8")) for name in names)
    return tuple(Migration(int(name.split("_")[0]), name, sql) for name, sql in steps)


def latest(migrations: Sequence[Migration]) -> int:
    """The version that these steps lead to."""
    return migrations[-1].version if migrations else 0


def statements(sql: str) -> Iterator[str]:
    """The single statements of a script; a trigger with its inner semicolons is one."""
    *pieces, rest = sql.split(";")
    pending = ""
    for piece in pieces:
        pending += piece + ";"
        if sqlite3.complete_statement(pending):
            if pending.strip() != ";":
                yield pending.strip()
            pending = ""
    rest = pending + rest
    if any(line.strip() and not line.strip().startswith("--") for line in rest.splitlines()):
        yield rest.strip()  # SQLite will say what is missing


def migrate(
    connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration], clock: Clock
) -> bool:
    """Apply what is pending; returns whether anything was. An existing file is backed up beside itself first.

    Raises NewerDatabase, StorageError (another program's file, or a sender at work during a major step),
    DatabaseBusy; on any error the file is as it was.
    """
    version = patiently(path, lambda: user_version(connection))
    refuse_newer(path, version, latest(migrations))
    _refuse_foreign(connection, path, version)
    _use_wal(connection, path)
    if version >= latest(migrations):
        return False
    if version == 0:
        return _apply(connection, path, migrations)
    lock = _wait_for(path.with_name(f"{path.name}.migrate.lock"))
    try:
        return _migrate_existing(connection, path, migrations, clock)
    finally:
        lock.release()


def _migrate_existing(
    connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration], clock: Clock
) -> bool:
    version = user_version(connection)
    if version >= latest(migrations):
        return False  # another process did it while we waited for the lock
    sender = _sender_away(path) if version // MAJOR < latest(migrations) // MAJOR else None
    try:
        back_up(path, path.with_name(f"{path.name}.v{version}.{clock.now()}.backup"))
        return _apply(connection, path, migrations)
    finally:
        if sender is not None:
            sender.release()


def _apply(connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration]) -> bool:
    connection.execute("PRAGMA foreign_keys=OFF")  # a step may rebuild a table; checked before the commit
    try:
        patiently(path, lambda: connection.execute("BEGIN IMMEDIATE"))
        pending = [step for step in migrations if step.version > user_version(connection)]
        for step in pending:
            _run(connection, step)
        _refuse_orphans(connection, path)
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={latest(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    finally:
        connection.execute("PRAGMA foreign_keys=ON")
    return bool(pending)


def _run(connection: sqlite3.Connection, step: Migration) -> None:
    try:
        for statement in statements(step.sql):
            connection.execute(statement).fetchall()
    except sqlite3.Error as error:
        error.add_note(f"in migration {step.name}")
        raise


def _refuse_orphans(connection: sqlite3.Connection, path: Path) -> None:
    orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    if orphans:
        raise StorageError(
            _(
                "{path} was not upgraded: a row of {table} refers to one that is gone; restore a backup.",
                path=path,
                table=orphans[0][0],
            )
        )


def _refuse_foreign(connection: sqlite3.Connection, path: Path, version: int) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    ours = application == APPLICATION_ID or (application == 0 and version == 0 and tables == 0)
    if not ours and user_version(connection) == version:
        raise StorageError(
            _("{path} is a database of another program; give webcare a file of its own.", path=path)
        )


def _use_wal(connection: sqlite3.Connection, path: Path) -> None:
    """Readers beside one writer; the file remembers it, a restored backup has to be told."""
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if mode != "wal":
        (mode,) = patiently(path, lambda: connection.execute("PRAGMA journal_mode=WAL").fetchone())
    if mode != "wal":
        raise StorageError(
            _("{path} lies on a disk without shared memory; put it on a local one.", path=path)
        )


def _wait_for(path: Path) -> FileLock:
    deadline = time.monotonic() + MIGRATION_PATIENCE
    while (lock := FileLock.try_acquire(path)) is None:
        if time.monotonic() >= deadline:
            raise DatabaseBusy(
                _("Another program is upgrading the database; try again when it has finished.")
            )
        time.sleep(PATIENCE / 100)
    return lock


def _sender_away(path: Path) -> FileLock:
    lock = SenderLock.beside(path)
    if lock is not None:
        return lock
    signed = owner(path)
    raise StorageError(
        _(
            "The database needs an upgrade, but process {pid} of {user} is sending; stop it first.",
            pid=signed.pid if signed else "?",
            user=signed.user if signed else "?",
        )
    )
