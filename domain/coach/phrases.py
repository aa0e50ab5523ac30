"""Phrases: patterns over words, written one a line, that a team can read and add to.

    werk* (vandaag|morgen vroeg)     `*` for the rest of a word; `|` between ways, in parentheses or alone
    bel ons?                         `?` behind a word or a group makes it optional
    ^ dank                           `^` the sentence's first word, `$` its last
    #clock, #number, #link           a time, a number, a link
    ~ or ~2                          up to four (two) words that do not matter
    !niet                            the next word is not this one; `<desk>` a word class

Matching walks the set of places that can be reached, item by item, so it takes time linear in the text
whatever a team writes. Words are folded (`reading`): lower case, no accents, no hyphens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.coach.reading import Sentence, Word, fold
from i18n import _

MAX_GAP: Final = 9
MAX_PATTERN: Final = 2_000
_GAP: Final = 4
_PIECE: Final = re.compile(
    r"(?P<group>\()|(?P<end>\))|(?P<bar>\|)|(?P<gap>~\d?)|(?P<edge>[\^$])|(?P<no>!)"
    r"|<(?P<name>[\w-]+)>|#(?P<tag>[a-z]+)|(?P<word>[^\s()|~^$!<>#?]+)|(?P<maybe>\?)|(?P<space>\s+)"
)
_TAGS: Final = ("word", "number", "clock", "link", "mail", "handle")

Places = set[int]
"""Indexes of words of a sentence; its length stands behind the last one."""

_NOWHERE: Final[Places] = set()


class PatternError(ValueError):
    """A pattern that cannot be read; its text is half a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Words:
    """One of these words."""

    exact: frozenset[str]
    prefixes: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()

    def has(self, word: Word) -> bool:
        """Whether it is one of them."""
        return (
            word.text in self.exact
            or (bool(self.tags) and word.tag in self.tags)
            or (bool(self.prefixes) and word.text.startswith(self.prefixes))
            or (bool(self.endings) and word.text.endswith(self.endings))
        )

    def step(self, words: Sequence[Word], places: Places) -> Places:
        """Where one can be after it."""
        last = len(words)
        if len(places) == 1:
            (place,) = places
            return {place + 1} if place < last and self.has(words[place]) else _NOWHERE
        return {place + 1 for place in places if place < last and self.has(words[place])}


@dataclass(frozen=True, slots=True)
class Not:
    """Not one of these words here; takes no word."""

    words: Words

    def step(self, words: Sequence[Word], places: Places) -> Places:
        """The places where none of them follows."""
        last = len(words)
        return {place for place in places if place >= last or not self.words.has(words[place])}


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to so many words that do not matter."""

    most: int

    def step(self, words: Sequence[Word], places: Places) -> Places:
        """All places within reach."""
        last = len(words)
        return {place + skip for place in places for skip in range(self.most + 1) if place + skip <= last}


@dataclass(frozen=True, slots=True)
class Edge:
    """The beginning or the end of the sentence."""

    first: bool

    def step(self, words: Sequence[Word], places: Places) -> Places:
        """The one place, where it was reached."""
        return places & {0 if self.first else len(words)}


@dataclass(frozen=True, slots=True)
class Group:
    """One of several ways."""

    ways: tuple[tuple[Item, ...], ...]
    optional: bool = False

    def step(self, words: Sequence[Word], places: Places) -> Places:
        """Where any of the ways leads."""
        reached: Places = set(places) if self.optional else set()
        for way in self.ways:
            reached |= walk(way, words, places)
        return reached


Item = Words | Not | Gap | Edge | Group


def walk(items: Sequence[Item], words: Sequence[Word], places: Places) -> Places:
    """The places behind a row of items."""
    for item in items:
        if not places:
            break
        places = item.step(words, places)
    return places


@dataclass(frozen=True, slots=True)
class Phrase:
    """One pattern, read."""

    source: str
    items: tuple[Item, ...]

    def spans(self, sentence: Sentence) -> Iterator[tuple[int, int]]:
        """First word and the one behind the last, for each place where it stands; no two begin alike."""
        words = sentence.words
        opening = opening_of(self.items)
        for start, word in enumerate(words):
            if opening is None or opening.has(word):
                reached = walk(self.items, words, {start})
                if reached:
                    yield start, max(min(reached), min(start + 1, len(words)))


def opening_of(items: Sequence[Item]) -> Words | None:
    """Words of which one must be the first; None where that cannot be said."""
    first = items[0]
    if isinstance(first, Words):
        return first
    if not isinstance(first, Group) or first.optional:
        return None
    found = [opening_of(way) for way in first.ways]
    known = [each for each in found if each is not None]
    joined = merged([(each,) for each in known]) if len(known) == len(found) else None
    return joined if isinstance(joined, Words) else None


class Parser:
    """Reads patterns; knows the word classes."""

    def __init__(self, classes: Mapping[str, Sequence[tuple[Item, ...]]]) -> None:
        self._classes = classes
        self._pieces: list[re.Match[str]] = []
        self._at = 0
        self._made: dict[str, Item] = {}

    def phrase(self, source: str) -> Phrase:
        """One pattern. Raises PatternError."""
        items = self.ways(source)
        return Phrase(source, items[0] if len(items) == 1 else (Group(items),))

    def ways(self, source: str) -> tuple[tuple[Item, ...], ...]:
        """The alternatives of a whole line."""
        if len(source) > MAX_PATTERN:
            raise PatternError(_("a pattern has {limit} characters at most", limit=MAX_PATTERN))
        self._pieces = [match for match in _PIECE.finditer(_plain(source)) if match.lastgroup != "space"]
        self._at = 0
        ways = self._ways()
        if self._at < len(self._pieces):
            raise PatternError(_("a ')' closes nothing"))
        if not all(_solid(way) for way in ways):
            raise PatternError(_("a pattern needs at least one word that must be there"))
        return ways

    def _ways(self) -> tuple[tuple[Item, ...], ...]:
        ways: list[list[Item]] = [[]]
        while (piece := self._peek()) is not None and piece.lastgroup != "end":
            self._at += 1
            if piece.lastgroup == "bar":
                ways.append([])
            else:
                ways[-1].append(self._item(piece))
        return tuple(tuple(way) for way in ways)

    def _item(self, piece: re.Match[str]) -> Item:
        match piece.lastgroup:
            case "group":
                return self._maybe(self._group())
            case "gap":
                return Gap(int(piece.group()[1:] or _GAP))
            case "edge":
                return Edge(first=piece.group() == "^")
            case "no":
                return self._negated()
            case "name" | "tag" | "word":
                return self._maybe(self._words(piece))
            case _:
                raise PatternError(_("a '?' stands behind nothing"))

    def _group(self) -> Item:
        ways = self._ways()
        if self._peek() is None:
            raise PatternError(_("a '(' is never closed"))
        self._at += 1
        return merged(ways)

    def _negated(self) -> Item:
        piece = self._peek()
        if piece is None or piece.lastgroup not in {"name", "tag", "word"}:
            raise PatternError(_("a '!' needs a word behind it"))
        self._at += 1
        found = self._words(piece)
        if isinstance(found, Words):
            return Not(found)
        raise PatternError(_("a '!' needs single words behind it"))

    def _maybe(self, item: Item) -> Item:
        piece = self._peek()
        if piece is None or piece.lastgroup != "maybe":
            return item
        self._at += 1
        return Group(item.ways if isinstance(item, Group) else ((item,),), optional=True)

    def _words(self, piece: re.Match[str]) -> Item:
        text = piece.group()
        if text not in self._made:
            self._made[text] = merged(list(self._one(piece)))
        return self._made[text]

    def _one(self, piece: re.Match[str]) -> Iterable[tuple[Item, ...]]:
        text = piece.group(piece.lastgroup or 0)
        if piece.lastgroup == "name":
            if text not in self._classes:
                raise PatternError(_("no word class is called '{name}'", name=text))
            return self._classes[text]
        if piece.lastgroup == "tag":
            if text not in _TAGS:
                raise PatternError(_("'#' knows {words}", words=", ".join(_TAGS)))
            return [(Words(frozenset(), tags=frozenset({text})),)]
        return [(_literal(text),)]

    def _peek(self) -> re.Match[str] | None:
        return self._pieces[self._at] if self._at < len(self._pieces) else None


def _plain(source: str) -> str:
    return fold(source)[0].replace("-", "")


def _literal(text: str) -> Words:
    bare = text.strip("*")
    if not bare or "*" in bare or (text.endswith("*") and text.startswith("*")):
        raise PatternError(_("a '*' stands for the beginning or the rest of a word"))
    if len(bare) < 2 and bare != text:
        raise PatternError(_("a '*' needs two letters beside it"))
    if text.endswith("*"):
        return Words(frozenset(), prefixes=(bare,))
    if text.startswith("*"):
        return Words(frozenset(), endings=(bare,))
    return Words(frozenset({bare}))


def merged(ways: Sequence[tuple[Item, ...]]) -> Item:
    """One item for several ways; single words become one set."""
    singles = [way[0] for way in ways if len(way) == 1 and isinstance(way[0], Words)]
    others = [way for way in ways if not (len(way) == 1 and isinstance(way[0], Words))]
    together = Words(
        frozenset().union(*(each.exact for each in singles)),
        tuple(prefix for each in singles for prefix in each.prefixes),
        tuple(ending for each in singles for ending in each.endings),
        frozenset().union(*(each.tags for each in singles)),
    )
    if not others:
        return together
    return Group((*others, (together,)) if singles else tuple(others))


def _solid(way: Sequence[Item]) -> bool:
    """Whether a way takes at least one word for sure."""
    return any(
        isinstance(item, Words)
        or (isinstance(item, Group) and not item.optional and all(_solid(each) for each in item.ways))
        for item in way
    )
