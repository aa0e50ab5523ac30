"""What a reader calls one character: extended grapheme clusters by Unicode Standard Annex 29."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache


@cache
def _cluster() -> re.Pattern[str]:
    # Imported at first need: most texts are ASCII and the import costs some 60 ms of start-up.
    import regex  # type: ignore[import-untyped]  # noqa: PLC0415

    pattern: re.Pattern[str] = regex.compile(r"\X")
    return pattern


def _one_each(text: str) -> bool:
    """ASCII has one cluster per character, but for a carriage return with its line feed."""
    return text.isascii() and "\r" not in text


def count(text: str) -> int:
    """Number of graphemes."""
    if _one_each(text):
        return len(text)
    return sum(1 for _match in _cluster().finditer(text))


def iterate(text: str) -> Iterator[str]:
    """The graphemes in order; joined they are the text again."""
    if _one_each(text):
        return iter(text)
    return (match.group() for match in _cluster().finditer(text))


def first(text: str, limit: int) -> str:
    """The text's first `limit` graphemes; the whole text where it has no more."""
    if len(text) <= limit:
        return text
    if _one_each(text):
        return text[:limit]
    end = 0
    for number, match in enumerate(_cluster().finditer(text)):
        if number >= limit:
            break
        end = match.end()
    return text[:end]
