"""What rules and punctuation say of a message, as a row of numbers of about -1 to 1."""

from __future__ import annotations

from typing import Final

from sentiment.evidence import Clause, Evidence
from sentiment.lexicon import LANGUAGES, kind_signs
from sentiment.rules import chances

_ROLES: Final = (
    "spam",
    "cancellation",
    "commercial",
    "suggestion",
    "question",
    "safety",
    "outage",
    "legal",
    "deadline",
    "repeat",
)
NAMES: Final[tuple[str, ...]] = (
    "one",
    "good",
    "bad",
    "good minus bad",
    "only good",
    "only bad",
    "both",
    "nothing known",
    "complaint",
    "solved",
    "irony",
    "thanks",
    "idle negation",
    "softened",
    "turned",
    "good in the last clause",
    "bad in the last clause",
    "good in the first clause",
    "bad in the first clause",
    "good after the turn",
    "bad after the turn",
    "good elsewhere",
    "bad elsewhere",
    "speaks of others",
    "praise beside trouble",
    "question mark",
    "question mark at the end",
    "many marks",
    "exclamation mark",
    "dots",
    "shouting",
    "long",
    "short",
    "very short",
    "number",
    "link",
    "handle",
    "negative by the rules",
    "neutral by the rules",
    "positive by the rules",
    *_ROLES,
    *(f"in {language}" for language in LANGUAGES),
)


def values(evidence: Evidence, language: str | None, text: str) -> tuple[float, ...]:
    """The numbers of one message, in the order of `NAMES`."""
    good, bad = _pressed(evidence.good), _pressed(evidence.bad)
    low, clauses = evidence.text, evidence.clauses
    here = [clause for clause in clauses if not clause.elsewhere]
    others = [clause for clause in clauses if clause.elsewhere]
    turned = [clause for clause in here if clause.turned]
    first, last = here[:1], here[-1:]
    shouted = sum(token.shouted for clause in clauses for token in clause.tokens)
    roles = (float(any(sign.search(low) for sign in kind_signs(role))) for role in _ROLES)
    return (
        1.0,
        good,
        bad,
        good - bad,
        float(evidence.good > 0 and not evidence.bad),
        float(evidence.bad > 0 and not evidence.good),
        min(good, bad),
        float(not evidence.known),
        _pressed(evidence.complaint),
        _pressed(evidence.solved),
        _pressed(evidence.irony),
        _pressed(evidence.thanks),
        min(evidence.idle, 3) / 3,
        min(len(evidence.softened), 2) / 2,
        float(evidence.turned),
        *_sums(last),
        *_sums(first),
        *_sums(turned),
        *_sums(others),
        float(bool(others)),
        float(evidence.good > 0 and evidence.complaint + evidence.bad >= 1),
        float("?" in low),
        float(low.rstrip(" \n\"')").endswith("?")),
        float("!!" in low or "??" in low),
        min(low.count("!"), 3) / 3,
        float(".." in low or "…" in low),
        min(shouted, 3) / 3,
        min(evidence.words, 60) / 60,
        float(evidence.words <= 6),
        float(evidence.words <= 2),
        float(any(sign.isdigit() for sign in low)),
        float("http" in text or "www." in text),
        float("@" in text),
        *chances(evidence),
        *roles,
        *(float(known == language) for known in LANGUAGES),
    )


def _sums(clauses: list[Clause]) -> tuple[float, float]:
    return _pressed(sum(clause.good for clause in clauses)), _pressed(sum(clause.bad for clause in clauses))


def _pressed(weight: float) -> float:
    """Much evidence counts less than its sum: 0 to 1."""
    return weight / (3 + weight) if weight > 0 else 0.0
