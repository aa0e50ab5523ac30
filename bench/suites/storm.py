"""From a key to its paint while mentions arrive and badges tick, against the same keys on a quiet desk.

The mentions come through the real collector in a process of its own. One desk looks at a file that nobody
writes to and on which no badge ticks; another at one that is flooded, and whose first rows show seconds. Only
one of them is pressed at a time, and the flood stands still while the quiet one is. With a million messages
the queue is too long to be compared at each arrival and is only announced; a hundred thousand leave one
that is compared, so both are measured.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import cast

from bench.lib import data, programs
from bench.lib.actor import Actor
from bench.lib.figures import Figures, pooled, spread
from bench.lib.programs import Press, Seat
from bench.lib.run import Bench, say

RATE, BATCH = 200, 20
MIDDLE_ROWS = 100_000
GAP = (0.05, 0.11)
"""Seconds between two presses: less than the cursor's rest, so that no conversation is opened."""

WAIT = 0.03
TOP, TURN = 3, 12
"""Lines below the first one between which the cursor goes to and fro."""

LATEST = 2_000.0
"""Milliseconds until a press counts as never painted."""

SETTLE = 1.0


@dataclass(slots=True)
class Arm:
    """Presses on one desk."""

    seat: Seat
    presses: list[Press | None] = field(default_factory=list)
    _down: bool = True
    _top: int = 0

    def __post_init__(self) -> None:
        self._top = self.seat.cursor or 0

    def press(self, random: Random, count: int) -> None:
        """So many measured moves; between them whatever comes is read, for there may never be quiet."""
        for _press in range(count):
            self.read(random.uniform(*GAP))
            here = self.seat.cursor
            if here is None:
                raise RuntimeError(
                    "the cursor is nowhere on the screen:\n" + "\n".join(self.seat.screen.rows)
                )
            self._down = here < self._top + TURN if self._down else here <= self._top + TOP
            if self.seat.mention(here + 1 if self._down else here - 1) is None:
                self._down = not self._down
            key, to = (b"j", here + 1) if self._down else (b"k", here - 1)
            self.presses.append(self.seat.onto(key, to, wait=WAIT, patience=LATEST / 1e3))

    def read(self, seconds: float) -> None:
        """Take in what comes in so many seconds."""
        for chunk in self.seat.terminal.within(seconds):
            self.seat.screen.feed(chunk.data)

    @property
    def painted_ms(self) -> list[float]:
        """Of all presses; one that was never painted has taken at least as long as we waited for it."""
        return [LATEST if press is None else press.first_ms for press in self.presses]

    def figures(self) -> Figures:
        """As JSON."""
        lost = sum(press is None for press in self.presses)
        return {"first_ms": spread(self.painted_ms), "never_painted": lost}


def run(bench: Bench) -> Figures:
    """Storm over the large file, and over one whose queue is compared."""
    found: Figures = {"large": _storm(bench, bench.rows)}
    if not bench.quick and bench.rows > MIDDLE_ROWS:
        found["middle"] = _storm(bench, MIDDLE_ROWS)
    return found


def _storm(bench: Bench, rows: int) -> Figures:
    rounds, count = (3, 12) if bench.quick else (4 if rows > MIDDLE_ROWS else 3, 40)
    flooded = bench.copy(rows, head=True, name="storm")
    with ExitStack() as open_:
        collector = open_.enter_context(Actor("collector", bench.folder, {"database": str(flooded)}))
        collector.ask("told")
        quiet, storm = (_sit(bench, path, open_) for path in (bench.database(rows), flooded))
        arms = {"quiet": Arm(quiet), "control": Arm(quiet), "storm": Arm(storm)}
        rate = 0.0
        for number in range(rounds):
            for name in bench.random.sample(list(arms), len(arms)):
                if name == "storm":
                    rate = _press_in_flood(bench, collector, arms[name], count)
                else:
                    arms[name].press(bench.random, count)
            if bench.late:
                say(f"storm: out of time after {number + 1} rounds")
                break
    data.remove(flooded)
    return _figures(arms, rate)


def _sit(bench: Bench, path: Path, open_: ExitStack) -> Seat:
    seat = Seat(programs.desk(bench.folder, path))
    open_.callback(seat.close)
    seat.open(settle=0.8)  # badges tick every second: longer quiet never comes
    return seat


def _press_in_flood(bench: Bench, collector: Actor, arm: Arm, count: int) -> float:
    """Let it flow, press, stop it again; returns how many a second were stored meanwhile."""
    collector.ask("flow", rate=RATE, batch=BATCH)
    arm.read(SETTLE)
    first, started = _stored(collector), time.monotonic()
    arm.press(bench.random, count)
    rate = (_stored(collector) - first) / (time.monotonic() - started)
    collector.ask("settle")
    arm.read(SETTLE)
    return round(rate, 1)


def _stored(collector: Actor) -> int:
    return cast("int", collector.ask("told")["stored"])


def _figures(arms: dict[str, Arm], rate: float) -> Figures:
    painted = {name: arm.painted_ms for name, arm in arms.items()}
    return {
        **{name: arm.figures() for name, arm in arms.items()},
        "stored_per_s": rate,
        "p95_ratio": pooled(painted["storm"], painted["quiet"], 0.95),
        "p95_ratio_again": pooled(painted["storm"], painted["control"], 0.95),
        "med_ratio": pooled(painted["storm"], painted["quiet"] + painted["control"], 0.5),
        "aa_p95": pooled(painted["control"], painted["quiet"], 0.95),
        "aa_med": pooled(painted["control"], painted["quiet"], 0.5),
    }
