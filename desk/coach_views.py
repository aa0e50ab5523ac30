"""What the composer shows of the coach: remarks on a draft, and what it promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desk.promise_views import PromiseFound
    from domain.coach.draft import Level


@dataclass(frozen=True, slots=True)
class RemarkView:
    """One thing that an experienced colleague would say; places are code points of the draft."""

    rule: str
    level: Level
    start: int
    end: int
    """Both 0 where the remark is about something that is missing."""

    message: str
    """In the reader's language; a team's own words, so raw."""

    suggestion: str = ""
    """A better wording; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Advice:
    """All there is to say about one draft as it stood."""

    remarks: tuple[RemarkView, ...] = ()
    """Gravest first."""

    promises: tuple[PromiseFound, ...] = ()
    """In the order of the text."""

    changed: float | None = None
    """How much of its template was changed, 0 to 1; None where it began with none."""
