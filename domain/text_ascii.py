"""Text for terminals and lines that carry ASCII only: emoji as emoticons, accents gone, the rest as `?`."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LETTERS: Final = {
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O",
    "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L",
    "ħ": "h", "Ħ": "H", "ŧ": "t", "Ŧ": "T", "ı": "i", "ŋ": "ng", "Ŋ": "NG", "ƒ": "f",
    "ə": "e",
}  # fmt: skip
_SIGNS: Final = {
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "“": '"', "”": '"', "„": '"', "″": '"',
    "«": '"', "»": '"', "‹": "'", "›": "'", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-",
    "―": "-", "−": "-", "…": "...", "•": "*", "·": "*", "●": "*", "▪": "*", "×": "x",
    "÷": "/", "€": "EUR", "£": "GBP", "¥": "JPY", "°": "o", "¡": "!", "¿": "?", "©": "(c)",
    "®": "(r)", "™": "(tm)", "§": "S", "¶": "P", "±": "+-", "µ": "u", "←": "<-", "→": "->",
    "↔": "<->", "⇒": "=>", "➡": "->", "➜": "->", "►": ">", "▶": ">", "◀": "<", "✓": "[v]",
    "✔": "[v]", "✅": "[v]", "☑": "[v]", "✗": "[x]", "✖": "[x]", "❌": "[x]", "❎": "[x]",
    "★": "*", "☆": "*", "⭐": "*", "✨": "*", "❗": "!", "❓": "?", "⚠": "(!)", "☎": "(tel)",
    "✉": "(mail)", "\u3000": " ", "⁄": "/",
}  # fmt: skip
_FACES: Final = {
    "❤": "<3", "♥": "<3", "💔": "</3", "☺": ":)", "☹": ":(", "👍": "(y)", "👎": "(n)",
    "🙏": "(thx)", "👏": "(clap)", "🔥": "(fire)", "🎉": "(party)", "💪": "(strong)", "👌": "(ok)",
    "🆗": "(ok)", "👋": "(wave)", "🤝": "(deal)", "😱": ":-O", "😮": ":O", "😲": ":O", "😢": ":'(",
    "😭": ":'(", "😥": ":'(", "😠": ">:(", "😡": ">:(", "🤬": ">:(", "😤": ">:(", "😂": ":'D",
    "🤣": ":'D", "😉": ";)", "😜": ";P", "😛": ":P", "😝": ":P", "😋": ":P", "😎": "B)", "😘": ":*",
    "😗": ":*", "😍": "<3", "🥰": "<3", "😐": ":|", "😑": ":|", "🙄": ":/", "😕": ":/", "🤔": ":/",
    "🤦": "(facepalm)", "🤷": "(shrug)", "🤮": "(sick)", "🤢": "(sick)", "💩": "(poo)", "🌟": "*",
}  # fmt: skip
_GLAD: Final = frozenset("😀😃😄😁😆😅🙂😊😇☺🤗😌😺😸🤩🥳")
_SAD: Final = frozenset("😞😟😣😖😫😩😔🙁😓😰😨😦😧🥺😿")
_HEARTS: Final = frozenset("🧡💛💚💙💜🖤🤍🤎💖💗💓💞💕💘💝🩷🩵🩶")
_TABLE: Final[dict[int, str]] = {
    ord(char): shown
    for char, shown in {
        **_LETTERS,
        **_SIGNS,
        **dict.fromkeys(_GLAD, ":)"),
        **dict.fromkeys(_SAD, ":("),
        **dict.fromkeys(_HEARTS, "<3"),
        **_FACES,
    }.items()
}
_FOREIGN = re.compile("[^\n -~]")


def to_ascii(text: str) -> str:
    """Printable ASCII and line feeds only; Latin letters lose their accents, the unknown becomes `?`.

    Expects text without control and invisible characters.
    """
    text = unicodedata.normalize("NFC", text).translate(_TABLE)
    return _FOREIGN.sub(_nearest, text)


def _nearest(match: re.Match[str]) -> str:
    char = match.group()
    if unicodedata.category(char) in {"Mn", "Me"}:
        return ""
    plain = unicodedata.normalize("NFKD", char).translate(_TABLE)
    letters = "".join(letter for letter in plain if " " <= letter <= "~")
    return letters or "?"
