"""Moments in free text: the ways people say them, and everything that is none."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.calendar import ALWAYS, Calendar
from domain.clock import DAY, HOUR, MINUTE, SECOND, Millis
from domain.snooze import LONGEST_TEXT, UNTIL_REPLY, Edge, NotAMoment, parse_when, presets
from tests.domain.calendars import TEN_YEARS, ZONES, at

ZONE = "Europe/Amsterdam"
OFFICE = Calendar(
    "office", ZONE, dict.fromkeys(range(5), ((540, 1020),)), {date(2026, 11, 30): "bridging day"}
)
NOW = at(2026, 11, 26, 10, 20)
"""A Thursday."""


def said(text: str, now: Millis = NOW, edge: Edge = "start", calendar: Calendar = OFFICE) -> str:
    """The moment as a wall time, in short."""
    when = parse_when(text, now, ZONE, calendar, edge=edge)
    if when.at is None:
        return "until they reply"
    local = datetime.fromtimestamp(when.at / SECOND, OFFICE.zone)
    return f"{local:%a %d %b %y %H:%M}"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("morgen 9u", "Fri 27 Nov 26 09:00"),
        ("morgen vrijdag 9u", "Fri 27 Nov 26 09:00"),
        ("morgen om 9 uur", "Fri 27 Nov 26 09:00"),
        ("Morgen, 9.30 uur!", "Fri 27 Nov 26 09:30"),
        ("tomorrow 9am", "Fri 27 Nov 26 09:00"),
        ("tomorrow at 4:15 p.m.", "Fri 27 Nov 26 16:15"),
        ("tomorrow morning", "Fri 27 Nov 26 09:00"),
        ("morgenochtend", "Fri 27 Nov 26 09:00"),
        ("morgen 's middags", "Fri 27 Nov 26 14:00"),
        ("overmorgen", "Sat 28 Nov 26 09:00"),
        ("day after tomorrow 10", "Sat 28 Nov 26 10:00"),
        ("vandaag", "Thu 26 Nov 26 17:00"),
        ("vandaag 16u", "Thu 26 Nov 26 16:00"),
        ("vanmiddag", "Thu 26 Nov 26 14:00"),
        ("this afternoon", "Thu 26 Nov 26 14:00"),
        ("deze namiddag", "Thu 26 Nov 26 14:00"),
        ("vanavond", "Thu 26 Nov 26 19:00"),
        ("tonight", "Thu 26 Nov 26 19:00"),
        ("vanavond 8 uur", "Thu 26 Nov 26 20:00"),
        ("vannacht", "Thu 26 Nov 26 22:00"),
        ("noon", "Thu 26 Nov 26 12:00"),
        ("midnight", "Fri 27 Nov 26 00:00"),
        ("morgen 12 uur 's nachts", "Sat 28 Nov 26 00:00"),
    ],
)
def test_today_and_the_days_after(text: str, moment: str) -> None:
    assert said(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("vrijdag", "Fri 27 Nov 26 09:00"),
        ("op vrijdag om 10u", "Fri 27 Nov 26 10:00"),
        ("vrijdagmiddag 2 uur", "Fri 27 Nov 26 14:00"),
        ("maandag 14:30", "Mon 30 Nov 26 14:30"),
        ("monday", "Mon 30 Nov 26 09:00"),
        ("donderdag", "Thu 03 Dec 26 09:00"),
        ("donderdag 9u", "Thu 03 Dec 26 09:00"),
        ("thursday 11am", "Thu 26 Nov 26 11:00"),
        ("volgende vrijdag", "Fri 04 Dec 26 09:00"),
        ("next friday", "Fri 04 Dec 26 09:00"),
        ("komende vrijdag", "Fri 27 Nov 26 09:00"),
        ("volgende week", "Tue 01 Dec 26 09:00"),
        ("volgende week maandag", "Mon 30 Nov 26 09:00"),
        ("dinsdag volgende week 15u", "Tue 01 Dec 26 15:00"),
        ("next week thursday", "Thu 03 Dec 26 09:00"),
        ("deze week vrijdag", "Fri 27 Nov 26 09:00"),
        ("na het weekend", "Tue 01 Dec 26 09:00"),
        ("after the weekend", "Tue 01 Dec 26 09:00"),
        ("in het weekend", "Sat 28 Nov 26 09:00"),
        ("volgende maand", "Tue 01 Dec 26 09:00"),
        ("eind van de dag", "Thu 26 Nov 26 17:00"),
        ("morgen einde dag", "Fri 27 Nov 26 17:00"),
        ("eod", "Thu 26 Nov 26 17:00"),
        ("eind van de week", "Fri 27 Nov 26 17:00"),
        ("end of next week", "Fri 04 Dec 26 17:00"),
        ("end of the month", "Mon 30 Nov 26 17:00"),
    ],
)
def test_weekdays_weeks_and_months(text: str, moment: str) -> None:
    assert said(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("over 2 uur", "Thu 26 Nov 26 12:20"),
        ("over twee uur", "Thu 26 Nov 26 12:20"),
        ("in 2 hours", "Thu 26 Nov 26 12:20"),
        ("in 2 hours and 15 minutes", "Thu 26 Nov 26 12:35"),
        ("over 1u30", "Thu 26 Nov 26 11:50"),
        ("1,5 uren", "Thu 26 Nov 26 11:50"),
        ("over anderhalf uur", "Thu 26 Nov 26 11:50"),
        ("in an hour and a half", "Thu 26 Nov 26 11:50"),
        ("over een half uur", "Thu 26 Nov 26 10:50"),
        ("half an hour", "Thu 26 Nov 26 10:50"),
        ("een kwartier", "Thu 26 Nov 26 10:35"),
        ("over drie kwartier", "Thu 26 Nov 26 11:05"),
        ("90 min", "Thu 26 Nov 26 11:50"),
        ("30m", "Thu 26 Nov 26 10:50"),
        ("vandaag over 2 uur", "Thu 26 Nov 26 12:20"),
        ("in 3 days", "Sun 29 Nov 26 10:20"),
        ("over 3 dagen om 9u", "Sun 29 Nov 26 09:00"),
        ("3d", "Sun 29 Nov 26 10:20"),
        ("over een paar dagen", "Sun 29 Nov 26 10:20"),
        ("a couple of days", "Sat 28 Nov 26 10:20"),
        ("over anderhalve dag", "Fri 27 Nov 26 22:20"),
        ("over 1,5 dag", "Fri 27 Nov 26 22:20"),
        ("over een week", "Thu 03 Dec 26 10:20"),
        ("in a week", "Thu 03 Dec 26 10:20"),
        ("2w", "Thu 10 Dec 26 10:20"),
        ("over een maand", "Sat 26 Dec 26 10:20"),
        ("over 2 werkdagen", "Tue 01 Dec 26 10:20"),
        ("within 2 working days 9:00", "Tue 01 Dec 26 09:00"),
    ],
)
def test_so_much_later(text: str, moment: str) -> None:
    assert said(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1 dec", "Tue 01 Dec 26 09:00"),
        ("1 december 2026 om 14u30", "Tue 01 Dec 26 14:30"),
        ("dec 1 9am", "Tue 01 Dec 26 09:00"),
        ("the 1st of december", "Tue 01 Dec 26 09:00"),
        ("dinsdag 1 december", "Tue 01 Dec 26 09:00"),
        ("24/12 10u", "Thu 24 Dec 26 10:00"),
        ("24-12-2026", "Thu 24 Dec 26 09:00"),
        ("24.12.26", "Thu 24 Dec 26 09:00"),
        ("2026-12-24 14:30", "Thu 24 Dec 26 14:30"),
        ("2026-12-24T14:30", "Thu 24 Dec 26 14:30"),
        ("de 24e", "Thu 24 Dec 26 09:00"),
        ("the 30th", "Mon 30 Nov 26 09:00"),
        ("de 20e om 8u", "Sun 20 Dec 26 08:00"),
        ("25 nov", "Thu 25 Nov 27 09:00"),
        ("26 nov 10u", "Fri 26 Nov 27 10:00"),
        ("29 feb", "Tue 29 Feb 28 09:00"),
    ],
)
def test_dates(text: str, moment: str) -> None:
    assert said(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("half tien", "Fri 27 Nov 26 09:30"),
        ("half past nine", "Fri 27 Nov 26 09:30"),
        ("kwart over negen", "Fri 27 Nov 26 09:15"),
        ("quarter to 12", "Thu 26 Nov 26 11:45"),
        ("vijf voor half twaalf", "Thu 26 Nov 26 11:25"),
        ("9", "Fri 27 Nov 26 09:00"),
        ("11:15", "Thu 26 Nov 26 11:15"),
        ("2 uur", "Thu 26 Nov 26 14:00"),
        ("om 3", "Thu 26 Nov 26 15:00"),
        ("03:00", "Fri 27 Nov 26 03:00"),
        ("5 uur 's morgens", "Fri 27 Nov 26 05:00"),
        ("voor 2 uur", "Thu 26 Nov 26 14:00"),
        ("na 14:00", "Thu 26 Nov 26 14:00"),
        ("12:15 am", "Fri 27 Nov 26 00:15"),
    ],
)
def test_a_time_alone_is_its_next_occurrence(text: str, moment: str) -> None:
    assert said(text) == moment


def test_a_desk_that_works_at_night_means_the_night() -> None:
    assert said("om 3 uur", calendar=ALWAYS) == "Fri 27 Nov 26 03:00"


@pytest.mark.parametrize(
    "text",
    [
        "until they reply",
        "Tot reactie",
        "tot ze reageren",
        "tot antwoord",
        "until the next reply",
        "on response",
        "bij antwoord",
    ],
)
def test_until_they_reply_is_no_moment_of_ours(text: str) -> None:
    when = parse_when(text, NOW, ZONE, OFFICE)
    assert when == UNTIL_REPLY
    assert when.until_reply


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("uiterlijk dinsdag", "Tue 01 Dec 26 17:00"),
        ("by friday", "Fri 27 Nov 26 17:00"),
        ("volgende week", "Fri 04 Dec 26 17:00"),
        ("volgende week dinsdag", "Tue 01 Dec 26 17:00"),
        ("vandaag", "Thu 26 Nov 26 17:00"),
        ("dinsdag 12:00", "Tue 01 Dec 26 12:00"),
        ("donderdag", "Thu 26 Nov 26 17:00"),
        ("vanmiddag", "Thu 26 Nov 26 17:00"),
        ("morgenochtend", "Fri 27 Nov 26 12:00"),
        ("tonight", "Thu 26 Nov 26 22:00"),
        ("binnen 2 werkdagen", "Tue 01 Dec 26 17:00"),
        ("over een week", "Thu 03 Dec 26 17:00"),
        ("binnen 2 uur", "Thu 26 Nov 26 12:20"),
    ],
)
def test_a_promise_means_the_end_of_a_day(text: str, moment: str) -> None:
    assert said(text, edge="end") == moment


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "No moment is named"),
        ("  ", "No moment is named"),
        ("om", "No moment is named"),
        ("blabla", "“blabla” is not understood"),
        ("morgen misschien", "“misschien” is not understood"),
        ("vandaag 8u", "has passed already"),
        ("gisteren", "not understood"),
        ("26-11-2026 10:00", "has passed already"),
        ("over 0 dagen", "has passed already"),
        ("31 feb", "not a moment that exists"),
        ("32/12", "not a moment that exists"),
        ("12/24", "not a moment that exists"),
        ("25:00", "not a moment that exists"),
        ("9:75", "not a moment that exists"),
        ("13 pm", "not a moment that exists"),
        ("vrijdag 1 december", "not a moment that exists"),
        ("morgen zaterdag", "not a moment that exists"),
        ("over 2 uur om 9u", "not a moment that exists"),
        ("morgen over 2 uur", "not a moment that exists"),
        ("over 1,5 maand", "not a moment that exists"),
        ("over 9999 maanden", "years away"),
        ("24-12-0000", "not a moment that exists"),
        ("31-12-9999", "years away"),
        ("over 99999 dagen", "not understood"),
        ("morgen " * 20, "too long"),
    ],
)
def test_what_is_no_moment_says_why(text: str, sentence: str) -> None:
    with pytest.raises(NotAMoment, match=sentence):
        parse_when(text, NOW, ZONE, OFFICE)


def test_the_sentence_shows_no_control_characters() -> None:
    with pytest.raises(NotAMoment) as caught:
        parse_when("\x1b[31mmorgen\u202e", NOW, ZONE, OFFICE)
    assert str(caught.value).isprintable()


def test_a_time_that_the_clock_skips_is_the_moment_of_skipping() -> None:
    assert said("29 maart 02:30", at(2026, 3, 28, 12)) == "Sun 29 Mar 26 03:00"


def test_a_leap_day_rolls_to_the_next_leap_day() -> None:
    assert said("29 feb 9u", at(2028, 2, 29, 10)) == "Sun 29 Feb 32 09:00"


def test_whether_a_time_was_said() -> None:
    assert parse_when("morgen 9u", NOW, ZONE, OFFICE).time_given
    assert parse_when("over 2 uur", NOW, ZONE, OFFICE).time_given
    assert not parse_when("morgen", NOW, ZONE, OFFICE).time_given


def test_presets_are_in_the_future_and_leave_out_an_afternoon_that_is_over() -> None:
    early = presets(NOW, ZONE, OFFICE)
    assert [preset.id for preset in early] == ["afternoon", "tomorrow", "week", "reply"]
    assert all(preset.when.at is None or preset.when.at > NOW for preset in early)
    late = presets(at(2026, 11, 26, 16), ZONE, OFFICE)
    assert [preset.id for preset in late] == ["tomorrow", "week", "reply"]


_WORDS = tuple(
    word
    for words in (
        "morgen overmorgen vandaag vrijdag monday next volgende week maand dag over in na het weekend",
        "eind van de om at 9u 14:30 9am half kwart voor 2 3 24 uur days hours werkdagen 1 dec",
        "until they reply 24/12 31 feb 29 2026 tien ochtend 's avonds tonight",
        "midnight noon 12 0 60 een paar anderhalf 10.30 2026-12-24",
    )
    for word in words.split()
)
_EDGES: tuple[Edge, ...] = ("start", "end")
_texts = st.one_of(
    st.text(max_size=LONGEST_TEXT + 5),
    st.text(alphabet="0123456789:/-.,hu apmdw'", max_size=16),
    st.lists(st.sampled_from(_WORDS), max_size=7).map(" ".join),
)
_CALENDARS = (OFFICE, ALWAYS, Calendar("rare", "Australia/Lord_Howe", {6: ((100, 140),)}))


@settings(max_examples=600, deadline=None)
@given(
    _texts,
    st.integers(*TEN_YEARS),
    st.sampled_from(ZONES),
    st.sampled_from(_CALENDARS),
    st.sampled_from(_EDGES),
)
@example("29 feb", at(2096, 2, 29, 12), ZONE, OFFICE, "end")
@example("٣ uur", NOW, ZONE, OFFICE, "start")
def test_any_text_is_a_future_moment_or_a_sentence(
    text: str, now: Millis, zone: str, calendar: Calendar, edge: Edge
) -> None:
    try:
        when = parse_when(text, now, zone, calendar, edge=edge)
    except NotAMoment:
        return
    assert when.until_reply or (when.at is not None and now < when.at < now + 14 * 366 * DAY)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 999), st.integers(*TEN_YEARS), st.sampled_from(ZONES))
def test_hours_and_minutes_are_exact_in_both_languages(count: int, now: Millis, zone: str) -> None:
    for text, unit in (
        ("over {} uur", HOUR),
        ("in {} hours", HOUR),
        ("over {} minuten", MINUTE),
        ("{} min", MINUTE),
    ):
        assert parse_when(text.format(count), now, zone, OFFICE).at == now + count * unit
