"""Badges: what stands in one or a few cells, always as a sign that does not need its colour."""

from __future__ import annotations

from dataclasses import dataclass

from config import platforms
from desk.queue_views import ClockWhat, Row, Sentiment
from domain.clock import MINUTE, SECOND, Millis
from domain.text import SafeText
from i18n import N_
from tui import format as fmt
from tui.inks import Tone
from tui.signs import Signs
from tui.text import Door

NEVER: Millis = 2**62
"""Later than anything."""

BADGE_WIDTH = 6
"""Cells of a clock badge: `-12:34` is the widest."""

WHAT_WORDS: dict[ClockWhat, str] = {
    "first_response": N_("first reply"),
    "next_response": N_("next reply"),
    "handover": N_("hand-over"),
    "resolution": N_("resolution"),
    "window": N_("platform window"),
    "snooze": N_("snoozed until"),
    "": "",
}

SENTIMENT_WORDS: dict[Sentiment, str] = {
    "negative": N_("negative"),
    "neutral": N_("neutral"),
    "positive": N_("positive"),
    "unknown": N_("sentiment unknown"),
}

_IMPORTED_SIGNS = {"twitter": "X", "linkedin": "LI", "tiktok": "TT"}
"""Of platforms that only an import names."""


@dataclass(frozen=True, slots=True)
class Badge:
    """A text and what it means."""

    text: SafeText
    tone: Tone


NO_BADGE = Badge(SafeText(""), "dim")


def clock(due_at: Millis | None, soon_at: Millis | None, now: Millis, door: Door) -> Badge:
    """What is left of a clock: `-0:12` over, `7m32s` soon, `1:52` plain; seconds in the last ten minutes."""
    if due_at is None:
        return NO_BADGE
    left = due_at - now
    if left < 0:
        return Badge(door.line(f"-{fmt.long_span(-left)}"), "over")
    tone: Tone = "soon" if soon_at is not None and now >= soon_at else "fine"
    return Badge(door.line(fmt.span(left)), tone)


def changes_at(due_at: Millis | None, soon_at: Millis | None, now: Millis) -> Millis:
    """When a clock's text or meaning may be another one; never for one that does not run."""
    if due_at is None:
        return NEVER
    left = due_at - now
    if left < 0:
        return now + MINUTE - (-left) % MINUTE
    unit = SECOND if left < fmt.SECONDS_BELOW else MINUTE
    following = now + left % unit + 1
    return min(following, soon_at) if soon_at is not None and now < soon_at else following


def row_changes_at(row: Row, now: Millis) -> Millis:
    """The same for the badge of a list row."""
    return changes_at(row.shows_at if row.due_at is None else row.due_at, row.soon_at, now)


def row_clock(row: Row, now: Millis, door: Door) -> Badge:
    """The clock badge of a list row; a platform's window ends in `w`, a snooze in `z`."""
    if row.due_at is None and row.shows_at is not None:
        return Badge(door.line(f"{fmt.long_span(max(0, row.shows_at - now))}z"), "dim")
    badge = clock(row.due_at, row.soon_at, now, door)
    if row.due_what == "window" and row.due_at is not None:
        return Badge(door.line(f"{fmt.long_span(max(0, row.due_at - now))}w"), badge.tone)
    return badge


def sentiment(value: Sentiment, unsure: bool, signs: Signs) -> Badge:  # noqa: FBT001 - as the row has it
    """`−` `=` `+`, with `?` where the engine doubts; a lone `?` where nothing is known."""
    if value == "unknown":
        return Badge(signs.unknown, "dim")
    sign, tone = _SENTIMENTS[value]
    text: SafeText = getattr(signs, sign)
    return Badge(SafeText(text + signs.unknown) if unsure else text, tone)


_SENTIMENTS: dict[Sentiment, tuple[str, Tone]] = {
    "negative": ("minus", "bad"),
    "neutral": ("neutral", "dim"),
    "positive": ("plus", "good"),
}


def channel(platform: str, door: Door) -> SafeText:
    """Two letters for a platform; an unknown one gives its own first two."""
    spec = platforms.find(platform)
    sign = spec.badge if spec else _IMPORTED_SIGNS.get(platform, platform[:2].upper())
    return door.line(sign)


def holder(row: Row, signs: Signs, door: Door) -> Badge:
    """Who holds it, with a pencil while somebody writes; else, dimmed, whom it is assigned to."""
    pencil = signs.writing if row.writing else ""
    if row.holder:
        return Badge(SafeText(door.line(row.holder) + pencil), "accent" if row.holder_is_me else "strong")
    if row.assignee:
        return Badge(SafeText(signs.to + door.line(row.assignee)), "dim")
    return Badge(SafeText(pencil), "dim")
