"""A text read once: folded to lower case without accents, cut into sentences, clauses and words.

Every word knows where it stands in the text as it was written, so that a remark can mark it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

_FOLDED_SIGNS: Final = {
    "’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "…": ".", "‐": "-", "‑": "-",
    "–": "-", "—": "-", "ß": "s", "ø": "o", "đ": "d", "ł": "l", "æ": "a", "œ": "o", "ĳ": "y",
}  # fmt: skip

_TOKEN: Final = re.compile(
    r"(?P<link>(?:https?://|www\.)[^\s<>\"]{1,400})"
    r"|(?P<mail>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6})"
    r"|(?P<handle>[@#][\w.-]*\w)"
    r"|(?P<abbreviation>(?:[a-z]\.){2,6}|\b(?:bijv|bv|nr|tel|mevr|dhr|ca|incl|excl|mr|mrs|dr|st)\.(?=\s))"
    r"|(?P<clock>\d{1,2}(?:[:.]\d{2}\b(?!\.\d))(?:\s?(?:uur|u|h|am|pm)\b)?|\d{1,2}\s?(?:uur|u|h|am|pm)\b|\d{1,2}u\d{2}\b)"
    r"|(?P<number>(?:[€$£]\s?)?\d(?:[\d.,/:-]*\d)?(?:\s?%)?)(?![a-z])"
    r"|(?P<word>[^\W_]+(?:['-][^\W_]+)*)"
    r"|(?P<stop>[.!?\n]+)"
    r"|(?P<comma>[,;:()]|\s-+\s)"
    r"|(?P<sign>[^\w\s])",
)
_ENDS: Final = frozenset(".!?\n")


@dataclass(frozen=True, slots=True)
class Word:
    """One word, number, link or sign."""

    text: str
    """Folded; hyphens inside are left out, so that `e-mail` is `email`."""

    tag: str
    """`word`, `number`, `clock`, `link`, `mail`, `handle`."""

    start: int
    end: int
    """In the text as it was written."""

    clause: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words up to a full stop."""

    words: tuple[Word, ...]
    mark: str
    """What ended it: `.`, `!`, `?`, a line break or nothing."""

    index: int

    @property
    def start(self) -> int:
        """Where it begins in the text."""
        return self.words[0].start

    @property
    def end(self) -> int:
        """Behind its last word."""
        return self.words[-1].end


@dataclass(frozen=True)
class Reading:
    """A text, its sentences, and the signs that are no words."""

    text: str
    folded: str
    offsets: tuple[int, ...] | None
    """Of each folded character in the text; None where they are the same."""

    sentences: tuple[Sentence, ...]
    signs: tuple[tuple[str, int], ...]
    """Emoji and other signs, with their place in the text."""

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """All words that stand in it."""
        return frozenset(word.text for sentence in self.sentences for word in sentence.words)

    @cached_property
    def length(self) -> int:
        """Number of words."""
        return sum(len(sentence.words) for sentence in self.sentences)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the folded text stands in the text as written."""
        if self.offsets is None or not self.offsets:
            return start, end
        first = self.offsets[min(start, len(self.offsets) - 1)]
        last = self.offsets[end] if end < len(self.offsets) else len(self.text)
        return first, max(first, last)

    def sentence_at(self, position: int) -> Sentence | None:
        """The sentence in which a place of the text lies."""
        starts = [sentence.start for sentence in self.sentences]
        found = bisect_right(starts, position) - 1
        return self.sentences[found] if found >= 0 else None


@lru_cache(maxsize=4_096)
def _folded(char: str) -> str:
    """One character in lower case without its accent; nothing for a mark that stands alone."""
    if char in _FOLDED_SIGNS:
        return _FOLDED_SIGNS[char]
    base = unicodedata.normalize("NFKD", char).lower()[:1]
    return (
        ""
        if base and unicodedata.category(base) in {"Mn", "Me", "Cf", "Cc"} and base not in "\n\t\r"
        else base
    )


def fold(text: str) -> tuple[str, tuple[int, ...] | None]:
    """The text in one form, and where each of its characters came from (None: from the same place)."""
    if text.isascii():
        return text.lower(), None
    folded: list[str] = []
    offsets: list[int] = []
    for index, char in enumerate(text):
        one = char.lower() if char < "\x80" else _folded(char)
        if one:
            folded.append(one)
            offsets.append(index)
    return "".join(folded), tuple(offsets)


def read(text: str) -> Reading:
    """Read a text."""
    folded, offsets = fold(text)
    collector = _Cutter(offsets, len(text))
    for match in _TOKEN.finditer(folded):
        collector.add(match.lastgroup or "sign", match.group(), match.start(), match.end())
    collector.close("")
    return Reading(text, folded, offsets, tuple(collector.sentences), tuple(collector.signs))


class _Cutter:
    """Gathers words into sentences."""

    def __init__(self, offsets: tuple[int, ...] | None, length: int) -> None:
        self._offsets = offsets
        self._length = length
        self._words: list[Word] = []
        self._clause = 0
        self.sentences: list[Sentence] = []
        self.signs: list[tuple[str, int]] = []

    def add(self, tag: str, text: str, start: int, end: int) -> None:
        """Take the next token."""
        if tag == "stop":
            self._stop(text)
        elif tag == "comma":
            self._clause += 1
        elif tag == "sign":
            self.signs.append((text, self._place(start)))
        else:
            if tag == "abbreviation":
                tag, text = "word", text.replace(".", "")
            elif tag == "word":
                text = text.replace("-", "")
            self._words.append(Word(text, tag, self._place(start), self._place(end), self._clause))

    def close(self, mark: str) -> None:
        """End the sentence."""
        if self._words:
            self.sentences.append(Sentence(tuple(self._words), mark, len(self.sentences)))
            self._words = []
        elif mark == "?" and self.sentences:
            last = self.sentences[-1]
            self.sentences[-1] = Sentence(last.words, "?", last.index)
        self._clause = 0

    def _stop(self, text: str) -> None:
        mark = "?" if "?" in text else "!" if "!" in text else text[0]
        self.close(mark)

    def _place(self, index: int) -> int:
        if self._offsets is None:
            return index
        return self._offsets[index] if index < len(self._offsets) else self._length
