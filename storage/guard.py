"""Nobody in this process opens the database files by ordinary means while SQLite has them open.

POSIX locks belong to the process: one `open(database).close()` drops all of SQLite's locks, after which
another process can delete the WAL under us: acknowledged rows are gone and `integrity_check` says ok
(https://www.sqlite.org/howtocorrupt.html, section 2.2). SQLite's own opening raises no `open` audit event,
so an audit hook can forbid the rest.
"""

from __future__ import annotations

import os
import stat
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from domain.errors import StorageError
from i18n import _

SUFFIXES = ("", "-wal", "-shm", "-journal")
"""The files of one database."""

_protected: Counter[str] = Counter()
"""Real paths of open databases, counted by who opened them; process-wide as the locks themselves are."""

_installed: list[bool] = []


def protect(database: Path) -> None:
    """From now on forbid ordinary opening of this database's files in this process."""
    if not _installed:
        _installed.append(True)
        sys.addaudithook(_audit)  # cannot be removed again
    _protected[os.path.realpath(database)] += 1


def release(database: Path) -> None:
    """The database is closed; when nobody else here has it open, its files are free again."""
    path = os.path.realpath(database)
    _protected[path] -= 1
    if _protected[path] <= 0:
        del _protected[path]


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if event != "open" or not _protected:
        return
    path = arguments[0]
    if isinstance(path, str | bytes) and (forbidden := _protected_by(os.fsdecode(path))):
        raise StorageError(
            _(
                "{path} is in use: reading it outside SQLite would lose saved work; use “webcare backup”.",
                path=forbidden,
            )
        )


def _protected_by(path: str) -> str | None:
    """The database that `path` is a file of, under any name."""
    try:
        found = os.stat(path)  # noqa: PTH116 - runs at every open of the process
    except (OSError, ValueError):
        return None  # does not exist yet; SQLite's own files do
    if not stat.S_ISREG(found.st_mode):
        return None
    for database in list(_protected):
        if any(_same(found, database + suffix) for suffix in SUFFIXES):
            return database
    return None


def _same(found: os.stat_result, name: str) -> bool:
    try:
        return os.path.samestat(found, os.stat(name))  # noqa: PTH116
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """Which files stand under the database's names; a change means that somebody moved or removed them."""

    database: tuple[int, int]

    wal: tuple[int, int]

    @classmethod
    def of(cls, database: Path) -> FileIdentity:
        """Now; raises FileNotFoundError where one is gone. Two `stat` calls, some microseconds."""
        return cls(_inode(str(database)), _inode(f"{database}-wal"))


def _inode(name: str) -> tuple[int, int]:
    found = os.stat(name)  # noqa: PTH116 - runs before every write
    return found.st_dev, found.st_ino


def refuse_moved(database: Path, opened: FileIdentity) -> None:
    """Raise StorageError unless the files are those seen at opening."""
    try:
        moved = FileIdentity.of(database) != opened
    except FileNotFoundError:
        moved = True
    if moved:
        raise StorageError(
            _(
                "Somebody replaced or removed {path} or its -wal while it was open; "
                "stop all webcare programs, then restore a backup.",
                path=database,
            )
        )
