"""One transaction, synchronously: the only place in the program that says BEGIN.

A write is `BEGIN IMMEDIATE`, the version gate, the work, `COMMIT`; a read is one snapshot. SQLite's own busy
handler backs off up to 100 ms and starves old waiters, so we wait ourselves in steps of 1-5 ms.
Everything here runs in the thread of its connection.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from domain.errors import DatabaseBusy, DatabaseFull, NewerDatabase, StorageError
from i18n import _
from storage.holder import write_lock_holder

T = TypeVar("T")

PATIENCE = 5.0
"""Seconds that a transaction waits for the lock before it gives up and names the holder."""

MAJOR = 1000
"""`user_version` = major * 1000 + minor; a minor step only adds, so that older programs keep working."""

WAL_BOUND_PAGES = 4096
"""Where nobody checkpoints, SQLite does it by itself at this size (16 MiB)."""

_FULL_CODES = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE})
"""A file size limit or a quota shows as IOERR_WRITE, not as FULL."""

_WAIT_CODES = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_PROTOCOL})


def connect(
    path: Path, *, query_only: bool = False, autocheckpoint: int = WAL_BOUND_PAGES
) -> sqlite3.Connection:
    """A connection with our settings to an existing file; raises StorageError where it cannot be opened."""
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=0, isolation_level=None
        )
    except sqlite3.Error as error:
        raise (translated(error, path) or error) from error
    try:
        _configure(connection, query_only=query_only, autocheckpoint=autocheckpoint)
    except sqlite3.Error as error:
        connection.close()
        raise (translated(error, path) or error) from error
    return connection


def _configure(connection: sqlite3.Connection, *, query_only: bool, autocheckpoint: int) -> None:
    connection.row_factory = sqlite3.Row
    for pragma in (
        "busy_timeout=0",
        "foreign_keys=ON",
        "synchronous=FULL",
        "secure_delete=ON",
        "trusted_schema=OFF",
        "cell_size_check=ON",
        "temp_store=MEMORY",
        "mmap_size=0",
        f"wal_autocheckpoint={autocheckpoint}",
        f"query_only={'ON' if query_only else 'OFF'}",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()


def patiently(path: Path, attempt: Callable[[], T]) -> T:
    """Do `attempt` until it is no longer refused for a lock; raises DatabaseBusy after PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return attempt()
        except sqlite3.OperationalError as error:
            if primary_code(error) not in _WAIT_CODES:
                raise
            if time.monotonic() >= deadline:
                raise busy(path) from error
        time.sleep(random.uniform(0.001, 0.005))  # noqa: S311 - jitter, not a secret


def busy(path: Path) -> DatabaseBusy:
    """The error that names who holds the lock, where the kernel tells."""
    holder = write_lock_holder(path)
    if holder is not None:
        return DatabaseBusy(holder.sentence())
    return DatabaseBusy(_("The database stayed locked by another program; try again."))


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's result code without its extension; 0 where the error did not come from SQLite."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def translated(error: sqlite3.Error, path: Path) -> StorageError | None:
    """The error for a person, or None where it is the work's own (a constraint, a wrong statement)."""
    code = int(getattr(error, "sqlite_errorcode", 0))
    if code in _FULL_CODES:
        return DatabaseFull(
            _(
                "The disk under {path} is full: nothing of this act was saved; free space, then try again.",
                path=path,
            )
        )
    match code & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_PROTOCOL:
            return busy(path)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return StorageError(
                _(
                    "{path} is damaged or no database; stop, and restore the newest backup beside it.",
                    path=path,
                )
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return StorageError(
                _(
                    "{path} cannot be written to; run “webcare doctor” to see which right is missing.",
                    path=path,
                )
            )
        case sqlite3.SQLITE_IOERR:
            return StorageError(
                _(
                    "The disk under {path} reported a fault ({fault}); check it before working on.",
                    path=path,
                    fault=error,
                )
            )
    return None


def user_version(connection: sqlite3.Connection) -> int:
    """The schema's version; inside a transaction this is what pins the snapshot."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def refuse_newer(path: Path, version: int, known: int) -> None:
    """Raise NewerDatabase where the file's major version is above the `known` one."""
    if version // MAJOR > known // MAJOR:
        raise NewerDatabase(
            _("{path} belongs to a newer webcare: leave this one and start the new version.", path=path)
        )


def write(
    connection: sqlite3.Connection, path: Path, known: int, work: Callable[[sqlite3.Connection], T]
) -> T:
    """Run `work` in one immediate transaction; whatever it raises undoes all of it and passes through."""
    return _whole(connection, path, known, work, begin="BEGIN IMMEDIATE", keep=True)


def read(
    connection: sqlite3.Connection, path: Path, known: int, work: Callable[[sqlite3.Connection], T]
) -> T:
    """Run `work` on one snapshot: all its statements see the same moment."""
    return _whole(connection, path, known, work, begin="BEGIN", keep=False)


def _whole(
    connection: sqlite3.Connection,
    path: Path,
    known: int,
    work: Callable[[sqlite3.Connection], T],
    *,
    begin: str,
    keep: bool,
) -> T:
    try:
        version = patiently(path, lambda: _begun(connection, begin))
        refuse_newer(path, version, known)
        result = work(connection)
        _refuse_loose_ends(connection, result)
        connection.execute("COMMIT" if keep else "ROLLBACK")
    except BaseException as error:
        _undo(connection)
        understood = translated(error, path) if isinstance(error, sqlite3.Error) else None
        if not keep and isinstance(error, sqlite3.Error) and primary_code(error) == sqlite3.SQLITE_READONLY:
            understood = None  # a read that tried to write: the work's own mistake
        if understood is not None:
            raise understood from error
        raise
    return result


def _begun(connection: sqlite3.Connection, begin: str) -> int:
    """Begin and read the version: a deferred BEGIN takes its snapshot only with the first read."""
    connection.execute(begin)
    try:
        return user_version(connection)
    except sqlite3.Error:
        _undo(connection)
        raise


def _refuse_loose_ends(connection: sqlite3.Connection, result: object) -> None:
    """A half-read cursor keeps its snapshot, and with it the WAL, alive for ever; a work must not commit."""
    if isinstance(result, sqlite3.Cursor):
        raise TypeError("a work hands back rows (fetchall), not a cursor")
    if not connection.in_transaction:
        raise RuntimeError("a work must not end the transaction it runs in")


def _undo(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:  # SQLite itself has rolled back after FULL and some I/O faults
        try:
            connection.execute("ROLLBACK")
        except sqlite3.Error:
            connection.close()  # the file's own journal undoes it; never go on inside a broken transaction
