"""The one SQLite file as the rest of the program sees it: write, read, changes.

Three connections, each with its own thread (aiosqlite): the writer, a `query_only` reader, and one that
only asks `PRAGMA data_version`. A work is a plain function over a `sqlite3.Connection` that runs in one hop
on that thread: statements awaited one by one would hold the write lock across pauses of the event loop.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Self, TypeVar, cast

import aiosqlite

from domain.clock import Clock
from domain.errors import StorageError
from i18n import _
from storage import guard, transaction
from storage.backup import BackupReport, back_up
from storage.finding import Finding
from storage.location import prepare
from storage.migrate import Migration, latest, migrate, packaged
from storage.watch import ChangeFeed

T = TypeVar("T")

Work = Callable[[sqlite3.Connection], T]

_log = logging.getLogger(__name__)

CHECKPOINT_EVERY = 1.0
"""Seconds between looks at the WAL by the process that checkpoints."""

LAST_WORD = 5.0
"""Seconds for the thread of a connection that could not be opened to end."""

IDLE_LOOKS = 30
"""Looks without a write after which the WAL is emptied."""


class Database:
    """An open database; close it when done, a process that dies without doing so loses nothing."""

    def __init__(self, file: DatabaseFile, lines: Sequence[aiosqlite.Connection], seen: int) -> None:
        self.path = file.path
        self.warnings = file.warnings
        """What people should know of the place, such as a disk that does not outlive a restart."""
        self._file = file
        self._writer, self._reader, self._watcher = lines
        self._feed = ChangeFeed(file.path, self._data_version, seen)
        self._closed = False
        self._checkpoints: asyncio.Task[None] | None = None
        if file.checkpointer:
            self._checkpoints = asyncio.create_task(self._keep_short(), name="storage-checkpoints")

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

        `checkpointer` is for the one process that keeps the WAL short: the collector, or the only desk.
        `migrations` are the program's own unless a test brings others. Raises StorageError where the place
        or the rights will not do, NewerDatabase, DatabaseBusy, DatabaseFull.
        """
        file = await asyncio.to_thread(DatabaseFile, path, clock, migrations, checkpointer=checkpointer)
        async with AsyncExitStack() as undo:
            guard.protect(file.path)
            undo.callback(guard.release, file.path)
            lines: list[aiosqlite.Connection] = []
            for connector in (file.open_writer, file.open_reader, file.open_reader):
                line = await _line(connector)
                undo.push_async_callback(line.close)
                lines.append(line)
            database = cls(file, lines, await _on_thread(lines[2], file.data_version))
            undo.pop_all()
        return database

    async def write(self, work: Work[T]) -> T:
        """Run `work` in one transaction: all of it is kept, or, whatever it raises, none.

        Raises DatabaseBusy (naming the holder) after five seconds, DatabaseFull, NewerDatabase,
        StorageError, and passes on what `work` raises. A cancelled write that has begun runs to its end
        and may be kept.
        """
        result = await self._hop(self._writer, partial(self._file.write, work))
        self._feed.hint()
        return result

    async def read(self, work: Work[T]) -> T:
        """Run `work` on one snapshot, query-only; it hands back rows, never a cursor. Raises as `write`."""
        return await self._hop(self._reader, partial(self._file.read, work))

    def changes(self) -> AsyncIterator[None]:
        """An item when anybody, ourselves included, has committed since the last item; ends at `close`.

        A change is a hint: the truth is what a `read` finds. Bursts come as one item, at most one in 50 ms.
        """
        if self._closed:
            raise self._is_closed()
        return self._feed.subscribe()

    async def back_up(self, target: Path) -> BackupReport:
        """Write a checked copy to `target` on a thread of its own; work goes on meanwhile."""
        if self._closed:
            raise self._is_closed()
        return await asyncio.to_thread(back_up, self.path, target)

    async def rewrite(self) -> None:
        """Write the whole file anew, so that nothing that was ever deleted stands between its rows.

        Takes as long as a copy and as much space again; writers wait meanwhile. Raises as `write`.
        """
        await self._hop(self._writer, self._file.rewrite)

    async def empty_wal(self) -> bool:
        """Copy everything into the file itself and empty the WAL; False while a reader is in the way."""
        if self._closed:
            raise self._is_closed()
        await self._checkpoint("TRUNCATE")
        return self._file.wal()[0] == 0

    async def close(self) -> None:
        """Finish what was begun, empty the WAL where that is ours, let go; a second time does nothing."""
        if self._closed:
            return
        self._closed = True
        if self._checkpoints is not None:
            self._checkpoints.cancel()
            with suppress(asyncio.CancelledError):
                await self._checkpoints
        await self._feed.aclose()
        async with AsyncExitStack() as closing:
            closing.callback(guard.release, self.path)
            for line in (self._writer, self._reader, self._watcher):
                closing.push_async_callback(line.close)
            if self._file.checkpointer:
                await self._checkpoint("TRUNCATE")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def _keep_short(self) -> None:
        """Copy the WAL back each second in which something was written; empty it when all is quiet."""
        seen, idle = 0, 0
        while True:
            await asyncio.sleep(CHECKPOINT_EVERY)
            size, moment = self._file.wal()
            idle = 0 if moment != seen else idle + 1
            if moment != seen:
                await self._checkpoint("PASSIVE")
            elif size and idle % IDLE_LOOKS == 0:
                await self._checkpoint("TRUNCATE")
            seen = self._file.wal()[1]

    async def _checkpoint(self, mode: str) -> None:
        try:
            await _on_thread(self._writer, partial(self._file.checkpoint, mode))
        except sqlite3.Error as error:
            _log.warning("checkpoint failed: %s", error)  # nothing is lost: the WAL keeps it until the next

    async def _data_version(self) -> int:
        return await _on_thread(self._watcher, self._file.data_version)

    async def _hop(self, line: aiosqlite.Connection, work: Work[T]) -> T:
        if self._closed:
            raise self._is_closed()
        return await _on_thread(line, work)

    def _is_closed(self) -> StorageError:
        return StorageError(_("The database {path} is closed.", path=self.path))


class DatabaseFile:
    """What happens on the threads of the connections: the synchronous half of `Database`."""

    def __init__(
        self, path: Path, clock: Clock, migrations: Sequence[Migration] | None, *, checkpointer: bool
    ) -> None:
        self.path = path.absolute()
        self.checkpointer = checkpointer
        self.warnings: tuple[Finding, ...] = prepare(self.path)
        self._clock = clock
        self._migrations = packaged() if migrations is None else tuple(migrations)
        self._known = latest(self._migrations)
        self._identity: guard.FileIdentity | None = None

    def open_writer(self) -> sqlite3.Connection:
        """The first connection: it creates and migrates."""
        bound = 0 if self.checkpointer else transaction.WAL_BOUND_PAGES
        connection = transaction.connect(self.path, autocheckpoint=bound)
        try:
            migrate(connection, self.path, self._migrations, self._clock)
            self.read(_nothing, connection)  # SQLite makes the -wal with the first transaction
            self._identity = guard.FileIdentity.of(self.path)
        except sqlite3.Error as error:
            connection.close()
            raise (transaction.translated(error, self.path) or error) from error
        except BaseException:
            connection.close()
            raise
        return connection

    def open_reader(self) -> sqlite3.Connection:
        """A connection that refuses to write."""
        return transaction.connect(self.path, query_only=True, autocheckpoint=0)

    def write(self, work: Work[T], connection: sqlite3.Connection) -> T:
        """One transaction, after a look whether the files are still ours."""
        if self._identity is not None:
            guard.refuse_moved(self.path, self._identity)
        return transaction.write(connection, self.path, self._known, work)

    def read(self, work: Work[T], connection: sqlite3.Connection) -> T:
        """One snapshot."""
        return transaction.read(connection, self.path, self._known, work)

    def rewrite(self, connection: sqlite3.Connection) -> None:
        """VACUUM, which is no transaction of ours."""
        try:
            connection.execute("VACUUM")
        except sqlite3.Error as error:
            raise (transaction.translated(error, self.path) or error) from error

    def data_version(self, connection: sqlite3.Connection) -> int:
        """A number that differs when another connection has committed."""
        statement = partial(connection.execute, "PRAGMA data_version")
        (version,) = transaction.patiently(self.path, lambda: statement().fetchone())
        return int(version)

    def checkpoint(self, mode: str, connection: sqlite3.Connection) -> None:
        """Copy committed pages from the WAL; a reader in the way is no error, the next look tries again."""
        try:
            connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchall()
        except sqlite3.OperationalError as error:
            if transaction.primary_code(error) != sqlite3.SQLITE_BUSY:
                raise

    def wal(self) -> tuple[int, int]:
        """Size in bytes and time of the last write (ns) of the WAL; zeros where there is none."""
        try:
            status = self.path.with_name(f"{self.path.name}-wal").stat()
        except FileNotFoundError:
            return 0, 0
        return status.st_size, status.st_mtime_ns


async def _line(connector: Callable[[], sqlite3.Connection]) -> aiosqlite.Connection:
    """A connection with its thread, which does not keep a crashed program from ending.

    Before 0.22 aiosqlite's connection was itself the thread.
    """
    line = aiosqlite.Connection(connector, iter_chunk_size=64)
    thread = cast("threading.Thread", getattr(line, "_thread", line))
    thread.daemon = True
    try:
        return await line
    except BaseException:
        # aiosqlite stops its thread and does not wait for its last word, which would meet a closed loop.
        await asyncio.to_thread(thread.join, LAST_WORD)
        raise


async def _on_thread(line: aiosqlite.Connection, work: Work[T]) -> T:
    """Run `work` in one hop on the connection's thread; one cancelled before its turn does not run.

    aiosqlite offers only single statements in public, each its own hop; this and `_line` are the only places
    that reach behind its public face.
    """
    abandoned = threading.Event()

    def turn() -> T | None:
        if abandoned.is_set():
            return None  # nobody waits for it any more
        try:
            return work(line._conn)  # noqa: SLF001
        except StopIteration as error:  # a future refuses it, and its waiter would wait for ever
            raise RuntimeError("a work let StopIteration escape") from error

    try:
        return await line._execute(turn)  # type: ignore[no-any-return, no-untyped-call]  # noqa: SLF001
    except asyncio.CancelledError:
        abandoned.set()
        raise


def _nothing(_connection: sqlite3.Connection) -> None:
    """A work that only begins."""
