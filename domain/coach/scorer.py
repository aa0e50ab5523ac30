"""A small learned scorer: one logistic regression a rule over words, acts and the rules' own verdicts.

Trained by `python -m bench.coach.train`; scored in plain Python over the few features that a draft has. It
explains itself: the words of the reply that weighed most are the stretch that a remark marks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned about one rule."""

    bias: float
    raises: float
    """From this probability on it raises the rule by itself."""

    keeps: float
    """Below this probability it takes back what the rule's phrases found."""

    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Scorer:
    """All models, by rule."""

    models: Mapping[str, Model] = field(default_factory=dict)

    def probability(self, rule: str, features: Mapping[str, float]) -> float:
        """How likely the rule is meant; 0 where nothing was learned."""
        model = self.models.get(rule)
        if model is None:
            return 0.0
        weights = model.weights
        total = model.bias + sum(weights.get(name, 0.0) * value for name, value in features.items())
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))

    def weightiest(self, rule: str, names: Iterable[tuple[str, int, int]]) -> tuple[int, int]:
        """The stretch of the reply whose words spoke most for the rule; (0, 0) where none did."""
        model = self.models.get(rule)
        best, place = 0.0, (0, 0)
        for name, start, end in names if model else ():
            weight = model.weights.get(name, 0.0) if model else 0.0
            if weight > best:
                best, place = weight, (start, end)
        return place
