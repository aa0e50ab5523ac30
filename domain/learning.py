"""What a desk learns from its operators: a sparse correction of the engine's probabilities.

Pure numbers. A lesson is one judged message: its features, what the engine's probabilities were, and what it
is according to a person, or, with less weight, what it was left at. The correction (`Delta`) is the fold of
AdaGrad over the lessons in their order, so it can be computed again to the last bit. How it fares is a fold
too: each lesson is guessed before it is learned, and over the last `WINDOW` of them the guesses are held
against the engine's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log, sqrt
from typing import Final, Literal

Field = Literal["sentiment", "kind"]

LABELS: Final[Mapping[Field, tuple[str, ...]]] = {
    "sentiment": ("negative", "neutral", "positive"),
    "kind": (
        "question", "complaint", "compliment", "suggestion", "cancellation", "commercial", "chatter", "spam",
    ),
}  # fmt: skip
"""What there is to choose from, in the order of every list of numbers here."""

RATE: Final = 0.1
EPSILON: Final = 1e-2
"""A larger rate (0.3) learns less of the first five hundred lessons: `python -m bench.learning`."""

UNTOUCHED: Final = 0.3
"""What a message weighs that nobody corrected, against one for a correction."""

WINDOW: Final = 200
"""Lessons over which the desk's own guesses are held against the engine's."""

_LEAST: Final = 1e-3
"""No engine is surer than this of what something is not."""

Features = Mapping[int, float]
Numbers = tuple[float, ...]
"""Of one feature: a weight for each label, then the sum of squared gradients for each."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One judged message."""

    base: tuple[float, ...]
    """The engine's probabilities."""

    final: str
    """What it is; a label that is none of the field's (`unknown`) teaches nothing."""

    corrected: bool
    """A person said so; else they left it like that."""

    @property
    def weight(self) -> float:
        """How much it counts."""
        return 1.0 if self.corrected else UNTOUCHED


def corrected(base: Sequence[float], shift: Sequence[float]) -> list[float]:
    """The engine's probabilities with the correction; they add up to 1."""
    powers = [log(max(_LEAST, one)) + more for one, more in zip(base, shift, strict=True)]
    top = max(powers)
    raised = [exp(one - top) for one in powers]
    whole = sum(raised)
    return [one / whole for one in raised]


def best(probabilities: Sequence[float]) -> int:
    """The place of the likeliest; of equals the first."""
    return max(range(len(probabilities)), key=probabilities.__getitem__)


class Delta:
    """The correction of one field; weights by feature, nothing where nothing was learned."""

    def __init__(self, field_: Field, numbers: Mapping[int, Numbers] | None = None) -> None:
        self.labels = LABELS[field_]
        self.numbers: dict[int, Numbers] = dict(numbers or {})

    def shift(self, features: Features) -> list[float]:
        """What to add to the logarithm of each label's probability."""
        size = len(self.labels)
        sums = [0.0] * size
        for feature, value in features.items():
            numbers = self.numbers.get(feature)
            if numbers is not None:
                for place in range(size):
                    sums[place] += numbers[place] * value
        return sums

    def learn(self, features: Features, lesson: Lesson) -> dict[int, Numbers]:
        """One step of AdaGrad; returns the numbers that changed."""
        if lesson.final not in self.labels:
            return {}
        wanted = self.labels.index(lesson.final)
        guess = corrected(lesson.base, self.shift(features))
        slopes = [one - (place == wanted) for place, one in enumerate(guess)]
        rate = RATE * lesson.weight  # AdaGrad itself takes no notice of how large a gradient is
        size = len(self.labels)
        changed: dict[int, Numbers] = {}
        for feature, value in features.items():
            old = self.numbers.get(feature) or (0.0,) * (2 * size)
            weights, squares = list(old[:size]), list(old[size:])
            for place, slope in enumerate(slopes):
                step = slope * value
                squares[place] += step * step
                weights[place] -= rate * step / (sqrt(squares[place]) + EPSILON)
            changed[feature] = (*weights, *squares)
        self.numbers.update(changed)
        return changed


@dataclass(frozen=True, slots=True)
class Guess:
    """What was made of a message before its label was learned."""

    engine: str
    desk: str
    """With the correction."""


@dataclass(slots=True)
class Trial:
    """Which of the two is better lately: the engine alone, or with the correction."""

    on: bool = False
    last: list[tuple[float, float]] = field(default_factory=list)
    """(engine, desk): the weight of each lesson where right, 0 where wrong; the last `WINDOW`."""

    def remember(self, lesson: Lesson, guess: Guess) -> None:
        """One lesson more, without a judgement."""
        hits = (
            lesson.weight * (guess.engine == lesson.final),
            lesson.weight * (guess.desk == lesson.final),
        )
        self.last = [*self.last[-WINDOW + 1 :], hits]

    def note(self, lesson: Lesson, guess: Guess) -> None:
        """One lesson more. The correction is used once it is ahead, until it falls behind."""
        self.remember(lesson, guess)
        engine, desk = self.scores
        if len(self.last) == WINDOW and desk > engine:
            self.on = True
        elif desk < engine:
            self.on = False

    @property
    def scores(self) -> tuple[float, float]:
        """(engine, desk): what each got right of the last ones."""
        return sum(one for one, _two in self.last), sum(two for _one, two in self.last)


class Learned:
    """All that was learned of one field."""

    def __init__(self, field_: Field, delta: Delta | None = None, trial: Trial | None = None) -> None:
        self.field = field_
        self.delta = Delta(field_) if delta is None else delta
        self.trial = Trial() if trial is None else trial

    def learn(self, features: Features, lesson: Lesson) -> tuple[Guess | None, dict[int, Numbers]]:
        """Guess, compare, learn; returns the guess and the numbers that changed.

        `unknown` is no label that could be guessed or learned: it changes nothing.
        """
        if lesson.final not in self.delta.labels:
            return None, {}
        labels = self.delta.labels
        shifted = corrected(lesson.base, self.delta.shift(features))
        guess = Guess(labels[best(lesson.base)], labels[best(shifted)])
        self.trial.note(lesson, guess)
        return guess, self.delta.learn(features, lesson)


def replay(field_: Field, lessons: Iterable[tuple[Features, Lesson]]) -> Learned:
    """Everything again from the beginning."""
    learned = Learned(field_)
    for features, lesson in lessons:
        learned.learn(features, lesson)
    return learned
