"""What a terminal answers about itself, taken out of what is typed.

Textual's parser would give the letters of these answers out as presses.
"""

from __future__ import annotations

import re
from typing import Final

from textual.message import Message

_ANSWER: Final = re.compile(
    "\x1b_Gi=31[^\x1b\x07]{0,100}\x1b\\\\|\x1b\\[6;[0-9]{1,4};[0-9]{1,4}t|\x1b\\[\\?[0-9;]{0,80}c"
)
_BEGUN: Final = re.compile(
    "\x1b(?:_Gi?|_Gi=3?|_Gi=31[^\x1b\x07]{0,100}\x1b?|\\[6(?:;[0-9;]{0,9})?|\\[\\?[0-9;]{0,80})\\Z"
)
"""An answer of which the rest has not come. One that breaks off within its first three characters cannot be
told from the Escape key, or from Alt with another one."""


class Told(Message):
    """The terminal answered."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    @property
    def last(self) -> bool:
        """The answer that every terminal gives to the last question has come."""
        return self.text.endswith("c")


class AnswerFilter:
    """Takes answers out, in whatever pieces the terminal hands them over."""

    def __init__(self) -> None:
        self._held = ""

    def take(self, piece: str) -> tuple[str, str]:
        """What was typed, and what was answered."""
        if "\x1b" not in piece and not self._held:
            return piece, ""
        piece, self._held = self._held + piece, ""
        said = "".join(_ANSWER.findall(piece))
        typed = _ANSWER.sub("", piece) if said else piece
        begun = _BEGUN.search(typed)
        if begun is not None:
            typed, self._held = typed[: begun.start()], begun.group()
        return typed, said
