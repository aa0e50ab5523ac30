"""A message as numbers: hashed words, concepts and pieces of words, and what the rules found.

For every learner: the shipped model, and a desk's own.

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
from sentiment.concepts import concepts_of
from sentiment.evidence import Clause, Evidence, gather
from sentiment.language import guess
from sentiment.lexicon import modifiers
from sentiment.rules import addressed, known_language, names, read_as

BUCKETS: Final = 1 << 15
SIZE: Final = BUCKETS + len(dense.NAMES)
_MASK: Final = BUCKETS - 1
_NEGATION_REACH: Final = 3
_DIGITS: Final = re.compile(r"\d+")
_PIECES: Final = (3, 4, 5)
_LONGEST: Final = 24
"""Characters of a word that are cut into pieces."""

_WEIGHTS: Final = (1.4, 1.0, 1.0)
"""How loud words, pieces and concepts speak; chosen by cross-validation on the training sectors."""

Group = dict[int, str]
"""Buckets that are on, with the words that put them on; empty for pieces."""


@dataclass(frozen=True, slots=True)
class Features:
    """One message: the buckets that are on, in order of appearance, and the dense values."""

    words: Group
    pieces: Group
    concepts: Group
    dense: tuple[float, ...]
    evidence: Evidence
    language: str | None

    def groups(self) -> tuple[tuple[Group, float], ...]:
        """Each group of buckets with the value that all of its buckets have."""
        groups = (self.words, self.pieces, self.concepts)
        return tuple(
            (group, weight * len(group) ** -0.5 if group else 0.0)
            for group, weight in zip(groups, _WEIGHTS, strict=True)
        )

    def sparse(self) -> dict[int, float]:
        """Index to value, zero values left out."""
        found: dict[int, float] = {}
        for group, value in self.groups():
            for index in group:
                found[index] = found.get(index, 0.0) + value
        found.update((BUCKETS + at, value) for at, value in enumerate(self.dense) if value)
        return found


def features(text: str, lang: str | None = None, brands: tuple[str, ...] = ()) -> dict[int, float]:
    """Index (0 to `SIZE` - 1) to value of one message, towards these names. Never raises."""
    return read(text, lang, brands).sparse()


def read(text: str, lang: str | None = None, brands: tuple[str, ...] = ()) -> Features:
    """All there is to know of one message; `lang` is believed where it is one of ours, else it is guessed."""
    language = known_language(lang) or guess(text)
    languages = read_as(language)
    ours = names(addressed(text, brands))
    evidence = gather(text, languages, ours)
    found = Features({}, {}, {}, dense.values(evidence, language, text), evidence, language)
    reader = _Reader(found, modifiers(languages).negation, languages)
    names_at = [match.span() for match in ours.finditer(evidence.text)] if ours else []
    plain = [_plain(clause, names_at) for clause in evidence.clauses]
    for clause, words in zip(evidence.clauses, plain, strict=True):
        reader.clause(clause, words)
    if plain:
        reader.ends(plain[0], plain[-1])
    return found


@lru_cache(maxsize=65_536)
def bucket(feature: str) -> int:
    """Where a feature lives."""
    return crc32(feature.encode("utf-8", "replace")) & _MASK


def _plain(clause: Clause, names_at: list[tuple[int, int]]) -> list[str]:
    """The clause's words with names and numbers made alike; our name is one word however many it has."""
    found: list[str] = []
    for token in clause.tokens:
        word = token.text
        ours = next((start for start, end in names_at if start <= token.start < end), None)
        if ours is not None:
            if ours == token.start or not found or found[-1] != "@us":
                found.append("@us")
            continue
        if word[0] == "@" and len(word) > 1:
            word = "@them"
        found.append(_DIGITS.sub("0", word))
    return found


@dataclass(slots=True)
class _Reader:
    into: Features
    negations: frozenset[str]
    languages: tuple[str, ...]

    def clause(self, clause: Clause, plain: list[str]) -> None:
        """Puts the buckets of one clause on."""
        self._concepts(clause, plain)
        words = self.into.words
        if clause.elsewhere:
            words.update((bucket("t:" + word), word) for word in plain)
        else:
            self._words(plain)
        mark = clause.end[:1]
        words[bucket(f"m:{mark}")] = mark
        words[bucket(f"m:{mark}{plain[-1]}")] = plain[-1]
        words[bucket("^" + plain[0])] = plain[0]
        words[bucket("^" + " ".join(plain[:2]))] = " ".join(plain[:2])

    def ends(self, first: list[str], last: list[str]) -> None:
        """Puts on how the message begins and ends."""
        words = self.into.words
        words[bucket("^^" + first[0])] = first[0]
        words[bucket("^^" + " ".join(first[:2]))] = " ".join(first[:2])
        words[bucket("$$" + last[-1])] = last[-1]

    def _words(self, plain: list[str]) -> None:
        words, pieces = self.into.words, self.into.pieces
        before, reach = "", 0
        for word in plain:
            words[bucket("w:" + word)] = word
            words[bucket(f"b:{before} {word}")] = f"{before} {word}"
            if reach:
                words[bucket("n:" + word)] = word
                reach -= 1
            if self._negates(word):
                reach = _NEGATION_REACH
            pieces.update(_pieces(word))
            before = word

    def _concepts(self, clause: Clause, plain: list[str]) -> None:
        """Concepts, those in the reach of a negation, pairs that follow each other, those that are asked."""
        on = self.into.concepts
        whose = "t" if clause.elsewhere else ""
        asked = "?" in clause.end
        before: tuple[tuple[str, str], ...] = ()
        negated = False
        for word in plain:
            negation = self._negates(word)
            now = ("NOT",) if negation else concepts_of(word, self.languages)
            for concept in now:
                on[bucket(f"k:{whose}{concept}")] = word
                if negated and not negation:
                    on[bucket(f"kn:{whose}{concept}")] = word
                if asked:
                    on[bucket(f"kq:{concept}")] = word
                for other, words in before:
                    on[bucket(f"kb:{whose}{other} {concept}")] = f"{words} {word}"
            if now:
                before = tuple((concept, word) for concept in now)
            negated = negated or negation

    def _negates(self, word: str) -> bool:
        return word in self.negations or word.endswith("n't")


@lru_cache(maxsize=16_384)
def _pieces(word: str) -> Group:
    """Buckets of a word's pieces of three to five characters, its ends marked."""
    if len(word) < 2 or not word[-1].isalnum():
        return {}
    marked = f"<{word[:_LONGEST]}>"
    return {
        crc32(marked[at : at + size].encode("utf-8", "replace")) & _MASK: ""
        for size in _PIECES
        for at in range(len(marked) - size + 1)
    }
