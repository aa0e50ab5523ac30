"""What a desk learns from each choice and each refusal among suggestions.

Two small things, both numbers without words: per answer how often it was taken and refused, fading with time;
and one weight for each figure that describes a candidate, moved a little towards what was taken. Both are a
fold over the lessons in their order, so they can be computed again from the record at any time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp
from typing import Final

from domain.clock import DAY, Millis

STARTS: Final[Mapping[str, float]] = {
    "words": 2.0,  # how much of the mention stands in the nearest one answered like this
    "pieces": 1.0,  # the same in pieces of words
    "votes": 3.0,  # its share of all that is near
    "kind": 0.4,
    "place": 0.2,
    "labels": 0.3,
    "held": 1.5,  # the contact did not come back with the same
    "lift": 0.8,  # the sentiment rose
    "kept": 0.5,  # it was sent as it was offered
    "taken": 1.5,  # chosen rather than refused
    "fresh": 0.8,  # used lately
    "often": 0.3,
}
"""What each figure weighs before anybody taught anything."""

FEATURES: Final = tuple(STARTS)
NOTHING: Final = 2.0
"""What a candidate's score competes with: taking none of them."""

STEP: Final = 0.2
PULL: Final = 0.003
"""How much of the way back to `STARTS` each lesson lets the weights go."""

FADES: Final[Millis] = 60 * DAY
"""After so long a choice or refusal counts half."""


@dataclass(frozen=True, slots=True)
class Taught:
    """How often an answer was taken and refused; fractions, because they fade."""

    taken: float = 0.0
    refused: float = 0.0
    at: Millis = 0

    def __add__(self, other: Taught) -> Taught:
        """What two names of one answer were taught, together."""
        return Taught(self.taken + other.taken, self.refused + other.refused, max(self.at, other.at))

    @property
    def balance(self) -> float:
        """-1 (always refused) to 1 (always taken); near 0 while little is known."""
        return (self.taken - self.refused) / (self.taken + self.refused + 2)

    def after(self, *, taken: bool, at: Millis) -> Taught:
        """With one choice or refusal more."""
        left = exp(-max(at - self.at, 0) / FADES * 0.6931471805599453)
        return Taught(self.taken * left + taken, self.refused * left + (not taken), max(at, self.at))


@dataclass(frozen=True, slots=True)
class Weights:
    """What each figure weighs at this desk."""

    values: tuple[float, ...] = tuple(STARTS.values())

    def score(self, features: Sequence[float]) -> float:
        """How well a candidate with these figures fits; only the order matters."""
        return sum(weight * value for weight, value in zip(self.values, features, strict=True))

    def after(self, offered: Sequence[Sequence[float]], took: int | None) -> Weights:
        """A step towards the candidate that was taken, or away from all of them.

        One step of logistic regression over "which of these, or none".
        """
        if not offered:
            return self
        shares = self._shares(offered)
        moved = []
        for place, (weight, start) in enumerate(zip(self.values, STARTS.values(), strict=True)):
            wanted = offered[took][place] if took is not None else 0.0
            expected = sum(share * one[place] for share, one in zip(shares, offered, strict=True))
            moved.append(weight + STEP * (wanted - expected) - PULL * (weight - start))
        return Weights(tuple(moved))

    def _shares(self, offered: Sequence[Sequence[float]]) -> list[float]:
        scores = [self.score(one) for one in offered]
        top = max(*scores, NOTHING)
        powers = [exp(score - top) for score in scores]
        whole = sum(powers) + exp(NOTHING - top)
        return [power / whole for power in powers]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One choice or refusal, as the record keeps it."""

    at: Millis
    names: tuple[str, ...]
    """What was offered, best first; `template:ID` or `message:ID`."""

    features: tuple[tuple[float, ...], ...]
    took: int | None
    """Place in `names`; None for none of them."""


@dataclass(frozen=True, slots=True)
class Learned:
    """All of it."""

    weights: Weights = Weights()
    taught: Mapping[str, Taught] = field(default_factory=dict)

    def after(self, lesson: Lesson) -> Learned:
        """With one lesson more. Where one was taken, those above were passed over, those below not read."""
        taught = dict(self.taught)
        last = len(lesson.names) if lesson.took is None else lesson.took + 1
        for place, name in enumerate(lesson.names[:last]):
            taught[name] = taught.get(name, Taught()).after(taken=place == lesson.took, at=lesson.at)
        return Learned(self.weights.after(lesson.features, lesson.took), taught)
