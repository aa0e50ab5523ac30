"""A small learned scorer, one model a rule, over words, acts and the rules' own verdicts.

It looks at a draft twice: at the whole, and at its worst sentence; a last step weighs both, whether the
rule's own phrases fired, and how much of this speaks for another rule: a reply has one fault more often than
two. Trained by `python -m bench.coach.train`, scored in plain Python. It explains itself: the sentence that
weighed most, and the words in it that did.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from domain.coach.features import Look
from domain.coach.grams import Grams

SHARES: Final = (1.4, 1.0, 0.7, 0.5, 0.7)
"""What each kind of `Look.pieces` counts beside the others."""

VOICES: Final = ("whole", "worst", "fired", "other whole", "other worst", "other fired")
"""What the last step weighs: the two looks and the phrases, for this rule and for the loudest other one."""

_LOUD: Final = 3.0
"""A total beyond this hardly gets louder."""


@dataclass(frozen=True, slots=True)
class Part:
    """Weights for one way of looking."""

    bias: float = 0.0
    named: Mapping[str, float] = field(default_factory=dict)
    scale: float = 0.0
    """What one step of a hashed piece's weight is worth."""

    pieces: array[int] = field(default_factory=lambda: array("b"))
    """The weight of each bucket, in steps; empty where none was learned."""

    def total(self, look: Look) -> float:
        """How much speaks for the rule."""
        named = self.named
        found = self.bias + sum(named.get(name, 0.0) * value for name, value in look.named.items())
        return found + self.scale * sum(
            share * self._mean(grams) for share, grams in zip(SHARES, look.pieces, strict=True)
        )

    def word(self, pieces: Iterable[int]) -> float:
        """What a few pieces say."""
        return sum(map(self.pieces.__getitem__, pieces)) * self.scale if self.pieces else 0.0

    def _mean(self, grams: Grams) -> float:
        if not grams or not self.pieces:
            return 0.0
        return sum(map(self.pieces.__getitem__, grams)) / math.sqrt(len(grams))


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned about one rule."""

    bias: float
    raises: float
    """From this probability on the rule is raised; below it, what its phrases found is taken back."""

    shares: tuple[float, ...] = (0.0,) * len(VOICES)
    """What each of `VOICES` counts."""

    whole: Part = Part()
    sentence: Part = Part()


@dataclass(frozen=True, slots=True)
class Verdict:
    """How likely a rule is meant, and the sentence that says so most."""

    sure: float
    worst: int


def voices(
    rule: int, wholes: Sequence[float], worsts: Sequence[float], fired: Sequence[float]
) -> tuple[float, ...]:
    """What speaks for a rule (by its number), in the order of `VOICES`, from the totals of all rules."""
    rivals = [other for other in range(len(wholes)) if other != rule]
    return (
        wholes[rule],
        worsts[rule],
        fired[rule],
        max((math.tanh(wholes[other] / _LOUD) for other in rivals), default=0.0),
        max((math.tanh(worsts[other] / _LOUD) for other in rivals), default=0.0),
        max((fired[other] for other in rivals), default=0.0),
    )


@dataclass(frozen=True, slots=True)
class Scorer:
    """All models, by rule."""

    models: Mapping[str, Model] = field(default_factory=dict)

    def verdicts(self, whole: Look, sentences: Sequence[Look], fired: Container[str]) -> dict[str, Verdict]:
        """What each rule's model says of a draft with these looks and the rules whose phrases fired."""
        if not sentences:
            return {}
        totals = [[model.sentence.total(each) for each in sentences] for model in self.models.values()]
        wholes = [model.whole.total(whole) for model in self.models.values()]
        worsts = [max(each) for each in totals]
        spoke = [float(rule in fired) for rule in self.models]
        return {
            rule: Verdict(
                sigmoid(model.bias + _weighed(model.shares, voices(number, wholes, worsts, spoke))),
                totals[number].index(worsts[number]),
            )
            for number, (rule, model) in enumerate(self.models.items())
        }

    def weightiest(
        self, rule: str, words: Iterable[str], pieces: Callable[[str], Iterable[int]], most: int
    ) -> tuple[str, ...]:
        """The few words of a sentence that spoke most for the rule."""
        part = self.models[rule].sentence
        rated = {word: part.word(pieces(word)) for word in words}
        best = sorted((word for word in rated if rated[word] > 0), key=lambda word: -rated[word])[:most]
        return tuple(best)


def _weighed(shares: Sequence[float], values: Sequence[float]) -> float:
    return sum(share * value for share, value in zip(shares, values, strict=True))


def sigmoid(total: float) -> float:
    """A probability."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))
