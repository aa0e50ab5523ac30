"""The one SQLite file as the rest of the program sees it: write, read, changes.

Three connections, each with its own thread (aiosqlite): the writer, a `query_only` reader, and one that only asks
`PRAGMA data_version`. A work is a plain function over a `sqlite3.Connection` that runs in one hop on that thread:
statements awaited one by one would hold the write lock across pauses of the event loop.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import aiosqlite

from domain.clock import Clock
from domain.errors import StorageError
from i18n import _
from storage import guard, transaction
from storage.finding import Finding
from storage.location import prepare
from storage.migrate import Migration, latest, migrate, packaged
from storage.watch import ChangeFeed

T = TypeVar("T")

_log = logging.getLogger(__name__)

CHECKPOINT_EVERY = 1.0
"""Seconds between looks at the WAL by the process that checkpoints."""

IDLE_LOOKS = 30
"""Looks without a write after which the WAL is emptied."""


class Database:
    """An open database; close it, or its threads keep the process alive."""

    def __init__(self, path: Path, *, known: int, checkpointer: bool, warnings: tuple[Finding, ...]) -> None:
        self.path = path
        self.warnings = warnings
        """What `open` found that people should know of, such as a disk that does not outlive a restart."""
        self._known = known
        self._checkpointer = checkpointer
        self._opened_files: guard.FileIdentity | None = None
        self._closed = False
        self._feed: ChangeFeed | None = None
        self._checkpoints: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        clock: Clock,
        checkpointer: bool = False,
        migrations: Sequence[Migration] | None = None,
    ) -> Database:
        """Open `path`, creating and migrating it where needed.

        `checkpointer` is for the one process that keeps the WAL short: the collector, or the only desk. Raises
        StorageError where the place or the rights will not do, NewerDatabase, DatabaseBusy, DatabaseFull.
        """
        path = path.absolute()
        steps = packaged() if migrations is None else tuple(migrations)
        warnings = await asyncio.to_thread(prepare, path)
        self = cls(path, known=latest(steps), checkpointer=checkpointer, warnings=warnings)
        guard.protect(path)
        opened: list[aiosqlite.Connection] = []
        try:
            for connector in (
                partial(self._open_writer, steps, clock),
                self._open_reader,
                self._open_watcher,
            ):
                opened.append(await aiosqlite.Connection(connector, iter_chunk_size=64))
            self._writer, self._reader, self._watcher = opened
            self._feed = ChangeFeed(path, self._data_version, await self._data_version())
        except BaseException:
            for connection in reversed(opened):
                await connection.close()
            guard.release(path)
            raise
        if checkpointer:
            self._checkpoints = asyncio.create_task(self._keep_short(), name="storage-checkpoints")
        return self

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in one transaction: all of it is kept, or, whatever it raises, none.

        Raises DatabaseBusy (naming the holder) after five seconds, DatabaseFull, NewerDatabase, StorageError, and
        passes on what `work` raises. A cancelled write that has begun runs to its end and may be kept.
        """
        result = await self._hop(self._writer, partial(self._write, work))
        if self._feed is not None:
            self._feed.hint()
        return result

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` on one snapshot, query-only. It hands back rows, never a cursor; raises as `write` does."""
        return await self._hop(self._reader, partial(self._read, work))

    def changes(self) -> AsyncIterator[None]:
        """An item when anybody, ourselves included, has committed since the last item; ends at `close`.

        A change is a hint: the truth is what a `read` finds. Bursts come as one item, at most one per 50 ms.
        """
        if self._feed is None or self._closed:
            raise self._is_closed()
        return self._feed.subscribe()

    async def close(self) -> None:
        """Finish what was begun, empty the WAL where that is ours to do, and let go; a second time does nothing."""
        if self._closed:
            return
        self._closed = True
        if self._checkpoints is not None:
            self._checkpoints.cancel()
            with suppress(asyncio.CancelledError):
                await self._checkpoints
        if self._feed is not None:
            await self._feed.aclose()
        try:
            if self._checkpointer:
                await self._on_thread(self._writer, partial(self._checkpoint, mode="TRUNCATE"))
            for connection in (self._watcher, self._reader, self._writer):
                await connection.close()
        finally:
            guard.release(self.path)

    async def __aenter__(self) -> Database:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    def _open_writer(self, steps: Sequence[Migration], clock: Clock) -> sqlite3.Connection:
        bound = 0 if self._checkpointer else transaction.WAL_BOUND_PAGES
        connection = transaction.connect(self.path, autocheckpoint=bound)
        try:
            migrate(connection, self.path, steps, clock)
            transaction.read(connection, self.path, self._known, lambda _connection: None)  # makes the -wal
            self._opened_files = guard.FileIdentity.of(self.path)
        except sqlite3.Error as error:
            connection.close()
            raise (transaction.translated(error, self.path) or error) from error
        except BaseException:
            connection.close()
            raise
        return connection

    def _open_reader(self) -> sqlite3.Connection:
        return transaction.connect(self.path, query_only=True, autocheckpoint=0)

    def _open_watcher(self) -> sqlite3.Connection:
        return transaction.connect(self.path, query_only=True, autocheckpoint=0)

    def _write(self, work: Callable[[sqlite3.Connection], T], connection: sqlite3.Connection) -> T:
        if self._opened_files is not None:
            guard.refuse_moved(self.path, self._opened_files)
        return transaction.write(connection, self.path, self._known, work)

    def _read(self, work: Callable[[sqlite3.Connection], T], connection: sqlite3.Connection) -> T:
        return transaction.read(connection, self.path, self._known, work)

    async def _data_version(self) -> int:
        return await self._on_thread(self._watcher, partial(_data_version, self.path))

    async def _keep_short(self) -> None:
        """Copy the WAL back each second in which something was written, and empty it when all is quiet."""
        seen, idle = 0, 0
        while True:
            await asyncio.sleep(CHECKPOINT_EVERY)
            size, moment = _wal(self.path)
            idle = 0 if moment != seen else idle + 1
            try:
                if moment != seen:
                    await self._on_thread(self._writer, partial(self._checkpoint, mode="PASSIVE"))
                elif size and idle % IDLE_LOOKS == 0:
                    await self._on_thread(self._writer, partial(self._checkpoint, mode="TRUNCATE"))
            except sqlite3.Error as error:
                _log.warning("checkpoint failed: %s", error)  # the WAL keeps everything until it succeeds
            seen = _wal(self.path)[1]

    def _checkpoint(self, connection: sqlite3.Connection, *, mode: str) -> None:
        """Copy committed pages from the WAL; a reader in the way is no error, the next look tries again."""
        try:
            connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchall()
        except sqlite3.OperationalError as error:
            if transaction.primary_code(error) != sqlite3.SQLITE_BUSY:
                raise

    async def _hop(self, connection: aiosqlite.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._closed:
            raise self._is_closed()
        return await self._on_thread(connection, work)

    async def _on_thread(
        self, connection: aiosqlite.Connection, work: Callable[[sqlite3.Connection], T]
    ) -> T:
        """Run `work` in one hop on the connection's thread; one that was cancelled before its turn does not run.

        aiosqlite offers only single statements in public, each its own hop; this is the one place that uses its
        private queue and connection.
        """
        abandoned = threading.Event()

        def turn() -> T | None:
            if abandoned.is_set():
                return None  # nobody waits for it any more
            try:
                return work(connection._conn)  # noqa: SLF001
            except StopIteration as error:  # a future refuses it, and its waiter would wait for ever
                raise RuntimeError("a work let StopIteration escape") from error

        try:
            return await connection._execute(turn)  # type: ignore[no-any-return, no-untyped-call]  # noqa: SLF001
        except asyncio.CancelledError:
            abandoned.set()
            raise

    def _is_closed(self) -> StorageError:
        return StorageError(_("The database {path} is closed.", path=self.path))


def _data_version(path: Path, connection: sqlite3.Connection) -> int:
    (version,) = transaction.patiently(path, lambda: connection.execute("PRAGMA data_version").fetchone())
    return int(version)


def _wal(path: Path) -> tuple[int, int]:
    """Size in bytes and time of the last write (ns) of the WAL; zeros where there is none."""
    try:
        status = path.with_name(f"{path.name}-wal").stat()
    except FileNotFoundError:
        return 0, 0
    return status.st_size, status.st_mtime_ns
