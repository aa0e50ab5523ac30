"""Notice that somebody committed: within milliseconds by inotify, within a second without it.

`PRAGMA data_version` is the test, inotify only says when to ask. A commit writes to the `-wal`, then waits
for the disk, and only then becomes visible, without a further event: so after each event we ask again a few
times.
"""

from __future__ import annotations

import asyncio
import ctypes
import ctypes.util
import os
import struct
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

POLL = 1.0
"""Seconds between questions where inotify is silent, exhausted or absent."""

QUIET = 0.05
"""Seconds between two wakes at least: a burst of commits is one repaint."""

_ASK_AGAIN = (0.002, 0.008, 0.03, 0.1, 0.3)
"""Seconds until we ask again after an event whose commit was not visible yet; slow disks sync slowly."""

_EVENT = struct.Struct("iIII")
_IN_MODIFY = 0x002
_IN_MOVED_TO = 0x080
_IN_CREATE = 0x100
_IN_Q_OVERFLOW = 0x4000
_IN_NONBLOCK = os.O_NONBLOCK
_IN_CLOEXEC = os.O_CLOEXEC


class DirectoryWatch:
    """Names of files that were written to in one directory; Linux only."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def open(cls, folder: Path) -> DirectoryWatch | None:
        """A watch, or None where the system has no inotify or no watches left."""
        try:
            libc = ctypes.CDLL(None, use_errno=True)
            descriptor = int(libc.inotify_init1(_IN_NONBLOCK | _IN_CLOEXEC))
        except (AttributeError, OSError, TypeError):
            return None
        if descriptor < 0:
            return None
        mask = _IN_MODIFY | _IN_MOVED_TO | _IN_CREATE
        if libc.inotify_add_watch(descriptor, os.fsencode(folder), ctypes.c_uint32(mask)) < 0:
            os.close(descriptor)
            return None
        return cls(descriptor)

    def fileno(self) -> int:
        """For the event loop."""
        return self._descriptor

    def read(self) -> frozenset[str] | None:
        """The names since the last call; None when the kernel lost count and anything may have changed."""
        names: set[str] = set()
        while True:
            try:
                buffer = os.read(self._descriptor, 65536)
            except BlockingIOError:
                return frozenset(names)
            offset = 0
            while offset < len(buffer):
                _watch, mask, _cookie, length = _EVENT.unpack_from(buffer, offset)
                if mask & _IN_Q_OVERFLOW:
                    return None
                offset += _EVENT.size
                names.add(os.fsdecode(buffer[offset : offset + length].rstrip(b"\0")))
                offset += length

    def close(self) -> None:
        """Stop watching."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class Subscription(AsyncIterator[None]):
    """One reader of the feed: an item means "something was committed since the last item"."""

    def __init__(self) -> None:
        self._moved = asyncio.Event()
        self._ended = False
        self._error: BaseException | None = None

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> None:
        """Wait for the next commit; raises StopAsyncIteration when the database is closed."""
        await self._moved.wait()
        if self._error is not None:
            raise self._error
        if self._ended:
            raise StopAsyncIteration
        self._moved.clear()

    def wake(self) -> None:
        """Something was committed."""
        self._moved.set()

    def end(self, error: BaseException | None = None) -> None:
        """No more items; the reader gets `error` where there is one."""
        self._ended = True
        self._error = error
        self._moved.set()


class ChangeFeed:
    """Asks `data_version` when there is reason to, and wakes all subscriptions when it moved."""

    def __init__(self, database: Path, data_version: Callable[[], Awaitable[int]], seen: int) -> None:
        self._database = database
        self._data_version = data_version
        self._seen = seen
        self._hint = asyncio.Event()
        self._subscriptions: weakref.WeakSet[Subscription] = weakref.WeakSet()
        self._task: asyncio.Task[None] | None = None
        self._directory: DirectoryWatch | None = None
        self._closed = False

    def subscribe(self) -> Subscription:
        """A new reader; commits from now on wake it."""
        subscription = Subscription()
        if self._closed:
            subscription.end()
            return subscription
        self._subscriptions.add(subscription)
        if self._task is None:
            self._listen()
            self._task = asyncio.get_running_loop().create_task(self._pump(), name="storage-changes")
        return subscription

    def hint(self) -> None:
        """There may be something new: ask soon."""
        self._hint.set()

    async def aclose(self) -> None:
        """End all subscriptions and stop asking."""
        self._closed = True
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        if self._directory is not None:
            asyncio.get_running_loop().remove_reader(self._directory.fileno())
            self._directory.close()
            self._directory = None
        for subscription in self._subscriptions:
            subscription.end()

    def _listen(self) -> None:
        self._directory = DirectoryWatch.open(self._database.parent)
        if self._directory is not None:
            asyncio.get_running_loop().add_reader(self._directory.fileno(), self._on_event)

    def _on_event(self) -> None:
        if self._directory is None:
            return
        names = self._directory.read()
        ours = {self._database.name, f"{self._database.name}-wal"}
        if names is None or names & ours:
            self._hint.set()

    async def _pump(self) -> None:
        try:
            while True:
                if await self._moved():
                    for subscription in self._subscriptions:
                        subscription.wake()
                    await asyncio.sleep(QUIET)
        except Exception as error:
            for subscription in self._subscriptions:
                subscription.end(error)

    async def _moved(self) -> bool:
        """Wait for a reason to ask, then ask until the answer moved or enough time has passed."""
        hinted = await self._hinted(POLL)
        if await self._ask():
            return True
        step = 0 if hinted else len(_ASK_AGAIN)
        while step < len(_ASK_AGAIN):
            again = await self._hinted(_ASK_AGAIN[step])
            if await self._ask():
                return True
            # A commit is several writes to the log; each begins the steps anew, or none is left for the last.
            step = 0 if again else step + 1
        return False

    async def _hinted(self, patience: float) -> bool:
        try:
            async with asyncio.timeout(patience):
                await self._hint.wait()
        except TimeoutError:
            return False
        self._hint.clear()
        return True

    async def _ask(self) -> bool:
        version = await self._data_version()
        moved, self._seen = version != self._seen, version
        return moved
