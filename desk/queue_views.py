"""What a queue shows: its tab, its rows, and its pages; immutable, and never a database row.

Apart from the views of conversations, because a list is painted before anything else is read. Every text in
here that came from outside is raw; the face cleans it at its own door.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.clock import Millis

Sentiment = Literal["negative", "neutral", "positive", "unknown"]
Status = Literal["open", "waiting", "snoozed", "resolved"]
ClockWhat = Literal["first_response", "next_response", "handover", "resolution", "window", "snooze", ""]


@dataclass(frozen=True, slots=True)
class QueueTab:
    """One queue with its live count."""

    id: str
    name: str
    """In the reader's language."""

    count: int | None
    """None where counting would be slow and has not been asked for."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a queue: a conversation, small enough to read a window of them per key press."""

    id: int
    version: int
    """Moves with every change of the conversation; cached strips are keyed by (id, version)."""

    channel: str
    platform: str
    """`bluesky`, `mastodon`, `feed`, `practice`, `jsonl`, or another platform an import named."""

    contact_name: str
    handle: str
    preview: str
    status: Status
    kind: str
    sentiment: Sentiment
    sentiment_unsure: bool
    labels: tuple[str, ...]
    priority: int
    """0 normal, 1 high, 2 urgent."""

    visibility: Literal["public", "private"]
    due_at: Millis | None
    """When the earliest running clock is over; None when none runs."""

    soon_at: Millis | None
    """When that clock has used 80 % of its time."""

    due_what: ClockWhat
    holder: str | None
    """Initials of who holds the lease; None when nobody does."""

    holder_is_me: bool
    writing: bool
    """The holder, or somebody else, has a composer open on it right now."""

    assignee: str | None
    """Initials of who it is assigned to."""

    late_arrivals: int
    """Closing thanks that came in since, and started no clock."""

    shows_at: Millis | None = None
    """When a snoozed conversation comes back."""

    promise_at: Millis | None = None
    """When its first open promise is due; far away where no moment was named; None where none is open."""


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A run of rows and the key to go on from."""

    rows: tuple[Row, ...]
    next_key: tuple[int, int] | None
    """(sort value, id) of the last row; None at the end."""
