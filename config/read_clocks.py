"""The `calendars:` and `sla:` parts of the file: when the desk works, and what it promises."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from config import values
from config.holiday_lists import COUNTRIES, Country, HolidayChoice, HolidayList, LiberationDay
from config.section import (
    Reader,
    Section,
    choice,
    duration,
    fault,
    list_of,
    number,
    section,
    text,
    word,
    yes_or_no,
)
from config.strict_yaml import Node, Sequence, Table
from domain.calendar import ALWAYS, Calendar, zone_of
from domain.clock import Millis
from domain.conversation import KINDS, PRIORITIES
from domain.errors import ConfigError
from domain.sla_policy import METRICS, Metric, SlaPolicy, SlaTargets, default_policies
from i18n import _, language

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_GROUPS: Mapping[str, tuple[int, ...]] = {
    "daily": tuple(range(7)),
    "weekdays": tuple(range(5)),
    "weekend": (5, 6),
}
CALENDAR_KEYS = (*_GROUPS, *DAYS, "timezone", "holidays", "liberation_day", "good_friday", "closed", "open")
POLICY_KEYS = (
    "id",
    "version",
    "calendar",
    *METRICS,
    "channels",
    "platforms",
    "kinds",
    "priorities",
    "labels",
)
_HOLIDAYS: tuple[Country | Literal["none"], ...] = (*COUNTRIES, "none")
_LIBERATION_DAYS: tuple[LiberationDay, ...] = ("never", "lustrum", "yearly")
_YEARS = range(2020, 2041)
"""Only for walking through a list of holidays; counting looks any year up."""

_OFFICE_HOURS = ((9 * 60, 17 * 60 + 30),)
AROUND_THE_CLOCK = ALWAYS.name
"""How a policy names the calendar that is never closed."""

_Periods = tuple[tuple[int, int], ...]


def zone_name(written: str) -> str:
    """An IANA time zone that this machine knows."""
    try:
        return zone_of(written).key
    except ValueError as error:
        raise ValueError(_("write a time zone such as 'Europe/Amsterdam'")) from error


def office(timezone: str) -> Calendar:
    """Business hours for who configured no calendar: Monday to Friday, 09:00 to 17:30, Dutch holidays."""
    holidays = HolidayList(HolidayChoice("NL", _holiday_language()), _YEARS)
    return Calendar("office", timezone, dict.fromkeys(range(5), _OFFICE_HOURS), holidays)


def calendar_named(name: str, timezone: str) -> Reader[Calendar]:
    """Reads one calendar; `timezone` holds where it says none."""

    def read(node: Node, path: str) -> Calendar:
        part = section(CALENDAR_KEYS)(node, path)
        try:
            return Calendar(
                name, part.get("timezone", word(zone_name), timezone), _week(part), _holidays(part)
            )
        except ValueError as error:
            raise ConfigError(_("{place}: {sentence}", place=part.place, sentence=error)) from error

    return read


def policies(
    calendars: Mapping[str, Calendar], timezone: str, channels: Collection[str]
) -> Reader[tuple[SlaPolicy, ...]]:
    """Reads the list of policies; who writes one, writes them all: the usual ones hold no longer."""
    read_policy = _Policies(calendars, timezone, channels).read

    def read(node: Node, path: str) -> tuple[SlaPolicy, ...]:
        if not isinstance(node, Sequence):
            raise fault(node.place, path, _("write a list, each policy starting with '- id:'"))
        own = tuple(read_policy(item, path) for item in node.items)
        for position, policy in enumerate(own):
            if any(policy.id == other.id for other in own[:position]):
                place = node.items[position].place
                raise fault(place, f"{path}.id", _("'{id}' is taken; give each policy its own", id=policy.id))
        return own

    return read


def usual_policies(calendars: Mapping[str, Calendar], timezone: str) -> tuple[SlaPolicy, ...]:
    """What holds where nothing was configured, on the team's first calendar.

    Without a calendar, social networks and messaging apps count around the clock and the rest in office
    hours.
    """
    for first in calendars.values():
        return default_policies(first)
    always = (policy for policy in default_policies(ALWAYS) if policy.platforms)
    return (*always, *(policy for policy in default_policies(office(timezone)) if not policy.platforms))


def _week(part: Section) -> dict[int, _Periods]:
    """Opening hours by weekday; a day by name goes before a group, and `closed` is no hours at all."""
    week: dict[int, _Periods] = {}
    for group, weekdays in _GROUPS.items():
        week.update(dict.fromkeys(weekdays, part.get(group, _hours, ())) if group in part else {})
    for weekday, name in enumerate(DAYS):
        if name in part:
            week[weekday] = part.require(name, _hours)
    return week


def _hours(node: Node, path: str) -> _Periods:
    if text_of(node) == "closed":
        return ()
    return list_of(word(values.period))(node, path)


def text_of(node: Node) -> str | None:
    """The text of a single value, None for a list or a mapping."""
    return None if isinstance(node, Sequence | Table) else node.text


def _holidays(part: Section) -> Mapping[date, str]:
    listed = part.get("holidays", choice(_HOLIDAYS), None)
    added = part.get("closed", _closed, {})
    country = None if listed is None or listed == "none" else listed
    if country is None and not added:
        return {}
    chosen = HolidayChoice(
        country=country,
        language=_holiday_language(),
        liberation_day=part.get("liberation_day", choice(_LIBERATION_DAYS), "lustrum"),
        good_friday=part.get("good_friday", yes_or_no, default=False),
        added=added,
        removed=frozenset(part.get("open", list_of(word(values.day)), ())),
    )
    return HolidayList(chosen, _YEARS)


def _closed(node: Node, path: str) -> dict[date, str]:
    """Days with their names, or a plain list of days."""
    read_day = word(values.day)
    if not isinstance(node, Table):
        return dict.fromkeys(list_of(read_day)(node, path), _("closed"))
    found: dict[date, str] = {}
    for written, name in node.entries.items():
        try:
            found[values.day(written)] = text(name, f"{path}.{written}")
        except ValueError as error:
            raise fault(node.key_places[written], f"{path}.{written}", str(error)) from error
    return found


def _holiday_language() -> str:
    return language() if language() in {"nl", "en"} else "nl"


@dataclass(frozen=True, slots=True)
class _Policies:
    """What a policy may refer to."""

    calendars: Mapping[str, Calendar]
    timezone: str
    channels: Collection[str]

    def read(self, node: Node, path: str) -> SlaPolicy:
        part = section(POLICY_KEYS)(node, path)
        durations = {metric: part.get(metric, duration, None) for metric in METRICS}
        written = {metric: found for metric, found in durations.items() if found is not None}
        policy_id = part.require("id", text)
        if not written:
            raise part.fault("id", _("promise something: add 'first_response: 1 hour', for instance"))
        counted = self._calendar(part, written)
        try:
            return SlaPolicy(
                id=policy_id,
                version=part.get("version", number(1, 1_000_000), 1),
                calendar=counted,
                targets=SlaTargets(**{metric: _working(found, counted) for metric, found in written.items()}),
                channels=frozenset(part.get("channels", list_of(choice(self.channels)), ())),
                platforms=frozenset(part.get("platforms", list_of(text), ())),
                kinds=frozenset(part.get("kinds", list_of(choice(KINDS)), ())),
                priorities=frozenset(part.get("priorities", list_of(choice(PRIORITIES)), ())),
                labels=frozenset(part.get("labels", list_of(text), ())),
            )
        except ValueError as error:
            raise ConfigError(_("{place}: {sentence}", place=part.place, sentence=error)) from error

    def _calendar(self, part: Section, written: Mapping[Metric, values.Duration]) -> Calendar:
        """The calendar by its name; where none is named, the first one, or what the durations ask for."""
        business = {
            metric: found.business for metric, found in written.items() if found.business or found.rest
        }
        if len(set(business.values())) > 1:
            metric = next(metric for metric, is_business in business.items() if is_business)
            raise part.fault(metric, _("write business time for all targets of this policy, or for none"))
        known = {**self.calendars, AROUND_THE_CLOCK: ALWAYS}
        named = part.get("calendar", choice(known), None)
        if named == AROUND_THE_CLOCK and any(business.values()):
            raise part.fault("calendar", _("the 24/7 calendar has no business hours; name another calendar"))
        if named is not None:
            return known[named]
        fallback = office(self.timezone) if any(business.values()) else ALWAYS
        return next(iter(self.calendars.values()), fallback)


def _working(written: values.Duration, calendar: Calendar) -> Millis:
    """In working time of the calendar, where a day is as long as its usual day."""
    return written.rest + written.days * calendar.usual_day
