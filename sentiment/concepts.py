"""Words that mean alike, in whichever of our languages: `nog`, `still` and `noch` are one concept."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

_SHORTEST_STEM: Final = 2


@lru_cache(maxsize=16_384)
def concepts_of(word: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """What a lower-case word may stand for; empty for most words."""
    whole, stems = _lists(languages)
    found = dict.fromkeys(whole.get(word, ()))
    for end in range(len(word), _SHORTEST_STEM - 1, -1):
        if known := stems.get(word[:end]):
            found.update(dict.fromkeys(known))
            break
    return tuple(found)


@cache
def _lists(
    languages: tuple[str, ...],
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Whole words and beginnings of words, each with its concepts."""
    whole: dict[str, tuple[str, ...]] = {}
    stems: dict[str, tuple[str, ...]] = {}
    for line in (files("sentiment.lexicon") / "concepts.tsv").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        head, words = line.split("\t")
        concept, language = head.split(" ")
        if language not in languages:
            continue
        for word in words.split(" "):
            place = stems if word.endswith("*") else whole
            key = word.removesuffix("*")
            if concept not in place.get(key, ()):
                place[key] = (*place.get(key, ()), concept)
    return whole, stems
