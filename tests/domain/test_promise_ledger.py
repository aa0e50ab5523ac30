"""The life of a promise: only an open one can be kept, broken, moved or handed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import promise_ledger as rules
from domain.clock import DAY, HOUR, MINUTE
from domain.errors import NotAllowed
from domain.promise_ledger import Promise, PromiseState

OPEN = Promise("open", "sanne", made_at=0, due_at=DAY)


def test_the_clock_says_whether_it_was_late_unless_a_person_does() -> None:
    assert rules.keep(OPEN, DAY)["state"] == "kept"
    assert rules.keep(OPEN, DAY + 1)["state"] == "late"
    assert rules.keep(OPEN, DAY + 1, late=False)["state"] == "kept"
    assert rules.keep(OPEN, 1, late=True)["state"] == "late"
    assert rules.keep(Promise("open", "sanne", 0, None), 99 * DAY)["state"] == "kept"


@pytest.mark.parametrize("state", [one for one in get_args(PromiseState) if one != "open"])
def test_what_is_settled_stays_settled(state: PromiseState) -> None:
    settled = Promise(state, "sanne", 0, DAY)
    acts: tuple[Callable[[], rules.Changes], ...] = (
        lambda: rules.keep(settled, 1),
        lambda: rules.break_(settled, 1),
        lambda: rules.withdraw(settled, 1),
        lambda: rules.move(settled, 1, 2),
        lambda: rules.hand_over(settled, "ab"),
    )
    for act in acts:
        with pytest.raises(NotAllowed, match="no longer open"):
            act()


def test_a_moment_must_be_to_come_and_an_owner_another() -> None:
    with pytest.raises(NotAllowed):
        rules.move(OPEN, DAY, DAY)
    with pytest.raises(NotAllowed):
        rules.hand_over(OPEN, "sanne")
    assert rules.hand_over(OPEN, "ab") == {"owner": "ab"}


@pytest.mark.parametrize(
    ("length", "notice"),
    [(10 * MINUTE, 10 * MINUTE), (HOUR, 15 * MINUTE), (5 * HOUR, HOUR), (9 * DAY, 2 * HOUR)],
)
def test_people_are_told_in_time(length: int, notice: int) -> None:
    assert rules.soon_at(7, 7 + length) == 7 + length - notice


@given(st.integers(0, 10**13), st.integers(1, 10**11))
def test_the_warning_lies_between_now_and_the_moment(now: int, length: int) -> None:
    soon = rules.soon_at(now, now + length)
    assert soon is not None
    assert now <= soon < now + length
    assert rules.soon_at(now, None) is None
