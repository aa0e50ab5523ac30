"""A second copy of the database that is whole, checked, and readable by its owner only.

`VACUUM INTO` copies one snapshot while others write. Copying the file by ordinary means loses what is still
in the WAL, and closing such a copy's source drops every lock that this process holds on the database.
"""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from domain.errors import StorageError
from i18n import _
from storage.transaction import connect, patiently, translated

APPEND_ONLY = ("event",)
"""Tables that only grow: their counts can be judged even while others write."""


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What was written and how it was judged."""

    path: Path

    size: int
    """Bytes."""

    counts: dict[str, int]
    """Rows per table in the copy."""


def back_up(database: Path, target: Path) -> BackupReport:
    """Write `target` whole or not at all; blocks for seconds, so never on the screen's thread.

    Raises StorageError where `target` exists, the disk is full, or the copy does not pass its checks.
    """
    if target.exists():
        raise StorageError(_("{path} exists already; name another file for the backup.", path=target))
    _sweep(database, target.parent)
    partial = target.with_name(f".{database.name}.{target.name}.{os.getpid()}.partial")
    try:
        report = _copy_checked(database, partial, target)
        partial.rename(target)
        _sync(target.parent)
    except sqlite3.Error as error:
        raise (translated(error, target) or error) from error
    except OSError as error:
        raise StorageError(
            _("The backup {path} cannot be written: {reason}.", path=target, reason=error.strerror)
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return report


def row_counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Rows per table; index tables of full-text search left out."""
    tables = connection.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    ).fetchall()
    return {name: _count(connection, name) for (name,) in tables}


def _copy_checked(database: Path, partial: Path, target: Path) -> BackupReport:
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # VACUUM INTO takes an empty file
    source = connect(database)
    try:
        before, moment = row_counts(source), _data_version(source)
        patiently(database, lambda: source.execute("VACUUM INTO CAST(? AS TEXT)", [os.fsencode(partial)]))
        after, quiet = row_counts(source), _data_version(source) == moment
    finally:
        source.close()
    _sync(partial)
    counts = _judge(partial)
    for table in counts if quiet else set(APPEND_ONLY) & set(counts):
        if not before[table] <= counts[table] <= after[table]:
            raise StorageError(
                _("The backup is not kept: it misses rows of {table}; run “webcare doctor”.", table=table)
            )
    return BackupReport(target, partial.stat().st_size, counts)


def _sweep(database: Path, folder: Path) -> None:
    """Remove what a backup that was killed left behind; it may be as large as the database."""
    for partial in folder.glob(f".{database.name}.*.partial"):
        pid = partial.name.split(".")[-2]
        if not (pid.isdigit() and _runs(int(pid))):
            partial.unlink(missing_ok=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _judge(copy: Path) -> dict[str, int]:
    """Rows per table of a copy that passed SQLite's own checks."""
    connection = connect(copy, query_only=True)
    try:
        verdict = connection.execute("PRAGMA integrity_check(1)").fetchall()[0][0]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
        if verdict != "ok" or orphans:
            raise StorageError(
                _("The backup is not kept: the database itself is damaged ({fault}).", fault=verdict)
            )
        return row_counts(connection)
    finally:
        connection.close()


def _count(connection: sqlite3.Connection, table: str) -> int:
    quoted = table.replace('"', '""')
    (count,) = connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()
    return int(count)


def _data_version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA data_version").fetchone()
    return int(version)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
