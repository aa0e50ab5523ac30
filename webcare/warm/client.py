"""`webcare --warm`, the caller's side: hand our terminal to a desk that is ready, and stay for the signals.

Everything here stands between the command and the first paint, so next to nothing is imported: `_socket`
costs 0.3 ms where `socket` costs 7, and `signal` waits until the desk is at work.
"""

from __future__ import annotations

import _socket
import os
import sys
import termios

from webcare.warm import place
from webcare.warm.imprint import imprint

ANSWER_SECONDS = 3.0
PARENT_SECONDS = 10_000
"""Milliseconds that a parent may take to load everything."""


def open_warm(words: list[str]) -> int | None:
    """Open the desk through the parent, and stay until it has ended; its exit code.

    None where the desk has to be started in the plain way: there is no parent to be had, or what lies in its
    place is not ours, which has then been said.
    """
    path = place.folder_of(os.environ) if _holds_the_terminal() else None
    if path is None:
        return None
    try:
        return _open_through(path, words)
    except place.Untrusted as error:
        _say_untrusted(error)
    except KeyboardInterrupt:
        return 130
    except OSError:
        pass
    return None


def _holds_the_terminal() -> bool:
    """Whether we are in the foreground of a terminal that a desk can be painted on.

    A desk that is no child of our shell is not stopped by the kernel when it may not read or paint, so it
    must never get a terminal that somebody else is using.
    """
    if sys.platform != "linux" or None in {sys.stdin, sys.stdout, sys.stderr}:
        return False
    if not (os.isatty(0) and os.isatty(2)) or os.environ.get("TERM") == "dumb":
        return False
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:  # not the terminal of our session: nobody would tell us of a change of its size
        return False


def _open_through(path: str, words: list[str]) -> int | None:
    folder = place.open_folder(path)
    for may_start in (True, False):
        settings = termios.tcgetattr(0)
        line = call(folder, path)
        answer = b"gone" if line is None else _ask(line, words)
        if line is not None and answer.startswith(b"here "):
            from webcare.warm.stay import stay  # noqa: PLC0415 - the desk is at work already

            return stay(line, int(answer[5:]), settings)
        if line is not None:
            line.close()
        if answer != b"gone" or not may_start or not _start_parent():
            break
    return None


def call(folder: int, path: str) -> _socket.socket | None:
    """A line to the parent; None where none listens. Raises Untrusted where somebody else does."""
    name = place.socket_in(folder, path)
    if name is None:
        return None
    line = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    try:
        line.connect(name)
    except (ConnectionRefusedError, FileNotFoundError):
        line.close()
        return None
    if place.peer_of(line)[1] != os.geteuid():
        line.close()
        raise place.Untrusted(path)
    return line


def _ask(line: _socket.socket, words: list[str]) -> bytes:
    """Hand over terminal, place, words and environment; what is answered, `gone` where the other end left."""
    environment = [name + b"=" + value for name, value in os.environb.items()]
    request = b"\0".join((imprint(os.environb), b"%d" % len(words), *map(os.fsencode, words), *environment))
    here = os.open(".", os.O_PATH | os.O_DIRECTORY)
    lent = b"".join(each.to_bytes(4, sys.byteorder) for each in (0, 1, 2, here))
    line.settimeout(ANSWER_SECONDS)
    try:
        line.sendmsg([request], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, lent)])
        return line.recv(64) or b"gone"
    except ConnectionError:
        return b"gone"
    except TimeoutError:
        return b"cold"
    finally:
        os.close(here)


def _start_parent() -> bool:
    """Start a parent in a session of its own and wait until it listens."""
    import select  # noqa: PLC0415 - only where nothing is ready

    from webcare.warm.imprint import inherited  # noqa: PLC0415

    hear, tell = os.pipe()
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, tell, 1),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    # -P: a folder of the current directory must never stand in for one of our packages.
    command = [sys.executable, "-P", "-m", "webcare.warm.parent"]
    os.posix_spawn(sys.executable, command, inherited(os.environ), file_actions=actions)
    os.close(tell)
    waiting = select.poll()
    waiting.register(hear, select.POLLIN)
    ready = bool(waiting.poll(PARENT_SECONDS)) and os.read(hear, 1) == b"1"
    os.close(hear)
    return ready


def _say_untrusted(error: place.Untrusted) -> None:
    from domain.text import clean  # noqa: PLC0415 - nobody reads a word where all is well
    from i18n import _, install, preferred  # noqa: PLC0415

    install(preferred())
    sentence = _(
        "{path} is not yours alone (a link, another owner, a mode wider than 700); starting without --warm.",
        path=error,
    )
    sys.stderr.write(f"webcare: {clean(sentence)}\n")
