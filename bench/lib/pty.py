"""A program in a real pseudo-terminal, 160x48: what it writes, when, and cut at its frames.

Bytes are stamped as they are read, before anything is made of them. What a program asks of its terminal
(synchronised output, device attributes, cursor position) is answered at once, as a modern terminal would.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

COLUMNS, LINES = 160, 48

FRAME_END = b"\x1b[?2026l"
FRAME_BEGIN = b"\x1b[?2026h"

_QUESTIONS: tuple[tuple[re.Pattern[bytes], bytes], ...] = (
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),
    (re.compile(rb"\x1b\[\?2048\$p"), b"\x1b[?2048;0$y"),
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"),
    (re.compile(rb"(?:\x1b\[(\d+;\d+)H)?\x1b\[6n"), b"\x1b[%sR"),
    (re.compile(rb"\x1b\[\?u"), b"\x1b[?0u"),
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some bytes as one read gave them."""

    at: int
    """Nanoseconds on the monotonic clock, when they were here."""

    data: bytes


_LONGEST_QUESTION = 24


def answers(data: bytes, before: bytes = b"") -> bytes:
    """What a terminal says to the questions that end in these bytes; one may begin `before` them."""
    tail = before[-_LONGEST_QUESTION:]
    return b"".join(
        answer % (each[1] or b"1;1") if b"%s" in answer else answer
        for question, answer in _QUESTIONS
        for each in question.finditer(tail + data)
        if each.end() > len(tail)
    )


def frames(data: bytes) -> list[bytes]:
    """The bytes cut behind each end of a synchronised update; what comes after the last is no frame."""
    *whole, _rest = data.split(FRAME_END)
    return [frame + FRAME_END for frame in whole]


class Terminal:
    """One program and the terminal it runs in; close it, or use it as a context."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        self.started = time.monotonic_ns()
        self.pid, self._descriptor = _spawn(command, environment, folder)
        self._ended = False
        self._before = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def send(self, keys: bytes) -> int:
        """Type; returns the moment (monotonic ns) just before the bytes were handed over."""
        at = time.monotonic_ns()
        os.write(self._descriptor, keys)
        return at

    def chunk(self, timeout: float) -> Chunk | None:
        """The next bytes; None when none came in so many seconds, or the program has ended."""
        ready, _, _ = select.select([self._descriptor], [], [], max(0.0, timeout))
        if not ready:
            return None
        try:
            data = os.read(self._descriptor, 1 << 17)
        except OSError:  # Linux: the other end was closed
            return None
        at = time.monotonic_ns()
        reply = answers(data, self._before)
        self._before = data[-_LONGEST_QUESTION:]
        if reply:
            os.write(self._descriptor, reply)
        return Chunk(at, data) if data else None

    def until(self, done: Callable[[Chunk], bool], *, patience: float) -> list[Chunk]:
        """Chunks up to and with the one for which `done` is true. Raises TimeoutError."""
        chunks: list[Chunk] = []
        deadline = time.monotonic() + patience
        while True:
            chunk = self.chunk(deadline - time.monotonic())
            if chunk is None:
                said = b"".join(one.data for one in chunks)[-300:]
                raise TimeoutError(f"nothing more came in {patience:.0f} s; the last of it: {said!r}")
            chunks.append(chunk)
            if done(chunk):
                return chunks

    def quiet(self, seconds: float, *, patience: float = 20.0) -> list[Chunk]:
        """Everything until so many seconds pass without a byte."""
        chunks: list[Chunk] = []
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and (chunk := self.chunk(seconds)) is not None:
            chunks.append(chunk)
        return chunks

    def within(self, seconds: float) -> list[Chunk]:
        """Everything that comes in so many seconds."""
        chunks: list[Chunk] = []
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            chunk = self.chunk(left)
            if chunk is not None:
                chunks.append(chunk)
        return chunks

    def close(self) -> int:
        """End the program by its pid and wait for it; returns its CPU time in ms."""
        if self._ended:
            return 0
        self._ended = True
        os.kill(self.pid, signal.SIGKILL)
        _pid, _status, usage = os.wait4(self.pid, 0)
        os.close(self._descriptor)
        return round((usage.ru_utime + usage.ru_stime) * 1000)


def _spawn(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> tuple[int, int]:
    """Fork with the size set before the program can ask for it; returns (pid, our end)."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    pid = os.fork()
    if pid == 0:  # pragma: no cover - the child becomes the program
        try:
            os.close(ours)
            os.chdir(folder)
            os.login_tty(theirs)
            os.execve(command[0], list(command), dict(environment))
        finally:
            os._exit(127)
    os.close(theirs)
    return pid, ours
