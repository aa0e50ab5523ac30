"""Cutting a message up: positions fit, nothing is lost, contrast and marks cut."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sentiment.lexicon import emoji, weight_of, weights
from sentiment.tokens import fold, lower, segments, tokens


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_lower_case_keeps_positions_and_segments_keep_words(text: str) -> None:
    folded = fold(text)
    assert len(lower(folded)) == len(folded)
    found = tokens(folded)
    for token in found:
        assert lower(folded)[token.start : token.start + 1] or not token.text
    cut = segments(found, frozenset({"maar"}))
    kept = [token for segment in cut for token in segment.tokens]
    assert [token for token in kept if token.text[0].isalnum()] == [t for t in found if t.text[0].isalnum()]
    assert all(segment.tokens for segment in cut)


def test_contrast_turns_the_rest_of_its_sentence() -> None:
    cut = segments(tokens("Fijne app, maar duur, echt duur. Verder goed"), frozenset({"maar"}))
    assert [segment.turned for segment in cut] == [False, True, True, False]


def test_an_adverb_is_no_contrast_inside_a_segment() -> None:
    assert len(segments(tokens("ik wil alleen betalen"), frozenset({"alleen"}))) == 1
    assert len(segments(tokens("mooi, alleen duur"), frozenset({"alleen"}))) == 2


def test_inflected_words_are_found_by_their_base() -> None:
    for word in ("boze", "waardeloze", "vriendelijker", "snelste", "problemen", "klachten"):
        assert weight_of(word, "nl") != 0, word
    for word in ("delays", "lovely", "friendliest", "annoyed", "failing"):
        assert weight_of(word, "en") != 0, word
    assert weight_of("duren", "nl") == 0


def test_the_word_lists_hold_no_word_in_two_minds() -> None:
    for language in ("nl", "en", "de", "fr"):
        assert all(-3 <= weight <= 3 for weight in weights(language).values())
    assert emoji()["👍"] > 0 > emoji()["😡"]
