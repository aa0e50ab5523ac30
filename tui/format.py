"""Dates, durations and counts as people read them in their own language."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING

from domain.clock import DAY, HOUR, MINUTE, SECOND, Millis, to_datetime
from i18n import N_, _, language

if TYPE_CHECKING:
    from domain.period import Period

WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
MONTHS = (
    N_("Jan"),
    N_("Feb"),
    N_("Mar"),
    N_("Apr"),
    N_("May"),
    N_("Jun"),
    N_("Jul"),
    N_("Aug"),
    N_("Sep"),
    N_("Oct"),
    N_("Nov"),
    N_("Dec"),
)


SECONDS_BELOW: Millis = 10 * MINUTE
"""Spans shorter than this are shown with their seconds."""


def number(value: int) -> str:
    """A count with the reader's thousands separator."""
    return f"{value:,}".replace(",", "." if language() == "nl" else ",")


def time_of_day(moment: Millis, zone: tzinfo) -> str:
    """`09:41`."""
    return to_datetime(moment).astimezone(zone).strftime("%H:%M")


def moment(at: Millis, now: Millis, zone: tzinfo) -> str:
    """`09:41` today, `Tue 09:41` within six days, `3 Nov 09:41` this year, `3 Nov 2025` before."""
    then, today = to_datetime(at).astimezone(zone), to_datetime(now).astimezone(zone)
    if then.date() == today.date():
        return then.strftime("%H:%M")
    if abs((then.date() - today.date()).days) < 7:
        return _("{weekday} {time}", weekday=_(WEEKDAYS[then.weekday()]), time=then.strftime("%H:%M"))
    month = _(MONTHS[then.month - 1])
    if then.year == today.year:
        return _("{day} {month} {time}", day=then.day, month=month, time=then.strftime("%H:%M"))
    return _("{day} {month} {year}", day=then.day, month=month, year=then.year)


def day(at: Millis, now: Millis, zone: tzinfo) -> str:
    """`today`, `Tue`, `3 Nov`, `3 Nov 2025`."""
    then, today = to_datetime(at).astimezone(zone), to_datetime(now).astimezone(zone)
    days = (today.date() - then.date()).days
    if days == 0:
        return _("today")
    if 0 < days < 7:
        return _(WEEKDAYS[then.weekday()])
    month = _(MONTHS[then.month - 1])
    if then.year == today.year:
        return _("{day} {month}", day=then.day, month=month)
    return _("{day} {month} {year}", day=then.day, month=month, year=then.year)


def age(milliseconds: Millis) -> str:
    """How long ago, in one unit: `20 s`, `4 m`, `3 h`, `2 d`."""
    span = max(0, milliseconds)
    if span < MINUTE:
        return _("{n} s", n=span // SECOND)
    if span < HOUR:
        return _("{n} m", n=span // MINUTE)
    if span < 2 * DAY:
        return _("{n} h", n=span // HOUR)
    return _("{n} d", n=span // DAY)


def span(milliseconds: Millis) -> str:
    """How much time, in at most six cells: `7m32s` under ten minutes, `0:41`, `3:05`, `2d 3h`, `12d`."""
    if milliseconds < SECONDS_BELOW:
        minutes, seconds = divmod(milliseconds // SECOND, 60)
        return _("{minutes}m{seconds:02d}s", minutes=minutes, seconds=seconds)
    return long_span(milliseconds)


def long_span(milliseconds: Millis) -> str:
    """As `span`, never with seconds."""
    if milliseconds < DAY:
        hours, minutes = divmod(milliseconds // MINUTE, 60)
        return f"{hours}:{minutes:02d}"
    days, rest = divmod(milliseconds, DAY)
    if days < 10:
        return _("{days}d {hours}h", days=days, hours=rest // HOUR)
    return _("{days}d", days=days)


def decimal(value: float, digits: int = 2) -> str:
    """A number with the reader's decimal sign."""
    written = f"{value:.{digits}f}"
    return written.replace(".", ",") if language() == "nl" else written


def signed(value: float) -> str:
    """A feeling, -1 to 1, always with its sign: `+0.22`, `−0.41`; what rounds to nothing is `0.00`."""
    rounded = round(value, 2)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return sign + decimal(abs(rounded))


def percent(share: float) -> str:
    """`32 %`."""
    return _("{n} %", n=round(100 * share))


def whole_days(period: Period) -> str:
    """`Oct 2026` for a month, else `1 Oct 2026 to 14 Oct 2026`."""
    if period.is_month:
        return _("{month} {year}", month=_(MONTHS[period.first.month - 1]), year=period.first.year)
    ends = [
        _("{day} {month} {year}", day=one.day, month=_(MONTHS[one.month - 1]), year=one.year)
        for one in (period.first, period.last)
    ]
    return ends[0] if period.first == period.last else _("{first} to {last}", first=ends[0], last=ends[1])
