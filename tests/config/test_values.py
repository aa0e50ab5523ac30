"""Durations, opening hours, days, and yes or no, as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.values import Duration, day, duration, minute_of_day, period, whole_number, yes_or_no
from domain.clock import DAY, HOUR, MINUTE, SECOND


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("90 s", Duration(90 * SECOND)),
        ("1h 30m", Duration(90 * MINUTE)),
        ("1h30m", Duration(90 * MINUTE)),
        ("2 days", Duration(0, 2)),
        ("1 day 4 hours", Duration(4 * HOUR, 1)),
        ("4 business hours", Duration(4 * HOUR, 0, business=True)),
        ("4  Business   Hours", Duration(4 * HOUR, 0, business=True)),
        ("2 business days", Duration(0, 2, business=True)),
        ("4 werkuren", Duration(4 * HOUR, 0, business=True)),
        ("1 uur 15 minuten", Duration(75 * MINUTE)),
    ],
)
def test_durations(written: str, meant: Duration) -> None:
    assert duration(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "",
        "4",
        "h",
        "4 fortnights",
        "1h30",
        "-1 h",
        "1,5 uur",
        "0 s",
        "400 days",
        "1 hour 2 business hours",
        "4 h\x00",
    ],
)
def test_what_is_no_duration(written: str) -> None:
    with pytest.raises(ValueError, match="write a duration"):
        duration(written)


@given(st.integers(0, 300), st.integers(0, 23), st.integers(1, 59))
def test_durations_add_up(days: int, hours: int, minutes: int) -> None:
    assert duration(f"{days}d {hours}h {minutes}m").length == days * DAY + hours * HOUR + minutes * MINUTE


@given(st.integers(0, 23), st.integers(0, 59))
def test_times_of_day(hour: int, minute: int) -> None:
    assert minute_of_day(f"{hour:02}:{minute:02}") == hour * 60 + minute


def test_the_end_of_the_day() -> None:
    assert period("22:00-24:00") == (1320, 1440)
    assert period("09:00 – 17:30") == (540, 1050)


@pytest.mark.parametrize("written", ["9", "25:00", "24:01", "12:60", "09:00-", "09:00", "9.00-17.00", "a-b"])
def test_what_are_no_opening_hours(written: str) -> None:
    with pytest.raises(ValueError, match="write"):
        period(written)


def test_days() -> None:
    assert day("2026-12-24") == date(2026, 12, 24)
    for wrong in ("2026-02-30", "24-12-2026", "2026-1-1", "tomorrow"):
        with pytest.raises(ValueError, match="write a date"):
            day(wrong)


def test_yes_and_no() -> None:
    assert [yes_or_no(word) for word in ("yes", "TRUE", "on", "ja")] == [True] * 4
    assert [yes_or_no(word) for word in ("no", "False", "off", "nee")] == [False] * 4
    with pytest.raises(ValueError, match="'yes' or 'no'"):
        yes_or_no("maybe")


def test_whole_numbers_stay_in_their_bounds() -> None:
    assert whole_number("60", least=0, most=60) == 60
    for wrong in ("61", "-1", "1.5", "", "ten", "٣", "9" * 5000):
        with pytest.raises(ValueError, match="from 0 to 60"):
            whole_number(wrong, least=0, most=60)
