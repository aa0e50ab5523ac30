"""Putting a better wording into a draft: whole sentences go for whole sentences, and a greeting stays."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_SENTENCE: Final = re.compile(r"[.!?…][\"'”’)]*\s*\Z")
_END: Final = re.compile(r"[.!?…]+[\"'”’)]*(?=\s|\Z)|(?=\n)|\Z")
_BEGIN: Final = re.compile(r"(?:[.!?…][\"'”’)]*\s+|\n\s*)(?=\S)")
_GREETING: Final = re.compile(
    r"\s*(?:hoi|hallo|hey|hi|hello|dag|beste|geachte|dear|goede\w+|goeie\w+|good \w+)\b"
    r"[^,!.\n]{0,60}[,!.\n]\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Change:
    """`text[start:end]` becomes `instead`."""

    start: int
    end: int
    instead: str

    def of(self, text: str) -> str:
        """The text with it."""
        return text[: self.start] + self.instead + text[self.end :]


def reword(text: str, start: int, end: int, wording: str, *, first: bool = False) -> Change:
    """Where a wording goes: for the words it is about, or, where something is missing, beside the text.

    `first`: what is missing belongs behind the greeting, not at the end.
    """
    greeted = _GREETING.match(text)
    behind = greeted.end() if greeted else 0
    if start == end:
        if first:
            return Change(behind, behind, f"{wording} " if text[behind:].strip() else wording)
        at = len(text.rstrip())
        return Change(at, len(text), f" {wording}" if at else wording)
    if not _SENTENCE.search(wording):
        return Change(start, end, wording)
    begin = max(
        (found.end() for found in _BEGIN.finditer(text, 0, start + 1) if found.end() <= start), default=0
    )
    if behind <= start:
        begin = max(begin, behind)
    ends = _END.search(text, max(start, end - 1))
    return Change(begin, max(end, ends.end() if ends else 0), wording)
