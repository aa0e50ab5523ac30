"""Whether a Dutch message says `je` or `u` to us, so that the reply can do the same."""

from __future__ import annotations

import re
from typing import Final, Literal

Form = Literal["je", "u"]

_IGNORED = re.compile(r"@\S+|#\S+|https?://\S+|\b\d+\s*u(?:ur|\d+)?\b", re.IGNORECASE)
"""Names, links, and hours: in "om 9 u" nobody is addressed."""

_POLITE = re.compile(r"dank ?u(?: ?wel)?|alstublieft|a\.?u\.?b\.?\b", re.IGNORECASE)
_FAMILIAR = re.compile(r"dank ?je(?: ?wel)?|alsjeblieft", re.IGNORECASE)
"""Set phrases: they decide only where nothing else does."""

_FORMAL_OPENING = re.compile(r"\b(?:geachte|hoogachtend)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")

_U: Final = frozenset({"u", "uw", "uzelf"})
_JIJ: Final = frozenset({"jij", "jou", "jouw", "jezelf"})
_JE: Final = frozenset({"je", "jullie"})
_FLEMISH: Final = frozenset({"gij", "ge", "gullie", "gulle", "ulle"})
"""Who says `ge` says `uw` to friends."""


def form_of_address(text: str, *, lang: str | None = None) -> Form | None:
    """`je` or `u`; None where the message addresses nobody or `lang` is not Dutch.

    `u` is never used of people in general and `je` often is, so `u` weighs more than a bare `je`.
    """
    if lang is not None and lang.split("-")[0].lower() != "nl":
        return None
    text = _IGNORED.sub(" ", text)
    words = [word.lower() for word in _WORD.findall(_FAMILIAR.sub(" ", _POLITE.sub(" ", text)))]
    if _FLEMISH.intersection(words):
        return "je"
    polite = sum(word in _U for word in words)
    personal = sum(word in _JIJ for word in words)
    if polite:
        return "u" if polite >= personal else "je"
    if personal or _JE.intersection(words):
        return "je"
    return _by_set_phrase(text)


def _by_set_phrase(text: str) -> Form | None:
    polite = bool(_FORMAL_OPENING.search(text)) or bool(
        re.search(r"dank ?u|alstublieft", text, re.IGNORECASE)
    )
    familiar = _FAMILIAR.search(text) is not None
    if polite == familiar:
        return None
    return "u" if polite else "je"
