"""Finding many phrases at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from domain.coach.phrases import Group, Item, Phrase, Words, merged, opening_of, walk
from domain.coach.reading import Reading, Sentence

_LONGEST_PREFIX: Final = 24


def anchors(items: Sequence[Item]) -> Words | None:
    """Words of which one must stand in a sentence for the phrase to; the fewest; None where unclear."""
    best: Words | None = None
    for item in items:
        found = item if isinstance(item, Words) else _of_group(item)
        if found is not None and not found.tags and (best is None or _width(found) < _width(best)):
            best = found
    return best


def _of_group(item: Item) -> Words | None:
    if not isinstance(item, Group) or item.optional:
        return None
    parts = [anchors(way) for way in item.ways]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    joined = merged([(part,) for part in known])
    return joined if isinstance(joined, Words) else None


@lru_cache(maxsize=4_096)
def _width(words: Words) -> int:
    """Rarer is better: long words and few of them."""
    return (
        sum(1 + (len(word) < 4) * 6 for word in words.exact)
        + 3 * len(words.prefixes)
        + 30 * len(words.endings)
    )


class PhraseBook:
    """Many phrases, found at once: only those whose rarest word stands in a sentence are walked.

    A phrase of several ways is entered way by way, and one that stands under several names is walked once.
    """

    def __init__(self, phrases: Iterable[tuple[str, Phrase]]) -> None:
        names: dict[tuple[Item, ...], list[str]] = {}
        for name, phrase in phrases:
            for way in _ways_of(phrase.items):
                names.setdefault(way, []).append(name)
        self._entries = tuple((way, opening_of(way), tuple(each)) for way, each in names.items())
        self._exact: dict[str, list[int]] = {}
        self._prefix: dict[str, list[int]] = {}
        self._always: list[int] = []
        for number, (way, _opening, _names) in enumerate(self._entries):
            self._enter(number, anchors(way))

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, reading: Reading) -> Iterator[tuple[str, Sentence, int, int]]:
        """Name, sentence, first word and the one behind the last of each place where a phrase stands."""
        for sentence in reading.sentences:
            words = sentence.words
            for number in sorted(self._candidates(sentence)):
                way, opening, names = self._entries[number]
                for start, word in enumerate(words):
                    if opening is not None and not opening.has(word):
                        continue
                    reached = walk(way, words, {start})
                    if reached:
                        end = max(min(reached), min(start + 1, len(words)))
                        yield from ((name, sentence, start, end) for name in names)

    def _enter(self, number: int, words: Words | None) -> None:
        if words is None or words.endings:
            self._always.append(number)
            return
        for word in words.exact:
            self._exact.setdefault(word, []).append(number)
        for prefix in words.prefixes:
            self._prefix.setdefault(prefix, []).append(number)

    def _candidates(self, sentence: Sentence) -> set[int]:
        found = set(self._always)
        for text in {word.text for word in sentence.words}:
            found.update(self._exact.get(text, ()))
            for length in range(2, min(len(text), _LONGEST_PREFIX) + 1):
                found.update(self._prefix.get(text[:length], ()))
        return found


def _ways_of(items: tuple[Item, ...]) -> Iterator[tuple[Item, ...]]:
    """The ways of a phrase that is nothing but a group; else the phrase itself."""
    if len(items) == 1 and isinstance(items[0], Group) and not items[0].optional:
        for way in items[0].ways:
            yield from _ways_of(way)
    else:
        yield items
