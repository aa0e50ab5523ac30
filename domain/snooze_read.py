"""From free text to what it says of day and time, without yet knowing which moment that is.

Each taker looks for one way of saying something, notes it in a `Reading` and returns the text without it.
What is left in the end and is no filler was not understood, so nothing that a person typed is guessed away.
Days come first in numbers (`24/12`), and `half 10` is half past nine, as Dutch has it.
"""

from __future__ import annotations

import calendar as months
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

from domain.clock import DAY, HOUR, MINUTE, Millis
from domain.snooze_words import (
    CLOCK_UNITS,
    DAY_WORDS,
    FILLERS,
    MONTHS,
    PARTS,
    UNITS,
    WEEKDAYS,
    Part,
    any_of,
)

Rolls = Literal["no", "week", "month", "year"]

_UNIT = any_of(UNITS)
_ITEM = rf"\d{{1,4}}(?:[.,]\d{{1,2}})?\s*(?:{_UNIT})"
_ORDINAL = "(?:e|de|ste|st|nd|rd|th)"


@dataclass(slots=True)
class Reading:
    """What a text said; `today` is the local date it was said on."""

    today: date
    by_end: bool = False
    """A named week or month means its end: it was promised, not snoozed."""

    day: date | None = None
    period_start: date | None = None
    """First day of the week or month that was named; a weekday with it falls from here on."""

    rolls: Rolls = "no"
    """By what it moves on when it lies in the past, because the text left that open."""

    minute: int | None = None
    """Of the day, as it was said."""

    literal: bool = False
    """Whether the minute cannot also mean the afternoon."""

    part: Part | None = None
    elapsed: Millis = 0
    same_time: bool = False
    """The day was counted from now, so the time of day stays unless one is named."""

    working: bool = False
    """Moves on to the first open day."""

    working_days: int = 0
    closing: bool = False
    """The end of the day rather than its start."""

    impossible: bool = False
    """A date or time that is none, such as 31 February."""


def read(text: str, today: date, *, by_end: bool = False) -> tuple[Reading, str]:
    """What a normalised text says, and the words that were not understood."""
    reading, rest = Reading(today, by_end), text
    for take in _TAKERS:
        rest = take(reading, rest)
    unknown = [word for word in rest.split() if word not in FILLERS]
    return reading, " ".join(unknown)


def add_months(day: date, count: int) -> date:
    """The same day of a later month, or its last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _cut(found: re.Match[str]) -> str:
    return f"{found.string[: found.start()]} {found.string[found.end() :]}"


_SPOKEN = re.compile(
    r"(?<![/.:\d-])(\d{1,2}|kwart|quarter|half) (over|voor|past|to) (half )?"
    rf"(\d{{1,2}})(?: ?(?:uur|u|h))?\b(?! ?(?:{_UNIT})\b)"
)
_HALF = re.compile(r"\bhalf (\d{1,2})\b")
_SPOKEN_MINUTES: Mapping[str, int] = MappingProxyType({"kwart": 15, "quarter": 15, "half": 30})


def _take_spoken_time(reading: Reading, text: str) -> str:
    """`kwart over 9`, `5 voor half 10`, `half past 9`, `half 10`."""
    found = _SPOKEN.search(text)
    if found:
        said, side, half, hour = found.groups()
        minutes = _SPOKEN_MINUTES[said] if said in _SPOKEN_MINUTES else int(said)
        if side in {"voor", "to"}:
            minutes = -minutes
        _set_time(reading, int(hour), minutes - (30 if half else 0))
        return _cut(found)
    found = _HALF.search(text)
    if found:
        _set_time(reading, int(found.group(1)), -30)
        return _cut(found)
    return text


def _set_time(reading: Reading, hour: int, minute: int, *, literal: bool = False) -> None:
    total = hour * 60 + minute
    if not 0 <= total <= 1440 or reading.minute is not None:
        reading.impossible = True
        return
    reading.minute = total
    reading.literal = literal or hour > 12


_CHAIN = re.compile(rf"\b(?:(over|in|binnen|within|for|na|after) )?({_ITEM}(?: ?(?:en |and )?{_ITEM})*)\b")
_COUNTED_HOURS = re.compile(
    r"\b(?:over|in|binnen|within|for) (\d{1,3}) ?(?:uur|u|h) ?(\d{1,2})(?: ?m(?:in)?)?\b"
)
_ONE_ITEM = re.compile(rf"(\d{{1,4}}(?:[.,]\d{{1,2}})?)\s*({_UNIT})")


def _take_duration(reading: Reading, text: str) -> str:
    """`over 2 uur`, `in 3 days`, `30 min`, `in 1h30`, `1 week`; hours count on, days keep the time of day."""
    found = _COUNTED_HOURS.search(text)
    if found:
        reading.elapsed += int(found.group(1)) * HOUR + int(found.group(2)) * MINUTE
        return _cut(found)
    for found in _CHAIN.finditer(text):
        items = _ONE_ITEM.findall(found.group(2))
        if len(items) == 1 and items[0][1] in CLOCK_UNITS and found.group(1) in {None, "na", "after"}:
            continue
        for amount, unit in items:
            _add(reading, float(amount.replace(",", ".")), UNITS[unit])
        return _cut(found)
    return text


def _add(reading: Reading, amount: float, unit: str) -> None:
    if unit in {"minute", "hour"}:
        reading.elapsed += round(amount * (MINUTE if unit == "minute" else HOUR))
        return
    if amount != int(amount):
        reading.impossible = unit in {"month", "working"}
        reading.elapsed += round(amount * DAY * (7 if unit == "week" else 1))
        return
    day, count = reading.day or reading.today, int(amount)
    reading.same_time = True
    if unit == "working":
        reading.working_days = count
        reading.day = day
    elif unit == "month":
        reading.day = add_months(day, count)
    else:
        reading.day = day + timedelta(days=count * (7 if unit == "week" else 1))


_NUMERIC_DATES = (
    re.compile(r"\b(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:t(?=\d)|\b)"),
    re.compile(r"\b(?P<d>\d{1,2})(?P<s>[/.-])(?P<m>\d{1,2})(?P=s)(?P<y>\d{4}|\d{2})\b"),
    re.compile(r"\b(?P<d>\d{1,2})[/-](?P<m>\d{1,2})(?P<y>)\b"),
    re.compile(
        rf"\b(?P<d>\d{{1,2}}){_ORDINAL}? ?(?:of |van )?(?P<m>{any_of(MONTHS)})\b(?: (?P<y>20\d\d)\b)?"
    ),
    re.compile(
        rf"\b(?P<m>{any_of(MONTHS)}) (?:the )?(?P<d>\d{{1,2}}){_ORDINAL}?\b"
        r"(?!:| ?(?:uur|u|h|am|pm)\b)(?: (?P<y>20\d\d)\b)?"
    ),
)
_DAY_OF_MONTH = re.compile(rf"\b(?:de|the) (\d{{1,2}}){_ORDINAL}?\b(?![:.])|\b(\d{{1,2}}){_ORDINAL}\b")


def _take_date(reading: Reading, text: str) -> str:
    """`24/12`, `2026-12-24`, `1 dec`, `dec 1st 2026`, `de 24e`."""
    for pattern in _NUMERIC_DATES:
        found = pattern.search(text)
        if found:
            month = found["m"]
            number = int(month) if month.isdecimal() else MONTHS[month]
            _set_date(reading, found["y"] or "", number, int(found["d"]))
            return _cut(found)
    found = _DAY_OF_MONTH.search(text)
    if found:
        _set_day_of_month(reading, int(found.group(1) or found.group(2)))
        return _cut(found)
    return text


def _set_date(reading: Reading, year: str, month: int, day: int) -> None:
    today = reading.today
    named = int(year) + (2000 if len(year) == 2 else 0) if year else None
    years = range(today.year, today.year + 9) if named is None else (named,)
    for candidate in years:
        if _exists(candidate, month, day):
            found = date(candidate, month, day)
            if named is not None or found >= today:
                _set_day(reading, found, "year" if named is None else "no")
                return
    reading.impossible = True


def _exists(year: int, month: int, day: int) -> bool:
    return year >= 1 and 1 <= month <= 12 and 1 <= day <= months.monthrange(year, month)[1]


def _set_day_of_month(reading: Reading, day: int) -> None:
    first = reading.today.replace(day=1)
    for ahead in range(3):
        month = add_months(first, ahead)
        if _exists(month.year, month.month, day):
            found = month.replace(day=day)
            if found >= reading.today:
                _set_day(reading, found, "month")
                return
    reading.impossible = True


def _set_day(reading: Reading, day: date, rolls: Rolls = "no") -> None:
    reading.impossible = reading.impossible or reading.day is not None
    reading.day, reading.rolls = day, rolls


_AFTER_WEEKEND = re.compile(r"\b(?:na|after) (?:het |the )?weekend\b")
_WEEKEND = re.compile(r"\b(?:(?:dit|het|this|the|in het|in the) )*weekend\b")
_END = re.compile(
    r"\b(?:einde?|end)(?: (?:van|of))?(?: (?:de|the|deze|this))?"
    r"(?= (?:(?:volgende |next )?(?:week|maand|month)|dag|day)\b)"
)
_PERIOD = re.compile(r"\b(?:(volgende|komende|next|deze|this) )?(dag|day|week|maand|month)\b")
_NAMED_WEEKDAY = re.compile(
    rf"\b(?:(volgende|next|komende|aanstaande|deze|this|coming) )?({any_of(WEEKDAYS)})\b"
)
_NAMED_DAY = re.compile(rf"\b({any_of(DAY_WORDS)})\b")


def _take_period(reading: Reading, text: str) -> str:
    """`na het weekend`, `volgende week`, `eind van de maand`."""
    for pattern, weekday in ((_AFTER_WEEKEND, 0), (_WEEKEND, 5)):
        found = pattern.search(text)
        if found:
            _set_day(reading, _coming(reading.today, weekday), "week")
            reading.working = weekday == 0
            return _cut(found)
    ending = _END.search(text)
    text = _cut(ending) if ending else text
    found = _PERIOD.search(text)
    if found is None or not (ending or found.group(1)):
        return text
    ahead = int(found.group(1) in {"volgende", "komende", "next"})
    reading.closing = ending is not None
    _set_period(reading, found.group(2), ahead)
    return _cut(found)


def _coming(today: date, weekday: int) -> date:
    """The first such weekday after today."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _set_period(reading: Reading, unit: str, ahead: int) -> None:
    today = reading.today
    if unit in {"dag", "day"}:
        if not reading.closing:
            _set_day(reading, today + timedelta(days=ahead))
        return
    if unit == "week":
        first = today + timedelta(days=7 * ahead - today.weekday())
        last = first + timedelta(days=4)
    else:
        first = add_months(today.replace(day=1), ahead)
        last = add_months(first, 1) - timedelta(days=1)
    at_end = reading.closing or reading.by_end
    _set_day(reading, last if at_end else first)
    reading.period_start, reading.working = first, not at_end


def _take_day(reading: Reading, text: str) -> str:
    """`vandaag`, `overmorgen`, `vrijdag`, `next friday`; a weekday of a date or a week that was named."""
    named = _NAMED_DAY.search(text)
    if named:
        _set_day(reading, reading.today + timedelta(days=DAY_WORDS[named.group(1)]))
        text = _cut(named)
    found = _NAMED_WEEKDAY.search(text)
    if found is None:
        return text
    weekday = WEEKDAYS[found.group(2)]
    if reading.period_start is not None:
        reading.day = reading.period_start + timedelta(days=(weekday - reading.period_start.weekday()) % 7)
        reading.working = False
    elif reading.day is not None:
        reading.impossible = reading.impossible or reading.day.weekday() != weekday
    elif found.group(1) in {"volgende", "next"}:
        monday = reading.today + timedelta(days=7 - reading.today.weekday())
        _set_day(reading, monday + timedelta(days=weekday))
    else:
        ahead = (weekday - reading.today.weekday()) % 7
        _set_day(reading, reading.today + timedelta(days=ahead), "week")
    return _cut(found)


_CLOCK = re.compile(
    r"\b(?P<h>\d{1,2}) ?(?:[:.]|uur|u|h) ?(?P<m>\d{2})(?: ?(?:uur|u|h))?(?: ?(?P<half>am|pm))?\b"
    r"|\b(?P<h2>\d{1,2}) ?(?P<half2>am|pm)\b"
    r"|\b(?P<h3>\d{1,2}) ?(?:uur|u|h)\b"
    r"|\b(?P<h4>\d{1,2})\b"
)
_NAMED_TIME = re.compile(r"\b(noon|midday|middernacht|midnight)\b")


def _take_time(reading: Reading, text: str) -> str:
    """`9u`, `14:30`, `9.30 uur`, `9 pm`, a bare `9`, noon and midnight."""
    found = _NAMED_TIME.search(text)
    if found:
        _set_time(reading, 12 if found.group(1) in {"noon", "midday"} else 24, 0, literal=True)
        return _cut(found)
    found = _CLOCK.search(text)
    if found is None:
        return text
    written = found["h"] or found["h2"] or found["h3"] or found["h4"]
    hour, minute, half = int(written), int(found["m"] or 0), found["half"] or found["half2"]
    if minute > 59 or (half and not 1 <= hour <= 12):
        reading.impossible = True
    elif half:
        _set_time(reading, hour % 12 + (12 if half == "pm" else 0), minute, literal=True)
    else:
        _set_time(reading, hour, minute, literal=written.startswith("0"))
    return _cut(found)


_PART = re.compile(rf"\b({any_of(PARTS)})\b")


def _take_part(reading: Reading, text: str) -> str:
    """`ochtend`, `afternoon`; with a time it says which half of the day."""
    found = _PART.search(text)
    if found is None:
        return text
    reading.part = PARTS[found.group(1)]
    return _cut(found)


_TAKERS: tuple[Callable[[Reading, str], str], ...] = (
    _take_spoken_time,
    _take_duration,
    _take_date,
    _take_period,
    _take_day,
    _take_part,
    _take_time,
)
