"""Which code points make one emoji together: sequences by Unicode Technical Standard 51.

Only what the border (`domain/text.py`) and X's counting (`domain/measure_x.py`) need; general grapheme
boundaries are in `domain/graphemes.py`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

JOINER: Final = "\u200d"
"""Zero width joiner: glues people into a family."""

EMOJI_STYLE: Final = "\ufe0f"
"""Variation selector 16: ask for the coloured picture."""

_PICTOGRAPHS_BELOW_10000 = (
    "©®‼⁉™ℹ↔-↙↩↪⌚⌛⌨⏏⏩-⏳⏸-⏺Ⓜ▪▫▶◀◻-◾☀-☄☎☑☔☕☘☝☠☢☣☦☪☮☯☸-☺♀♂♈-♓♟♠♣♥♦♨♻♾♿⚒-⚗⚙⚛⚜⚠⚡⚧⚪⚫⚰⚱⚽⚾⛄⛅⛈⛎⛏⛑⛓⛔⛩⛪⛰-⛵⛷-⛺⛽"
    "✂✅✈-✍✏✒✔✖✝✡✨✳✴❄❇❌❎❓-❕❗❣❤➕-➗➡➰➿⤴⤵⬅-⬇⬛⬜⭐⭕〰〽㊗㊙"
)
_PICTOGRAPHS_ABOVE = (
    "\U0001f004\U0001f0cf\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f18e\U0001f191-\U0001f19a"
    "\U0001f201-\U0001f25f\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f7d0-\U0001f7ff"
    "\U0001f90c-\U0001f9ff\U0001fa70-\U0001faff"
)
SKIN_TONES: Final = "\U0001f3fb-\U0001f3ff"
"""The five, as a range for a character class."""

_LETTER = "[\U0001f1e6-\U0001f1ff]"
_ELEMENT = f"[{_PICTOGRAPHS_BELOW_10000}{_PICTOGRAPHS_ABOVE}](?:{EMOJI_STYLE}|[{SKIN_TONES}])?"

LONGEST_CHAIN: Final = 6
"""Pictographs in one joined sequence; Unicode's own longest have four, more is a trick."""

PICTURE: Final = f"{_ELEMENT}(?:{JOINER}{_ELEMENT}){{0,{LONGEST_CHAIN - 1}}}"
"""Pattern text: a pictograph with its skin tone, or a joined family of them."""

KEYCAP: Final = f"[0-9#*]{EMOJI_STYLE}?\u20e3"
"""Pattern text: a digit in a box."""

FLAG: Final = f"{_LETTER}{_LETTER}"
"""Pattern text: two regional letters."""

SUBDIVISIONS: Final = {
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f": "ENG",
    "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f": "SCT",
    "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f": "WLS",
}
"""The three flags that Unicode recommends of those made with a black flag and invisible tags."""


@cache
def sequence() -> re.Pattern[str]:
    """Any emoji, longest first; compiled at first need, because start-up counts in milliseconds."""
    return re.compile("|".join((*SUBDIVISIONS, FLAG, KEYCAP, PICTURE)))


def flag_letters(flag: str) -> str:
    """`NL` for the Dutch flag; also for one lone regional letter."""
    return "".join(chr(ord(letter) - 0x1F1E6 + ord("A")) for letter in flag)
