"""Facts about the database for `webcare doctor`: each a sentence, and how to mend it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from domain.errors import StorageError
from i18n import _
from storage.finding import Finding, Level
from storage.holder import reader_holders
from storage.location import check_file_system, check_shared
from storage.space import space_finding

__all__ = ["Finding", "Level", "examine", "permissions", "quick_check", "sqlite_version_advice", "wal_size"]

MEGABYTE = 1_000_000
WAL_WARN = 64 * MEGABYTE
WAL_NAME_READER = 256 * MEGABYTE

_FIRST_WITH_WAL = (3, 7, 0)
_FIXED = (3, 51, 3)
_BACKPORTS = ((3, 44, 6), (3, 50, 7))
"""Older lines that got the fix as well (https://www.sqlite.org/wal.html, "The WAL-Reset Bug")."""


def sqlite_version_advice(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> Finding:
    """Whether this SQLite can damage a file that two programs write at the same moment."""
    spoken = ".".join(map(str, version))
    patched = any(version[:2] == fix[:2] and version >= fix for fix in _BACKPORTS)
    if not _FIRST_WITH_WAL <= version < _FIXED or patched:
        return Finding("ok", _("SQLite {version}.", version=spoken))
    return Finding(
        "warning",
        _("SQLite {version} can, very rarely, damage a file that two programs write to.", version=spoken),
        _("Use a Python with SQLite 3.51.3 or newer (or 3.50.7, 3.44.6); keep daily backups until then."),
    )


def quick_check(connection: sqlite3.Connection) -> Finding:
    """SQLite's own quick check; some seconds for a million messages. Runs inside a `read`."""
    verdict = str(connection.execute("PRAGMA quick_check(1)").fetchall()[0][0])
    if verdict == "ok":
        return Finding("ok", _("SQLite finds the database whole."))
    return Finding(
        "error",
        _("The database is damaged: {fault}", fault=verdict),
        _("Stop all webcare programs and restore the newest backup."),
    )


def permissions(database: Path) -> tuple[Finding, ...]:
    """Whether those who must can write, and nobody else can read."""
    return _findings(lambda: check_shared(database)) or (
        Finding("ok", _("The rights of {path} are as they must be.", path=database)),
    )


def wal_size(database: Path) -> Finding:
    """Whether the write-ahead log is kept short; names who keeps it long where the kernel tells."""
    try:
        size = database.with_name(f"{database.name}-wal").stat().st_size
    except FileNotFoundError:
        size = 0
    sentence = _("The write-ahead log is {megabytes} MB.", megabytes=size // MEGABYTE)
    if size < WAL_WARN:
        return Finding("ok", sentence)
    readers = reader_holders(database) if size >= WAL_NAME_READER else ()
    if readers:
        return Finding("warning", sentence, " ".join(holder.sentence() for holder in readers))
    return Finding(
        "warning",
        sentence,
        _("Some program reads for very long or nobody collects; close other programs on this file."),
    )


def examine(database: Path) -> tuple[Finding, ...]:
    """Everything that can be said without opening the database."""
    return (
        sqlite_version_advice(),
        *_findings(lambda: check_file_system(database.parent)),
        *permissions(database),
        wal_size(database),
        space_finding(database.parent),
    )


def _findings(check: Callable[[], tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """What a check says, its refusal included: for the doctor that is a finding too."""
    try:
        return check()
    except StorageError as refusal:
        return (Finding("error", str(refusal)),)
    except OSError as error:
        return (Finding("error", _("The database cannot be examined: {reason}.", reason=error.strerror)),)
