"""A message cut into what the embedded engine looks at: folded text, segments, words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

MAX_TEXT: Final = 4_000
"""Characters that are looked at; the beginning says what a message is."""

_LINK: Final = re.compile(r"(?:https?://|www\.)\S+")
_INVISIBLE: Final = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b\u200c\u202a-\u202e\u2060-\u2069\ufe0f]"
)
_EMOTICON: Final = re.compile(r"[>:;=][^\w\s]*[()DPp/\\|]")
_TOKEN: Final = re.compile(
    r">?[:;=]['’]?-?[()DPp/\\|](?!\w)|<3|@[\w.-]*\w|#?[^\W_]+(?:['’-][^\W_]+)*|[.!?…,;:\n]+|[^\w\s]"
)
_MARKS: Final = frozenset(".!?…,;:\n")
_QUOTES: Final = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "„": '"'})
_ALSO_ADVERBS: Final = frozenset({"alleen", "yet", "though", "except"})
"""Contrast only where they begin a segment."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word, sign or mark in the folded text."""

    text: str
    start: int
    shouted: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """The words between two marks."""

    tokens: tuple[Token, ...]
    sentence: int
    turned: bool
    """Stands behind a contrast word of its sentence."""

    end: str = ""
    """The mark that closes it; empty before a contrast word and at the end of the text."""

    @property
    def start(self) -> int:
        """Where it begins in the folded text."""
        return self.tokens[0].start


def fold(text: str) -> str:
    """Readable text without links and invisible characters, in one form, case kept."""
    plain = unicodedata.normalize("NFC", _INVISIBLE.sub("", text[:MAX_TEXT]).translate(_QUOTES))
    return _LINK.sub(" ", plain)


def lower(text: str) -> str:
    """Lower case of the same length, so that positions still fit."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(one.lower()[:1] for one in text)


def tokens(text: str) -> list[Token]:
    """Words, emoticons, emoji and marks of folded text, in order; the words in lower case."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        word = match.group()
        shouted = len(word) > 2 and word.isupper() and word.isalpha()
        found.append(Token(word.lower() if word[-1].isalnum() else word, match.start(), shouted))
    return found


def segments(found: list[Token], contrast: frozenset[str]) -> list[Segment]:
    """Cut at marks and before contrast words; every token but the marks is in one segment."""
    cut: list[Segment] = []
    words: list[Token] = []
    sentence, turned = 0, False
    for token in found:
        mark = _is_mark(token.text)
        turn = token.text in contrast and not (words and token.text in _ALSO_ADVERBS)
        if (mark or turn) and words:
            cut.append(Segment(tuple(words), sentence, turned, token.text if mark else ""))
            words = []
        if mark and token.text[0] != ",":
            sentence, turned = sentence + 1, False
        elif not mark:
            turned = turned or turn
            words.append(token)
    if words:
        cut.append(Segment(tuple(words), sentence, turned))
    return cut


def _is_mark(text: str) -> bool:
    return text[0] in _MARKS and not _EMOTICON.match(text)
