"""What a desk learns from: the engine's own features, with less weight on pieces of words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.features import features as plain
from sentiment.features import read, scale_of
from sentiment.learnable import features


@given(st.text(max_size=80))
def test_only_pieces_weigh_less(text: str) -> None:
    full, less, pieces = plain(text), features(text), read(text).pieces
    assert full.keys() == less.keys()
    for index, value in full.items():
        wanted = value - scale_of(len(pieces)) / 2 if index in pieces else value
        assert less[index] == pytest.approx(wanted)
