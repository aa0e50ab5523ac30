"""Strategies for calendars, and the moments at which they go wrong if they do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from domain.calendar import Calendar, zone_of
from domain.clock import HOUR, Millis, to_millis
from tests.domain.minute_oracle import wall_minutes

ZONES = ("Europe/Amsterdam", "Europe/Brussels", "Australia/Lord_Howe")
TEN_YEARS = (
    to_millis(datetime(2024, 1, 3, tzinfo=UTC)),
    to_millis(datetime(2033, 12, 31, tzinfo=UTC)),
)
_DAYS = (date(2034, 12, 31) - date(2024, 1, 1)).days


def at(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, zone: str = "Europe/Amsterdam"
) -> Millis:
    """The moment of a wall time."""
    return to_millis(datetime(year, month, day, hour, minute, tzinfo=zone_of(zone)))


@st.composite
def days(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """No, one or several periods of one day, often with edges inside the hours that a zone changes in."""
    edge = st.one_of(
        st.integers(0, 1440), st.sampled_from((0, 60, 90, 120, 121, 150, 179, 180, 240, 540, 1020, 1440))
    )
    edges = sorted(draw(st.sets(edge, max_size=6)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    if draw(st.booleans()):  # adjoining periods
        pairs = [half for start, end in pairs for half in _halved(start, end)]
    return tuple(pairs)


def _halved(start: int, end: int) -> tuple[tuple[int, int], ...]:
    middle = (start + end) // 2
    return ((start, end),) if middle == start else ((start, middle), (middle, end))


@st.composite
def calendars(draw: st.DrawFn, zones: tuple[str, ...] = ZONES) -> Calendar:
    """Any calendar that is open at some time."""
    weeks = st.dictionaries(st.integers(0, 6), days(), min_size=1).filter(lambda week: any(week.values()))
    offsets = draw(st.sets(st.integers(0, _DAYS), max_size=80))
    holidays = {date(2024, 1, 1) + timedelta(days=offset): f"day {offset}" for offset in offsets}
    return Calendar("drawn", draw(st.sampled_from(zones)), draw(weeks), holidays)


def moments(timezone: str) -> st.SearchStrategy[Millis]:
    """Moments of ten years; half of them around a change of the zone's offset."""
    changes = [change for change in wall_minutes(timezone).changes if TEN_YEARS[0] < change < TEN_YEARS[1]]
    near = st.builds(
        lambda change, away: change + away,
        st.sampled_from(changes),
        st.integers(-36 * HOUR, 36 * HOUR),
    )
    return st.one_of(st.integers(*TEN_YEARS), near)
