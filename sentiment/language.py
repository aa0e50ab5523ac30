"""A small guess at a message's language, by the words that every sentence needs."""

from __future__ import annotations

import re
from typing import Final

from sentiment.lexicon import LANGUAGES, function_words

_HANDLE_OR_LINK: Final = re.compile(r"(?:https?://|www\.)\S+|[@#]\S+")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_HINTS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("nl", re.compile(r"ij|aa[rntks]|oe[krnd]|sch[aeiou]|heid\b|tje\b|ui[tks]|eeu|ieuw")),
    ("en", re.compile(r"\b\w+(?:tion|ing|ght|ould|ness)\b|\bth\w+|w[ha]\w*y\b")),
    ("fr", re.compile(r"[çœêèùâîôû]|\b[ldjcnsmt]['’]\w|eau\b|oux?\b|aient\b")),
    ("de", re.compile(r"[äöß]|ü|\w+(?:ung|lich|keit|isch)\b|\bsch\w+")),
)
_ENOUGH: Final = 2.0
_AHEAD: Final = 1.3


def guess(text: str) -> str | None:
    """`nl`, `en`, `fr` or `de`; None where the text is too short or the guess too unsure."""
    words = _WORD.findall(_HANDLE_OR_LINK.sub(" ", text[:2_000]).lower().replace("’", "'"))
    if not words:
        return None
    scores = {
        language: float(sum(word in marks for word in words))
        for language, marks in ((known, function_words(known)) for known in LANGUAGES)
    }
    plain = " ".join(words)
    for language, pattern in _HINTS:
        scores[language] += 0.6 * min(len(pattern.findall(plain)), 3)
    best, second = sorted(scores.values(), reverse=True)[:2]
    others = sum(word in function_words("other") for word in words)
    if best < _ENOUGH or best < _AHEAD * max(second, others):
        return None
    return max(scores, key=lambda language: scores[language])
