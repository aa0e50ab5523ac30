"""A message as numbers for what a desk learns: pieces of words weigh half as much as words.

With few lessons the many pieces drown the words; `python -m bench.learning` shows by how much.
"""

from __future__ import annotations

from typing import Final

from sentiment.features import read, scale_of

_PIECES: Final = 0.5


def features(text: str, lang: str | None = None, brands: tuple[str, ...] = ()) -> dict[int, float]:
    """Index to value of one message towards these names, numbered as in `sentiment.features`. Never raises."""
    found = read(text, lang, brands)
    numbers = found.sparse()
    less = (1 - _PIECES) * scale_of(len(found.pieces))
    for index in found.pieces:
        numbers[index] -= less
    return numbers
