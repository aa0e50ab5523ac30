"""The caller while its desk is open: signals go on to it, and the terminal is left sane.

The desk is not of our session, so the kernel tells it neither of a new window size nor of a key that ends it.
"""

from __future__ import annotations

import _socket
import os
import signal
import termios
from contextlib import suppress
from types import FrameType
from typing import Any, Final

FORWARDED = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
"""What the terminal, the shell and the system tell a program about its end."""

KILLED = 137
"""As a shell says of a program that was killed."""

MESSAGE = 64

SANE: Final = (
    b"\x1b[?2026l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[?2048l"
    b"\x1b[<u\x1b[r\x1b[0m\x1b[?25h\x1b[?7h\x1b[?1049l"
)
"""Undoes every mode that a desk switches on."""


def stay(line: _socket.socket, desk: int, settings: list[Any]) -> int:
    """Be there until the desk has ended; its exit code. `settings` are the terminal's before it began."""
    try:
        process = os.pidfd_open(desk)
    except OSError:  # gone already; whatever gets its number is none of ours
        process = -1

    def forward(number: int, _frame: FrameType | None = None) -> None:
        with suppress(OSError):
            signal.pidfd_send_signal(process, number)

    def resized(number: int, _frame: FrameType | None) -> None:
        with suppress(OSError):
            os.killpg(desk, number)  # it leads its own group; an editor in it has to know as well

    for number in FORWARDED:
        signal.signal(number, forward)
    signal.signal(signal.SIGWINCH, resized)
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)  # the shell would take back a terminal that is in use
    forward(signal.SIGWINCH)  # the size may have changed before we listened
    code = _code(line)
    if code is None:
        _tidy(settings)
        return KILLED
    return code


def _code(line: _socket.socket) -> int | None:
    """What the desk ended with, told when it is gone altogether; None where it could not say."""
    line.settimeout(None)
    code = None
    with suppress(ConnectionError):
        while message := line.recv(MESSAGE):
            word, _space, number = message.partition(b" ")
            if word == b"end":
                code = int(number)
    return code


def _tidy(settings: list[Any]) -> None:
    """Undo what a desk that was killed could not undo itself, and say so."""
    from i18n import _, install, preferred  # noqa: PLC0415 - nobody reads a word where all is well

    with suppress(OSError, termios.error):
        if termios.tcgetattr(0) != settings:
            termios.tcsetattr(0, termios.TCSADRAIN, settings)
            os.write(2, SANE)
    install(preferred())
    with suppress(OSError):
        os.write(2, f"webcare: {_('The desk was killed; drafts are kept.')}\n".encode())
