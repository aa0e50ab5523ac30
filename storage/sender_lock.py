"""Exactly one process polls, scores and sends: whoever holds the lock beside the database.

It is an `flock` on a file of its own, so that the kernel frees it when its holder dies, kill -9 included;
the database files themselves are never opened by us. What stands in the file is for people only. The fence
number in the database tells a revived sender that its time is over.
"""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import socket
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from domain.clock import Millis
from domain.errors import StorageError
from i18n import _

FENCE_KEY = "sender_fence"
"""Its row in `meta`."""

BEAT_KEY = "collector_beat"
"""The row in `meta` that says when the collector last stirred."""


@dataclass(frozen=True, slots=True)
class LockOwner:
    """Who wrote the lock file last; only a hint, for showing on screen."""

    pid: int

    host: str

    user: str


class FileLock:
    """An exclusive lock on a file of its own, kept until `release` or the end of the process."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def try_acquire(cls, path: Path) -> FileLock | None:
        """The lock, or None where another process has it; StorageError where the file cannot be made."""
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise StorageError(
                _(
                    "{path} cannot be opened for writing ({reason}); check its rights.",
                    path=path,
                    reason=error.strerror,
                )
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        _share_with_group(path, descriptor)
        _sign(descriptor)
        return cls(path, descriptor)

    def release(self) -> None:
        """Let go; a second time does nothing. The file stays: were it removed, two could hold the lock."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    @property
    def held(self) -> bool:
        """Whether this object still has the lock."""
        return self._descriptor >= 0


class SenderLock(FileLock):
    """The right to poll channels, to score and to send for one database."""

    @classmethod
    def beside(cls, database: Path) -> FileLock | None:
        """Try to become the sender of `database`; None where somebody is."""
        return cls.try_acquire(lock_path(database))


def lock_path(database: Path) -> Path:
    """Where the sender's lock of `database` lies."""
    return database.with_name(f"{database.name}.sender.lock")


def owner(database: Path) -> LockOwner | None:
    """Who signed the lock file last, None where nobody did; it says nothing about whether they still run."""
    try:
        record = json.loads(lock_path(database).read_text(encoding="utf-8"))
        return LockOwner(pid=int(record["pid"]), host=str(record["host"]), user=str(record["user"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # half-written by a process that died: as good as unsigned


def taken(database: Path) -> bool:
    """Whether some process holds the sender's lock now; asking takes nothing away from anybody."""
    try:
        descriptor = os.open(lock_path(database), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    except OSError:
        return True  # not ours to look at: somebody made it, and our own attempt would say why
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def next_fence(connection: sqlite3.Connection) -> int:
    """Raise the fence and return it; inside a write, once, by whoever just acquired the lock."""
    (value,) = connection.execute(
        "INSERT INTO meta (key, value) VALUES (:key, '1') "
        "ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(meta.value AS INTEGER) + 1 AS TEXT) "
        "RETURNING value",
        {"key": FENCE_KEY},
    ).fetchall()[0]
    return int(value)


def fence(connection: sqlite3.Connection) -> int:
    """The fence in force, 0 before the first sender."""
    rows = connection.execute("SELECT value FROM meta WHERE key = :key", {"key": FENCE_KEY}).fetchall()
    return int(rows[0][0]) if rows else 0


def beat(connection: sqlite3.Connection, at: Millis) -> None:
    """The holder of the lock says that it stirs; a frozen process keeps its lock all the same."""
    connection.execute(
        "INSERT INTO meta (key, value) VALUES (:key, :at) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        {"key": BEAT_KEY, "at": str(at)},
    )


def last_beat(connection: sqlite3.Connection) -> Millis | None:
    """When the holder of the lock last said so; None before the first."""
    row = connection.execute("SELECT value FROM meta WHERE key = :key", {"key": BEAT_KEY}).fetchone()
    return None if row is None else int(row[0])


def _share_with_group(path: Path, descriptor: int) -> None:
    """In a shared (setgid) directory a colleague must be able to take the lock after us."""
    status = os.fstat(descriptor)
    if path.parent.stat().st_mode & 0o2000 and status.st_uid == os.geteuid():
        os.fchmod(descriptor, 0o660)


def _sign(descriptor: int) -> None:
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        user = str(os.getuid())
    record = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "user": user})
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, record.encode() + b"\n", 0)
