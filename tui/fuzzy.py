"""Finding one of a few dozen things by some of its letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

_Thing = TypeVar("_Thing")


def score(query: str, text: str) -> int | None:
    """How well the text fits: lower is better; None when it does not.

    Whole words' beginnings come before parts of words, those before letters in order.
    """
    query, text = query.casefold().strip(), text.casefold()
    if not query:
        return 0
    found = text.find(query)
    if found >= 0:
        return found if found == 0 or not text[found - 1].isalnum() else 100 + found
    position, first = -1, -1
    for letter in query.replace(" ", ""):
        position = text.find(letter, position + 1)
        if position < 0:
            return None
        first = position if first < 0 else first
    return 1000 + position - first


def ranked(query: str, things: Iterable[_Thing], text: Callable[[_Thing], str]) -> tuple[_Thing, ...]:
    """Those that fit, best first, in their own order where they fit alike."""
    scored = ((score(query, text(thing)), thing) for thing in things)
    fitting = [(points, thing) for points, thing in scored if points is not None]
    return tuple(thing for _points, thing in sorted(fitting, key=lambda pair: pair[0]))
