"""Whom a part of a message is about: us, or somebody else's company."""

from __future__ import annotations

import re
from typing import Final, Literal

from sentiment.lexicon import common_words
from sentiment.tokens import Segment

Target = Literal["ours", "theirs", "open"]

_US: Final = frozenset(
    {
        "jullie",
        "jij",
        "jou",
        "jouw",
        "u",
        "uw",
        "ge",
        "gij",
        "you",
        "your",
        "you're",
        "yours",
        "ihr",
        "euch",
        "vous",
    }
)
_OTHER: Final = re.compile(
    r"\b(?:bij|naar|dan|than|with|to|at|liever)\s+([A-Z][\w&-]{2,})|^\W*([A-Z][\w&-]{2,})\s+(?:is|was|heeft|had|doet|deed|"
    r"belt|helpt|komt|werkt|has|does|are|were|helped|answered|geweldig|waardeloos|slecht|top|prima|super|great|good|bad)\b"
)
_A_COMPANY: Final = re.compile(
    r"^\W*(?:en |and |und |et )?(?:bedrijf|firma|winkel|merk|company|shop|brand|entreprise|société|marque)"
    r"\s+\w+\s+(?:is|was|zijn|ist|war|est|heeft|had|has|doet|does|deed)\b",
    re.IGNORECASE,
)
_OWN_WORD: Final = 5

_THAN: Final = re.compile(
    r"\b(?:\w+er|liever|beter|better|worse|meer|more)\s+(?:\w+\s+)?(?:dan|than|als)\s+(?:bij\s+)?$"
)
_BETTER_THAN: Final = re.compile(
    r"\s+(?:is|zijn|was|are|were|ist|est)\s+(?:\w+\s+){0,2}(?:\w+er|beter|better|worse|mieux|meilleure?)\s+(?:dan|than|als|que)\b"
)
_OURS_WEIGHT: Final = 1.3
_THEIRS_WEIGHT: Final = 0.12
_OPEN_WEIGHT: Final = 0.8


def brand_pattern(brands: tuple[str, ...]) -> re.Pattern[str] | None:
    """Finds our names, with or without @ or #, in lower-case text; None without names."""
    whole = {brand.strip("@# ").lower() for brand in brands} - {""}
    names = sorted(whole | {other for name in whole for other in _also(name)}, key=len, reverse=True)
    if not names:
        return None
    return re.compile(r"(?<!\w)[@#]?(?:" + "|".join(re.escape(name) for name in names) + r")\w{0,2}(?!\w)")


def _also(name: str) -> set[str]:
    """How else a name of several words is written: in one, with signs between, by its first own word."""
    words = name.split()
    if len(words) < 2:
        return set()
    short = next((word for word in words if len(word) >= _OWN_WORD and word not in common_words()), None)
    return {sign.join(words) for sign in ("", "_", "-", ".")} | ({short} if short else set())


def weights(text: str, low: str, cut: list[Segment], ours: re.Pattern[str] | None) -> list[float]:
    """How much each segment counts towards us; all the same where only one company is spoken of."""
    ends = [*(segment.start for segment in cut[1:]), len(text)][: len(cut)]
    targets = [
        _target(segment, text[segment.start : end], low[segment.start : end], ours)
        for segment, end in zip(cut, ends, strict=True)
    ]
    if "ours" not in targets or "theirs" not in targets:
        return [1.0] * len(cut)
    spoken: Target = "open"
    found: list[float] = []
    for target in targets:
        spoken = target if target != "open" else spoken
        found.append(_weight(target, spoken))
    return found


def compared_with_us(low: str, ours: re.Pattern[str] | None) -> bool:
    """Whether we are what somebody else is better (or worse) than."""
    match = ours.search(low) if ours else None
    return match is not None and bool(_THAN.search(low[: match.start()]))


def compared(low: str, ours: re.Pattern[str] | None) -> bool:
    """Whether our name stands on either side of a comparison, as in `X is better than us`."""
    match = ours.search(low) if ours else None
    if match is None:
        return False
    return bool(_THAN.search(low[: match.start()])) or bool(_BETTER_THAN.match(low[match.end() :]))


def _weight(target: Target, spoken: Target) -> float:
    if target == "ours":
        return _OURS_WEIGHT
    if target == "theirs":
        return _THEIRS_WEIGHT
    return {"ours": 1.0, "theirs": 2 * _THEIRS_WEIGHT, "open": _OPEN_WEIGHT}[spoken]


def _target(segment: Segment, text: str, low: str, ours: re.Pattern[str] | None) -> Target:
    words = {token.text for token in segment.tokens}
    named = ours.search(low) if ours else None
    if named or words & _US:
        return "ours"
    if (
        any(word.startswith("@") and len(word) > 1 for word in words)
        or _OTHER.search(text)
        or _A_COMPANY.search(text)
    ):
        return "theirs"
    return "open"
