"""One run of the benchmark: how much of it, where its files lie, and what it says meanwhile."""

from __future__ import annotations

import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench.lib import data
from bench.lib.proc import ROOT

DATA = ROOT / "bench" / "data"
RESULTS = ROOT / "bench" / "results"
SMALL = 625
"""Messages of the small file: 500 conversations."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What a suite gets."""

    folder: Path
    """A home directory with nothing in it, thrown away afterwards."""

    rows: int
    """Messages in the large file."""

    rounds: int
    """Starts of each program."""

    presses: int
    quick: bool
    deadline: float
    """Monotonic seconds after which a suite should come to its end."""

    random: Random

    @property
    def late(self) -> bool:
        """No time for another round."""
        return time.monotonic() > self.deadline

    def database(self, rows: int | None = None, *, head: bool = False) -> Path:
        """The file of so many messages, brought to the present; `head`: with badges that tick."""
        now = time.time_ns() // 1_000_000
        path = data.ensure(DATA, self.rows if rows is None else rows, say=say, now=now)
        data.freshen(path, now, head=head)
        return path

    def copy(self, rows: int | None = None, *, head: bool = False, name: str = "copy") -> Path:
        """A file of so many messages that may be written to; it goes with the folder."""
        path = self.folder / f"{name}.db"
        data.remove(path)
        shutil.copyfile(self.database(rows, head=head), path)
        path.chmod(0o600)
        return path


def say(sentence: str) -> None:
    """Tell whoever waits; standard output is for the result."""
    print(f"  {sentence}", file=sys.stderr, flush=True)
