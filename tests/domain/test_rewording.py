"""A wording goes where it belongs and nothing else is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rewording import reword


@pytest.mark.parametrize(
    ("text", "words", "wording", "after"),
    [
        ("Hoi Piet, bel ons even. Dank!", "bel ons", "Ik bel je zelf.", "Hoi Piet, Ik bel je zelf. Dank!"),
        ("Eerst dit. Bel ons op 020 vandaag! Dan dat.", "Bel ons", "Ik bel.", "Eerst dit. Ik bel. Dan dat."),
        ("Wat vervelend", "vervelend", "balen", "Wat balen"),
        ("Een\nBel ons\nDrie", "Bel ons", "Ik bel.", "Een\nIk bel.\nDrie"),
        ("Goed. Het staat op de site.", "Het staat", "Goede vraag: ", "Goed. Goede vraag:  op de site."),
    ],
)
def test_a_wording_takes_the_place_of_the_words(text: str, words: str, wording: str, after: str) -> None:
    """A sentence for the sentence, a word for the word; the greeting stays."""
    start = text.index(words)
    assert reword(text, start, start + len(words), wording).of(text) == after


def test_what_is_missing_comes_beside_the_text() -> None:
    """At the end, or behind the greeting."""
    text = "Hoi Piet! We kijken ernaar."
    assert reword(text, 0, 0, "Vandaag.").of(text) == "Hoi Piet! We kijken ernaar. Vandaag."
    assert reword(text, 0, 0, "Balen.", first=True).of(text) == "Hoi Piet! Balen. We kijken ernaar."
    assert reword("", 0, 0, "Balen.", first=True).of("") == "Balen."


@given(st.text(alphabet="ab .!?\n,Hoi", max_size=60), st.data())
def test_only_a_stretch_around_the_words_changes(text: str, data: st.DataObject) -> None:
    """What stands before and behind the sentence is kept, and the words themselves go."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    change = reword(text, start, end, data.draw(st.sampled_from(["x", "X."])))
    assert 0 <= change.start <= change.end <= len(text)
    if start < end:
        assert change.start <= start
        assert change.end >= end
