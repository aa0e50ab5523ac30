"""Holidays of the Netherlands and Belgium, with a team's own choice."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from config.holiday_lists import HolidayChoice, HolidayList, LiberationDay, holidays_for


def test_dutch_holidays_by_their_dutch_names() -> None:
    found = holidays_for("NL", [2026], "nl")
    assert found[date(2026, 4, 27)] == "Koningsdag"
    assert found[date(2026, 5, 14)] == "Hemelvaartsdag"
    assert len(found) == 9


def test_king_s_day_moves_off_a_sunday() -> None:
    found = holidays_for("NL", [2025])
    assert found[date(2025, 4, 26)] == "Koningsdag"
    assert date(2025, 4, 27) not in found


def test_belgian_holidays_by_their_dutch_french_and_english_names() -> None:
    named = {
        language: holidays_for("BE", [2026], language)[date(2026, 7, 21)] for language in ("nl", "fr", "en")
    }
    assert named == {"nl": "Nationale feestdag", "fr": "Fête nationale", "en": "National Day"}
    assert len(holidays_for("BE", [2026], "nl")) == 12


@pytest.mark.parametrize(
    ("liberation_day", "years"), [("never", []), ("lustrum", [2025]), ("yearly", [2024, 2025, 2026])]
)
def test_liberation_day_is_a_choice(liberation_day: LiberationDay, years: list[int]) -> None:
    found = holidays_for("NL", range(2024, 2027), liberation_day=liberation_day)
    assert [day.year for day in sorted(found) if (day.month, day.day) == (5, 5)] == years


def test_good_friday_is_a_choice() -> None:
    assert date(2026, 4, 3) not in holidays_for("NL", [2026])
    assert holidays_for("NL", [2026], good_friday=True)[date(2026, 4, 3)] == "Goede vrijdag"


def test_a_team_adds_and_takes_out_days() -> None:
    choice = HolidayChoice(
        "NL",
        added={date(2026, 6, 1): "Uitje", date(2026, 4, 27): "Koningsdag, dicht"},
        removed=frozenset({date(2026, 5, 25), date(2026, 5, 26)}),
    )
    found = HolidayList(choice, [2026])
    assert found[date(2026, 6, 1)] == "Uitje"
    assert found[date(2026, 4, 27)] == "Koningsdag, dicht"
    assert date(2026, 5, 25) not in found
    assert found.get(date(2026, 5, 26), "") == ""
    assert len(found) == 9
    assert list(found) == sorted(found)


def test_a_date_of_any_year_can_be_looked_up() -> None:
    assert HolidayList(HolidayChoice("BE"), [2026])[date(2031, 12, 25)] == "Kerstmis"


def test_without_a_country_only_the_added_days_are_off() -> None:
    found = HolidayList(HolidayChoice(None, added={date(2026, 6, 1): "Uitje"}), [2026])
    assert dict(found) == {date(2026, 6, 1): "Uitje"}


@pytest.mark.parametrize(("country", "language"), [("DE", "nl"), ("NL", "fr"), ("BE", "xx")])
def test_an_unknown_list_is_refused(country: str, language: str) -> None:
    with pytest.raises(ValueError, match="write one of"):
        holidays_for(country, [2026], language)  # type: ignore[arg-type]


def test_the_library_is_not_imported_before_a_date_is_looked_up() -> None:
    script = (
        "import sys; from config.holiday_lists import HolidayChoice, HolidayList;"
        "HolidayList(HolidayChoice('NL'), range(2020, 2040)); assert 'holidays' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
