"""What came of an answer, read from what the contact did afterwards.

Nothing is stored: a thread that goes on, an edit or a corrected sentiment counts from the next look on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.clock import DAY, Millis
from domain.likeness import overlap, words
from domain.suggest import Outcome
from domain.thanks import is_closing_thanks

SILENCE: Final[Millis] = 2 * DAY
"""Who says nothing for so long was helped, or has given up; either way it did not come back here."""

AGAIN: Final[Millis] = 14 * DAY
"""Until when a new conversation about the same counts as coming back."""

SAME_QUESTION: Final = 0.3
"""Words in common with the first mention from which it is the same question."""

_GLAD: Final = 0.3
"""Sentiment from which words in common are no complaint: "the bill is right now, thanks"."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the contact after our answer."""

    text: str
    language: str | None
    sentiment: float | None
    """-1 to 1."""


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Everything that happened after one answer."""

    mention: str
    before: float | None
    """Sentiment of the mention, -1 to 1."""

    answered_at: Millis
    said: Sequence[Said]
    """In the same conversation, oldest first."""

    later: Sequence[tuple[Millis, str]]
    """Later conversations of the same contact: when they began, and with which words."""


def outcome_of(after: Aftermath, *, now: Millis, edited: float | None = None) -> Outcome:
    """Whether they came back with the same, and how their mood moved; `edited` is passed on."""
    values = [one.sentiment for one in after.said if one.sentiment is not None]
    lift = None
    if values and after.before is not None:
        lift = sum(values) / len(values) - after.before
    return Outcome(_came_back(after, now), lift, edited)


def _came_back(after: Aftermath, now: Millis) -> bool | None:
    soon = [text for at, text in after.later if after.answered_at < at <= after.answered_at + AGAIN]
    first = frozenset(words(after.mention)) if after.said or soon else frozenset()
    if any(_asks_again(one, first) for one in after.said):
        return True
    if any(overlap(frozenset(words(text)), first) >= SAME_QUESTION for text in soon):
        return True
    if after.said or now - after.answered_at >= SILENCE:
        return False
    return None


def _asks_again(one: Said, first: frozenset[str]) -> bool:
    if is_closing_thanks(one.text, lang=one.language):
        return False
    mood = one.sentiment or 0.0
    if mood <= -_GLAD:
        return True
    return mood < _GLAD and ("?" in one.text or overlap(frozenset(words(one.text)), first) >= SAME_QUESTION)
