"""Texts that a platform approved beforehand: where something is filled in, and how they will stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

PLACE: Final = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
"""`{{1}}` or `{{name}}`."""


def places_in(text: str) -> tuple[str, ...]:
    """What is filled in, each once, in the order of the text."""
    return tuple(dict.fromkeys(PLACE.findall(text)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with these values; a place without one stays as it is. What is filled in is not read again."""
    return PLACE.sub(lambda found: values.get(found[1], found[0]), text)


def on_one_line(value: str) -> str:
    """What was typed, as a place takes it: no ends of lines, no tabs, no runs of spaces."""
    return " ".join(value.split())


def empty_places(places: Iterable[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """The places for which nothing was given."""
    return tuple(place for place in places if not values.get(place, "").strip())
