"""Graphemes: what a reader counts as one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import graphemes

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "number"),
    [("", 0), ("hallo", 5), ("a\r\nb", 3), (FAMILY, 1), ("🇳🇱🇧🇪", 2), ("e\u0301", 1), (FAMILY * 100, 100)],
)
def test_count(text: str, number: int) -> None:
    assert graphemes.count(text) == number


@given(st.text(max_size=60), st.integers(0, 70))
def test_the_parts_are_the_whole(text: str, limit: int) -> None:
    parts = list(graphemes.iterate(text))
    assert "".join(parts) == text
    assert len(parts) == graphemes.count(text)
    assert graphemes.first(text, limit) == "".join(parts[:limit])


@given(st.text(max_size=60))
def test_never_more_graphemes_than_code_points(text: str) -> None:
    assert (graphemes.count(text) > 0) == bool(text)
    assert graphemes.count(text) <= len(text)
