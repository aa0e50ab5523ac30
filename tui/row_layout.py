"""What stands where in a row of the list: the clock first, because it is what repaints."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len

from desk.queue_views import Row
from domain.text import SafeText
from i18n import N_, _, ngettext
from tui import badges
from tui.badges import BADGE_WIDTH, Badge
from tui.inks import Tone
from tui.signs import Signs
from tui.spans import Span, Spans
from tui.text import Door, blank, fit

BADGE_COLUMN = 2
"""Cells before the clock badge: the cursor's bar and the mark."""

HOLDER_WIDTH = 4
_FIXED = BADGE_COLUMN + BADGE_WIDTH + 1 + 2 + 1 + 4 + 1
"""Bar, mark, badge, blank, sentiment, blank, channel, blank."""

STATUS_WORDS = {
    "open": N_("open"),
    "waiting": N_("waiting"),
    "snoozed": N_("snoozed"),
    "resolved": N_("resolved"),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells of the columns that give way."""

    contact: int
    preview: int
    labels: int


def columns(width: int) -> Columns:
    """At 60 columns labels are gone and the contact is short; clock and signs never go."""
    contact, labels = 10, 0
    if width >= 70:
        contact = 14
    if width >= 80:
        contact = 16
    if width >= 100:
        contact, labels = 18, 14
    if width >= 140:
        contact, labels = 22, 26
    taken = _FIXED + contact + 1 + (labels + 1 if labels else 0) + 1 + HOLDER_WIDTH
    return Columns(contact, max(4, width - taken), labels)


@dataclass(frozen=True, slots=True)
class Drawing:
    """How one row is drawn at this moment."""

    row: Row
    badge: Badge
    width: int
    cursor: bool
    marked: bool
    gone: bool
    """It left the queue, and stays only because the cursor is on it."""

    own_status: str
    """The status that all rows of this queue have, which need not be said; empty for mixed ones."""


def spans(drawing: Drawing, door: Door, signs: Signs) -> Spans:
    """The row as pieces, in its whole width."""
    row, at = drawing.row, columns(drawing.width)
    sentiment = badges.sentiment(row.sentiment, row.sentiment_unsure, signs)
    holder = badges.holder(row, signs, door)
    quiet: Tone = "dim" if drawing.gone else ("strong" if drawing.cursor else "text")
    pieces: list[Span] = [
        (signs.cursor if drawing.cursor else blank(1), "accent"),
        (signs.marked if drawing.marked else blank(1), "accent"),
        (badge_cell(drawing.badge), "dim" if drawing.gone else drawing.badge.tone),
        (blank(1), "text"),
        (fit(sentiment.text, 2), "dim" if drawing.gone else sentiment.tone),
        (blank(1), "text"),
        *_channel(row, door),
        (door.fit(row.contact_name or row.handle, at.contact), quiet),
        (blank(1), "text"),
        *_preview(drawing, at.preview, quiet, door),
    ]
    if at.labels:
        pieces += [(blank(1), "text"), (_right(_labels(drawing, signs, door), at.labels, signs), "dim")]
    pieces += [(blank(1), "text"), (fit(holder.text, HOLDER_WIDTH), holder.tone)]
    return tuple(pieces)


def badge_cell(badge: Badge) -> SafeText:
    """The badge flush right in its cells."""
    return SafeText(badge.text.rjust(BADGE_WIDTH)[:BADGE_WIDTH])


def _channel(row: Row, door: Door) -> tuple[Span, ...]:
    private = row.visibility == "private"
    return (
        (fit(badges.channel(row.platform, door), 2), "dim"),
        (SafeText(" p " if private else "   "), "private"),
    )


def _preview(drawing: Drawing, width: int, tone: Tone, door: Door) -> tuple[Span, ...]:
    urgent = "!" * drawing.row.priority
    if not urgent:
        return ((door.fit(drawing.row.preview, width), tone),)
    return (
        (door.line(f"{urgent} "), "soon"),
        (door.fit(drawing.row.preview, width - len(urgent) - 1), tone),
    )


def _labels(drawing: Drawing, signs: Signs, door: Door) -> SafeText:
    row = drawing.row
    words = list(row.labels)
    if row.late_arrivals:
        words.insert(0, ngettext("{n} thanks", "{n} thanks", row.late_arrivals))
    if row.promise_at is not None:
        words.insert(0, _("promised"))
    if drawing.gone:
        words.insert(0, f"{signs.tick} {_(STATUS_WORDS[row.status])}")
    elif row.status not in {"open", drawing.own_status}:
        words.insert(0, _(STATUS_WORDS[row.status]))
    return door.line(" ".join(words))


def _right(text: SafeText, width: int, signs: Signs) -> SafeText:
    length = cell_len(text)
    if length > width:
        return fit(text, width, signs.more)
    return SafeText(" " * (width - length) + text)
