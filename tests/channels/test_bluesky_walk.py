"""Walking a newest-first list: nothing twice, nothing missed, however late it turns up."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.base import Retryable
from channels.bluesky_walk import FIRST_REACH, KEPT, MAX_KEPT, MAX_PAGES, OVERLAP, Page, walk
from domain.clock import DAY, MINUTE, SECOND, Millis, to_datetime

NOW: Millis = 1_795_400_000_000


def entry(name: str, at: Millis, cid: str = "c") -> dict[str, object]:
    """A post that the platform sorts at this moment."""
    return {"uri": name, "cid": cid, "indexedAt": to_datetime(at).isoformat(), "record": {}}


class Platform:
    """A list that answers page by page, with a cursor even on the last one."""

    def __init__(self, *entries: dict[str, object], page: int = 3) -> None:
        self.entries = list(entries)
        self.page = page
        self.asked = 0

    def add(self, *entries: dict[str, object]) -> None:
        """More posts; each finds its own place in the order."""
        self.entries.extend(entries)

    async def fetch(self, position: str | None) -> Page:
        """One page, newest first."""
        self.asked += 1
        ordered = sorted(self.entries, key=lambda each: str(each["indexedAt"]), reverse=True)
        start = int(position or 0)
        page = ordered[start : start + self.page]
        return Page(page, str(start + len(page)) if page else None)


async def names(platform: Platform, cursor: str | None, now: Millis = NOW) -> tuple[list[str], str]:
    """What a walk hands on, by name, and its cursor."""
    walked = await walk(platform.fetch, cursor, now)
    return [str(each["uri"]) for each in walked.entries if isinstance(each, dict)], walked.cursor


async def test_three_pages_come_oldest_first_and_only_once() -> None:
    platform = Platform(*(entry(f"p{n}", NOW - n * SECOND) for n in range(8)))
    first, cursor = await names(platform, None)
    assert first == [f"p{n}" for n in range(7, -1, -1)]
    assert await names(platform, cursor) == ([], cursor)


async def test_what_came_since_is_all_that_comes_next() -> None:
    platform = Platform(*(entry(f"old{n}", NOW - DAY - n * SECOND) for n in range(8)))
    _all, cursor = await names(platform, None)
    platform.add(*(entry(f"new{n}", NOW + n) for n in range(7)))
    found, _cursor = await names(platform, cursor)
    assert found == [f"new{n}" for n in range(7)]


async def test_a_late_post_below_the_newest_is_found() -> None:
    platform = Platform(*(entry(f"p{n}", NOW - n * MINUTE) for n in range(20)))
    _all, cursor = await names(platform, None)
    platform.add(entry("late", NOW - OVERLAP + SECOND))
    found, cursor = await names(platform, cursor)
    assert found == ["late"]
    assert (await names(platform, cursor))[0] == []


async def test_an_edit_comes_again_and_a_deletion_brings_nothing_back() -> None:
    platform = Platform(*(entry(f"p{n}", NOW - n * DAY // 4) for n in range(12)))
    _all, cursor = await names(platform, None)
    platform.entries[0] = entry("p0", NOW, cid="edited")
    found, cursor = await names(platform, cursor)
    assert found == ["p0"]
    del platform.entries[1:3]
    assert (await names(platform, cursor))[0] == []


async def test_the_first_walk_goes_back_a_week_and_stops() -> None:
    platform = Platform(*(entry(f"p{n}", NOW - n * DAY) for n in range(60)))
    found, cursor = await names(platform, None)
    assert found == [f"p{n}" for n in range(FIRST_REACH // DAY, -1, -1)]
    assert platform.asked == 3
    assert (await names(platform, cursor))[0] == []


async def test_a_fault_in_the_middle_hands_on_nothing_and_costs_nothing() -> None:
    platform = Platform(*(entry(f"p{n}", NOW - n * SECOND) for n in range(8)))
    _all, cursor = await names(platform, None)
    platform.add(*(entry(f"new{n}", NOW + n) for n in range(8)))

    async def failing(position: str | None) -> Page:
        if position == "6":
            raise Retryable("No answer.")
        return await platform.fetch(position)

    with pytest.raises(Retryable):
        await walk(failing, cursor, NOW)
    assert (await names(platform, cursor))[0] == [f"new{n}" for n in range(8)]


async def test_an_endless_list_ends_and_says_what_was_left_out() -> None:
    async def endless(position: str | None) -> Page:
        number = int(position or 0)
        return Page([entry(f"p{number}", NOW - number)], str(number + 1))

    walked = await walk(endless, None, NOW)
    assert len(walked.entries) == MAX_PAGES
    assert walked.gap
    assert json.loads(walked.cursor)["newest"] == NOW


async def test_a_cursor_that_stands_still_is_the_end() -> None:
    async def stuck(_position: str | None) -> Page:
        return Page([entry("p", NOW)], "same")

    assert len((await walk(stuck, None, NOW)).entries) == 1


@pytest.mark.parametrize("cursor", ["", "{", "[]", '{"newest": "x", "known": []}', '{"newest": 1}', "7"])
async def test_an_unreadable_cursor_starts_over(cursor: str) -> None:
    assert (await names(Platform(entry("p", NOW)), cursor))[0] == ["p"]


async def test_broken_entries_are_handed_on_once_and_stop_nothing() -> None:
    platform = Platform(page=10)
    broken: list[object] = [None, 7, {"uri": "\ud800", "cid": "c"}, {"uri": ["x"]}]

    async def fetch(_position: str | None) -> Page:
        return Page([*broken, entry("good", NOW)], None)

    walked = await walk(fetch, None, NOW)
    assert len(walked.entries) == 5
    assert (await walk(fetch, walked.cursor, NOW)).entries == ()
    assert platform.asked == 0


async def test_the_cursor_stays_small() -> None:
    platform = Platform(*(entry(f"p{n}", NOW - n) for n in range(5_000)), page=100)
    _all, cursor = await names(platform, None)
    assert len(json.loads(cursor)["known"]) == 5_000 < MAX_KEPT
    for number in range(3):
        platform.add(entry(f"new{number}", NOW + DAY + number * DAY))
        found, cursor = await names(platform, cursor)
        assert found == [f"new{number}"]
    assert len(json.loads(cursor)["known"]) == KEPT


_Fetch = Callable[[str | None], Awaitable[Page]]
_moves = st.lists(
    st.one_of(
        st.tuples(st.just("post"), st.integers(0, OVERLAP - SECOND)),
        st.tuples(st.just("delete"), st.integers(0, 50)),
        st.tuples(st.just("walk"), st.just(0)),
        st.tuples(st.just("wait"), st.integers(0, 3 * OVERLAP)),
    ),
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(_moves, st.integers(1, 5))
async def test_every_post_comes_exactly_once(moves: list[tuple[str, int]], page: int) -> None:
    """Posts as late as the overlap, deletions, and walks in any order."""
    platform = Platform(page=page)
    now, made, handed = NOW, 0, list[str]()
    deleted: set[str] = set()
    cursor: str | None = None
    for move, value in [*moves, ("walk", 0)]:
        if move == "post":
            platform.add(entry(f"p{made}", now - value))
            made += 1
        elif move == "delete" and platform.entries:
            deleted.add(str(platform.entries.pop(value % len(platform.entries))["uri"]))
        elif move == "walk":
            found, cursor = await names(platform, cursor, now)
            handed += found
        now += value if move == "wait" else 1
    assert len(handed) == len(set(handed))
    assert set(handed) | deleted >= {f"p{n}" for n in range(made)}
