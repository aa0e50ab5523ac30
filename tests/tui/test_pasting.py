"""What is pasted never becomes a key, however it is cut into pieces."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from tui.pasting import END, START, PasteFilter, TextOnlyParser

PIECES = st.sampled_from(
    ["\x1b", "\x1b[", "\x1b[20", "y", "[200~", "01~", "\x1b[A", "\x1b]52;c;QQ\x07", "é", "\n"]
)
FOREIGN = st.lists(PIECES, max_size=12).map("".join).filter(lambda text: END not in text)


def read(*pieces: str) -> tuple[list[str], list[str]]:
    """Pastes and keys that the parser makes of what the terminal sends."""
    parser = TextOnlyParser()
    found = [event for piece in pieces for event in parser.feed(piece)]
    found += list(parser.feed(""))
    pasted = [event.text for event in found if isinstance(event, events.Paste)]
    return pasted, [event.key for event in found if isinstance(event, events.Key)]


@given(text=FOREIGN, cuts=st.lists(st.integers(0, 80), max_size=4))
def test_a_paste_is_one_text_and_no_key(text: str, cuts: list[int]) -> None:
    sent = f"x{START}{text}.{END}j"
    places = sorted({0, len(sent), *(min(cut, len(sent)) for cut in cuts)})
    filtered = PasteFilter()
    calm = "".join(filtered.take(sent[start:end]) for start, end in pairwise(places))
    assert calm == PasteFilter().take(sent), "the pieces make no difference"
    pasted, keys = read(calm)
    assert keys == ["x", "j"]
    assert pasted == [text.replace("\x1b", "^[") + "."]


@pytest.mark.parametrize("at", range(1, len(START) + 8))
def test_marks_may_be_cut_anywhere(at: int) -> None:
    sent = f"{START}\x1by{END}"
    assert read(sent[:at], sent[at:]) == (["^[y"], [])


def test_keys_outside_a_paste_are_as_before() -> None:
    _pasted, keys = read("\x1b[A", "j", "\x1b[B")
    assert keys == ["up", "j", "down"]
