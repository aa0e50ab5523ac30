"""The process that waits: everything imported, nothing opened, no thread and no loop; it only forks.

It ends by itself: after a time in which nobody called, when any file that it has loaded is not what it was
(an upgrade never runs old code), and when its socket has been taken away.
"""

from __future__ import annotations

import fcntl
import gc
import importlib
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from webcare.warm import place
from webcare.warm.imprint import imprint

IDLE_SECONDS = 36 * 3600
"""Whoever opens the desk every morning finds it warm."""

LOOK = 60_000
"""Milliseconds between looks whether we are still wanted."""

LOCK = "warm.lock"

LOADED = ("webcare.__main__", "webcare.ends", "webcare.opening", "webcare.face", "webcare.warm.desk")
"""What a desk is opened with; each brings in what it stands on."""

LOADED_LATER = (
    "concurrent.futures.thread", "importlib.resources.readers", "storage.migrations",
    "textual.drivers.linux_driver", "textual.layouts.factory", "textual.layouts.horizontal",
    "textual.layouts.stream", "textual.pilot", "textual.scrollbar", "tui.acts.every", "tui.editor", "yaml",
    "zipfile",
)  # fmt: skip
"""What those import only when it is asked for: before the first paint, and for the first keys."""

Files = dict[str, tuple[int, int, int]]


def main() -> int:
    """Load, listen, fork; a fork that has become a desk returns its exit code."""
    os.closerange(3, 1 << 20)  # whatever our starter held open, a lock perhaps, is not ours to keep
    with suppress(PermissionError):  # the leader of a session already
        os.setsid()
    os.umask(0o077)
    os.chdir("/")
    mark = imprint(os.environb)
    path = place.folder_of(os.environ)
    if path is None:
        return 1
    folder = place.open_folder(path)
    lock = _only_one(folder)
    if lock is None:
        return 0
    load()
    if threading.active_count() != 1:  # a fork of a process with threads inherits locks that nobody opens
        return 1
    parent = Parent(folder, lock, loaded_files())
    os.write(1, b"1")
    os.dup2(2, 1)
    line = parent.serve()
    if line is None:
        return 0
    from webcare.warm import desk  # noqa: PLC0415 - loaded above

    return desk.run(line, mark)


def load() -> None:
    """Import all that a desk needs, as a desk would."""
    from webcare.opening import hurry_textual  # noqa: PLC0415 - the desk is loaded where it is said to be

    hurry_textual()
    for name in LOADED:
        importlib.import_module(name)
    for name in LOADED_LATER:
        with suppress(ImportError):  # another version may have it elsewhere; that costs time and nothing else
            importlib.import_module(name)
    from rich.cells import cell_len  # noqa: PLC0415 - as above

    cell_len("é")  # its table of widths is loaded with the first letter that is not ASCII
    gc.collect()
    gc.freeze()  # a fork's collector leaves alone, and thereby shared, what is here now


def _only_one(folder: int) -> int | None:
    """The lock of the one parent, for as long as it lives; None where there is another."""
    lock = os.open(LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600, dir_fd=folder)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None
    return lock


def loaded_files() -> Files:
    """Every file that is loaded, the interpreter's too, and how it looks."""
    named = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    return {path: _looks(path) for path in {sys.executable, *(name for name in named if name)}}


def unchanged(files: Files) -> bool:
    """Whether all of them look as they did."""
    return all(_looks(path) == look for path, look in files.items())


def _looks(path: str) -> tuple[int, int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116 - hundreds of them stand before each first paint
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_ino)


class Parent:
    """A socket, the lock on its place, and what has been loaded."""

    def __init__(self, folder: int, lock: int, files: Files) -> None:
        self._folder, self._lock, self._files = folder, lock, files
        with suppress(FileNotFoundError):
            os.unlink(place.SOCKET, dir_fd=folder)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listener.bind(place.name_in(folder))  # 0700 by our mask
        self._listener.listen(8)
        self._inode = self._on_disk()

    def serve(
        self, idle: float = IDLE_SECONDS, now: Callable[[], float] = time.monotonic
    ) -> socket.socket | None:
        """Fork for everyone who calls; in a fork the line to its caller, in the parent None at the end."""
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries them
        waiting = select.poll()
        waiting.register(self._listener, select.POLLIN)
        until = now() + idle
        while now() < until and self._on_disk() == self._inode:
            if not waiting.poll(LOOK):
                if not unchanged(self._files):
                    break
                continue
            until = now() + idle
            line = self._listener.accept()[0]
            if place.peer_of(line)[1] != os.geteuid():
                line.close()
            elif not unchanged(self._files):
                self._leave()
                line.close()  # whoever called finds nobody, and starts another
                return None
            elif self._fork():
                return line
            line.close()
        self._leave()
        return None

    def _fork(self) -> bool:
        """True in the child, which keeps nothing of the parent's open."""
        try:
            if os.fork():
                return False
        except OSError:  # no more processes for this user; the caller starts in the plain way
            return False
        self._close()
        return True

    def _leave(self) -> None:
        """Make room for another parent."""
        if self._on_disk() == self._inode:
            os.unlink(place.SOCKET, dir_fd=self._folder)
        self._close()

    def _close(self) -> None:
        self._listener.close()
        os.close(self._lock)
        os.close(self._folder)

    def _on_disk(self) -> int:
        try:
            return os.stat(place.SOCKET, dir_fd=self._folder, follow_symlinks=False).st_ino
        except OSError:
            return 0


if __name__ == "__main__":
    sys.exit(main())
