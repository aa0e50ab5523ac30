"""A message as numbers: hashed words and pieces of words, and what the rules found, for every learner.

A feature is an index and a value. Below `BUCKETS` are hashed features, each there or not, scaled so that a
long message weighs as much as a short one; from `BUCKETS` on stand the dense ones, named in
`sentiment.dense.NAMES`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zlib import crc32

from sentiment import dense
from sentiment.evidence import Clause, Evidence, gather
from sentiment.language import guess
from sentiment.lexicon import modifiers
from sentiment.rules import known_language, names, read_as

BUCKETS: Final = 1 << 15
SIZE: Final = BUCKETS + len(dense.NAMES)
_MASK: Final = BUCKETS - 1
_NEGATION_REACH: Final = 3
_DIGITS: Final = re.compile(r"\d+")
_PIECES: Final = (3, 4, 5)
_LONGEST: Final = 24
"""Characters of a word that are cut into pieces."""


@dataclass(frozen=True, slots=True)
class Features:
    """One message: the buckets that are on, in order of appearance, and the dense values."""

    words: dict[int, None]
    pieces: dict[int, None]
    dense: tuple[float, ...]
    evidence: Evidence
    language: str | None

    def sparse(self) -> dict[int, float]:
        """Index to value, zero values left out."""
        found: dict[int, float] = {}
        for buckets in (self.words, self.pieces):
            scale = scale_of(len(buckets))
            for index in buckets:
                found[index] = found.get(index, 0.0) + scale
        found.update((BUCKETS + at, value) for at, value in enumerate(self.dense) if value)
        return found


def features(text: str, lang: str | None = None, brands: tuple[str, ...] = ()) -> dict[int, float]:
    """Index (0 to `SIZE` - 1) to value of one message, towards these names. Never raises."""
    return read(text, lang, brands).sparse()


def read(text: str, lang: str | None = None, brands: tuple[str, ...] = ()) -> Features:
    """All there is to know of one message; `lang` is believed where it is one of ours, else it is guessed."""
    language = known_language(lang) or guess(text)
    languages = read_as(language)
    ours = names(brands)
    evidence = gather(text, languages, ours)
    negations = modifiers(languages).negation
    words: dict[int, None] = {}
    pieces: dict[int, None] = {}
    for clause in evidence.clauses:
        _read_clause(_plain(clause, ours), negations, clause.elsewhere, words, pieces)
    return Features(words, pieces, dense.values(evidence, language, text), evidence, language)


def scale_of(count: int) -> float:
    """The value of each of so many features that are on."""
    return count**-0.5 if count else 0.0


def bucket(feature: str) -> int:
    """Where a feature lives."""
    return crc32(feature.encode("utf-8", "replace")) & _MASK


def _plain(clause: Clause, ours: re.Pattern[str] | None) -> list[str]:
    """The clause's words with names and numbers made alike."""
    found: list[str] = []
    for token in clause.tokens:
        word = token.text
        if ours is not None and ours.fullmatch(word):
            word = "@us"
        elif word[0] == "@" and len(word) > 1:
            word = "@them"
        found.append(_DIGITS.sub("0", word))
    return found


def _read_clause(
    tokens: list[str],
    negations: frozenset[str],
    elsewhere: bool,  # noqa: FBT001 - a fact of the clause
    words: dict[int, None],
    pieces: dict[int, None],
) -> None:
    if elsewhere:
        words.update((bucket("t:" + word), None) for word in tokens)
        return
    before, reach = "", 0
    for word in tokens:
        words[bucket("w:" + word)] = None
        words[bucket(f"b:{before} {word}")] = None
        if reach:
            words[bucket("n:" + word)] = None
            reach -= 1
        if word in negations or word.endswith("n't"):
            reach = _NEGATION_REACH
        pieces.update(_pieces(word))
        before = word


@lru_cache(maxsize=16_384)
def _pieces(word: str) -> dict[int, None]:
    """Buckets of a word's pieces of three to five characters, its ends marked."""
    if len(word) < 2 or not word[-1].isalnum():
        return {}
    marked = f"<{word[:_LONGEST]}>"
    return {
        bucket("c:" + marked[at : at + size]): None
        for size in _PIECES
        for at in range(len(marked) - size + 1)
    }
