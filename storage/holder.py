"""Who holds the write lock, asked of the kernel, so that a wait can be explained with a name.

In WAL mode SQLite's write lock is byte 120 of the `-shm` file (https://www.sqlite.org/walformat.html, section
2.3.1); Linux lists every POSIX lock with its process in `/proc/locks`. Elsewhere nobody can be named.
"""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from i18n import _

WRITE_LOCK_BYTE = 120
_COMMAND_CELLS = 60


@dataclass(frozen=True, slots=True)
class Holder:
    """A process with a lock on the database."""

    pid: int

    login: str
    """Empty where the process has gone or belongs to another namespace."""

    command: str

    stopped: bool
    """It was suspended (Ctrl-Z, SIGSTOP) inside its transaction."""

    def sentence(self) -> str:
        """Who it is, for a person."""
        if self.pid == os.getpid():
            return _("The database is held by this very program (process {pid}).", pid=self.pid)
        named = _(
            "The database is held by process {pid} ({login}: {command})",
            pid=self.pid,
            login=self.login or "?",
            command=self.command or "?",
        )
        if self.stopped:
            return _("{holder}, which is stopped; wake it with: kill -CONT {pid}", holder=named, pid=self.pid)
        return _("{holder}; try again when it has finished.", holder=named)


def write_lock_holder(database: Path, *, proc: Path = Path("/proc")) -> Holder | None:
    """Who is inside a write transaction on `database`, or None where that cannot be known."""
    return _holder_of(database, WRITE_LOCK_BYTE, WRITE_LOCK_BYTE, proc=proc)


def reader_holders(database: Path, *, proc: Path = Path("/proc")) -> tuple[Holder, ...]:
    """Processes with a read transaction open: they keep the WAL from being reset (bytes 123 to 127)."""
    pids = _pids(database, 123, 127, proc=proc)
    return tuple(_describe(pid, proc) for pid in pids)


def _holder_of(database: Path, first: int, last: int, *, proc: Path) -> Holder | None:
    pids = _pids(database, first, last, proc=proc)
    return _describe(pids[0], proc) if pids else None


def _pids(database: Path, first: int, last: int, *, proc: Path) -> tuple[int, ...]:
    try:
        inode = os.stat(f"{database}-shm").st_ino  # noqa: PTH116 - the name is built, not a path in hand
        lines = (proc / "locks").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return ()
    found = (_pid_in(line, inode, first, last) for line in lines)
    return tuple(dict.fromkeys(pid for pid in found if pid > 0))


def _pid_in(line: str, inode: int, first: int, last: int) -> int:
    """The process in one line of `/proc/locks`, 0 where the line is about something else.

    The device is not compared: btrfs and overlayfs report another one there than in `stat`.
    """
    parts = line.split()  # a waiter has `->` before its kind, and is not the holder
    if len(parts) < 8 or parts[1] != "POSIX":
        return 0
    if parts[5].rpartition(":")[2] != str(inode):
        return 0
    start, end = int(parts[6]), last if parts[7] == "EOF" else int(parts[7])
    overlaps = start <= last and end >= first
    return int(parts[4]) if overlaps else 0


def _describe(pid: int, proc: Path) -> Holder:
    folder = proc / str(pid)
    try:
        status = (folder / "status").read_text(encoding="utf-8", errors="replace")
        words = (folder / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return Holder(pid=pid, login="", command="", stopped=False)
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return Holder(
        pid=pid,
        login=_login(int(fields.get("Uid", "-1").split()[0])),
        command=_command([word.decode("utf-8", "replace") for word in words if word]),
        stopped=fields.get("State", "").strip().startswith(("T", "t")),
    )


def _login(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OverflowError):
        return str(uid)


def _command(words: list[str]) -> str:
    """The command line without its folders; any local user chooses these bytes, so only printable ones."""
    line = " ".join([Path(words[0]).name, *words[1:]]) if words else ""
    return "".join(sign if sign.isprintable() else "?" for sign in line)[:_COMMAND_CELLS]
