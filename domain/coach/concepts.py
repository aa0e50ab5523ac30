"""What words are about, the same in both languages, and which of it stands near which in a sentence.

A scorer that sees words alone learns each of them in each language. Concepts let a fault that was seen in
Dutch be recognised in English, and one word be recognised by another of its kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from domain.coach.grams import Grams, bucket
from domain.coach.reading import Sentence, fold

_NEAR: Final = 3
"""So many words apart two concepts still belong together."""

_SHORTEST: Final = 2
_KNOWN_TAGS: Final = frozenset({"mail", "link", "clock", "number", "handle"})

Names = frozenset[str]
_NOTHING: Final[Names] = frozenset()


@dataclass(frozen=True)
class Concepts:
    """The concepts of one language."""

    exact: Mapping[str, Names] = field(default_factory=dict)
    prefixes: Mapping[str, Names] = field(default_factory=dict)
    rows: Mapping[tuple[str, ...], Names] = field(default_factory=dict)
    """Two or three words in a row."""

    def of(self, sentence: Sentence) -> list[Names]:
        """What each word is about."""
        texts = [word.text if word.tag == "word" else f"#{word.tag}" for word in sentence.words]
        found: list[Names] = []
        for at, text in enumerate(texts):
            names = self._word(text)
            for size in (2, 3):
                names = names | self.rows.get(tuple(texts[at : at + size]), _NOTHING)
            found.append(names)
        return found

    def _word(self, text: str) -> Names:
        if text.startswith("#"):
            return frozenset({text}) | self.exact.get(text, _NOTHING)
        found = self.exact.get(text, _NOTHING)
        for length in range(_SHORTEST, len(text) + 1):
            found = found | self.prefixes.get(text[:length], _NOTHING)
        return found

    def grams(self, sentence: Sentence) -> tuple[Grams, Grams]:
        """Hashed: pairs in their order, near each other; and pairs that stand in the sentence at all."""
        placed = [(at, names) for at, names in enumerate(self.of(sentence)) if names]
        near: set[int] = set()
        for number, (at, names) in enumerate(placed):
            near.update(_single(name) for name in names)
            for index in range(number + 1, len(placed)):
                behind, others = placed[index]
                if behind - at > _NEAR and index > number + 1:
                    break
                near.update(_pair(name, ">", other) for name in names for other in others)
        return frozenset(near), frozenset(_together(frozenset().union(*(names for _at, names in placed))))


def _together(names: Names) -> list[int]:
    ordered = sorted(names)
    return [_pair(name, "&", other) for number, name in enumerate(ordered) for other in ordered[number + 1 :]]


@lru_cache(maxsize=1_024)
def _single(name: str) -> int:
    return bucket(f"c {name}")


@lru_cache(maxsize=32_768)
def _pair(name: str, sign: str, other: str) -> int:
    return bucket(f"c {name} {sign} {other}")


def read_concepts(written: str, languages: Sequence[str]) -> Mapping[str, Concepts]:
    """A file's text: `name: words | words`, a part a language; `_` joins words, `*` is the rest."""
    found: dict[str, tuple[dict[str, Names], dict[str, Names], dict[tuple[str, ...], Names]]] = {
        language: ({}, {}, {}) for language in languages
    }
    for line in written.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, _colon, rest = line.partition(":")
        for language, part in zip(languages, rest.split("|"), strict=True):
            exact, prefixes, rows = found[language]
            for entry in part.split():
                text = fold(entry.rstrip("*"))[0].replace("-", "")
                if "_" in text:
                    row = tuple(text.split("_"))
                    rows[row] = rows.get(row, _NOTHING) | {name}
                elif entry.endswith("*"):
                    prefixes[text] = prefixes.get(text, _NOTHING) | {name}
                else:
                    exact[text] = exact.get(text, _NOTHING) | {name}
    return {language: Concepts(*parts) for language, parts in found.items()}
