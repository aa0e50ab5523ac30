"""What a mention is, and how urgent: rules over its signs and its sentiment."""

from __future__ import annotations

import re
from typing import Final

from sentiment.evidence import Evidence
from sentiment.lexicon import kind_signs
from sentiment.protocol import Kind, Reason

_NEGATIVE: Final = 0.5
_POSITIVE: Final = 0.5
_ASKS_ANYWAY: Final = 0.72
"""Up to this probability of negative, a well-formed question is one, and not a complaint with a `?`."""

_REPROACH: Final = re.compile(r"\b(?:waarom|hoezo|why)\b")


def _signs(role: str, low: str) -> str | None:
    """The words by which a role is recognised."""
    for pattern in kind_signs(role):
        if match := pattern.search(low):
            return " ".join(match.group().split())[:60]
    return None


def kind_of(evidence: Evidence, negative: float, positive: float) -> tuple[Kind, float, tuple[Reason, ...]]:
    """The kind, how sure, and the words that decided."""
    low = evidence.text
    for kind, sure in _DECIDED_BY_WORDS:
        words = _signs(kind, low)
        if words and not (kind == "suggestion" and negative > _ASKS_ANYWAY):
            return kind, sure, (Reason(words, kind),)
    asks = None if _REPROACH.search(low) and evidence.complaint >= 1 else _signs("question", low)
    if asks and negative < _ASKS_ANYWAY and not (positive > 0.8 and "?" not in low):
        return "question", 0.85 if negative < _NEGATIVE else 0.6, (Reason(asks, "question"),)
    if negative >= _NEGATIVE:
        return "complaint", round(0.5 + negative / 2, 2), ()
    if positive >= _POSITIVE:
        return "compliment", round(0.4 + positive / 2, 2), ()
    if "?" in low:
        return "question", 0.55, (Reason("?", "question"),)
    if evidence.complaint > 0 or negative > positive + 0.15:
        return "complaint", 0.5, ()
    return "chatter", 0.5, ()


_DECIDED_BY_WORDS: Final[tuple[tuple[Kind, float], ...]] = (
    ("spam", 0.85),
    ("cancellation", 0.8),
    ("commercial", 0.75),
    ("suggestion", 0.7),
)


def urgency_of(evidence: Evidence, kind: Kind, negative: float) -> tuple[int, tuple[Reason, ...]]:
    """0 none, 1 some, 2 high, 3 at once; with the words that say so."""
    if kind in {"spam", "compliment", "suggestion"}:
        return 0, ()
    if words := _signs("safety", evidence.text):
        return 3, (Reason(words, "safety"),)
    for role in ("outage", "legal"):
        if (words := _signs(role, evidence.text)) and (negative >= 0.3 or kind != "chatter"):
            return 2, (Reason(words, role),)
    if words := _signs("deadline", evidence.text):
        return (2 if negative >= _ASKS_ANYWAY else 1), (Reason(words, "deadline"),)
    if words := _signs("repeat", evidence.text):
        return 1, (Reason(words, "repeat"),)
    return (1, ()) if negative >= 0.85 else (0, ())
