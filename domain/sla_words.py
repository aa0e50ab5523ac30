"""The explanation of a clock in words, with local times."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from domain.calendar import zone_of
from domain.clock import HOUR, MINUTE, SECOND, Millis
from domain.sla_why import WhyKind, WhyLine
from i18n import N_, _, ngettext

_WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_MONTHS = (
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
METRIC_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "first_response": N_("first response"),
        "next_response": N_("next response"),
        "handover": N_("hand-over"),
        "resolution": N_("resolution"),
    }
)
"""Msgids of the metrics' names."""

_OUTCOMES: Mapping[str, str] = MappingProxyType(
    {"running": N_("running"), "met": N_("met"), "missed": N_("missed"), "dropped": N_("no reply needed")}
)
_HAPPENED: Mapping[str, str] = MappingProxyType(
    {
        "question": N_("the contact's question"),
        "reply": N_("our reply, confirmed by the platform"),
        "handed_over": N_("the hand-over"),
        "resolved": N_("resolving"),
        "reopened": N_("reopening"),
    }
)
_CAUSES: Mapping[str, str] = MappingProxyType(
    {"waiting": N_("waiting for the contact"), "snoozed": N_("snoozed until they reply")}
)


def in_words(lines: Iterable[WhyLine], timezone: str) -> tuple[str, ...]:
    """Each line as a sentence, its moments in the reader's time zone (an IANA name)."""
    zone = zone_of(timezone)
    return tuple(_SENTENCES[line.kind](line, zone) for line in lines)


def duration(amount: Millis) -> str:
    """Hours and minutes, `1:05`; with seconds, `0:00:30`, where they are not whole minutes."""
    sign = "-" if amount < 0 else ""
    hours, rest = divmod(abs(amount), HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds = rest // SECOND
    return f"{sign}{hours}:{minutes:02}:{seconds:02}" if seconds else f"{sign}{hours}:{minutes:02}"


def local_day(day: date, *, year: bool = False) -> str:
    """A date as a person says it: `Mon 23 Nov`."""
    values = {"weekday": _(_WEEKDAYS[day.weekday()]), "day": day.day, "month": _(_MONTHS[day.month - 1])}
    if year:
        return _("{weekday} {day} {month} {year}", year=day.year, **values)
    return _("{weekday} {day} {month}", **values)


def local_time(moment: Millis, zone: ZoneInfo) -> str:
    """The wall time, `09:00`; with its offset in the hour that exists twice when the clock is set back."""
    local = datetime.fromtimestamp(moment / SECOND, zone)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%H:%M} ({local:%Z})" if twice else f"{local:%H:%M}"


def local_moment_in_words(moment: Millis, zone: ZoneInfo, *, year: bool = True) -> str:
    """Date and wall time: `Mon 23 Nov 2026 09:00`."""
    local = datetime.fromtimestamp(moment / SECOND, zone)
    return f"{local_day(local.date(), year=year)} {local_time(moment, zone)}"


def _at(moment: Millis | None, zone: ZoneInfo) -> str:
    return "" if moment is None else local_moment_in_words(moment, zone)


def _named(names: Mapping[str, str], name: str) -> str:
    """A code in words; what is no code was written by a person and stays as it is."""
    return _(names[name]) if name in names else name


def _metric(line: WhyLine) -> str:
    return _named(METRIC_NAMES, line.metric or "")


def _nothing(line: WhyLine, _zone: ZoneInfo) -> str:
    return _(
        "No clock runs: policy “{policy}”, version {version}, promises nothing here.",
        policy=line.name,
        version=line.count,
    )


def _clock(line: WhyLine, _zone: ZoneInfo) -> str:
    return _("Clock: {metric}, {outcome}.", metric=_metric(line), outcome=_named(_OUTCOMES, line.name))


def _started(line: WhyLine, zone: ZoneInfo) -> str:
    what = _named(_HAPPENED, line.name)
    return _("Started {moment} by {what}.", moment=_at(line.starts_at, zone), what=what)


def _policy_changed(line: WhyLine, zone: ZoneInfo) -> str:
    return _(
        "Since {moment} policy “{policy}”, version {version}, applies; it was counted anew from the start.",
        moment=_at(line.starts_at, zone),
        policy=line.name,
        version=line.count,
    )


def _target(line: WhyLine, _zone: ZoneInfo) -> str:
    return _(
        "Promised: {target} working time, by policy “{policy}”, version {version}; "
        "calendar “{calendar}” ({timezone}).",
        target=duration(line.amount),
        policy=line.name,
        version=line.count,
        calendar=line.calendar,
        timezone=line.timezone,
    )


def _period(line: WhyLine, zone: ZoneInfo) -> str:
    if line.starts_at is None or line.ends_at is None:
        return ""
    same_day = _date(line.starts_at, zone) == _date(line.ends_at, zone)
    end = (
        local_time(line.ends_at, zone) if same_day else local_moment_in_words(line.ends_at, zone, year=False)
    )
    return _(
        "{start} to {end}: {counted} counted.",
        start=local_moment_in_words(line.starts_at, zone, year=False),
        end=end,
        counted=duration(line.amount),
    )


def _date(moment: Millis, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(moment / SECOND, zone).date()


def _days(line: WhyLine, _zone: ZoneInfo) -> str:
    return ngettext(
        "{first} to {last}: {n} working day of {each}: {counted} counted.",
        "{first} to {last}: {n} working days of {each}: {counted} counted.",
        line.count,
        first=_day(line.day),
        last=_day(line.last_day),
        each=duration(line.amount),
        counted=duration(line.counted),
    )


def _day(day: date | None) -> str:
    return "" if day is None else local_day(day)


def _holiday(line: WhyLine, _zone: ZoneInfo) -> str:
    return _("{day}: closed, {holiday}.", day=_day(line.day), holiday=line.name)


def _closed(line: WhyLine, _zone: ZoneInfo) -> str:
    if line.count == 1:
        return _("{day}: closed.", day=_day(line.day))
    return _("{first} to {last}: closed.", first=_day(line.day), last=_day(line.last_day))


def _pause(line: WhyLine, zone: ZoneInfo) -> str:
    cause, start = _named(_CAUSES, line.name), _at(line.starts_at, zone)
    if line.ends_at is None:
        return _("Stands still since {start}: {cause}.", start=start, cause=cause)
    return _("Stood still {start} to {end}: {cause}.", start=start, end=_at(line.ends_at, zone), cause=cause)


def _folded(line: WhyLine, _zone: ZoneInfo) -> str:
    return ngettext(
        "… {n} more line: {counted} counted.",
        "… {n} more lines: {counted} counted.",
        line.count,
        counted=duration(line.amount),
    )


def _used(line: WhyLine, _zone: ZoneInfo) -> str:
    return _("Used: {amount}.", amount=duration(line.amount))


def _left(line: WhyLine, _zone: ZoneInfo) -> str:
    return _("Left: {amount}.", amount=duration(line.amount))


def _over(line: WhyLine, _zone: ZoneInfo) -> str:
    return _("Over: {amount}.", amount=duration(line.amount))


def _due(line: WhyLine, zone: ZoneInfo) -> str:
    return _("Due: {moment}.", moment=_at(line.starts_at, zone))


def _standing_still(line: WhyLine, _zone: ZoneInfo) -> str:
    return _("Not due while it stands still: {cause}.", cause=_named(_CAUSES, line.name))


def _stopped(line: WhyLine, zone: ZoneInfo) -> str:
    return _(
        "Stopped {moment} by {what}; it was due {due}.",
        moment=_at(line.starts_at, zone),
        what=_named(_HAPPENED, line.name),
        due=_at(line.ends_at, zone),
    )


def _earlier(line: WhyLine, zone: ZoneInfo) -> str:
    return _(
        "Before: {metric}, {start} to {end}, {used} used, {outcome}.",
        metric=_metric(line),
        start=_at(line.starts_at, zone),
        end=_at(line.ends_at, zone),
        used=duration(line.amount),
        outcome=_named(_OUTCOMES, line.name),
    )


def _earlier_folded(line: WhyLine, _zone: ZoneInfo) -> str:
    return ngettext("… and {n} earlier clock.", "… and {n} earlier clocks.", line.count)


_SENTENCES: Mapping[WhyKind, Callable[[WhyLine, ZoneInfo], str]] = MappingProxyType(
    {
        "nothing": _nothing,
        "clock": _clock,
        "started": _started,
        "policy_changed": _policy_changed,
        "target": _target,
        "period": _period,
        "days": _days,
        "holiday": _holiday,
        "closed": _closed,
        "pause": _pause,
        "folded": _folded,
        "used": _used,
        "left": _left,
        "over": _over,
        "due": _due,
        "standing_still": _standing_still,
        "stopped": _stopped,
        "earlier": _earlier,
        "earlier_folded": _earlier_folded,
    }
)
