"""How alike two short texts are, in words and in pieces of words; cheap enough for hundreds at a time.

Words carry the weight, rare ones most. Pieces of four letters catch what words miss: typing errors,
inflection, and the compounds of Dutch.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log
from typing import Final

LONGEST: Final = 1_500
"""Characters that are looked at; the beginning says what a message is about."""

MOST_WORDS: Final = 60
PIECE: Final = 4

_ASIDE: Final = re.compile(r"https?://\S+|www\.\S+|(?<!\w)@[\w.@-]+|\{\{[^}]*\}\}")
_WORD: Final = re.compile(r"[^\W_]+")


def words(text: str) -> tuple[str, ...]:
    """The different words of a text, folded as the search index folds them, in their order.

    Links, handles and bare numbers are left out: they say who, not what.
    """
    plain = unicodedata.normalize("NFKD", _ASIDE.sub(" ", text[:LONGEST]))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
    found = (word for word in _WORD.findall(plain) if len(word) > 1 and not word.isdigit())
    return tuple(dict.fromkeys(found))[:MOST_WORDS]


def pieces(word: str) -> frozenset[str]:
    """The pieces of one word, its beginning and end marked."""
    marked = f"^{word}$"
    return frozenset(marked[start : start + PIECE] for start in range(max(1, len(marked) - PIECE + 1)))


def rarity(hits: float, total: int) -> float:
    """What a word weighs that stands in `hits` of `total` texts: above 0, more the rarer it is."""
    hits = min(max(hits, 0.0), float(total))
    return log(1 + (total - hits + 0.5) / (hits + 0.5))


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike, twice from 0 (nothing in common) to 1 (all of what was asked is there)."""

    words: float
    pieces: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that others are compared with."""

    weights: Mapping[str, float]
    """Rarity by word."""

    piece_weights: Mapping[str, float]

    @classmethod
    def of(cls, text_words: Iterable[str], rarities: Mapping[str, float]) -> Asked:
        """From its words; one without a rarity weighs nothing."""
        weights = {word: rarities[word] for word in text_words if rarities.get(word, 0.0) > 0}
        piece_weights: dict[str, float] = {}
        for word, weight in weights.items():
            own = pieces(word)
            for piece in own:
                piece_weights[piece] = piece_weights.get(piece, 0.0) + weight / len(own)
        return cls(weights, piece_weights)

    def compare(self, other: Iterable[str]) -> Likeness:
        """How much of what was asked stands in another text, given by its words; long ones count less."""
        theirs = frozenset(other)
        if not theirs or not self.weights:
            return Likeness(0.0, 0.0)
        length = min(1.0, 2.0 * (len(self.weights) + 4) / (len(self.weights) + len(theirs) + 4))
        their_pieces = frozenset().union(*map(pieces, theirs))
        return Likeness(
            _covered(self.weights, theirs) * length, _covered(self.piece_weights, their_pieces) * length
        )


def _covered(weights: Mapping[str, float], theirs: frozenset[str]) -> float:
    total = sum(weights.values())
    shared = sum(weight for name, weight in weights.items() if name in theirs)
    return min(1.0, shared / total) if total else 0.0


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Words in common, of all words of both; 1 for the same words, 0 where one has none."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0
