"""X's weighted length, by the published configuration v3 of twitter-text.

Source: docs.x.com, "Counting characters", and github.com/twitter/twitter-text, config/v3.json: scale 100,
default weight 200, weight 100 for U+0000-10FF, U+2000-200D, U+2010-201F, U+2032-2037, a link 23 whatever
its length, an emoji sequence 2 whatever its parts; the text is normalised to NFC first.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from domain.emoji import sequence

LINK_WEIGHT: Final = 23
EMOJI_WEIGHT: Final = 2

_HEAVY = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
_INVALID = re.compile("[\ufffe\ufeff\uffff]")
_LINE_BREAK = re.compile("\r\n?")
_LEADING_MENTIONS = re.compile(r"\s*(?:@[A-Za-z0-9_]{1,20}\s+)+")


def weighted_length(text: str, *, reply: bool = False) -> int:
    """The length that X compares with 280.

    With `reply`, the mentions at the very beginning count nothing: X adds them itself.
    """
    text = _LINE_BREAK.sub("\n", unicodedata.normalize("NFC", text))
    if reply and (mentions := _LEADING_MENTIONS.match(text)):
        text = text[mentions.end() :]
    if "." not in text:
        return _plain_weight(text)
    # Imported at first need: the list of top-level domains and its patterns cost some 10 ms of start-up.
    from domain.links import links_on_x  # noqa: PLC0415

    used = position = 0
    for link in links_on_x(text):
        used += _plain_weight(text[position : link.start]) + LINK_WEIGHT
        position = link.end
    return used + _plain_weight(text[position:])


def is_valid(text: str) -> bool:
    """False with a code point that X refuses: a byte order mark or a noncharacter."""
    return _INVALID.search(text) is None


def _plain_weight(text: str) -> int:
    if text.isascii():
        return len(text)
    rest, emoji = sequence().subn("", text)
    return len(rest) + len(_HEAVY.findall(rest)) + emoji * EMOJI_WEIGHT
