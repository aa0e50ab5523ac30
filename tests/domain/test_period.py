"""Periods as they are typed."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import NotAllowed
from domain.period import Period, month, period

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOW = 1_795_420_800_000
"""23 November 2026."""


def test_days_and_months_are_understood() -> None:
    assert period(None, None, NOW, AMSTERDAM) == Period(date(2026, 11, 1), date(2026, 11, 23))
    assert period("2026-10", "2026-10", NOW, AMSTERDAM) == Period(date(2026, 10, 1), date(2026, 10, 31))
    assert period("2026-10-05", None, NOW, AMSTERDAM) == Period(date(2026, 10, 5), date(2026, 11, 23))


@pytest.mark.parametrize("text", ["gisteren", "2026-13", "2026-02-30", "11-2026", "", "99999-01", "0000-01"])
def test_what_is_no_day_is_said(text: str) -> None:
    with pytest.raises(NotAllowed, match="write it as 2026-11-03"):
        period(text, None, NOW, AMSTERDAM)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(NotAllowed, match="ends before it begins"):
        period("2026-11-05", "2026-11-04", NOW, AMSTERDAM)


def test_bounds_are_midnights_of_the_desk() -> None:
    since, until = month(date(2026, 10, 9)).bounds(AMSTERDAM)
    assert (since, until) == (1_790_805_600_000, 1_793_487_600_000)
    assert (until - since) % 86_400_000 == 3_600_000  # the clock goes back in October


@given(st.dates(date(1980, 1, 1), date(2100, 1, 1)), st.integers(0, 100))
def test_months_follow_each_other(day: date, back: int) -> None:
    this, before = month(day, back), month(day, back + 1)
    assert (this.first - before.last).days == 1
    assert this.is_month
    assert before.is_month
