"""Precision, recall and their uncertainty."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bench.coach.corpus import Item

Z_95: Final = 1.959964
LOUD: Final = ("block", "warn")


@dataclass(frozen=True, slots=True)
class Tally:
    """One rule's hits and misses."""

    right: int
    wrong: int
    missed: int

    @property
    def wanted(self) -> int:
        """How often an annotator wanted it."""
        return self.right + self.missed

    @property
    def precision(self) -> float:
        """Of those raised, the share that was wanted; 1 where none was raised."""
        raised = self.right + self.wrong
        return self.right / raised if raised else 1.0

    @property
    def recall(self) -> float:
        """Of those wanted, the share that was raised."""
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        whole = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / whole if whole else 1.0


def interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    if not of:
        return 0.0, 1.0
    share = hits / of
    middle = share + Z_95**2 / (2 * of)
    spread = Z_95 * math.sqrt(share * (1 - share) / of + Z_95**2 / (4 * of**2))
    below = 1 + Z_95**2 / of
    return max(0.0, (middle - spread) / below), min(1.0, (middle + spread) / below)


def tallies(items: Sequence[Item], said: Sequence[frozenset[str]]) -> dict[str, Tally]:
    """By rule that occurs in the labels."""
    rules = sorted({label for item in items for label in item.labels})
    return {
        rule: Tally(
            sum(rule in item.labels and rule in found for item, found in zip(items, said, strict=True)),
            sum(rule not in item.labels and rule in found for item, found in zip(items, said, strict=True)),
            sum(rule in item.labels and rule not in found for item, found in zip(items, said, strict=True)),
        )
        for rule in rules
    }


def false_alarms(
    items: Sequence[Item], said: Sequence[frozenset[str]], levels: Mapping[str, str]
) -> tuple[int, int, int]:
    """Good replies; those with a block or warning; those with any remark."""
    good = [found for item, found in zip(items, said, strict=True) if not item.labels]
    loud = sum(any(levels.get(rule, "warn") in LOUD for rule in found) for found in good)
    return len(good), loud, sum(bool(found) for found in good)


def macro(found: Mapping[str, Tally]) -> tuple[float, float, float]:
    """Mean precision, recall and F1 over the rules."""
    count = max(1, len(found))
    return (
        sum(tally.precision for tally in found.values()) / count,
        sum(tally.recall for tally in found.values()) / count,
        sum(tally.f1 for tally in found.values()) / count,
    )
