"""Walking a list back to what is known: no hole, no double, edits and deletions told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Retryable
from channels.fields import fingerprint
from channels.walk_back import (
    MAX_ASKED,
    MAX_PAGES,
    MAX_SEEN,
    Mark,
    Page,
    Place,
    read_place,
    walk_back,
    with_deletions,
)
from domain.clock import DAY
from domain.inbound import ContactRef, Inbound
from tests.channels.fake_platform import NOON


def item(name: str, at: int, text: str = "x") -> Inbound:
    return Inbound(
        "c", "a", name, "comment", "public", name, ContactRef("p", "p"), text, at, fingerprint(text)
    )


class List:
    """A platform's list, oldest first."""

    def __init__(self, size: int = 3) -> None:
        self.items: list[Inbound] = []
        self.size = size
        self.fetched = 0
        self.breaks_at: int | None = None

    async def page(self, token: str | None) -> Page:
        """Newest first."""
        if self.fetched == self.breaks_at:
            self.breaks_at = None
            raise Retryable("broke")
        self.fetched += 1
        begin = int(token or 0)
        newest = self.items[::-1]
        end = begin + self.size
        return Page(newest[begin:end], str(end) if end < len(newest) else None)


async def walk(listed: List, place: Place, now: int = NOON) -> tuple[list[str], Place]:
    walked = await walk_back(listed.page, place, now)
    return [each.remote_id for each in walked.items], read_place(walked.place.cursor())


@given(
    st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=8),
    st.integers(1, 4),
    st.sampled_from([0, 1, 1_000]),
)
async def test_everything_comes_once_whatever_breaks(
    steps: list[tuple[int, bool]], size: int, apart: int
) -> None:
    """New items between walks, walks that break off, items of the same moment."""
    listed, place, now, told = List(size), Place(), NOON, []
    for new, breaks in steps:
        for _each in range(new):
            now += apart
            listed.items.append(item(f"i{len(listed.items):03}", now))
        listed.breaks_at = listed.fetched + 1 if breaks else None
        try:
            found, place = await walk(listed, place, now)
            told += found
        except Retryable:
            continue
    listed.breaks_at = None
    found, place = await walk(listed, place, now)
    assert told + found == [each.remote_id for each in listed.items]
    assert (await walk(listed, place, now))[0] == []


async def test_a_walk_stops_at_what_is_known() -> None:
    listed = List()
    listed.items = [item(f"i{number:03}", NOON - 1_000 + number) for number in range(30)]
    _found, place = await walk(listed, Place())
    listed.fetched = 0
    listed.items.append(item("new", NOON))
    assert (await walk(listed, place))[0] == ["new"]
    assert listed.fetched == 1


async def test_an_edit_is_told_once_and_what_is_old_is_not() -> None:
    listed = List()
    listed.items = [item("old", NOON - 8 * DAY), item("a", NOON - 2), item("b", NOON - 1)]
    found, place = await walk(listed, Place())
    assert found == ["a", "b"]
    listed.items[1] = replace(listed.items[1], revision="other")
    listed.items[0] = replace(listed.items[0], revision="other")
    found, place = await walk(listed, place)
    assert found == ["a"]
    assert (await walk(listed, place))[0] == []


async def test_a_list_without_an_end_says_that_something_is_missing() -> None:
    listed = List(1)
    listed.items = [item(f"i{number:03}", NOON - 1_000 + number) for number in range(MAX_PAGES + 5)]
    walked = await walk_back(listed.page, Place(), NOON)
    assert len(walked.items) == MAX_PAGES
    assert walked.gap


async def test_what_was_forgotten_is_not_new_again() -> None:
    listed = List(100)
    listed.items = [item(f"i{number:04}", NOON - 10_000 + number) for number in range(MAX_SEEN + 50)]
    _found, place = await walk(listed, Place())
    assert len(place.seen) == MAX_SEEN
    listed.items[:] = listed.items[:60]
    assert (await walk(listed, Place(place.newest, place.floor, place.seen)))[0] == []


async def test_what_is_gone_is_asked_about_within_bounds() -> None:
    listed = List(100)
    listed.items = [item(f"i{number:02}", NOON - 100 + number) for number in range(40)]
    _found, place = await walk(listed, Place())
    del listed.items[10:30]
    asked: list[str] = []

    async def gone(name: str, mark: Mark) -> Inbound | None:
        asked.append(name)
        return replace(item(name, mark[1]), deleted=True)

    first = await with_deletions(await walk_back(listed.page, place, NOON), gone)
    assert len(first.items) == len(asked) == MAX_ASKED
    second = await with_deletions(await walk_back(listed.page, read_place(first.cursor), NOON), gone)
    assert sorted(asked) == [f"i{number:02}" for number in range(10, 30)]
    third = await with_deletions(await walk_back(listed.page, read_place(second.cursor), NOON), gone)
    assert third.items == ()


async def test_what_lies_below_the_last_page_is_not_missing() -> None:
    listed = List(10)
    listed.items = [item(f"i{number:02}", NOON - 100 + number) for number in range(40)]
    _found, place = await walk(listed, Place())
    assert (await walk_back(listed.page, place, NOON)).missing == {}

    async def page(token: str | None) -> Page:
        return replace(await listed.page(token), after=None, ends=False)

    assert (await walk_back(page, place, NOON)).missing == {}


@pytest.mark.parametrize("cursor", [None, "", "{", "[]", '{"seen": 1}', '{"newest": "x", "floor": "y"}'])
def test_a_broken_cursor_begins_anew(cursor: str | None) -> None:
    assert read_place(cursor) == Place()
