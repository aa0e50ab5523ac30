"""How many messages a text becomes on a telephone: seven bits a character where its alphabet allows it.

Source: 3GPP TS 23.038, section 6.2.1 (default alphabet and its extension) and TS 23.040, section 9.2.3.24.1
(a part of several carries six bytes of header): 160 septets alone and 153 in a part; with any other
character 70 UTF-16 units alone and 67 in a part.
"""

from __future__ import annotations

from typing import Final

SEPTETS_ALONE: Final = 160
SEPTETS_IN_PART: Final = 153
UNITS_ALONE: Final = 70
UNITS_IN_PART: Final = 67

_ALPHABET: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION: Final = frozenset("\f^{}\\[~]|€")
"""Each takes two septets and is never cut in two; the `^` of a sign-off is one of them."""


def messages(text: str) -> int:
    """Into how many messages a text is cut; 0 for an empty one."""
    if all(char in _ALPHABET or char in _EXTENSION for char in text):
        sizes = [2 if char in _EXTENSION else 1 for char in text]
        alone, part = SEPTETS_ALONE, SEPTETS_IN_PART
    else:
        sizes = [2 if ord(char) > 0xFFFF else 1 for char in text]
        alone, part = UNITS_ALONE, UNITS_IN_PART
    return min(1, len(sizes)) if sum(sizes) <= alone else _parts(sizes, part)


def _parts(sizes: list[int], room: int) -> int:
    """What does not fit whole goes to the next part."""
    parts, left = 1, room
    for size in sizes:
        if size > left:
            parts, left = parts + 1, room
        left -= size
    return parts
