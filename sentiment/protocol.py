"""What every engine is to the desk: a text in, one score out, with its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

Sentiment = Literal["negative", "neutral", "positive", "unknown"]
Kind = Literal[
    "question", "complaint", "compliment", "suggestion", "cancellation", "commercial", "chatter", "spam"
]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: the words that counted and what they did."""

    words: str
    effect: str
    """Such as `negative`, `negated`, `question`."""


@dataclass(frozen=True, slots=True)
class Score:
    """What an engine makes of one message, towards the desk's own brand."""

    negative: float
    neutral: float
    positive: float
    """The three probabilities add up to 1."""

    sentiment: Sentiment
    """`unknown` when the engine is too unsure to say; the badge then shows `?`."""

    confidence: float
    kind: Kind
    kind_confidence: float
    urgency: int
    """0 none, 1 some, 2 high, 3 at once."""

    language: str | None
    engine: str
    version: str
    why: tuple[Reason, ...] = ()

    @property
    def value(self) -> float:
        """p(positive) - p(negative), -1 to 1."""
        return self.positive - self.negative

    @property
    def unsure(self) -> bool:
        """Whether the badge should carry a doubt."""
        return self.sentiment == "unknown" or self.confidence < 0.6


class Engine(Protocol):
    """Reads mentions; holds no state that a message could change."""

    name: str
    version: str

    def score(self, text: str, *, lang: str | None = None, brands: tuple[str, ...] = ()) -> Score:
        """The score of a message; never raises, whatever the text."""
        ...


@dataclass(frozen=True, slots=True)
class Mention:
    """One text to read, with what is known of it."""

    text: str
    lang: str | None = None
    brands: tuple[str, ...] = ()


@runtime_checkable
class BatchEngine(Protocol):
    """An engine that reads many texts faster together than one by one."""

    def score_many(self, mentions: Sequence[Mention]) -> list[Score]:
        """A score for each, in their order; never raises."""
        ...


@runtime_checkable
class Telling(Protocol):
    """An engine of which people must know something."""

    @property
    def trouble(self) -> str:
        """A sentence on why another engine reads in its place, empty while all is well."""
        ...

    @property
    def terms(self) -> str:
        """A sentence on what its makers allow; empty where that needs no saying."""
        ...


def score_many(engine: Engine, mentions: Sequence[Mention]) -> list[Score]:
    """A score for each, at once where the engine can."""
    if isinstance(engine, BatchEngine):
        return engine.score_many(mentions)
    return [engine.score(one.text, lang=one.lang, brands=one.brands) for one in mentions]
