"""A sentence as hashed pieces: one to three words in a row, and three to five letters of each word.

The two are kept apart: a sentence has many more pieces of letters than of words.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from zlib import crc32

from domain.coach.reading import Sentence

BUCKETS: Final = 1 << 16
_MOST_WORDS: Final = 3
_LETTERS: Final = (3, 4, 5)
_LONGEST: Final = 40

Grams = frozenset[int]


def word_grams(sentence: Sentence) -> Grams:
    """Words in a row of a sentence of the reply."""
    return _in_a_row(sentence, "r", _MOST_WORDS)


def letter_grams(sentence: Sentence) -> Grams:
    """Pieces of its words."""
    return frozenset(piece for text in _texts(sentence) for piece in letters(text, "r"))


def mention_grams(sentence: Sentence) -> Grams:
    """The pieces of a sentence of the mention, which weigh otherwise."""
    pieces = {piece for text in _texts(sentence) for piece in letters(text, "m")}
    return _in_a_row(sentence, "m", 2) | pieces


def _texts(sentence: Sentence) -> list[str]:
    return [word.text[:_LONGEST] if word.tag == "word" else f"#{word.tag}" for word in sentence.words]


def _in_a_row(sentence: Sentence, side: str, most: int) -> Grams:
    texts = _texts(sentence)
    found: set[int] = {bucket(f"{side}.{sentence.mark}")}
    padded = ["^", *texts, "$"]
    for size in range(1, most + 1):
        for start in range(len(padded) - size + 1):
            found.add(bucket(f"{side} {' '.join(padded[start : start + size])}"))
    return frozenset(found)


@lru_cache(maxsize=16_384)
def letters(text: str, side: str) -> tuple[int, ...]:
    """The pieces of a single word."""
    padded = f"<{text}>"
    return tuple(
        bucket(f"{side}_{padded[start : start + size]}")
        for size in _LETTERS
        for start in range(len(padded) - size + 1)
    )


def bucket(name: str) -> int:
    """Where a piece's weight stands."""
    return crc32(name.encode("utf-8", "surrogatepass")) & (BUCKETS - 1)
