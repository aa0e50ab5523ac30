"""Time comes from outside: a clock is handed to whoever needs one.

All moments in the program are UTC integer milliseconds since 1970 (`Millis`); a `datetime` appears only
where a local date matters (calendars) or where a person reads it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

Millis = int
"""UTC milliseconds since 1970-01-01."""

SECOND: Millis = 1_000
MINUTE: Millis = 60 * SECOND
HOUR: Millis = 60 * MINUTE
DAY: Millis = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Where `now` comes from; tests hand in one that stands still."""

    def now(self) -> Millis:
        """The present moment in UTC milliseconds."""
        ...


class ManualClock:
    """A clock that moves only when told; for tests and replays."""

    def __init__(self, now: Millis = 0) -> None:
        self._now = now

    def now(self) -> Millis:
        """The moment it was last set to."""
        return self._now

    def advance(self, milliseconds: Millis) -> None:
        """Move forward."""
        self._now += milliseconds

    def set(self, now: Millis) -> None:
        """Jump to a moment, also backwards."""
        self._now = now


def to_datetime(moment: Millis) -> datetime:
    """The moment as an aware datetime in UTC."""
    return _EPOCH + timedelta(milliseconds=moment)


def to_millis(moment: datetime) -> Millis:
    """An aware datetime as UTC milliseconds; raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a datetime without a time zone is not a moment")
    return (moment - _EPOCH) // timedelta(milliseconds=1)
