"""The parent's side of a model process: started at first need, timed, ended, and started again with patience.

A call never waits longer than its patience for a process that starts or a model that loads; they go on, and a
later call finds them ready. A process that dies, hangs or talks nonsense is killed, and the next one is
started after a pause that doubles. Calls from several threads take turns.
"""

from __future__ import annotations

import sys
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sentiment.model_labels import Probabilities
from sentiment.worker_pipe import PipeBroken, PipeSlow, WorkerPipe

COMMAND: Final = (sys.executable, "-P", "-m", "sentiment.model_process")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds."""

    patience: float = 20.0
    """How long a call waits for a process that starts or a model that loads."""

    start: float = 90.0
    load: float = 180.0
    read: float = 20.0
    """How long one batch may take before the process counts as hung."""

    first_pause: float = 1.0
    longest_pause: float = 300.0
    leave: float = 1.0
    """How long a process has to end when it is told to."""


class WorkerTrouble(Exception):
    """Why there is no reading now.

    `code` is `package`, `weights`, `labels` or `failed`, as the process says; `stopped`, `hung` or `busy`, as
    we see it.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


@dataclass(slots=True)
class _Stage:
    """What the process is at."""

    request: int | None = None
    """The request it works on."""

    waits: bool = True
    """Whether it starts or loads: a caller may leave it at that."""

    deadline: float = 0.0


@dataclass(eq=False)
class Worker:
    """One model process, or the wish for one."""

    settings: Mapping[str, object]
    environment: Mapping[str, str]
    log: Path | None = None
    command: Sequence[str] = COMMAND
    limits: Limits = field(default_factory=Limits)
    versions: dict[str, str] = field(default_factory=dict)
    """Name and hash of each model that was loaded, by its key."""

    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _pipe: WorkerPipe | None = field(default=None, repr=False)
    _end: weakref.finalize[..., Worker] | None = field(default=None, repr=False)
    _stage: _Stage = field(default_factory=_Stage, repr=False)
    _count: int = 0
    pause: float = 0.0
    """How many seconds the next start waits after a failure."""

    _rests_until: float = 0.0
    _last: WorkerTrouble | None = None
    _refused: dict[str, tuple[float, WorkerTrouble]] = field(default_factory=dict, repr=False)
    """Models that could not be loaded, and when to try again."""

    def read(self, key: str, texts: Sequence[str]) -> list[Probabilities]:
        """The probabilities of each text by the model under this key. Raises WorkerTrouble."""
        with self._lock:
            self._may_try(key)
            leave = time.monotonic() + self.limits.patience
            pipe = self._pipe or self._start()
            try:
                self._until_idle(pipe, leave)
                return self._ask(pipe, key, texts, leave)
            except PipeBroken:
                raise self._fail("stopped") from None

    def close(self) -> None:
        """End the process; a later call starts another."""
        with self._lock:
            self._let_go(self.limits.leave)

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        return self._pipe.pid if self._pipe else None

    def _may_try(self, key: str) -> None:
        now = time.monotonic()
        until, known = self._refused.get(key, (self._rests_until, self._last))
        if known is not None and now < until:
            raise WorkerTrouble(known.code, known.detail)

    def _start(self) -> WorkerPipe:
        try:
            pipe = self._pipe = WorkerPipe(self.command, self.environment, self.log)
        except OSError as error:
            raise self._fail("stopped", error.strerror or "") from error
        self._end = weakref.finalize(self, WorkerPipe.end, pipe)
        self._stage = _Stage(deadline=time.monotonic() + self.limits.start)
        self._send(pipe, self.settings)
        return pipe

    def _until_idle(self, pipe: WorkerPipe, leave: float) -> None:
        """Hear out what an earlier caller did not wait for."""
        while self._stage.waits or self._stage.request is not None:
            self._hear(pipe, leave)

    def _ask(self, pipe: WorkerPipe, key: str, texts: Sequence[str], leave: float) -> list[Probabilities]:
        self._count += 1
        number = self._count
        self._stage = _Stage(number, waits=False, deadline=time.monotonic() + self.limits.read)
        self._send(pipe, {"id": number, "key": key, "texts": list(texts)})
        while True:
            message = self._hear(pipe, leave)
            if message.get("id") == number:
                break
        if isinstance(said := message.get("error"), dict):
            raise self._refuse(key, _trouble(said))
        read = _probabilities(message.get("read"), len(texts))
        if read is None:
            raise self._fail("failed", "answer")
        self.pause, self._last = 0.0, None
        return read

    def _send(self, pipe: WorkerPipe, message: Mapping[str, object]) -> None:
        try:
            pipe.send(message, self._stage.deadline)
        except PipeSlow:
            raise self._fail("hung") from None

    def _hear(self, pipe: WorkerPipe, leave: float) -> Mapping[str, object]:
        """The next message, and what it says of the stage."""
        stage = self._stage
        try:
            message = pipe.receive(min(stage.deadline, leave) if stage.waits else stage.deadline)
        except PipeSlow:
            if stage.waits and time.monotonic() < stage.deadline:
                raise WorkerTrouble("busy") from None
            raise self._fail("hung") from None
        self._note(message)
        return message

    def _note(self, message: Mapping[str, object]) -> None:
        stage, now = self._stage, time.monotonic()
        if isinstance(said := message.get("fatal"), dict):
            raise self._fail_for_long(_trouble(said))
        if "ready" in message:
            stage.waits = False
        elif "loading" in message:
            stage.waits, stage.deadline = True, now + self.limits.load
        elif "loaded" in message:
            self.versions[str(message["loaded"])] = str(message.get("version", ""))
            stage.waits, stage.deadline = False, now + self.limits.read
        elif stage.request is not None and message.get("id") == stage.request:
            stage.request, stage.waits = None, False

    def _refuse(self, key: str, trouble: WorkerTrouble) -> WorkerTrouble:
        """The process lives, but this model or these texts are past it."""
        if trouble.code != "failed":
            self._refused[key] = (time.monotonic() + self.limits.longest_pause, trouble)
        return trouble

    def _fail_for_long(self, trouble: WorkerTrouble) -> WorkerTrouble:
        self.pause = self.limits.longest_pause
        return self._fail(trouble.code, trouble.detail)

    def _fail(self, code: str, detail: str = "") -> WorkerTrouble:
        """Kill the process, and rest before the next."""
        status = self._let_go(self.limits.leave if code == "stopped" else 0.0)
        self._last = trouble = WorkerTrouble(code, detail or (str(status) if code == "stopped" else ""))
        self.pause = min(max(self.pause * 2, self.limits.first_pause), self.limits.longest_pause)
        self._rests_until = time.monotonic() + self.pause
        return trouble

    def _let_go(self, patience: float = 0.0) -> int | None:
        pipe, self._pipe = self._pipe, None
        self._stage = _Stage()
        if self._end is not None:
            self._end.detach()
            self._end = None
        return pipe.end(patience) if pipe else None


def _trouble(said: Mapping[str, object]) -> WorkerTrouble:
    return WorkerTrouble(str(said.get("code", "failed")), str(said.get("detail", "")))


def _probabilities(said: object, count: int) -> list[Probabilities] | None:
    """What the process read, if it is what was asked for."""
    if not isinstance(said, list) or len(said) != count:
        return None
    found: list[Probabilities] = []
    for one in said:
        if not (
            isinstance(one, list) and len(one) == 3 and all(isinstance(part, float | int) for part in one)
        ):
            return None
        negative, neutral, positive = map(float, one)
        if not (min(one) >= 0 and 0.99 < negative + neutral + positive < 1.01):
            return None
        found.append((negative, neutral, positive))
    return found
