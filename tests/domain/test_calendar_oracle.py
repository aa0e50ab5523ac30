"""Sums of working time against an oracle that looks at every minute of ten years."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.calendar import Calendar
from domain.clock import DAY, MINUTE, Millis
from tests.domain.calendars import ZONES, calendars, moments
from tests.domain.minute_oracle import MinuteOracle, wall_minutes

_LENGTHS = st.one_of(st.integers(0, 12 * MINUTE), st.integers(0, 3 * DAY), st.integers(0, 60 * DAY))
_CASES = 40


def _oracle(calendar: Calendar) -> MinuteOracle:
    return MinuteOracle(calendar.timezone, calendar.periods, calendar.holidays)


@st.composite
def _sums(draw: st.DrawFn) -> tuple[Calendar, list[tuple[Millis, Millis]]]:
    calendar = draw(calendars())
    pairs = st.tuples(moments(calendar.timezone), _LENGTHS)
    return calendar, draw(st.lists(pairs, min_size=_CASES, max_size=_CASES))


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(_sums())
def test_sums_agree_with_every_minute_of_ten_years(
    drawn: tuple[Calendar, list[tuple[Millis, Millis]]],
) -> None:
    calendar, cases = drawn
    oracle = _oracle(calendar)
    for start, length in cases:
        end = start + length
        worked = oracle.between(start, end)
        assert calendar.working_between(start, end) == worked
        assert sum(period.length for period in calendar.periods_between(start, end)) == worked
        due = oracle.add(start, length)
        if due is not None:
            assert calendar.add_working(start, length) == due


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_adding_and_counting_are_each_other_s_inverse(data: st.DataObject) -> None:
    """The moment is reached exactly, and a millisecond before it the amount was not used yet."""
    calendar = data.draw(calendars())
    start = data.draw(moments(calendar.timezone))
    amount = data.draw(st.integers(1, 20 * DAY))
    due = calendar.add_working(start, amount)
    assert calendar.working_between(start, due) == amount
    assert calendar.working_between(start, due - 1) == amount - 1


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_stretch_is_the_sum_of_its_parts(data: st.DataObject) -> None:
    calendar = data.draw(calendars())
    low, middle, high = sorted(data.draw(moments(calendar.timezone)) for _ in range(3))
    parts = calendar.working_between(low, middle) + calendar.working_between(middle, high)
    assert calendar.working_between(low, high) == parts


def test_the_oracle_has_seen_both_changes_of_every_year() -> None:
    for zone in ZONES:
        assert len(wall_minutes(zone).changes) == 22
        assert len(wall_minutes(zone).set_back) == 11
