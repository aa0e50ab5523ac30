"""Promises in outgoing text: what is one, by when it is due, and where it stands.

`promise_sentences.tsv` holds written sentences. Those of part `tuned` were looked at while the patterns were
made. Those of `held` are the other half of the same writing and were only ever counted. Those of `apart` were
written when the patterns stood, to be unlike the others: long, in passing, in other words. Real replies lie
between the two. No figure of the latter two may be raised by mending one of their sentences.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.calendar import Calendar
from domain.clock import SECOND, Millis
from domain.promise import Found, find_promises
from domain.promise_words import ways
from tests.domain.calendars import at

ZONE = "Europe/Amsterdam"
OFFICE = Calendar("office", ZONE, dict.fromkeys(range(5), ((540, 1020),)))
NOW = at(2026, 11, 26, 10, 20)
"""A Thursday."""

SENTENCES = [
    line.split("\t")
    for line in (Path(__file__).parent / "promise_sentences.tsv").read_text("utf-8").splitlines()[1:]
]


def found(text: str, now: Millis = NOW, calendar: Calendar = OFFICE) -> tuple[Found, ...]:
    return find_promises(text.replace("⏎", "\n"), now, ZONE, calendar)


def due(promise: Found) -> str:
    """The moment as a wall time; `?` for none."""
    if promise.due is None:
        return "?"
    return f"{datetime.fromtimestamp(promise.due / SECOND, OFFICE.zone):%a %d %b %H:%M}"


@pytest.mark.parametrize(
    ("part", "precision", "recall", "moments"),
    [("tuned", 0.98, 0.98, 0.98), ("held", 0.95, 0.93, 0.95), ("apart", 0.8, 0.4, 0.9)],
)
def test_written_sentences(part: str, precision: float, recall: float, moments: float) -> None:
    """At least so much of what is found is promised, of what is promised is found, at the right moment."""
    of_part = [(expected, found(text)) for one, _lang, expected, text in SENTENCES if one == part]
    told = [(expected, [due(one) for one in got]) for expected, got in of_part if got]
    right = [(expected, got) for expected, got in told if expected != "-"]
    promised = sum(expected != "-" for expected, _got in of_part)
    assert len(of_part) >= 40
    assert 0.4 < promised / len(of_part) < 0.6
    assert len(right) / len(told) >= precision
    assert len(right) / promised >= recall
    assert sum(expected in got for expected, got in right) / len(right) >= moments


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("We bellen je voor vrijdag.", "Thu 26 Nov 17:00"),
        ("We bellen je voor maandag.", "Fri 27 Nov 17:00"),
        ("We bellen je voor het weekend.", "Fri 27 Nov 17:00"),
        ("We bellen je vrijdag voor 12 uur.", "Fri 27 Nov 12:00"),
        ("We bellen je voor zes.", "Thu 26 Nov 18:00"),
        ("We bellen je om half drie.", "Thu 26 Nov 14:30"),
        ("We bellen je in de loop van morgen.", "Fri 27 Nov 17:00"),
        ("We bellen je halverwege volgende week.", "Wed 02 Dec 17:00"),
        ("Je krijgt binnen 3 tot 5 werkdagen bericht.", "Thu 03 Dec 17:00"),
        ("Je hoort het binnen enkele dagen van ons.", "Sun 29 Nov 17:00"),
        ("We'll call you between 2 and 4 pm tomorrow.", "Fri 27 Nov 16:00"),
        ("We'll call you in a couple of hours.", "Thu 26 Nov 12:20"),
        ("I'll ring you tonight before 8.", "Thu 26 Nov 20:00"),
    ],
)
def test_by_when(text: str, moment: str) -> None:
    assert [due(one) for one in found(text)] == [moment]


def test_working_days_are_the_calendars() -> None:
    closed = Calendar("office", ZONE, OFFICE.periods, {date(2026, 11, 27): "bridging day"})
    text = "Binnen twee werkdagen heb je antwoord."
    assert [due(one) for one in found(text)] == ["Mon 30 Nov 17:00"]
    assert [due(one) for one in found(text, calendar=closed)] == ["Tue 01 Dec 17:00"]
    assert [due(one) for one in found("We bellen je voor maandag.", calendar=closed)] == ["Thu 26 Nov 17:00"]


@pytest.mark.parametrize(
    ("text", "what", "certainty"),
    [
        ("We bellen je morgen.", "call", "plain"),
        ("Hopelijk is het morgen opgelost.", "done", "hedged"),
        ("Ik zoek het uit.", "find_out", "vague"),
        ("Ik geef het door.", "pass_on", "vague"),
        ("Morgen komt de monteur langs.", "visit", "plain"),
        ("I'll let you know tomorrow.", "report", "plain"),
        ("Your parcel should arrive tomorrow.", "done", "hedged"),
    ],
)
def test_what_is_promised_and_how_surely(text: str, what: str, certainty: str) -> None:
    assert [(one.what, one.certainty) for one in found(text)] == [(what, certainty)]


def test_the_words_are_where_they_stand_in_the_text() -> None:
    """Accents, emoji and joined characters before it move nothing."""
    text = "Één momentje 👩‍👩‍👧, café! U\u0308ber… Uiterlijk dinsdag staat het bedrag erop. 👍"
    (one,) = found(text)
    assert text[one.start : one.end] == "Uiterlijk dinsdag staat het bedrag erop."
    assert one.when is not None
    assert text[slice(*one.when)] == "dinsdag"


def test_a_vague_one_is_not_asked_about_beside_a_dated_one() -> None:
    assert [due(one) for one in found("Ik zoek het uit. Je hoort morgen van me.")] == ["Fri 27 Nov 17:00"]


def test_two_moments_are_two_promises() -> None:
    text = "Ik bel je vanmiddag, en maandag ligt de nieuwe bij je op de mat."
    assert [due(one) for one in found(text)] == ["Thu 26 Nov 17:00", "Mon 30 Nov 17:00"]


@pytest.mark.parametrize("quoted", ['"{}"', "“{}”", "„{}”", "«{}»", "> {}", "'{}'"])
def test_what_the_contact_wrote_is_not_our_promise(quoted: str) -> None:
    assert found(f"Je las:⏎{quoted.format('we bellen je morgen')}⏎Klopt dat?") == ()


def test_a_moment_that_has_passed_is_none() -> None:
    assert [due(one) for one in found("We bellen je 26-11-2026 om 9:00.")] == ["?"]


WORDS = st.sampled_from(
    [
        *(
            "ik",
            "we",
            "je",
            "u",
            "bel",
            "bellen",
            "laat",
            "weten",
            "kom",
            "terug",
            "op",
            "als",
            "zodra",
            "niet",
        ),
        *("morgen", "vrijdag", "voor", "tegen", "binnen", "2", "twee", "uur", "werkdagen", "uiterlijk", "om"),
        *("i'll", "you", "will", "call", "by", "friday", "5pm", "if", "en", "dan", "31/2", "99:99"),
        *(",", ".", "?", "!", "“", "”", '"', ">", "\n", "é", "👍", "ß", "İ", "ﬁ", "²", "½", "\u0301"),
    ]
)


@given(st.lists(WORDS, max_size=40).map(" ".join) | st.text(max_size=200))
@example("ik bel je binnen 999 maanden")
@example("voor voor voor vrijdag")
@example("İk bel je morgen")
def test_any_text_is_read_and_spans_lie_in_it(text: str) -> None:
    """Moments are still to come, and no text is too odd."""
    for one in find_promises(text, NOW, ZONE, OFFICE):
        assert 0 <= one.start < one.end <= len(text)
        assert one.due is None or one.due > NOW
        assert (one.due is None) == (one.certainty == "vague")
        if one.when is not None:
            assert one.start <= one.when[0] < one.when[1] <= one.end


@given(st.sampled_from([text for _part, _lang, expected, text in SENTENCES if expected not in {"-", "?"}]),
       st.sampled_from(["Hoi Jan, dank je wel. ", "Wat vervelend!\n", "Ach! 😕 "]))  # fmt: skip
def test_words_before_it_change_nothing(text: str, before: str) -> None:
    alone, behind = found(text), found(before + text)
    assert [due(one) for one in behind] == [due(one) for one in alone]


def test_there_are_ways_in_both_languages() -> None:
    assert len({way.what for way in ways()}) == 7
