"""When the desk works: weekly periods in a time zone, less holidays, counted in UTC milliseconds.

Every open interval of a local date is turned into UTC first and lengths are added afterwards; adding hours
to a wall clock would give a day of 23 or 25 hours twice a year. A wall time becomes a moment by one rule,
which never runs backwards, so that adjoining periods neither overlap nor leave a hole:

- a wall time that does not exist, because the clock is put forward, is the moment of putting it forward;
- a wall time that exists twice is its first occurrence; the repeated hour belongs to the period that spans
  the moment at which the clock is set back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.clock import DAY, MINUTE, SECOND, Millis
from i18n import _

DAY_MINUTES = 1440
_EPOCH = date(1970, 1, 1).toordinal()
_HORIZON_DAYS = 36_600
"""How many days are looked at before a sum is refused: a century."""

_CACHED_DAYS = 4_096


@dataclass(frozen=True, slots=True)
class OpenPeriod:
    """A stretch of working time, as UTC milliseconds, and the local date that it belongs to."""

    starts_at: Millis
    ends_at: Millis
    day: date

    @property
    def length(self) -> Millis:
        """How long it is really, also on a day of 23 or 25 hours."""
        return self.ends_at - self.starts_at


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One local date of a stretch of time: what was worked, or why not."""

    day: date
    periods: tuple[OpenPeriod, ...]
    """Cut off at the ends of the stretch that was asked for."""

    holiday: str = ""
    """Name of the holiday that closed a day on which the desk works otherwise."""

    whole: bool = True
    """Whether the day's periods lie in the stretch completely."""

    @property
    def length(self) -> Millis:
        """The working time of this day."""
        return sum(period.length for period in self.periods)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working hours of a desk. Raises ValueError, with a sentence, for hours that cannot be."""

    name: str
    timezone: str
    """IANA name, such as `Europe/Amsterdam`."""

    periods: Mapping[int, tuple[tuple[int, int], ...]] = field(hash=False)
    """Weekday (0 is Monday) to (start, end) in minutes after local midnight; an end may be 1440."""

    holidays: Mapping[date, str] = field(default_factory=dict, hash=False)
    """Local date to name. Counting only looks dates up, so a mapping may work them out when asked."""

    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _week: tuple[tuple[tuple[int, int], ...], ...] = field(init=False, repr=False, compare=False)
    _always: bool = field(init=False, repr=False, compare=False)
    _known: dict[int, tuple[OpenPeriod, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        week = _checked_week(self.name, self.periods)
        object.__setattr__(self, "_week", week)
        object.__setattr__(self, "_zone", zone_of(self.timezone))
        full = all(_covers_a_day(periods) for periods in week)
        object.__setattr__(self, "_always", full and isinstance(self.holidays, dict) and not self.holidays)
        object.__setattr__(self, "_known", {})

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of its periods."""
        return self._zone

    @property
    def around_the_clock(self) -> bool:
        """Whether it is never closed."""
        return self._always

    @property
    def usual_week(self) -> Millis:
        """How long it works in a week without holidays."""
        return sum(end - start for day in self._week for start, end in day) * MINUTE

    @property
    def usual_day(self) -> Millis:
        """How long it works on its most common kind of open day; what "a working day" means here."""
        lengths = Counter(sum(end - start for start, end in day) for day in self._week if day)
        most = max(lengths.values())
        return max(length for length, count in lengths.items() if count == most) * MINUTE

    def working_between(self, start: Millis, end: Millis) -> Millis:
        """How much working time lies between two moments; 0 where the end is not after the start."""
        if end <= start:
            return 0
        if self._always:
            return end - start
        # one date more: where a clock is set back over midnight, the next date has begun once already
        return sum(
            max(0, min(period.ends_at, end) - max(period.starts_at, start))
            for ordinal in range(self._ordinal(start), self._ordinal(end) + 2)
            for period in self._open_on(ordinal)
        )

    def add_working(self, start: Millis, amount: Millis) -> Millis:
        """The first moment at which `amount` of working time has passed since `start`.

        Raises ValueError when `amount` is negative, or so long that it is not over within a century.
        """
        if amount < 0:
            raise ValueError(_("Working time cannot be added backwards."))
        if amount == 0 or self._always:
            return start + amount
        left = amount
        first = self._ordinal(start)
        for ordinal in range(first, first + _HORIZON_DAYS):
            for period in self._open_on(ordinal):
                begins = max(period.starts_at, start)
                length = period.ends_at - begins
                if length >= left:
                    return begins + left
                left -= max(0, length)
        raise ValueError(
            _(
                "Calendar “{name}” does not have that much working time in a century; shorten the target.",
                name=self.name,
            )
        )

    def periods_between(self, start: Millis, end: Millis) -> Iterator[OpenPeriod]:
        """The working periods between two moments, in order, cut off at both ends."""
        for day in self.days_between(start, end):
            yield from day.periods

    def days_between(self, start: Millis, end: Millis) -> Iterator[CalendarDay]:
        """Every local date that the stretch touches, with its periods, or the holiday that closed it."""
        if end <= start:
            return
        first, last = self._ordinal(start), self._ordinal(end - 1)
        for ordinal in range(first, last + 2):
            whole = self._open_on(ordinal)
            cut = tuple(_cut(whole, start, end))
            if cut or ordinal <= last:
                day = date.fromordinal(ordinal)
                yield CalendarDay(day, cut, self._closed_by(day), whole=cut == whole)

    def open_on(self, day: date) -> tuple[OpenPeriod, ...]:
        """The working periods of one local date; none on a closed day."""
        return self._open_on(day.toordinal())

    def is_open(self, moment: Millis) -> bool:
        """Whether the desk works at this moment."""
        return self.working_between(moment, moment + 1) > 0

    def local_date(self, moment: Millis) -> date:
        """The date that a wall calendar shows at this moment."""
        return date.fromordinal(self._ordinal(moment))

    def _ordinal(self, moment: Millis) -> int:
        return datetime.fromtimestamp(moment / SECOND, self._zone).toordinal()

    def _closed_by(self, day: date) -> str:
        return self.holidays.get(day, "") if self._week[day.weekday()] else ""

    def _open_on(self, ordinal: int) -> tuple[OpenPeriod, ...]:
        known = self._known.get(ordinal)
        if known is None:
            if len(self._known) >= _CACHED_DAYS:
                self._known.clear()
            known = self._known[ordinal] = tuple(self._opened(date.fromordinal(ordinal)))
        return known

    def _opened(self, day: date) -> Iterator[OpenPeriod]:
        periods = self._week[day.weekday()]
        if not periods or day in self.holidays:
            return
        for start, end in periods:
            starts_at = local_moment(day, start, self._zone)
            ends_at = local_moment(day, end, self._zone)
            if starts_at < ends_at:
                yield OpenPeriod(starts_at, ends_at, day)


def zone_of(timezone: str) -> ZoneInfo:
    """The time zone by its IANA name; raises ValueError, with a sentence, for an unknown one."""
    try:
        return ZoneInfo(timezone)
    except (LookupError, OSError, ValueError) as error:
        sentence = _("“{zone}” is not a time zone; write one such as Europe/Amsterdam.", zone=timezone)
        raise ValueError(sentence) from error


def local_moment(day: date, minute: int, zone: ZoneInfo) -> Millis:
    """The moment of a wall time, given in minutes after midnight of a local date (1440 is the next one)."""
    ordinal, within = day.toordinal() + minute // DAY_MINUTES, minute % DAY_MINUTES
    hour, minutes = divmod(within, 60)
    local = datetime.combine(date.fromordinal(ordinal), datetime.min.time().replace(hour, minutes), zone)
    before, after = _offset(local), _offset(local.replace(fold=1))
    wall = (ordinal - _EPOCH) * DAY + within * MINUTE
    if before < after:  # the wall time is skipped
        return _change_between(wall - after, wall - before, zone)
    return wall - before


def _offset(local: datetime) -> Millis:
    offset = local.utcoffset()
    if offset is None:  # pragma: no cover - an aware datetime of a ZoneInfo has one
        raise ValueError(local)
    return offset.days * DAY + offset.seconds * SECOND


def _change_between(low: Millis, high: Millis, zone: ZoneInfo) -> Millis:
    """The moment in (low, high] at which the zone's offset stops being the one at `low`."""
    before = _offset(datetime.fromtimestamp(low / SECOND, zone))
    while high - low > SECOND:
        middle = (low + high) // 2 // SECOND * SECOND
        if _offset(datetime.fromtimestamp(middle / SECOND, zone)) == before:
            low = middle
        else:
            high = middle
    return high


def _cut(periods: tuple[OpenPeriod, ...], start: Millis, end: Millis) -> Iterator[OpenPeriod]:
    for period in periods:
        starts_at, ends_at = max(period.starts_at, start), min(period.ends_at, end)
        if starts_at < ends_at:
            yield OpenPeriod(starts_at, ends_at, period.day)


def _covers_a_day(periods: tuple[tuple[int, int], ...]) -> bool:
    return sum(end - start for start, end in periods) == DAY_MINUTES


def _checked_week(
    name: str, periods: Mapping[int, tuple[tuple[int, int], ...]]
) -> tuple[tuple[tuple[int, int], ...], ...]:
    if any(weekday not in range(7) for weekday in periods):
        raise ValueError(_("A weekday of calendar “{name}” is not 0 (Monday) to 6 (Sunday).", name=name))
    week = tuple(tuple(sorted(periods.get(weekday, ()))) for weekday in range(7))
    if not any(week):
        raise ValueError(
            _(
                "Calendar “{name}” is never open; give it at least one period, or use the 24/7 calendar.",
                name=name,
            )
        )
    for day in week:
        _check_day(name, day)
    return week


def _check_day(name: str, periods: tuple[tuple[int, int], ...]) -> None:
    before = 0
    for start, end in periods:
        if not 0 <= start < end <= DAY_MINUTES:
            raise ValueError(
                _(
                    "A period of calendar “{name}” must start before it ends, within 00:00 and 24:00.",
                    name=name,
                )
            )
        if start < before:
            raise ValueError(_("Two periods of calendar “{name}” on one day overlap.", name=name))
        before = end


ALWAYS = Calendar("24/7", "UTC", dict.fromkeys(range(7), ((0, DAY_MINUTES),)))
"""For desks that work around the clock."""
