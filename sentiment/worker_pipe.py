"""JSON lines to and from a child process, each with a deadline; what is no JSON object is passed over."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

LONGEST_LINE: Final = 1 << 20
"""Bytes without the end of a line, after which the other side has lost its wits."""

LARGEST_LOG: Final = 1_000_000
"""Bytes; a larger log starts anew with the next process."""

_CHUNK: Final = 1 << 16


class PipeBroken(Exception):
    """The process is gone, or talks without end."""


class PipeSlow(Exception):
    """The deadline passed before there was a message."""


class WorkerPipe:
    """A running child with both its pipes, and its errors in a log."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path | None) -> None:
        with opened_log(log) as errors:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter on our own module
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=dict(environment),
                cwd="/",  # a folder beside us, named as a model of the hub, must never stand in for it
            )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._to, False)
        os.set_blocking(self._from, False)
        self._part = b""
        self._messages: deque[Mapping[str, object]] = deque()

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def send(self, message: Mapping[str, object], deadline: float) -> None:
        """Write one line. Raises PipeBroken, or PipeSlow where the child does not read."""
        rest = memoryview(json.dumps(message).encode() + b"\n")
        while rest:
            self._ready(self._to, select.POLLOUT, deadline)
            try:
                rest = rest[os.write(self._to, rest) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise PipeBroken from error

    def receive(self, deadline: float) -> Mapping[str, object]:
        """The next message. Raises PipeBroken at the end of the output, PipeSlow at the deadline."""
        while not self._messages:
            self._ready(self._from, select.POLLIN, deadline)
            try:
                chunk = os.read(self._from, _CHUNK)
            except BlockingIOError:
                continue
            if not chunk:
                raise PipeBroken
            *lines, self._part = (self._part + chunk).split(b"\n")
            self._messages.extend(message for line in lines if (message := _message(line)) is not None)
            if len(self._part) > LONGEST_LINE:
                raise PipeBroken
        return self._messages.popleft()

    def end(self, patience: float = 0.0) -> int:
        """Let go of the child, kill it where it lingers. Returns its exit status, negative for a signal."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        return process.returncode

    @staticmethod
    def _ready(descriptor: int, what: int, deadline: float) -> None:
        """Until the pipe can be used; the deadline holds also for one that never stops talking."""
        wait = deadline - time.monotonic()
        poll = select.poll()
        poll.register(descriptor, what)
        if wait <= 0 or not poll.poll(wait * 1_000):
            raise PipeSlow


def _message(line: bytes) -> Mapping[str, object] | None:
    """A library that prints on our pipe is no reason to stop."""
    with contextlib.suppress(ValueError, RecursionError):
        value = json.loads(line)
        if isinstance(value, dict):
            return value
    return None


@contextlib.contextmanager
def opened_log(log: Path | None) -> Iterator[int]:
    """A private file to append to, as a descriptor; the null device where there can be none."""
    descriptor = _opened(log)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _opened(log: Path | None) -> int:
    if log is not None:
        with contextlib.suppress(OSError):
            log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(log, flags, 0o600)
            if os.fstat(descriptor).st_size > LARGEST_LOG:
                os.ftruncate(descriptor, 0)
            return descriptor
    return os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
