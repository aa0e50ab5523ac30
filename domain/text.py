"""The border that all foreign text crosses before it reaches a terminal or the database.

A terminal obeys what it is told: a name with an escape sequence can write the clipboard, move the cursor
or answer as if the operator had typed. `clean` makes the only text that a screen may show. Its rules
follow Unicode's own classes: control characters become visible, invisible ones vanish, and joined emoji
stay whole where the terminal can be trusted with them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final, Literal

from domain.emoji import EMOJI_STYLE, FLAG, JOINER, KEYCAP, PICTURE, SKIN_TONES, SUBDIVISIONS, flag_letters
from domain.text_ascii import to_ascii

Mode = Literal["full", "safe", "ascii"]
"""What the terminal can be trusted with: everything, only what all terminals draw equally wide, or ASCII."""

MAX_TEXT: Final = 20_000
"""Code points kept of one text; no platform of ours allows a message as long, so more is an attack."""

CUT: Final = " […]"
"""Ends a text that was too long. In ASCII mode it is `[...]`."""

MAX_MARKS: Final = 4
"""Combining marks kept on one base; Vietnamese and pointed Hebrew need no more."""

UNREADABLE: Final = "\ufffd"
"""Stands where something was that no reader can see."""

TAB_CELLS: Final = 4


class SafeText(str):
    """Text that was made harmless for a terminal. Only `clean` makes it; a slice of it is `str` again."""

    __slots__ = ()


_NOT_PLAIN = re.compile("[^ -~¡-¬®-ʯ‐-―‘-‟•…€]")
_NOT_PLAIN_LINES = re.compile("[^\n -~¡-¬®-ʯ‐-―‘-‟•…€]")
_NOT_PLAIN_ASCII = re.compile("[^ -~]")
_NOT_PLAIN_ASCII_LINES = re.compile("[^\n -~]")

_LINE_BREAK = re.compile("\r\n?|[\u2028\u2029]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff]")
_ENCLOSING = re.compile("[\u0488\u0489\u1abe\u20dd-\u20e0\u20e2-\u20e4\ua670-\ua672]")
"""Marks around a base, such as a keycap's box; terminals disagree about their width."""

_MARK_LAND = re.compile(
    "[\u0300-\u1fff\u20d0-\u20ff\u2cef-\u2cf1\u2d7f-\u2dff\u302a-\u309a\ua66f-\uabff\ufb1e\ufe20-\ufe2f"
    "\U00010000-\U0001efff]"
)
"""Where combining marks live; a text without any of it needs no walk over its characters."""

_INVISIBLE = frozenset(
    map(
        ord,
        "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u2065\u3164\uffa0"
        "\ufff0\ufff1\ufff2\ufff3\ufff4\ufff5\ufff6\ufff7\ufff8",
    )
).union(range(0xFE00, 0xFE0F), range(0xE0000, 0xE1000))
"""Default-ignorable code points that Unicode does not class as format characters (DerivedCoreProperties)."""

_SUBDIVISION = re.compile("|".join(SUBDIVISIONS))


class _Translation(dict[int, str]):
    """What each code point becomes, worked out at its first appearance."""

    def __missing__(self, code: int) -> str:
        shown = _shown(code)
        if len(self) < 100_000:
            self[code] = shown
        return shown


def _shown(code: int) -> str:
    char = chr(code)
    if char in f"\n{JOINER}{EMOJI_STYLE}":
        return char
    if code < 0x20 or code == 0x7F:
        return f"^{chr(code ^ 0x40)}"
    if code in _INVISIBLE:
        return ""
    return _shown_by_category(char)


def _shown_by_category(char: str) -> str:
    match unicodedata.category(char):
        case "Cf":
            return ""
        case "Cc" | "Cs" | "Co":
            return UNREADABLE
        case "Zs" if char != "\u3000":
            return " "
        case "Cn" if ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF:
            return UNREADABLE
        case _:
            return char


_TRANSLATION = _Translation()


def clean_for_store(text: str) -> str:
    """The text as the database can hold it: no NUL, no lone surrogate, at most `MAX_TEXT` code points.

    Nothing else is changed; what is shown passes `clean` as well.
    """
    if _UNSTORABLE.search(text):
        text = _UNSTORABLE.sub(UNREADABLE, text)
    return _ended(text[:MAX_TEXT], CUT, too_long=len(text) > MAX_TEXT)


def storable(texts: Iterable[str]) -> bool:
    """Whether `clean_for_store` would surely leave all of them as they are; most are, and one look tells."""
    together = "".join(texts)
    return len(together) <= MAX_TEXT and _UNSTORABLE.search(together) is None


def was_dirty(text: str) -> bool:
    """Whether it holds control characters or direction overrides, which honest writers do not type."""
    return _CONTROL.search(text) is not None


def clean(text: str, *, mode: Mode = "full", multiline: bool = False) -> SafeText:
    """The text as a terminal may show it; cleaning twice changes nothing more.

    Control characters become `^[` or U+FFFD, invisible characters vanish, at most `MAX_MARKS` combining
    marks stay on a base, and the text ends after `MAX_TEXT` code points with a visible mark. Line breaks
    stay with `multiline`, else they are spaces. `safe` writes flags as `[NL]` and families as their first
    code point, because terminals disagree about their width; `ascii` leaves only printable ASCII.
    """
    too_long = len(text) > MAX_TEXT
    if not too_long and not _suspect(mode, multiline=multiline).search(text):
        return SafeText(text)
    text = _LINE_BREAK.sub("\n", text[:MAX_TEXT])
    text = text.replace("\t", " " * TAB_CELLS) if multiline else text.replace("\n", " ").replace("\t", " ")
    text = _SUBDIVISION.sub(lambda match: f"[{SUBDIVISIONS[match.group()]}]", text)
    text = text.translate(_TRANSLATION)
    if mode == "full":
        text = _joined().sub(_kept, text)
    else:
        text = _pictures().sub(_simplified, _ENCLOSING.sub("", text))
    if _MARK_LAND.search(text):
        text = _cap_marks(text)
    if mode == "ascii":
        return SafeText(_ended(to_ascii(text), " [...]", too_long=too_long))
    return SafeText(_ended(text, CUT, too_long=too_long))


def _suspect(mode: Mode, *, multiline: bool) -> re.Pattern[str]:
    if mode == "ascii":
        return _NOT_PLAIN_ASCII_LINES if multiline else _NOT_PLAIN_ASCII
    return _NOT_PLAIN_LINES if multiline else _NOT_PLAIN


@cache
def _joined() -> re.Pattern[str]:
    # Compiled at first need, as below: most texts are plain, and start-up counts in milliseconds.
    return re.compile(f"({'|'.join((FLAG, KEYCAP, PICTURE))})|[{JOINER}{EMOJI_STYLE}]")


@cache
def _pictures() -> re.Pattern[str]:
    return re.compile(
        f"(?P<flag>{FLAG}|[\U0001f1e6-\U0001f1ff])|(?P<picture>{PICTURE}[{JOINER}{EMOJI_STYLE}{SKIN_TONES}]*)"
        f"|[{JOINER}{EMOJI_STYLE}]"
    )


def _kept(match: re.Match[str]) -> str:
    """A whole sequence stays; a joiner or style mark outside one goes."""
    return match.group(1) or ""


def _simplified(match: re.Match[str]) -> str:
    match match.lastgroup:
        case "flag":
            return f"[{flag_letters(match.group())}]"
        case "picture":
            return match.group()[0]
        case _:
            return ""


def _cap_marks(text: str) -> str:
    """No more than `MAX_MARKS` on a base, and none without one: it would sit on the cell before the text."""
    kept: list[str] = []
    room = 0
    for char in text:
        category = unicodedata.category(char) if char >= "\u0300" else ""
        if char == EMOJI_STYLE or category not in {"Mn", "Me"}:
            room = 0 if char == "\n" else MAX_MARKS
        elif not room:
            continue
        else:
            room -= 1
        kept.append(char)
    return "".join(kept)


def _ended(text: str, mark: str, *, too_long: bool) -> str:
    """The text with its mark when something was left out, within `MAX_TEXT` all together."""
    if not too_long and len(text) <= MAX_TEXT:
        return text
    return text[: MAX_TEXT - len(mark)].rstrip(JOINER) + mark
