"""Stretches of days as people name them, in their own time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from domain.clock import Millis, to_datetime, to_millis
from domain.errors import NotAllowed
from i18n import _

_WRITTEN: Final = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days."""

    first: date
    last: date
    """Itself included."""

    def bounds(self, zone: tzinfo) -> tuple[Millis, Millis]:
        """The first moment of it and the first one after it."""
        return _midnight(self.first, zone), _midnight(self.last + timedelta(days=1), zone)

    @property
    def is_month(self) -> bool:
        """Whether it is one whole month."""
        return self == month(self.first)


def month(day: date, back: int = 0) -> Period:
    """The month of a day, or so many months before it."""
    number = day.year * 12 + day.month - 1 - back
    first = date(number // 12, number % 12 + 1, 1)
    return Period(first, date((number + 1) // 12, (number + 1) % 12 + 1, 1) - timedelta(days=1))


def today(now: Millis, zone: tzinfo) -> date:
    """The day that it is."""
    return to_datetime(now).astimezone(zone).date()


def period(since: str | None, until: str | None, now: Millis, zone: tzinfo) -> Period:
    """From what was typed: days or months; without a beginning this month, without an end until today.

    Raises NotAllowed with what to write instead.
    """
    day = today(now, zone)
    start = month(day).first if since is None else written(since).first
    end = max(day, start) if until is None else written(until).last
    if end < start:
        raise NotAllowed(_("The period ends before it begins: {since} to {until}.", since=start, until=end))
    return Period(start, end)


def written(text: str) -> Period:
    """A day (2026-11-03) or a month (2026-11). Raises NotAllowed."""
    match = _WRITTEN.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        year, number, day = int(match[1]), int(match[2]), match[3]
        if not 1970 <= year < 9999:
            raise ValueError(text)
        one = date(year, number, int(day or 1))
    except ValueError:
        raise NotAllowed(
            _("“{text}” is not a day; write it as 2026-11-03, or a month as 2026-11.", text=text)
        ) from None
    return month(one) if day is None else Period(one, one)


def _midnight(day: date, zone: tzinfo) -> Millis:
    return to_millis(datetime.combine(day, time(), zone))
