"""Opening hours in words for a reply: `ma t/m vr 9.00-17.30 uur`, and when the desk opens again.

The words follow the reply's language, which is the contact's and not the interface's; so they are no
messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from domain.calendar import Calendar
from domain.clock import DAY, SECOND, Millis

_LOOK_AHEAD: Millis = 21 * DAY

Week = tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True, slots=True)
class _Words:
    days: tuple[str, ...]
    """Short, Monday first."""

    whole_days: tuple[str, ...]
    to: str
    between: str
    stop: str
    """Between hours and minutes."""

    after: str
    always: str
    today: str
    tomorrow: str
    at: str


_DUTCH = _Words(
    ("ma", "di", "wo", "do", "vr", "za", "zo"),
    ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    " t/m ", " en ", ".", " uur", "dag en nacht", "vandaag", "morgen", "om",
)  # fmt: skip
_ENGLISH = _Words(
    ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    " to ", " and ", ":", "", "day and night", "today", "tomorrow", "at",
)  # fmt: skip
_WORDS: Final[Mapping[str, _Words]] = {"nl": _DUTCH, "en": _ENGLISH}


def opening_hours(calendar: Calendar | None, language: str) -> str:
    """The usual week; a desk without a calendar is always open. Holidays are not told."""
    words = _words(language)
    if calendar is None or calendar.around_the_clock:
        return words.always
    week: Week = tuple(calendar.periods.get(day, ()) for day in range(7))
    runs = [[day for day, _hours in run] for _hours, run in groupby(enumerate(week), key=lambda one: one[1])]
    return ", ".join(_run(run, week[run[0]], words) for run in runs if week[run[0]]) + words.after


def opens_again(calendar: Calendar | None, now: Millis, language: str) -> str:
    """`morgen om 9.00 uur`, `maandag om 9.00 uur`; empty while open, and where it is too far away to tell."""
    if calendar is None or calendar.is_open(now):
        return ""
    period = next(calendar.periods_between(now, now + _LOOK_AHEAD), None)
    if period is None:
        return ""
    words = _words(language)
    opens = datetime.fromtimestamp(period.starts_at / SECOND, calendar.zone)
    days = (opens.date() - calendar.local_date(now)).days
    day = {0: words.today, 1: words.tomorrow}.get(days) or words.whole_days[opens.weekday()]
    if days >= len(words.days):  # the day's name alone would mean the nearer one
        day = (
            f"{day} {opens.day}-{opens.month}"
            if language.startswith("nl")
            else f"{day} {opens.day}/{opens.month}"
        )
    return f"{day} {words.at} {_time(opens.hour * 60 + opens.minute, words)}{words.after}"


def _run(days: list[int], hours: tuple[tuple[int, int], ...], words: _Words) -> str:
    first, last = words.days[days[0]], words.days[days[-1]]
    name = first if len(days) == 1 else f"{first}{words.to if len(days) > 2 else words.between}{last}"
    return f"{name} " + words.between.join(
        f"{_time(start, words)}-{_time(end, words)}" for start, end in hours
    )


def _time(minutes: int, words: _Words) -> str:
    return f"{minutes // 60}{words.stop}{minutes % 60:02d}"


def _words(language: str) -> _Words:
    return _WORDS.get(language.partition("-")[0], _ENGLISH)
