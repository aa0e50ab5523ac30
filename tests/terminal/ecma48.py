"""What a terminal is told, token by token, by ECMA-48; with the short list of what our screen may say.

A picture of the screen cannot be the judge: emulators swallow the very sequences that do harm (titles,
clipboard, links), so every byte that reached the terminal is read here.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "csi", "osc", "string", "escape", "control", "broken"]

_TEXT = re.compile("[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_CSI = re.compile("(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]")
_CSI_BEGUN = re.compile("(?:\x1b\\[|\x9b)[0-?]*[ -/]*")
_STRING = re.compile("(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x18\x1a\x1b\x9c]*(?:\x07|\x1b\\\\|\x9c)")
_STRING_BEGUN = re.compile("(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x18\x1a\x1b\x9c]*\x1b?")
_ESCAPE = re.compile("\x1b[ -/]*[0-~]")
_ESCAPE_BEGUN = re.compile("\x1b[ -/]*")
_OSC = ("\x1b]", "\x9d")


@dataclass(frozen=True, slots=True)
class Token:
    """One thing said to the terminal."""

    kind: Kind
    raw: str

    def __str__(self) -> str:
        """For a failing test: nothing in it can reach the developer's terminal raw."""
        return f"{self.kind} {self.raw!r}"


class Tokenizer:
    """Cuts a stream of bytes into tokens, wherever the pieces were cut."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._rest = ""

    def feed(self, piece: bytes, *, final: bool = False) -> list[Token]:
        """The tokens that are whole now; with `final` what is left over is `broken`."""
        text = self._rest + self._decoder.decode(piece, final)
        self._rest = ""
        tokens: list[Token] = []
        at = 0
        while at < len(text):
            token = _token_at(text, at)
            if token is None:
                if final:
                    tokens.append(Token("broken", text[at:]))
                else:
                    self._rest = text[at:]
                break
            tokens.append(token)
            at += len(token.raw)
        return tokens


def _token_at(text: str, at: int) -> Token | None:
    """The token that begins here; None where the rest of it has not come yet."""
    for kind, pattern in (("text", _TEXT), ("csi", _CSI), ("string", _STRING)):
        found = pattern.match(text, at)
        if found is not None:
            raw = found.group()
            return Token("osc" if raw.startswith(_OSC) else kind, raw)  # type: ignore[arg-type]
    for begun in (_CSI_BEGUN, _STRING_BEGUN):
        found = begun.match(text, at)
        if found is not None:
            return None if found.end() == len(text) else Token("broken", found.group())
    found = _ESCAPE.match(text, at)
    if found is not None:
        return Token("escape", found.group())
    found = _ESCAPE_BEGUN.match(text, at)
    if found is not None:
        return None if found.end() == len(text) else Token("broken", found.group())
    return Token("control", text[at])


ALLOWED = re.compile(
    "\x1b\\[[0-9;:]*m"  # colours and weights
    "|\x1b\\[[0-9;]*H"  # where to draw
    "|\x1b\\[(?:[0-9]+;[0-9]+)?r|\x1b\\[[0-9]+[ST]"  # lines that the terminal moves by itself
    "|\x1b\\[\\?(?:1049|1000|1003|1015|1006|25|1004|2004|7|2026)[hl]"  # modes, and synchronised output
    "|\x1b\\[>25u|\x1b\\[<u"  # keyboard
    "|\x1b\\[\\?(?:2026|2048)\\$p|\x1b\\[6n|\x1b[78]"  # three questions, and to the cursor's place and back
    "|\x1b\\]22;default\x07"  # the pointer's shape
)
"""Everything that the running screen says beside text."""

OBEYED_TEXT = re.compile("[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]")
"""Characters without a control code that still turn or break a line: they must not arrive either."""


def strangers(tokens: Iterable[Token], *, also: frozenset[str] = frozenset()) -> list[str]:
    """What the terminal was told that it should not have been, each once; `also` names more that may."""
    found = {str(each): None for each in tokens if not _is_allowed(each, also)}
    return list(found)


def _is_allowed(token: Token, also: frozenset[str]) -> bool:
    if token.kind == "text":
        return OBEYED_TEXT.search(token.raw) is None
    return token.raw in also or ALLOWED.fullmatch(token.raw) is not None


def inside_sequences(tokens: Iterable[Token], nonces: Iterable[str]) -> list[str]:
    """Which of the nonces were found in anything but text."""
    told = "\n".join(token.raw for token in tokens if token.kind != "text")
    return [nonce for nonce in nonces if nonce in told]
