"""Into how many messages a text is cut on a telephone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.measure_sms import messages


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 0),
        ("a", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("a" * 158 + "€", 1),
        ("a" * 159 + "€", 2),
        ("a" * 156 + " ^SV", 2),
        ("é" * 160, 1),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("ê" + "a" * 65 + "😀" + "a" * 66, 3),
    ],
)
def test_parts(text: str, parts: int) -> None:
    assert messages(text) == parts


@given(st.text(max_size=900))
def test_never_more_than_the_narrowest_parts_would_need(text: str) -> None:
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    assert -(-len(text) // 160) <= messages(text) <= -(-2 * units // 66) + 1
