"""Opening hours in a reply's own words."""

from __future__ import annotations

import pytest

from domain.calendar import ALWAYS, Calendar
from domain.clock import DAY, HOUR
from domain.opening_hours import opening_hours, opens_again

MONDAY_NINE = 1_795_420_800_000
"""Monday 23 November 2026, 09:00 in Amsterdam."""


def calendar(periods: dict[int, tuple[tuple[int, int], ...]]) -> Calendar:
    return Calendar("test", "Europe/Amsterdam", periods)


WEEK = calendar({**dict.fromkeys(range(5), ((540, 1050),)), 5: ((600, 750), (780, 960))})


@pytest.mark.parametrize(
    ("when", "language", "words"),
    [
        (WEEK, "nl", "ma t/m vr 9.00-17.30, za 10.00-12.30 en 13.00-16.00 uur"),
        (WEEK, "nl-BE", "ma t/m vr 9.00-17.30, za 10.00-12.30 en 13.00-16.00 uur"),
        (WEEK, "en", "Mon to Fri 9:00-17:30, Sat 10:00-12:30 and 13:00-16:00"),
        (WEEK, "fr", "Mon to Fri 9:00-17:30, Sat 10:00-12:30 and 13:00-16:00"),
        (
            calendar({0: ((540, 600),), 1: ((540, 600),), 3: ((0, 1440),)}),
            "nl",
            "ma en di 9.00-10.00, do 0.00-24.00 uur",
        ),
        (ALWAYS, "nl", "dag en nacht"),
        (None, "en", "day and night"),
    ],
)
def test_the_usual_week(when: Calendar | None, language: str, words: str) -> None:
    assert opening_hours(when, language) == words


@pytest.mark.parametrize(
    ("after", "language", "words"),
    [
        (0, "nl", ""),
        (-HOUR, "nl", "vandaag om 9.00 uur"),
        (9 * HOUR, "nl", "morgen om 9.00 uur"),
        (9 * HOUR, "en", "tomorrow at 9:00"),
        (5 * DAY + 8 * HOUR, "nl", "maandag om 9.00 uur"),
    ],
)
def test_when_it_opens_again(after: int, language: str, words: str) -> None:
    assert opens_again(WEEK, MONDAY_NINE + after, language) == words


def test_far_away() -> None:
    """A desk that is open one hour a week, or never again."""
    weekly = calendar({0: ((540, 600),)})
    assert opens_again(weekly, MONDAY_NINE + HOUR, "nl") == "maandag 30-11 om 9.00 uur"
    assert opens_again(weekly, MONDAY_NINE + HOUR, "en") == "Monday 30/11 at 9:00"
    assert opens_again(None, 0, "nl") == opens_again(ALWAYS, 0, "nl") == ""
