"""Calendars by example: hours, holidays, days of 23 and 25 hours, and hours that cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import pytest

from domain.calendar import ALWAYS, Calendar, local_moment, zone_of
from domain.clock import DAY, HOUR, MINUTE
from tests.domain.calendars import at

OFFICE = Calendar(
    "office",
    "Europe/Amsterdam",
    dict.fromkeys(range(5), ((9 * 60, 12 * 60), (13 * 60, 17 * 60))),
    {date(2026, 4, 27): "Koningsdag", date(2026, 4, 26): "a Sunday"},
)
NIGHT = Calendar("night", "Europe/Amsterdam", dict.fromkeys(range(7), ((0, 6 * 60), (22 * 60, 1440))))


def test_a_lunch_break_does_not_count() -> None:
    assert OFFICE.add_working(at(2026, 11, 23, 11, 30), HOUR) == at(2026, 11, 23, 13, 30)


def test_a_weekend_does_not_count() -> None:
    assert OFFICE.add_working(at(2026, 11, 27, 16, 30), HOUR) == at(2026, 11, 30, 9, 30)


def test_a_holiday_does_not_count() -> None:
    assert OFFICE.add_working(at(2026, 4, 24, 16, 30), HOUR) == at(2026, 4, 28, 9, 30)
    assert OFFICE.working_between(at(2026, 4, 27), at(2026, 4, 28)) == 0


def test_time_is_used_up_at_closing_and_not_at_the_next_opening() -> None:
    assert OFFICE.add_working(at(2026, 11, 27, 16), HOUR) == at(2026, 11, 27, 17)


def test_no_time_is_used_up_at_once() -> None:
    sunday = at(2026, 11, 29, 3)
    assert OFFICE.add_working(sunday, 0) == sunday


@pytest.mark.parametrize(
    ("evening", "hours"), [((2026, 10, 24, 22), 9), ((2026, 3, 28, 22), 7), ((2026, 3, 21, 22), 8)]
)
def test_a_night_over_a_clock_change_counts_its_real_hours(
    evening: tuple[int, int, int, int], hours: int
) -> None:
    start = at(*evening)
    morning = at(evening[0], evening[1], evening[2] + 1, 6)
    assert NIGHT.working_between(start, morning) == hours * HOUR
    assert NIGHT.add_working(start, hours * HOUR) == morning


def test_a_skipped_wall_time_is_the_moment_of_skipping() -> None:
    zone = zone_of("Europe/Amsterdam")
    assert local_moment(date(2026, 3, 29), 150, zone) == at(2026, 3, 29, 3)
    assert local_moment(date(2011, 12, 30), 600, zone_of("Pacific/Apia")) == at(
        2011, 12, 31, zone="Pacific/Apia"
    )


def test_a_repeated_wall_time_is_its_first_occurrence() -> None:
    zone = zone_of("Europe/Amsterdam")
    first = local_moment(date(2026, 10, 25), 150, zone)
    assert datetime.fromtimestamp(first / 1000, zone).fold == 0
    assert local_moment(date(2026, 10, 25), 180, zone) - first == 90 * MINUTE


def test_a_clock_set_back_over_midnight_stays_in_the_day_that_had_begun() -> None:
    """At 00:01 on 7 November 2010 clocks in Newfoundland went back to 23:01 on the 6th."""
    sundays = Calendar("sundays", "America/St_Johns", {6: ((0, 1440),)})
    midnight = local_moment(date(2010, 11, 7), 0, sundays.zone)
    repeated = midnight + 20 * MINUTE
    assert sundays.local_date(repeated) == date(2010, 11, 6)
    assert sundays.working_between(repeated, repeated + 10 * MINUTE) == 10 * MINUTE
    assert sundays.add_working(repeated, HOUR) == repeated + HOUR
    assert [day.day.day for day in sundays.days_between(repeated, repeated + MINUTE)] == [6, 7]
    assert sundays.working_between(midnight, midnight + DAY + HOUR) == DAY + HOUR


def test_a_period_in_a_skipped_hour_is_empty_that_day() -> None:
    shift = Calendar("short", "Europe/Amsterdam", {6: ((120, 180),)})
    assert shift.open_on(date(2026, 3, 29)) == ()
    assert shift.working_between(at(2026, 3, 29), at(2026, 3, 30)) == 0
    assert shift.add_working(at(2026, 3, 29), HOUR) == at(2026, 4, 5, 3)


def test_always_is_elapsed_time() -> None:
    start = at(2026, 3, 28, 20)
    assert ALWAYS.around_the_clock
    assert ALWAYS.add_working(start, 12 * HOUR) == start + 12 * HOUR
    assert ALWAYS.working_between(start, start + DAY) == DAY
    assert sum(period.length for period in ALWAYS.periods_between(start, start + DAY)) == DAY


def test_a_holiday_makes_a_day_of_an_always_open_desk_closed() -> None:
    closed = Calendar("24/7 but one", "Europe/Amsterdam", ALWAYS.periods, {date(2026, 10, 25): "long day"})
    assert not closed.around_the_clock
    assert closed.working_between(at(2026, 10, 24), at(2026, 10, 27)) == 2 * DAY


def test_time_that_runs_backwards_counts_nothing() -> None:
    start = at(2026, 11, 23, 11)
    for calendar in (OFFICE, ALWAYS):
        assert calendar.working_between(start, start - DAY) == 0
        assert list(calendar.periods_between(start, start - DAY)) == []
        with pytest.raises(ValueError, match="backwards"):
            calendar.add_working(start, -1)


def test_days_name_the_holiday_that_closed_them_and_no_other() -> None:
    days = list(OFFICE.days_between(at(2026, 4, 24, 16), at(2026, 4, 28, 10)))
    assert [(day.day.day, day.holiday, day.length, day.whole) for day in days] == [
        (24, "", HOUR, False),
        (25, "", 0, True),
        (26, "", 0, True),
        (27, "Koningsdag", 0, True),
        (28, "", HOUR, False),
    ]


def test_opening_and_closing_moments() -> None:
    assert OFFICE.is_open(at(2026, 11, 23, 9))
    assert not OFFICE.is_open(at(2026, 11, 23, 17))
    assert not OFFICE.is_open(at(2026, 11, 23, 8, 59))
    assert OFFICE.local_date(at(2026, 11, 23, 0)) == date(2026, 11, 23)


def test_the_usual_day_is_the_most_common_one() -> None:
    assert OFFICE.usual_day == 7 * HOUR
    assert OFFICE.usual_week == 35 * HOUR
    late = Calendar("late", "Europe/Brussels", {0: ((0, 60),), 1: ((0, 120),), 2: ((0, 120),)})
    assert late.usual_day == 2 * HOUR


@pytest.mark.parametrize(
    ("periods", "sentence"),
    [
        ({}, "never open"),
        ({0: ()}, "never open"),
        ({0: ((540, 540),)}, "start before it ends"),
        ({0: ((540, 1441),)}, "start before it ends"),
        ({0: ((-1, 60),)}, "start before it ends"),
        ({0: ((540, 720), (700, 800))}, "overlap"),
        ({7: ((540, 720),)}, "weekday"),
    ],
)
def test_hours_that_cannot_be_are_refused(
    periods: Mapping[int, tuple[tuple[int, int], ...]], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        Calendar("broken", "Europe/Amsterdam", periods)


@pytest.mark.parametrize("zone", ["Europe/Amsterdm", "", "../etc/passwd", "Europe"])
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="is not a time zone"):
        Calendar("nowhere", zone, {0: ((540, 1020),)})


def test_a_sum_beyond_a_century_is_refused_and_does_not_hang() -> None:
    rare = Calendar("rare", "Europe/Amsterdam", {0: ((0, 1),)})
    with pytest.raises(ValueError, match="century"):
        rare.add_working(at(2026, 11, 23), 6000 * MINUTE)


def test_many_years_of_days_are_not_kept_for_ever() -> None:
    worked = sum(OFFICE.working_between(at(year, 1, 1), at(year + 1, 1, 1)) for year in range(2000, 2030))
    assert OFFICE.working_between(at(2000, 1, 1), at(2030, 1, 1)) == worked
