"""The engine of word lists and rules alone: own word lists and rules, no model, no dependency.

It knows Dutch and English, with a little German and French; elsewhere it says `unknown`. Irony beyond set
phrases is past it, and it is unsure often: its score is a hint that a key corrects.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Final

from sentiment.brand import brand_pattern
from sentiment.evidence import Evidence, gather
from sentiment.kind import kind_of, urgency_of
from sentiment.language import guess
from sentiment.lexicon import LANGUAGES
from sentiment.protocol import Score, Sentiment

_GAIN: Final = 1.2
_NEUTRAL: Final = 0.7
_QUESTION: Final = 0.6
_SURE: Final = 0.5
_TORN: Final = 0.12
"""Closer together than this, good and bad say nothing."""

_WHY: Final = 6
_IDLE: Final = 0.6
_ENOUGH_WORDS: Final = 5
_FIRST_HANDLE: Final = re.compile(r"\W*@([\w.-]*\w)")
_HANDLE_SEEN: Final = 80


class RulesEngine:
    """Sentiment, kind, urgency and language by rules; satisfies `sentiment.protocol.Engine`."""

    name = "rules"
    version = "1"

    def score(self, text: str, *, lang: str | None = None, brands: tuple[str, ...] = ()) -> Score:
        """The score of a message; `lang` is believed where it is one of ours, else it is guessed."""
        language = known_language(lang) or guess(text)
        evidence = gather(text, read_as(language), names(addressed(text, brands)))
        negative, neutral, positive = chances(evidence)
        sentiment = _sentiment(negative, neutral, positive)
        if sentiment == "neutral" and not evidence.known and _unread(evidence, language):
            sentiment = "unknown"
        kind, kind_confidence, because = kind_of(evidence, negative, positive)
        urgency, pressing = urgency_of(evidence, kind, negative)
        return Score(
            negative=negative,
            neutral=neutral,
            positive=positive,
            sentiment=sentiment,
            confidence=max(negative, neutral, positive),
            kind=kind,
            kind_confidence=kind_confidence,
            urgency=urgency,
            language=language,
            engine=self.name,
            version=self.version,
            why=(*evidence.why[:_WHY], *because, *pressing),
        )


@lru_cache(maxsize=16)
def names(brands: tuple[str, ...]) -> re.Pattern[str] | None:
    """What finds these names in a text; kept for the desk's own."""
    return brand_pattern(brands)


def addressed(text: str, brands: tuple[str, ...]) -> tuple[str, ...]:
    """Our names; where none are known, the handle that the message begins with is taken for ours."""
    if any(brand.strip("@# ") for brand in brands):
        return brands
    handle = _FIRST_HANDLE.match(text[:_HANDLE_SEEN])
    return (handle[1],) if handle else ()


def known_language(lang: str | None) -> str | None:
    """`nl` for `nl-BE`; None for what the word lists do not cover."""
    base = (lang or "").lower().replace("_", "-").split("-")[0]
    return base if base in LANGUAGES else None


def _unread(evidence: Evidence, language: str | None) -> bool:
    """Words enough to say something, in none of our languages."""
    return language is None and evidence.words >= _ENOUGH_WORDS


def read_as(language: str | None) -> tuple[str, ...]:
    """The word lists to look in: Dutch people mix in English; an unsure guess is read as both."""
    if language == "nl" or language is None:
        return ("nl", "en")
    return (language, "en") if language != "en" else ("en",)


def chances(evidence: Evidence) -> tuple[float, float, float]:
    """Of negative, neutral and positive, by the rules alone."""
    bad = _pressed(evidence.bad + evidence.complaint + _idle(evidence))
    good = _pressed(evidence.good + evidence.solved)
    still = _NEUTRAL + (_QUESTION if "?" in evidence.text else 0.0)
    powers = [math.exp(_GAIN * bad), math.exp(still), math.exp(_GAIN * good)]
    whole = sum(powers)
    negative, positive = powers[0] / whole, powers[2] / whole
    return negative, 1.0 - negative - positive, positive


def _idle(evidence: Evidence) -> float:
    """A `not` that stands by itself leans to the bad side, where nothing else speaks."""
    said = evidence.bad + evidence.complaint + evidence.good + evidence.solved
    return _IDLE * min(evidence.idle, 2) if not said else 0.0


def _pressed(weight: float) -> float:
    """Much evidence counts less than its sum."""
    return 6 * weight / (6 + weight) if weight else 0.0


def _sentiment(negative: float, neutral: float, positive: float) -> Sentiment:
    top = max(negative, neutral, positive)
    if top < _SURE and neutral < top and abs(negative - positive) < _TORN:
        return "unknown"
    if neutral == top:
        return "neutral"
    return "negative" if negative == top else "positive"
