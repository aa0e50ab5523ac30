"""A reply in parts as a machine: whatever happens, what is out is the beginning, and nothing overtakes."""

from __future__ import annotations

import re
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from domain.chain import IN_PARTS, STOPPABLE, STOPS, Standing, in_parts, may_step
from domain.measure import PLATFORM_LIMITS, seen_by
from domain.outbox import OutboxStatus

STATES: tuple[OutboxStatus, ...] = get_args(OutboxStatus)
MOVING = {"sending", "unknown", "ask_operator", "retry_wait", "refused"}

steps = st.lists(st.tuples(st.integers(1, 5), st.sampled_from(STATES)), max_size=60)


def called_back(parts: list[OutboxStatus]) -> list[OutboxStatus]:
    """As a person stops it: all that can be."""
    left = list(parts)
    for part in Standing(tuple(parts)).stoppable:
        left[part - 1] = "called_back"
    return left


@given(st.integers(2, 5), steps)
def test_what_is_out_is_always_the_beginning(count: int, tried: list[tuple[int, OutboxStatus]]) -> None:
    parts: list[OutboxStatus] = ["queued"] * count
    went: list[int] = []
    for part, after in tried:
        if part > count or not may_step(parts, part, after):
            continue
        if after == "called_back":
            parts = called_back(parts)
        elif after == "refused" and parts[part - 1] == "queued" and Standing(tuple(parts)).at != part:
            continue  # only the sender refuses, and it has no other part in its hands
        else:
            parts[part - 1] = after
            went += [part] if after == "sending" and part not in went else []
        standing = Standing(tuple(parts))
        assert re.fullmatch("s*m?q*c*", "".join(map(letter, parts))), parts
        assert went == sorted(went)
        assert standing.out == parts.count("sent")
        assert standing.at in {None, standing.out + 1}
        stoppable = standing.stoppable
        assert list(stoppable) == list(range(stoppable[0], stoppable[-1] + 1)) if stoppable else True


def letter(status: OutboxStatus) -> str:
    """Sent, moving, queued, called back."""
    return "m" if status in MOVING else {"sent": "s", "queued": "q", "called_back": "c"}[status]


@given(st.integers(1, 4), st.sampled_from(STATES))
def test_no_part_leaves_before_the_one_in_front_is_out(behind: int, front: OutboxStatus) -> None:
    parts: list[OutboxStatus] = ["sent" for _before in range(behind - 1)]
    parts += [front, "queued"]
    assert may_step(parts, behind + 1, "sending") == (front == "sent")
    assert may_step(parts, behind + 1, "called_back")


def test_what_stops_a_chain_and_what_can_be_stopped_are_known_states() -> None:
    assert set(STATES) > STOPPABLE > STOPS - {"called_back"}


def test_every_place_that_takes_parts_has_a_limit_to_cut_by() -> None:
    for (platform, visibility), way in IN_PARTS.items():
        assert seen_by(platform, visibility) in PLATFORM_LIMITS
        assert in_parts(platform, visibility) == way
        assert way.each_answers or not way.numbered
    assert in_parts("google", "public") is None
    assert in_parts("bluesky", "private") is None
