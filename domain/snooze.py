"""Moments as people say them, in Dutch and English: for snoozes, and for what was promised.

A text names one moment in the future or none at all: what is not understood, is impossible or has passed
raises `NotAMoment` with a sentence, and nothing is guessed away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from domain.calendar import Calendar, local_moment, zone_of
from domain.clock import MINUTE, SECOND, Millis
from domain.errors import WebcareError
from domain.snooze_read import Reading, add_months, read
from domain.snooze_words import Part, normalised
from i18n import N_, _

Edge = Literal["start", "end"]
"""What a bare day means: when work starts on it (a snooze), or when it ends (a promise)."""

LONGEST_TEXT = 80
_FARTHEST_YEARS = 5
_MORNING, _EVENING_CLOSE = 9 * 60, 17 * 60
_EARLIEST_OPENING = 6 * 60
"""A desk that opens before does not mean that hour when it says “tomorrow”."""

_LATEST_CLOSING = 19 * 60
"""A desk that closes later does not mean that hour when it says “this afternoon”."""

_PART_MINUTES: dict[Part, int] = {
    "morning": _MORNING,
    "afternoon": 14 * 60,
    "evening": 19 * 60,
    "night": 22 * 60,
}
_PART_ENDS: dict[Part, int] = {
    "morning": 12 * 60,
    "afternoon": _EVENING_CLOSE,
    "evening": 22 * 60,
    "night": 24 * 60,
}
"""By when something must be done that was promised for a part of a day."""

_UNTIL_REPLY = re.compile(
    r"(?:tot|bij|na|until|till|on|after) "
    r"(?:(?:ze|zij|hij|they|he|she|a|the|de|het|1|hun|their|volgende|next) )*"
    r"(?:reageren|reageert|reactie|antwoord(?:en|t)?|repl(?:y|ies)|response|responds?|answers?)"
)
_OPEN_DAYS_SEARCHED = 60


class NotAMoment(WebcareError):
    """A text that names no moment in the future."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class When:
    """A moment, or: until the contact writes."""

    at: Millis | None
    """None only when it is until they reply."""

    time_given: bool = False
    """Whether a time of day was said, and not only a day."""

    @property
    def until_reply(self) -> bool:
        """Whether no moment ends it but the contact's next message."""
        return self.at is None


UNTIL_REPLY = When(None)


@dataclass(frozen=True, slots=True)
class Preset:
    """A moment that is offered without typing."""

    id: str
    label: str
    """A msgid."""

    when: When


@dataclass(frozen=True, slots=True)
class _Ground:
    """Where and when the text was said."""

    now: Millis
    local: datetime
    zone: ZoneInfo
    calendar: Calendar
    edge: Edge


def parse_when(text: str, now: Millis, timezone: str, calendar: Calendar, *, edge: Edge = "start") -> When:
    """The future moment that a person means by `text`, said at `now` in `timezone`.

    A day without a time is when `calendar` opens then, or closes with `edge="end"`; so are a part of a day
    and a number of days, which otherwise begin, or keep the time of day. Raises NotAMoment.
    """
    if len(text) > LONGEST_TEXT:
        raise NotAMoment(_("That is too long for a moment; write for instance “tomorrow 9:00”."))
    plain = normalised(text)
    if _UNTIL_REPLY.fullmatch(plain):
        return UNTIL_REPLY
    zone = zone_of(timezone)
    ground = _Ground(now, datetime.fromtimestamp(now / SECOND, zone), zone, calendar, edge)
    reading, unknown = read(plain, ground.local.date(), by_end=edge == "end")
    _refuse_nonsense(text, reading, unknown)
    at = _resolved(reading, ground)
    if at <= now:
        raise NotAMoment(
            _("“{text}” has passed already; write a moment that is still to come.", text=_shown(text))
        )
    return When(at, time_given=reading.minute is not None or bool(reading.elapsed))


def presets(now: Millis, timezone: str, calendar: Calendar) -> tuple[Preset, ...]:
    """What is offered: this afternoon (while it is still to come), tomorrow, in a week, until they reply."""
    wanted = (
        ("afternoon", N_("this afternoon"), "vanmiddag"),
        ("tomorrow", N_("tomorrow"), "morgen"),
        ("week", N_("in a week"), "over een week"),
    )
    found: list[Preset] = []
    for preset_id, label, text in wanted:
        try:
            found.append(Preset(preset_id, label, parse_when(text, now, timezone, calendar)))
        except NotAMoment:
            continue  # the afternoon is over
    return (*found, Preset("reply", N_("until they reply"), UNTIL_REPLY))


def _shown(text: str) -> str:
    """The person's own words as far as they can be shown in a sentence."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _refuse_nonsense(text: str, reading: Reading, unknown: str) -> None:
    if unknown:
        raise NotAMoment(
            _(
                "“{words}” is not understood; write for instance “tomorrow 9:00”, “friday” or “in 2 hours”.",
                words=_shown(unknown),
            )
        )
    if reading.impossible or _contradicts(reading):
        raise NotAMoment(
            _("“{text}” is not a moment that exists; check the day and the time.", text=_shown(text))
        )
    said = (reading.day, reading.minute, reading.part)
    if all(part is None for part in said) and not reading.elapsed and not reading.closing:
        raise NotAMoment(
            _("No moment is named; write for instance “tomorrow 9:00”, “friday” or “in 2 hours”.")
        )


def _contradicts(reading: Reading) -> bool:
    """Whether hours to count on stand beside something that they cannot be counted on from."""
    elsewhere = reading.day not in {None, reading.today} and not reading.same_time
    return bool(reading.elapsed) and (reading.minute is not None or reading.part is not None or elsewhere)


def _resolved(reading: Reading, ground: _Ground) -> Millis:
    if reading.elapsed and not reading.same_time:
        return ground.now + reading.elapsed
    day = _day(reading, ground)
    at = _on(day, reading, ground)
    while at <= ground.now and (later := _rolled(day, reading)) is not None:
        day = later
        at = _on(day, reading, ground)
    return at + reading.elapsed


def _rolled(day: date, reading: Reading) -> date | None:
    """The next day that the text may have meant; None when it can mean no other."""
    if reading.rolls == "week":
        return day + timedelta(days=7)
    if reading.rolls == "no":
        return None if reading.day is not None or reading.closing else day + timedelta(days=1)
    step = 1 if reading.rolls == "month" else 12
    later = (add_months(day, step * ahead) for ahead in range(1, 9))
    return next((found for found in later if found.day == day.day), None)  # 29 February, the 31st


def _day(reading: Reading, ground: _Ground) -> date:
    day = ground.local.date() if reading.day is None else reading.day
    if abs(day.year - ground.local.year) > _FARTHEST_YEARS:
        raise NotAMoment(
            _("That is more than {years} years away; write a nearer moment.", years=_FARTHEST_YEARS)
        )
    if reading.working_days:
        for _counted in range(min(reading.working_days, _FARTHEST_YEARS * 260)):
            day = _open_day(day + timedelta(days=1), ground.calendar)
    return _open_day(day, ground.calendar) if reading.working else day


def _open_day(day: date, calendar: Calendar) -> date:
    """The first day from this one on that is worked; the day itself where none is near."""
    for ahead in range(_OPEN_DAYS_SEARCHED):
        if calendar.open_on(day + timedelta(days=ahead)):
            return day + timedelta(days=ahead)
    return day


def _on(day: date, reading: Reading, ground: _Ground) -> Millis:
    if reading.minute is not None:
        return local_moment(day, _said_minute(day, reading.minute, reading, ground), ground.zone)
    if reading.part is not None:
        return _part(day, reading.part, ground)
    if reading.same_time and ground.edge == "start":
        at = local_moment(day, ground.local.hour * 60 + ground.local.minute, ground.zone)
        return at + ground.now % MINUTE
    opening = _opening(day, ground)
    at_end = reading.closing or ground.edge == "end" or (reading.rolls == "no" and opening <= ground.now)
    return _closing(day, ground) if at_end else opening


def _part(day: date, part: Part, ground: _Ground) -> Millis:
    if ground.edge == "end":
        closing, latest = _closing(day, ground), local_moment(day, _LATEST_CLOSING, ground.zone)
        if part == "afternoon" and closing <= latest:
            return closing
        return local_moment(day, _PART_ENDS[part], ground.zone)
    opening = _opening(day, ground)
    return opening if part == "morning" else local_moment(day, _PART_MINUTES[part], ground.zone)


def _said_minute(day: date, minute: int, reading: Reading, ground: _Ground) -> int:
    """The minute of the day that was meant: “3 uur” at an office is in the afternoon."""
    afternoon = minute + 12 * 60
    if reading.literal or minute >= 12 * 60:
        night = reading.part in {"evening", "night"} and 12 * 60 <= minute < 13 * 60
        return afternoon if night and not reading.literal else minute
    if reading.part == "morning":
        return minute
    if reading.part is not None:
        return minute if reading.part == "night" and minute < _EARLIEST_OPENING else afternoon
    if minute >= 8 * 60 or _worked(day, minute, ground) or not _worked(day, afternoon, ground):
        return minute
    return afternoon


def _worked(day: date, minute: int, ground: _Ground) -> bool:
    """Whether the desk works at that wall time, or stops just then."""
    at = local_moment(day, minute, ground.zone)
    return any(period.starts_at <= at <= period.ends_at for period in ground.calendar.open_on(day))


def _opening(day: date, ground: _Ground) -> Millis:
    periods = ground.calendar.open_on(day)
    earliest = local_moment(day, _EARLIEST_OPENING, ground.zone)
    noon = local_moment(day, 12 * 60, ground.zone)
    if periods and earliest <= periods[0].starts_at <= noon:
        return periods[0].starts_at
    return local_moment(day, _MORNING, ground.zone)


def _closing(day: date, ground: _Ground) -> Millis:
    periods = ground.calendar.open_on(day)
    noon = local_moment(day, 12 * 60, ground.zone)
    if periods and not ground.calendar.around_the_clock and noon < periods[-1].ends_at:
        return periods[-1].ends_at
    return local_moment(day, _EVENING_CLOSE, ground.zone)
