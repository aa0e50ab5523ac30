"""What a terminal says of itself is no key, in whatever pieces it comes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from textual import events

from domain.picture_answers import answered
from tui.pasting import TextOnlyParser
from tui.terminal_answers import AnswerFilter, Told

ANSWERS = ("\x1b_Gi=31;OK\x1b\\", "\x1b[6;20;10t", "\x1b[?62;4;22c")
KEYS = ("a", "j", "\x1b[A", "\x1b[6~", "\x1b[200~p\x1b[201~", "é", "\x1b_", "\x1b[?2026;2$y", "\x1bOP")


def through(pieces: list[str]) -> tuple[str, str]:
    """What was typed, and what was answered."""
    answers = AnswerFilter()
    found = [answers.take(piece) for piece in pieces]
    return "".join(typed for typed, _said in found), "".join(said for _typed, said in found)


@given(st.lists(st.sampled_from(ANSWERS + KEYS), max_size=12), st.data())
def test_answers_are_taken_out_and_every_key_goes_on(told: list[str], data: st.DataObject) -> None:
    """Cut anywhere but in the first three characters of an answer, which may be the Escape key or Alt+_."""
    whole = "".join(told) + "x"
    places = [at for at in range(1, len(whole)) if "\x1b" not in whole[max(0, at - 2) : at]]
    cuts = sorted(data.draw(st.sets(st.sampled_from(places), max_size=6))) if places else []
    pieces = [whole[start:stop] for start, stop in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    typed, said = through(pieces)
    assert typed == "".join(one for one in told if one in KEYS) + "x"
    assert said == "".join(one for one in told if one in ANSWERS)


def test_what_is_pasted_is_no_answer() -> None:
    found = list(TextOnlyParser().feed("\x1b[200~\x1b[?4c\x1b[201~"))
    assert [type(one) for one in found] == [events.Paste]


def test_the_program_is_told_and_no_key_is_pressed() -> None:
    found = list(TextOnlyParser().feed("".join(ANSWERS)))
    assert [type(one) for one in found] == [Told]
    assert isinstance(found[0], Told)
    said = answered(found[0].text)
    assert (said.kitty, said.sixel, said.cell) == (True, True, (10, 20))
