"""What is worth a line above a conversation, and when its words change."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.windows import next_change, notices
from domain.clock import DAY, HOUR, MINUTE
from domain.inbound import Cap

NOW = 1_795_420_800_000
NO = Cap(ok=False, reason="Kan niet.")
WEEK = Cap(until=NOW + 7 * DAY)


@pytest.mark.parametrize(
    ("visibility", "public", "private", "said"),
    [
        ("public", Cap(), Cap(), []),
        ("public", Cap(), NO, []),  # a platform without private messages is no news
        ("public", NO, Cap(), [("Kan niet.", False)]),
        ("public", NO, NO, [("Kan niet.", False), ("In private: Kan niet.", False)]),
        ("public", Cap(), WEEK, [("In private: The window closes in 7 d 0 h.", True)]),
        (
            "public", Cap(), Cap(until=NOW),
            [("In private: The platform's window for an answer is over.", False)],
        ),
        ("private", NO, Cap(), []),
        ("private", NO, Cap(until=NOW + HOUR), [("The window closes in 1 h 00.", True)]),
        (
            "private", NO, Cap(until=NOW - 1, needs="template"),
            [("The window is closed: only approved templates.", False)],
        ),
        ("private", NO, NO, [("Kan niet.", False)]),
    ],
)  # fmt: skip
def test_what_is_said(
    visibility: Literal["public", "private"], public: Cap, private: Cap, said: list[tuple[str, bool]]
) -> None:
    assert list(notices(visibility, public, private, NOW)) == said


caps = st.builds(
    Cap,
    until=st.none() | st.integers(NOW - DAY, NOW + 3 * DAY),
    needs=st.sampled_from((None, "template", "human_agent")),
    needed_until=st.none() | st.integers(NOW - DAY, NOW + 9 * DAY),
)


@given(public=caps, private=caps, visibility=st.sampled_from(("public", "private")), moment=st.data())
def test_until_the_next_change_the_words_stay(
    public: Cap, private: Cap, visibility: Literal["public", "private"], moment: st.DataObject
) -> None:
    """Nobody has to look in between, and there is always a next look while something runs."""
    end = next_change((public, private), NOW)
    said = list(notices(visibility, public, private, NOW))
    last = NOW + 20 * DAY if end is None else end - 1
    assert end is None or NOW < end <= NOW + MINUTE + 1
    then = moment.draw(st.integers(NOW, max(NOW, last - 1)))
    assert list(notices(visibility, public, private, then)) == said
