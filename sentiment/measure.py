"""How well an engine reads labelled messages: per set, per phenomenon, per class, with 95 % intervals.

`unknown` counts as wrong. Messages labelled `mixed` (or anything that is none of the three) are read, but
count in no figure of sentiment.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sentiment.protocol import Engine, Score

SENTIMENTS: Final = ("negative", "neutral", "positive")
_Z: Final = 1.959964

Pair = tuple[str, str]
"""What was meant and what was said."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One message whose meaning somebody said."""

    text: str
    sentiment: str
    kind: str = ""
    phenomena: tuple[str, ...] = ()
    language: str | None = None
    brands: tuple[str, ...] = ()
    urgency: int | None = None


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """Precision, recall and F1 of one class, 0 to 1, and how many messages mean it."""

    name: str
    precision: float
    recall: float
    f1: float
    count: int


@dataclass(frozen=True, slots=True)
class Share:
    """A share of messages that were right, with its 95 % interval (Wilson)."""

    right: int
    count: int

    @property
    def value(self) -> float:
        """0 to 1; 0 for none."""
        return self.right / self.count if self.count else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper end."""
        if not self.count:
            return 0.0, 1.0
        n, p, square = self.count, self.value, _Z * _Z
        middle = (p + square / (2 * n)) / (1 + square / n)
        half = _Z * math.sqrt(p * (1 - p) / n + square / (4 * n * n)) / (1 + square / n)
        return middle - half, middle + half


@dataclass(frozen=True, slots=True)
class Phenomenon:
    """How the messages with one trait fared."""

    name: str
    right: Share
    right_or_unsure: Share
    said_negative: int


@dataclass(slots=True)
class Report:
    """All figures of one set under one engine."""

    pairs: list[Pair]
    kinds: list[Pair]
    phenomena: list[Phenomenon] = field(default_factory=list)

    @property
    def accuracy(self) -> Share:
        """Share of sentiments that were right."""
        return _share(self.pairs)

    @property
    def macro_f1(self) -> float:
        """Mean F1 of the three sentiments."""
        return macro_f1(self.pairs, SENTIMENTS)

    @property
    def macro_f1_interval(self) -> tuple[float, float]:
        """95 % interval of the macro-F1, by resampling."""
        return interval_of_f1(self.pairs, SENTIMENTS)

    @property
    def kind_names(self) -> tuple[str, ...]:
        """The kinds that were meant anywhere in the set."""
        return tuple(dict.fromkeys(meant for meant, _said in self.kinds))

    @property
    def kind_f1(self) -> float:
        """Mean F1 of the kinds that occur."""
        return macro_f1(self.kinds, self.kind_names)

    @property
    def unknown(self) -> int:
        """How many messages the engine would not judge."""
        return sum(said == "unknown" for _meant, said in self.pairs)

    def sentiments(self) -> list[ClassFigures]:
        """Of each sentiment."""
        return [figures(self.pairs, name) for name in SENTIMENTS]

    def by_kind(self) -> list[ClassFigures]:
        """Of each kind that occurs."""
        return [figures(self.kinds, name) for name in self.kind_names]


def measure(engine: Engine, rows: Iterable[Labelled]) -> Report:
    """Every message read once."""
    every = list(rows)
    return compare(every, [engine.score(row.text, lang=row.language, brands=row.brands) for row in every])


def compare(rows: Sequence[Labelled], scores: Sequence[Score]) -> Report:
    """The figures of scores that are there already."""
    both = [(row, score) for row, score in zip(rows, scores, strict=True) if row.sentiment in SENTIMENTS]
    report = Report(
        [(row.sentiment, score.sentiment) for row, score in both],
        [(row.kind, score.kind) for row, score in zip(rows, scores, strict=True) if row.kind],
    )
    for name in sorted({trait for row, _score in both for trait in row.phenomena}):
        mine = [(row.sentiment, score) for row, score in both if name in row.phenomena]
        right = sum(meant == score.sentiment for meant, score in mine)
        unsure = sum(meant != score.sentiment and score.unsure for meant, score in mine)
        negative = sum(score.sentiment == "negative" for _meant, score in mine)
        report.phenomena.append(
            Phenomenon(name, Share(right, len(mine)), Share(right + unsure, len(mine)), negative)
        )
    return report


def figures(pairs: Sequence[Pair], name: str) -> ClassFigures:
    """Precision, recall and F1 of one class."""
    hits = sum(meant == said == name for meant, said in pairs)
    meant_so = sum(meant == name for meant, _said in pairs)
    said_so = sum(said == name for _meant, said in pairs)
    return ClassFigures(
        name,
        hits / said_so if said_so else 0.0,
        hits / meant_so if meant_so else 0.0,
        2 * hits / (meant_so + said_so) if meant_so + said_so else 0.0,
        meant_so,
    )


def macro_f1(pairs: Sequence[Pair], names: Sequence[str]) -> float:
    """Mean F1 over these classes, 0 to 1."""
    return sum(figures(pairs, name).f1 for name in names) / len(names) if names else 0.0


def interval_of_f1(pairs: Sequence[Pair], names: Sequence[str], draws: int = 400) -> tuple[float, float]:
    """95 % interval of the macro-F1 by the bootstrap, with fixed draws, the same every time."""
    if not pairs:
        return 0.0, 1.0
    from random import Random  # noqa: PLC0415 - only whoever measures draws

    chance = Random(1)  # noqa: S311 - statistics, no secret
    counted: dict[Pair, int] = {}
    for pair in pairs:
        counted[pair] = counted.get(pair, 0) + 1
    cells, sizes = list(counted), list(counted.values())
    found = sorted(macro_f1(chance.choices(cells, sizes, k=len(pairs)), names) for _draw in range(draws))
    return found[round(0.025 * (draws - 1))], found[round(0.975 * (draws - 1))]


def _share(pairs: Sequence[Pair]) -> Share:
    return Share(sum(meant == said for meant, said in pairs), len(pairs))
