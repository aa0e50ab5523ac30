"""Phrases over words: what a pattern matches, what it refuses, and that the book finds what it should."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.coach.book import PhraseBook
from domain.coach.phrases import Item, Parser, PatternError
from domain.coach.reading import read

Ways = tuple[tuple[Item, ...], ...]


def parser() -> Parser:
    classes: dict[str, Ways] = {}
    made = Parser(classes)
    classes["desk"] = made.ways("klantenservice|helpdesk|contact centre")
    return made


def found(pattern: str, text: str) -> list[str]:
    """The stretches of a text that a pattern matches."""
    book = PhraseBook([("x", parser().phrase(pattern))])
    return [
        text[sentence.words[first].start : sentence.words[last - 1].end]
        for _name, sentence, first, last in book.find(read(text))
    ]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("bel ons", "Bel ons maar.", ["Bel ons"]),
        ("bel ons", "Bel. Ons maar.", []),
        ("bel ~ ons", "Bel morgen of overmorgen even ons.", ["Bel morgen of overmorgen even ons"]),
        ("bel ~2 ons", "Bel morgen of overmorgen even ons.", []),
        ("bel onze <desk>", "bel onze helpdesk", ["bel onze helpdesk"]),
        ("call our <desk>", "Call our contact centre", ["Call our contact centre"]),
        ("(bel|mail) ons", "mail ons, bel ons", ["mail ons", "bel ons"]),
        ("bel|mail ons", "bel", ["bel"]),
        ("bel even? ons", "bel ons. Bel even ons.", ["bel ons", "Bel even ons"]),
        ("werk*", "We werkten aan werk.", ["werkten", "werk"]),
        ("*ploeg", "De schoonmaakploeg komt.", ["schoonmaakploeg"]),
        ("^ dank", "Dank je. Ik dank je.", ["Dank"]),
        ("dank $", "Ik dank je. Veel dank!", ["dank"]),
        ("bel !niet ons", "bel ons, bel niet ons", ["bel ons"]),
        ("om #clock", "om 17:00 of om 9 uur", ["om 17:00", "om 9 uur"]),
        ("e-mail", "Stuur een E-mail", ["E-mail"]),
        ("een", "Eén keer", ["Eén"]),
    ],
)
def test_a_pattern_matches_what_it_says(pattern: str, text: str, expected: list[str]) -> None:
    assert found(pattern, text) == expected


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(bel", "never closed"),
        ("bel)", "closes nothing"),
        ("~", "at least one word"),
        ("bel?", "at least one word"),
        ("?", "behind nothing"),
        ("a*b", "stands for the beginning or the rest"),
        ("a*", "two letters"),
        ("<nobody>", "no word class is called 'nobody'"),
        ("#colour", "'#' knows"),
        ("bel !", "needs a word"),
        ("bel !<desk>", "needs single words"),
        ("a " * 2_000, "2000 characters"),
    ],
)
def test_a_wrong_pattern_is_half_a_sentence(pattern: str, said: str) -> None:
    with pytest.raises(PatternError) as caught:
        parser().phrase(pattern)
    assert said in str(caught.value)


@given(st.text(alphabet="ab <>()|?~^$!#*1desk ", max_size=40), st.text(alphabet="ab desk.,?!1 ", max_size=60))
def test_nothing_that_a_team_writes_breaks_it(pattern: str, text: str) -> None:
    """A pattern is refused, or what the book finds is what the phrase alone finds."""
    try:
        phrase = parser().phrase(pattern)
    except PatternError:
        return
    reading = read(text)
    alone = {(s.index, *span) for s in reading.sentences for span in phrase.spans(s)}
    together = {(s.index, first, last) for _n, s, first, last in PhraseBook([("x", phrase)]).find(reading)}
    assert {each[:2] for each in together} == {each[:2] for each in alone}
