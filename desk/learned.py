"""An engine's score with what this desk learned; the engine's own opinion stays beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final, cast

from domain.learning import LABELS, Delta, Features, Field, Learned, best, corrected
from sentiment.protocol import Kind, Reason, Score, Sentiment

BESIDE: Final = "+desk"
"""Ends the name of the engine of a score that the desk corrected."""

_SURE: Final = 0.45
"""Below this the likeliest sentiment is not said."""

Reader = Callable[[str, "str | None", "tuple[str, ...]"], Features]
"""Text, language and brands to features."""


@dataclass(frozen=True, slots=True)
class Adjusted(Score):
    """A score that the desk corrected."""

    base: Score | None = None
    """The engine's own."""


@dataclass(slots=True)
class Learning:
    """What the collector knows now; whoever scores reads it, the learner alone changes it."""

    features: Reader
    learned: Mapping[Field, Learned]
    wanted: bool = True

    @property
    def used(self) -> tuple[Field, ...]:
        """The fields in which the correction is ahead of the engine."""
        return tuple(field for field, one in self.learned.items() if self.wanted and one.trial.on)

    def adjust(self, score: Score, text: str, lang: str | None, brands: tuple[str, ...]) -> Score:
        """The score as this desk reads it; the same one where nothing was learned about such words."""
        used = self.used
        if not used:
            return score
        features = self.features(text, lang, brands)
        changes: dict[str, object] = {}
        for field in used:
            shift = self.learned[field].delta.shift(features)
            if any(shift):
                changes |= _CHANGES[field](score, shift)
        if not changes:
            return score
        why = (*score.why, Reason("", "learned"))
        ours = replace(score, **changes, engine=score.engine + BESIDE, why=why)  # type: ignore[arg-type]
        return Adjusted(**{one.name: getattr(ours, one.name) for one in fields(Score)}, base=score)


def base_of(score: Score, field: Field) -> tuple[float, ...]:
    """The engine's probabilities in the order of the field's labels."""
    if field == "sentiment":
        return float(score.negative), float(score.neutral), float(score.positive)
    kinds = LABELS["kind"]
    sure = min(max(float(score.kind_confidence), 1 / len(kinds)), 0.99)
    rest = (1 - sure) / (len(kinds) - 1)
    return tuple(sure if kind == score.kind else rest for kind in kinds)


def _sentiment(score: Score, shift: Sequence[float]) -> dict[str, object]:
    found = corrected(base_of(score, "sentiment"), shift)
    likeliest = LABELS["sentiment"][best(found)]
    said = cast("Sentiment", likeliest if max(found) >= _SURE else "unknown")
    negative, neutral, positive = found
    return {
        "negative": negative, "neutral": neutral, "positive": positive, "sentiment": said,
        "confidence": max(found),
    }  # fmt: skip


def _kind(score: Score, shift: Sequence[float]) -> dict[str, object]:
    found = corrected(base_of(score, "kind"), shift)
    return {"kind": cast("Kind", LABELS["kind"][best(found)]), "kind_confidence": max(found)}


_CHANGES: Final[Mapping[Field, Callable[[Score, Sequence[float]], dict[str, object]]]] = {
    "sentiment": _sentiment,
    "kind": _kind,
}


def nothing(features: Reader) -> Learning:
    """A desk that has learned nothing yet."""
    return Learning(features, {field: Learned(field, Delta(field)) for field in LABELS})
