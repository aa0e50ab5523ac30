"""Whether a Dutch message was written by a Flemish reader, who calls some things by another name."""

from __future__ import annotations

import re
from typing import Final

_TELLING: Final = re.compile(
    r"\b(?:ge|gij|gullie|gulle|ulle|zenne|zulle|amai|allez|awel|goesting|efkes|effekes|seffens|sebiet|subiet|"
    r"gsm(?:-?nummer)?|mutualiteit|spijtig(?:e|er)?|plezant(?:e)?|ambetant(?:e)?|verwittig\w*|vandoen|komaan|"
    r"kheb|kben|kzou|kweet|kga|kzal|kunde|moete|hebde|zijde|ziede|(?:ne|nen) keer|in panne|solden|goeiedag|"
    r"in orde brengen|bancontact|telenet|proximus|nmbs|bpost)\b",
    re.IGNORECASE,
)
_DUTCH: Final = re.compile(r"\b(?:hoor|joh|doei|ff|pinnen|ov-chipkaart|digid|ziggo|kpn)\b", re.IGNORECASE)
_IGNORED: Final = re.compile(r"@\S+|#\S+|https?://\S+")


def is_flemish(text: str, *, lang: str | None = None) -> bool:
    """Whether a message reads as Flemish; False where it says nothing about it, or is not Dutch.

    Words that both sides of the border know decide nothing. `lang` `nl-BE` decides by itself.
    """
    if lang is not None and lang.casefold() != "nl":
        return lang.casefold() == "nl-be"
    text = _IGNORED.sub(" ", text)
    return len(set(map(str.casefold, _TELLING.findall(text)))) > len(_DUTCH.findall(text))
