"""Another process of the bench, in which the real layers do something at our word; JSON, a line at a time."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from bench.lib import proc
from bench.lib.figures import Figures

PATIENCE = 90.0


class Actor:
    """A program of `bench.actors`; close it, or use it as a context."""

    def __init__(self, name: str, folder: Path, asked: Mapping[str, object]) -> None:
        self.name = name
        self._said = folder / f"{name}-{asked.get('login', '')}.stderr"
        with self._said.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", f"bench.actors.{name}", json.dumps(asked)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=proc.ROOT,
                env=proc.environment(folder),
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout.fileno()
        self._read = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def tell(self, do: str, **more: object) -> None:
        """Ask something whose answer is fetched later."""
        self._in.write(json.dumps({"do": do, **more}).encode() + b"\n")
        self._in.flush()

    def hear(self, patience: float = PATIENCE) -> Figures:
        """The next answer. Raises TimeoutError, and RuntimeError with its last words when it has ended."""
        deadline = time.monotonic() + patience
        while b"\n" not in self._read:
            if not select.select([self._out], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise TimeoutError(f"{self.name} did not answer in {patience:.0f} s")
            piece = os.read(self._out, 1 << 20)
            if not piece:
                self._process.wait(PATIENCE)
                said = self._said.read_text(encoding="utf-8", errors="replace")[-2_000:]
                raise RuntimeError(f"{self.name} ended by itself: {said}")
            self._read += piece
        line, _newline, self._read = self._read.partition(b"\n")
        heard: Figures = json.loads(line)
        return heard

    def ask(self, do: str, *, patience: float = PATIENCE, **more: object) -> Figures:
        """Ask and hear."""
        self.tell(do, **more)
        return self.hear(patience)

    def close(self) -> None:
        """End it: the end of its input is its sign; one that does not go is killed by its pid."""
        with suppress(OSError):
            self._in.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        with suppress(OSError):
            os.close(self._out)


def ask_all(actors: Sequence[Actor], do: str, **more: object) -> list[Figures]:
    """Ask all of them at once, then hear them one by one."""
    for actor in actors:
        actor.tell(do, **more)
    return [actor.hear() for actor in actors]
