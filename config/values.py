"""What a person may write for a duration, opening hours, a date, a yes or no.

All of these raise ValueError with a translated half sentence that says what to write instead; the caller
adds the place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from domain.clock import DAY, HOUR, MINUTE, SECOND, Millis
from i18n import _

_UNITS: dict[str, Millis] = {
    **dict.fromkeys(("s", "sec", "second", "seconds", "seconde", "seconden"), SECOND),
    **dict.fromkeys(("m", "min", "minute", "minutes", "minuut", "minuten"), MINUTE),
    **dict.fromkeys(("h", "hour", "hours", "u", "uur", "uren"), HOUR),
    **dict.fromkeys(("d", "day", "days", "dag", "dagen"), DAY),
}
_BUSINESS_UNITS: dict[str, Millis] = {
    **dict.fromkeys(("business minute", "business minutes", "werkminuut", "werkminuten"), MINUTE),
    **dict.fromkeys(("business hour", "business hours", "werkuur", "werkuren"), HOUR),
    **dict.fromkeys(("business day", "business days", "werkdag", "werkdagen"), DAY),
}
_PART = re.compile(r"(\d{1,6})\s*((?:business\s+)?[a-z]+)\s*", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)

LONGEST: Millis = 366 * DAY
"""Longer than this is a slip of the pen, whatever the key."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as it was written."""

    rest: Millis
    """All of it but the days."""

    days: int = 0
    """Kept apart, because a day of working time is as long as the calendar says."""

    business: bool = False
    """Written as business hours, minutes or days."""

    @property
    def length(self) -> Millis:
        """On a wall clock, with days of 24 hours."""
        return self.rest + self.days * DAY


def duration(text: str) -> Duration:
    """`90 s`, `1h 30m`, `2 days`, `4 business hours`; Dutch units too."""
    parts = _parts(text.strip().lower())
    business = {unit in _BUSINESS_UNITS for _count, unit in parts}
    if not parts or len(business) > 1:
        raise ValueError(_("write a duration such as '1h 30m', '2 days' or '4 business hours'"))
    lengths = [(int(count), _BUSINESS_UNITS.get(unit) or _UNITS[unit]) for count, unit in parts]
    days = sum(count for count, unit in lengths if unit == DAY)
    found = Duration(sum(count * unit for count, unit in lengths if unit != DAY), days, business.pop())
    if not 0 < found.length <= LONGEST:
        raise ValueError(_("write a duration longer than nothing and of a year at most"))
    return found


def _parts(text: str) -> list[tuple[str, str]]:
    """Count and unit of each part, or nothing when any part is not understood."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        match = _PART.match(text, at)
        unit = " ".join(match[2].split()) if match else ""
        if match is None or (unit not in _UNITS and unit not in _BUSINESS_UNITS):
            return []
        found.append((match[1], unit))
        at = match.end()
    return found


def minute_of_day(text: str) -> int:
    """`09:00` as minutes after midnight; `24:00` is the end of the day, 1440."""
    match = _TIME.fullmatch(text.strip())
    minute = int(match[1]) * 60 + int(match[2]) if match and int(match[2]) < 60 else 1441
    if minute > 1440:
        raise ValueError(_("write a time of day such as '09:00'"))
    return minute


def period(text: str) -> tuple[int, int]:
    """`09:00-17:30` as minutes after midnight."""
    start, dash, end = text.replace("–", "-").partition("-")
    if not dash:
        raise ValueError(_("write opening hours such as '09:00-17:30'"))
    return minute_of_day(start), minute_of_day(end)


def day(text: str) -> date:
    """`2026-12-24`."""
    match = _DATE.fullmatch(text.strip())
    try:
        if match:
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass  # no such day: the same sentence
    raise ValueError(_("write a date such as '2026-12-24'"))


def yes_or_no(text: str) -> bool:
    """`yes`, `no`, `true`, `false`, `on`, `off`, `ja`, `nee`."""
    word = text.strip().lower()
    if word in {"yes", "true", "on", "ja"}:
        return True
    if word in {"no", "false", "off", "nee"}:
        return False
    raise ValueError(_("write 'yes' or 'no'"))


def whole_number(text: str, *, least: int, most: int) -> int:
    """A whole number between two bounds, both included."""
    word = text.strip()
    if re.fullmatch(r"-?\d{1,12}", word, re.ASCII) and least <= int(word) <= most:
        return int(word)
    raise ValueError(_("write a whole number from {least} to {most}", least=least, most=most))
