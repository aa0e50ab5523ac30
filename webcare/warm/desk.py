"""A fork of the parent that becomes somebody's desk: their terminal, place, words and environment.

What cannot be taken over must be the same already, else the caller is told to start in the plain way.
"""

from __future__ import annotations

import array
import locale
import os
import resource
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from webcare.warm.place import peer_of
from webcare.warm.standing import standing, status_of

REQUEST = 1 << 20
PATIENCE = 5.0
LENT = 4
"""Standard input, output and error, and the folder."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the caller handed over."""

    imprint: bytes
    words: list[str]
    environment: dict[bytes, bytes]
    descriptors: tuple[int, ...]


def run(line: socket.socket, imprint: bytes) -> int:
    """Be the desk of whoever is at the other end of the line, to its end; the exit code."""
    line.settimeout(PATIENCE)
    request = receive(line)
    process, _user = peer_of(line)
    if request is None or request.imprint != imprint or not _stand_like(process):
        line.send(b"cold")
        return 0
    line.settimeout(None)
    line.send(b"here %d" % os.getpid())
    _become(request)
    threading.Thread(target=_end_with, args=(line,), name="caller", daemon=True).start()
    code = _open_the_desk()
    with suppress(OSError):
        line.send(b"end %d" % code)
    return code


def receive(line: socket.socket) -> Request | None:
    """The caller's request; None where it is none of ours. Raises OSError when nothing comes."""
    size = array.array("i").itemsize
    content, ancillary, flags, _address = line.recvmsg(
        REQUEST, socket.CMSG_SPACE(LENT * size), socket.MSG_CMSG_CLOEXEC
    )
    lent = array.array("i")
    for level, kind, each in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            lent.frombytes(each[: len(each) - len(each) % size])
    imprint, *rest = content.split(b"\0")
    cut = flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC)
    if len(lent) != LENT or cut or not rest or not rest[0].isdigit():
        for descriptor in lent:
            os.close(descriptor)
        return None
    words, pairs = rest[1 : 1 + int(rest[0])], rest[1 + int(rest[0]) :]
    environment = dict(pair.split(b"=", 1) for pair in pairs if b"=" in pair)
    return Request(imprint, [os.fsdecode(word) for word in words], environment, tuple(lent))


def _stand_like(process: int) -> bool:
    """Whether the caller has our rights and sees our system; its file mask and limits become ours."""
    try:
        status = status_of(process)
        if standing(process, status) != standing(os.getpid(), status_of(os.getpid())):
            return False
        os.umask(int(status["Umask"], 8))
        for name in (name for name in dir(resource) if name.startswith("RLIMIT_")):
            kind = getattr(resource, name)
            resource.setrlimit(kind, resource.prlimit(process, kind))
    except (OSError, KeyError, ValueError):
        return False
    return True


def _become(request: Request) -> None:
    """Take over; nothing of the parent's, and nothing of whoever started it, is left."""
    with suppress(PermissionError):
        os.setsid()
    *standard, folder = request.descriptors
    for number, descriptor in enumerate(standard):
        os.dup2(descriptor, number)
    os.fchdir(folder)
    for descriptor in request.descriptors:
        os.close(descriptor)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # An editor's Ctrl+Z goes to its whole group; nobody would ever wake us, for no shell knows us.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTSTP})
    os.environb.clear()
    os.environb.update(request.environment)
    sys.argv[:] = request.words
    time.tzset()
    with suppress(locale.Error):  # one that is not installed leaves it as it is
        locale.setlocale(locale.LC_CTYPE, "")
    _open_streams()


def _open_streams() -> None:
    """Streams on what the standard descriptors are now; the old ones remember things of another file."""
    encoding = sys.stdin.encoding
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        buffering = 1 if descriptor == 2 or os.isatty(descriptor) else -1
        mode, errors = ("w", "replace") if descriptor else ("r", "strict")
        stream = open(descriptor, mode, -1 if mode == "r" else buffering, encoding, errors, closefd=False)  # noqa: SIM115 - for the whole process
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _end_with(line: socket.socket) -> None:
    """When the caller is gone, killed even, the desk is told as by a line that broke."""
    with suppress(OSError):
        while line.recv(1):
            pass
    os.kill(os.getpid(), signal.SIGHUP)


def _open_the_desk() -> int:
    """As the console script does it."""
    from webcare.__main__ import main  # noqa: PLC0415 - loaded long ago, by the parent

    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0
