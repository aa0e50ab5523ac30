"""Likeness of short texts: folded words, pieces that forgive, and figures that stay within bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.likeness import MOST_WORDS, Asked, overlap, pieces, rarity, words

EVEN = 1.0


def asked(text: str) -> Asked:
    """A question whose words all weigh the same."""
    return Asked.of(words(text), dict.fromkeys(words(text), EVEN))


def test_words_say_what_and_not_who() -> None:
    """Handles, links and numbers go; accents and capitals do not count; each word once."""
    text = "@waterkant Café CAFÉ is dicht? https://x.nl/4?id=3 order 4471902 {{?name}} a"
    assert words(text) == ("cafe", "is", "dicht", "order")


def test_a_slip_of_the_keyboard_is_still_like_it() -> None:
    """Where no word fits, its pieces do; another word has neither."""
    slip = asked("terugbetaling").compare(words("terugbetalng"))
    assert slip.words == 0
    assert slip.pieces > 0.5
    assert asked("terugbetaling").compare(words("openingstijden")).pieces == 0


def test_rare_words_decide() -> None:
    """Sharing the rare half of a question is more than sharing the common half."""
    question = Asked.of(("factuur", "mijn"), {"factuur": rarity(3, 1_000), "mijn": rarity(600, 1_000)})
    assert question.compare(("factuur",)).words > 2 * question.compare(("mijn",)).words > 0


@pytest.mark.parametrize(("hits", "total"), [(0, 0), (5, 0), (0, 10), (10, 10), (99, 10)])
def test_rarity_is_never_nothing(hits: int, total: int) -> None:
    """Also for counts that cannot be: they are estimates."""
    assert rarity(hits, total) > 0


@given(st.text(max_size=300), st.text(max_size=300))
def test_figures_stay_between_none_and_all(one: str, other: str) -> None:
    """Whatever was written; a text is at least as like itself as anything is like it."""
    likeness, itself = asked(one).compare(words(other)), asked(one).compare(words(one))
    assert 0 <= likeness.words <= itself.words + 1e-9 <= 1 + 2e-9
    assert 0 <= likeness.pieces <= itself.pieces + 1e-9
    assert 0 <= overlap(frozenset(words(one)), frozenset(words(other))) <= 1
    assert len(words(one)) <= MOST_WORDS


@given(st.text(alphabet="abcdé", min_size=1, max_size=12))
def test_every_word_has_pieces(word: str) -> None:
    """Also the shortest."""
    assert pieces(word)
