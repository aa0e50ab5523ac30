"""Goals and their verdicts."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bench.lib.figures import Figures, steady

Verdict = Literal["pass", "fail", "inconclusive", "skipped"]
FEWEST_PAIRS = 5
"""A median of fewer ratios than this says nothing."""

FEWEST_FOR_TAILS = 20
"""Nor does a 95th percentile of fewer values."""

GOALS = Path(__file__).parents[1] / "goals.toml"
_OPS: Mapping[str, Callable[[float, float], bool]] = {
    "<=": lambda value, limit: value <= limit,
    ">=": lambda value, limit: value >= limit,
    "==": lambda value, limit: value == limit,
}


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing to reach."""

    id: str
    says: str
    suite: str
    path: str
    op: str
    limit: float
    kind: str
    control: str = ""
    """The figure that tells whether a timed one counts; none for counts."""

    again: str = ""
    """The same figure against, or from, another half of the run. It has to lead to the same verdict; for what
    no control of 7 % fits, such as milliseconds and 95th percentiles."""

    rows: int = 0
    """Messages that the file has to have for the goal to mean anything."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A goal and what came of it."""

    goal: Goal
    value: float | None
    verdict: Verdict

    def figures(self) -> Figures:
        """As JSON."""
        goal = self.goal
        return {
            "id": goal.id, "says": goal.says, "value": self.value, "op": goal.op, "limit": goal.limit,
            "verdict": self.verdict, "kind": goal.kind,
        }  # fmt: skip


def load(path: Path = GOALS) -> tuple[Goal, ...]:
    """All goals. Raises TypeError for a key nobody knows."""
    with path.open("rb") as file:
        return tuple(Goal(**entry) for entry in tomllib.load(file)["goal"])


def figure(suite: Mapping[str, object], path: str) -> float | None:
    """The number under a path with dots; None where it is not there or no number."""
    value: object = suite
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return float(value) if isinstance(value, int | float) else None


def judge(goal: Goal, suites: Mapping[str, Mapping[str, object]], rows: int) -> Judged:
    """Pass or fail; a timed goal on a restless machine, or of few pairs, is neither."""
    suite = suites.get(goal.suite, {})
    value = figure(suite, goal.path)
    if value is None or rows < goal.rows:
        return Judged(goal, value, "skipped")
    pairs = figure(suite, goal.path.rpartition(".")[0] + ".n")
    fewest = FEWEST_FOR_TAILS if goal.path.endswith(".p95") else FEWEST_PAIRS
    few = pairs is not None and pairs < fewest
    reached = _OPS[goal.op](value, goal.limit)
    if goal.kind == "timed" and (few or not _sure(goal, suite, reached=reached)):
        return Judged(goal, value, "inconclusive")
    return Judged(goal, value, "pass" if reached else "fail")


def _sure(goal: Goal, suite: Mapping[str, object], *, reached: bool) -> bool:
    """Whether measuring twice came to the same."""
    if goal.control and not steady(figure(suite, goal.control)):
        return False
    if not goal.again:
        return bool(goal.control)
    second = figure(suite, goal.again)
    return second is not None and _OPS[goal.op](second, goal.limit) == reached
