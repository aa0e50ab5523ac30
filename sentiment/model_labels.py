"""What a classifier's own labels mean: its numbers into negative, neutral, positive."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Probabilities = tuple[float, float, float]
"""Negative, neutral, positive; they add up to 1."""

_MEANINGS: Final[Mapping[str, re.Pattern[str]]] = {
    "negative": re.compile(r"neg(?:ati(?:ve|ef|f|vo|va))?|bad|[12] stars?", re.IGNORECASE),
    "neutral": re.compile(r"neu(?:tr(?:al|aal|e|o|a))?|none|3 stars?", re.IGNORECASE),
    "positive": re.compile(r"pos(?:iti(?:ve|ef|f|vo|va))?|good|[45] stars?", re.IGNORECASE),
}


class UnknownLabels(Exception):
    """A model whose labels say nothing of sentiment; carries them."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Which of a model's outputs speak for what."""

    meaning: tuple[str, ...]
    """`negative`, `neutral` or `positive` by output."""

    several: bool = False
    """Whether each output is a yes or no of its own: none of them is neutral, both are mixed."""

    @classmethod
    def of(cls, config: Mapping[str, object]) -> Labels:
        """By the model's config.json. Raises UnknownLabels, such as for LABEL_0."""
        written = config.get("id2label")
        names = written if isinstance(written, Mapping) else {}
        in_order = [str(names[key]) for key in sorted(names, key=int)]
        meaning = tuple(_meaning(name) for name in in_order)
        if not {"negative", "positive"} <= set(meaning) or "" in meaning:
            raise UnknownLabels(", ".join(in_order))
        return cls(meaning, several=config.get("problem_type") == "multi_label_classification")

    def read(self, outputs: Sequence[float]) -> Probabilities:
        """The probabilities behind the raw outputs (logits) of one text."""
        if len(outputs) != len(self.meaning):
            raise UnknownLabels(f"{len(outputs)} ≠ {len(self.meaning)}")
        return self._apart(outputs) if self.several else self._together(outputs)

    def _together(self, outputs: Sequence[float]) -> Probabilities:
        top = max(outputs)
        powers = [math.exp(one - top) for one in outputs]
        whole = sum(powers)
        found = dict.fromkeys(_MEANINGS, 0.0)
        for meaning, power in zip(self.meaning, powers, strict=True):
            found[meaning] += power / whole
        return found["negative"], found["neutral"], found["positive"]

    def _apart(self, outputs: Sequence[float]) -> Probabilities:
        """Mixed counts half for each side, so that neither wins and the badge shows a doubt."""
        said = dict.fromkeys(_MEANINGS, 0.0)
        for meaning, one in zip(self.meaning, outputs, strict=True):
            said[meaning] = max(said[meaning], _sigmoid(one))
        bad, good = said["negative"], said["positive"]
        negative, positive = bad * (1 - good) + bad * good / 2, good * (1 - bad) + bad * good / 2
        return negative, max(0.0, 1 - negative - positive), positive


def _meaning(name: str) -> str:
    plain = name.strip()
    return next((meaning for meaning, words in _MEANINGS.items() if words.fullmatch(plain)), "")


def _sigmoid(value: float) -> float:
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    power = math.exp(value)
    return power / (1 + power)
