"""Where a text may be cut in two, and how good each place is: at the end of a sentence best, in a word last.

A place lies between two graphemes and never inside a link, a handle or a hashtag. White space around it
belongs to neither part.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from domain import graphemes
from domain.links import links_on_mastodon, links_on_x

HANDLE: Final = re.compile(r"(?<![\w@])[@#]\w+(?:[.-]\w+)*(?:@[\w-]+(?:\.[\w-]+)*)?")
"""A handle with or without its server, or a hashtag."""

LONGEST_HANDLE: Final = 253
"""A name on Bluesky is a host name, which can be so long; no platform's handles are longer."""

_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]++|(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
"""What no platform makes a link of, such as `http://localhost`, and e-mail addresses."""

_END_OF_SENTENCE = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*\Z")
_BREAK = re.compile(r"\n|\r")
_ABBREVIATIONS: Final = frozenset(
    {
        "bijv", "bv", "dhr", "mevr", "mw", "dr", "drs", "ir", "mr", "ing", "prof", "nr", "no", "tel", "art",
        "incl", "excl", "evt", "ca", "resp", "blz", "afd", "str", "st", "jl", "vs", "mrs", "ms", "e.g", "i.e",
        "approx", "dept", "a.u.b", "s.v.p", "o.a", "d.w.z", "z.s.m", "m.b.t", "t.a.v", "i.v.m", "n.a.v",
        "a.s", "p.m", "a.m", "jan", "feb", "mrt", "apr", "aug", "sep", "sept", "okt", "oct", "nov", "dec",
    }
)  # fmt: skip
_LAST_WORD = re.compile(r"([^\s(\"'“‘«]+)\.\Z")


class Rank(IntEnum):
    """How good a place for a cut is."""

    WORD = 0
    """Inside a word: only where a word alone is longer than a message."""

    SPACE = 1
    CLAUSE = 2
    SENTENCE = 3


@dataclass(frozen=True, slots=True)
class Cut:
    """A place for a cut: one part ends at `end`, the next begins at `begin`, in code points."""

    end: int
    begin: int
    rank: Rank


def fixed(text: str) -> tuple[tuple[int, int], ...]:
    """The links, addresses, handles and hashtags, which stay whole, as (start, end) in order, apart."""
    found = [(link.start, link.end) for link in (*links_on_x(text), *links_on_mastodon(text))]
    handles = (match.span() for match in HANDLE.finditer(text))
    found += [(start, end) for start, end in handles if end - start <= LONGEST_HANDLE]
    found += [match.span() for match in _ADDRESS.finditer(text)]
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return tuple(apart)


def cuts(text: str) -> tuple[Cut, ...]:
    """Every place where the text may be cut, in order; white space at its ends is no place."""
    whole = _Whole(fixed(text))
    found: list[Cut] = []
    position = end = 0
    for cluster in graphemes.iterate(text):
        begin = position
        position += len(cluster)
        if cluster.isspace():
            continue
        if end and begin > end:
            found.append(Cut(end, begin, _rank(text, end, begin)))
        elif end and not whole.holds(begin):
            found.append(Cut(begin, begin, Rank.WORD))
        end = position
    return tuple(found)


def bounds(text: str) -> tuple[int, int]:
    """Where the first grapheme that is no white space begins, and where the last one ends."""
    start = end = position = 0
    for cluster in graphemes.iterate(text):
        position += len(cluster)
        if not cluster.isspace():
            start = start if end else position - len(cluster)
            end = position
    return start, end


class _Whole:
    """Asked for rising positions, whether each lies inside one of the spans."""

    def __init__(self, spans: tuple[tuple[int, int], ...]) -> None:
        self._spans = spans
        self._next = 0

    def holds(self, position: int) -> bool:
        while self._next < len(self._spans) and self._spans[self._next][1] <= position:
            self._next += 1
        return self._next < len(self._spans) and self._spans[self._next][0] < position


def _rank(text: str, end: int, begin: int) -> Rank:
    if _BREAK.search(text, end, begin):
        return Rank.SENTENCE
    before = text[max(0, end - 40) : end]
    after = text[begin]
    if _END_OF_SENTENCE.search(before):
        if _is_abbreviated(before):
            return Rank.SPACE
        return Rank.CLAUSE if after.islower() and before[-1] in ".…" else Rank.SENTENCE
    if unicodedata.category(before[-1]) in {"So", "Sk"} or before[-1] in "\ufe0f\u200d":
        return Rank.SPACE if after.islower() else Rank.SENTENCE  # an emoji often stands for the full stop
    return Rank.CLAUSE if before[-1] in ",;:–—" else Rank.SPACE


def _is_abbreviated(before: str) -> bool:
    """Whether the full stop belongs to a word: "dhr.", "o.a.", the initial of "J. de Vries", "1."."""
    match = _LAST_WORD.search(before)
    if match is None:
        return False
    word = match.group(1).casefold()
    return (
        word in _ABBREVIATIONS
        or (len(word) == 1 and word.isalpha())
        or (word.isdigit() and (len(word) < 3 and _starts_line(before, match.start())))
    )


def _starts_line(before: str, position: int) -> bool:
    return position == 0 or before[position - 1] == "\n"
