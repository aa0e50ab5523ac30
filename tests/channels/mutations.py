"""Payloads gone wrong: an example in which some parts are gone, doubled or something else entirely."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from typing import Any

from hypothesis import strategies as st

from domain.inbound import Aside, BadItem, Echo, Inbound

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(
        ["\ud800", "\x00", "9" * 600, "2026-13-45T99:99:99Z", "0001-01-01T00:00:00+23:59", "<p>"]
    ),
)
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def mutated(draw: st.DrawFn, *examples: Any) -> Any:
    """One of the examples with up to four of its parts changed."""
    value = copy.deepcopy(draw(st.sampled_from(examples)))
    for _change in range(draw(st.integers(1, 4))):
        places = list(_places(value))
        if not places:
            return draw(JUNK)
        holder, key = draw(st.sampled_from(places))
        if isinstance(holder, dict) and draw(st.booleans()):
            holder.pop(key, None)
        else:
            holder[key] = draw(JUNK)
    return value


def assert_read(read: Iterable[object]) -> None:
    """Each is an item or set apart with a reason, and none holds what the desk cannot take."""
    for each in read:
        assert isinstance(each, Inbound | Echo | BadItem | Aside)
        if isinstance(each, BadItem):
            assert each.reason
            assert each.raw
        elif isinstance(each, Aside):
            assert each.reason
        else:
            assert each.remote_id
            assert 0 <= each.created_at < 32_503_680_000_000
            each.text.encode("utf-8")
        if isinstance(each, Inbound):
            assert each.author.remote_id
            assert each.revision
            assert each.thread_key


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    entries: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        entries = list(value.items())
    elif isinstance(value, list):
        entries = list(enumerate(value))
    for key, inner in entries:
        yield value, key
        yield from _places(inner)
