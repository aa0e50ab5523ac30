"""One collector in a flood and eight operators on one file: nothing busy, nothing twice, nothing lost.

Claims are timed in turns, one operator alone and all of them at work; the solitary ones before and after
each turn are the control. Then comes a burst, in which the write-ahead log has to stay short.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from bench.lib import afterwards, data
from bench.lib.actor import Actor, ask_all
from bench.lib.figures import Figures, pooled, spread
from bench.lib.run import Bench, say

OPERATORS = 8
RATE, BATCH = 200, 20
BURST, BURST_BATCH = 2_000, 50
PAUSE = 0.15
"""Seconds that an operator waits between two turns, in the mean."""

LOOK = 0.02


@dataclass(slots=True)
class Team:
    """The processes, and what they told."""

    path: Path
    collector: Actor
    operators: Sequence[Actor]
    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    claims: list[float] = field(default_factory=list)
    largest_wal: int = 0

    def rest(self) -> None:
        """Let the operators finish what they do, and keep what they saw."""
        for number, told in enumerate(ask_all(self.operators, "rest")):
            record = cast("dict[str, Any]", told)
            self.records.setdefault(f"op{number}", []).append(record)
            self.claims += record["claim_us"]

    def work(self, seconds: float) -> None:
        """All of them for so long, looking at the size of the log."""
        ask_all(self.operators, "work", pause=PAUSE)
        wal = self.path.with_name(f"{self.path.name}-wal")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.largest_wal = max(self.largest_wal, wal.stat().st_size if wal.exists() else 0)
            time.sleep(LOOK)
        self.rest()

    def alone(self, count: int) -> list[float]:
        """Claims of one operator with nothing else going on."""
        return cast("list[float]", self.operators[0].ask("claims", count=count)["claim_us"])


def seat(path: Path, folder: Path, open_: ExitStack, operators: int = OPERATORS) -> Team:
    """Start them."""
    collector = open_.enter_context(Actor("collector", folder, {"database": str(path)}))
    team = [
        open_.enter_context(Actor("operator", folder, {"database": str(path), "login": f"op{number}"}))
        for number in range(operators)
    ]
    collector.ask("told")
    ask_all(team, "rest")
    return Team(path, collector, team)


def run(bench: Bench) -> Figures:
    """Work in turns, then burst, then look."""
    rounds, seconds, burst, count = (1, 5.0, 3.0, 60) if bench.quick else (4, 15.0, 10.0, 120)
    path = bench.copy(name="multi")
    before: list[float] = []
    after: list[float] = []
    with ExitStack() as open_:
        started_at = afterwards.last_event(path)
        team = seat(path, bench.folder, open_)
        for number in range(rounds):
            before += team.alone(count)
            start = time.monotonic()
            team.collector.ask("flow", rate=RATE, batch=BATCH)
            team.work(seconds)
            team.collector.ask("settle")
            took = time.monotonic() - start
            after += team.alone(count)
            if bench.late:
                say(f"multi: out of time after {number + 1} rounds")
                break
        steady_claims, steady_wal, team.claims, team.largest_wal = team.claims, team.largest_wal, [], 0
        bursting = _burst(team, burst)
        stored = cast("int", team.collector.ask("told")["stored"])
        found = afterwards.look(path, after=started_at, stored=stored, records=team.records)
    data.remove(path)
    if not (found["claims"] and found["replies"] and found["mentions"]):
        raise RuntimeError("nobody claimed, replied or wrote, so nothing is known")
    found["last_round_s"] = round(took, 1)
    return {
        "operators": OPERATORS,
        "after": found,
        "claim_us": {
            "alone": spread(before, 0), "control": spread(after, 0), "contended": spread(steady_claims, 0),
            "in_burst": spread(team.claims, 0),
        },
        "claim": {
            "med_ratio": pooled(steady_claims, before, 0.5), "p95_ratio": pooled(steady_claims, before, 0.95),
            "p95_ratio_again": pooled(steady_claims, after, 0.95),
            "aa_med": pooled(after, before, 0.5), "aa_p95": pooled(after, before, 0.95),
        },
        "wal_mib": round(steady_wal / 2**20, 1),
        "burst": {**bursting, "wal_mib": round(team.largest_wal / 2**20, 1)},
    }  # fmt: skip


def _burst(team: Team, seconds: float) -> Figures:
    """The rate that was asked, and the one that was reached while all read and write."""
    first = cast("int", team.collector.ask("flow", rate=BURST, batch=BURST_BATCH)["stored"])
    started = time.monotonic()
    team.work(seconds)
    told = team.collector.ask("flow", rate=0, batch=1)
    took = time.monotonic() - started
    team.collector.ask("settle")
    return {"asked_per_s": BURST, "stored_per_s": round((cast("int", told["stored"]) - first) / took)}
