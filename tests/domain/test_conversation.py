"""The states of a conversation: every move from every state."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import conversation as rules
from domain.clock import HOUR
from domain.conversation import Move, State, Status
from domain.errors import NotAllowed

STATUSES: tuple[Status, ...] = ("open", "waiting", "snoozed", "resolved")

states = st.builds(
    State,
    status=st.sampled_from(STATUSES),
    until_reply=st.booleans(),
    shows_at=st.none() | st.integers(0, 9),
    snooze_due_at=st.none() | st.integers(0, 9),
    late_arrivals=st.integers(0, 3),
)


@pytest.mark.parametrize(
    ("status", "facts"),
    [
        ("open", ("question",)),
        ("waiting", ("resumed", "question")),
        ("snoozed", ("question",)),
        ("resolved", ("reopened", "question")),
    ],
)
def test_a_question_needs_us_whatever_was(status: Status, facts: tuple[str, ...]) -> None:
    move = rules.mention(State(status), closing_thanks=False)
    assert move.facts == facts
    assert move.changes.get("status", "open") == "open"


@pytest.mark.parametrize("status", ["waiting", "snoozed", "resolved"])
def test_a_closing_thanks_moves_nothing(status: Status) -> None:
    move = rules.mention(State(status, late_arrivals=1), closing_thanks=True)
    assert move == Move({"late_arrivals": 2})


def test_a_thanks_while_open_is_read_like_anything() -> None:
    assert rules.mention(State("open"), closing_thanks=True).facts == ("question",)


@pytest.mark.parametrize(
    ("state", "asked_since", "expected"),
    [
        (State("open"), False, ("waiting", ("reply", "paused"))),
        (State("waiting"), False, ("waiting", ("reply",))),
        (State("waiting"), True, ("waiting", ("reply",))),
        (State("open"), True, (None, ("reply",))),
        (State("snoozed", shows_at=9), False, (None, ("reply",))),
        (State("resolved"), False, (None, ("reply",))),
    ],
)
def test_a_confirmed_reply_moves_only_what_waits_for_it(
    state: State, asked_since: bool, expected: tuple[str | None, tuple[str, ...]]
) -> None:
    move = rules.reply_confirmed(state, asked_since=asked_since)
    assert (move.changes.get("status"), move.facts) == expected


@pytest.mark.parametrize(
    ("state", "until_reply", "facts"),
    [
        (State("open"), False, ()),
        (State("open"), True, ("paused",)),
        (State("waiting"), False, ("resumed",)),
        (State("waiting"), True, ()),
        (State("snoozed", until_reply=True), False, ("resumed",)),
        (State("snoozed", until_reply=True), True, ()),
        (State("snoozed"), True, ("paused",)),
    ],
)
def test_only_a_snooze_until_they_reply_stops_a_clock(
    state: State, until_reply: bool, facts: tuple[str, ...]
) -> None:
    assert rules.snooze(state, 5, 7, until_reply=until_reply).facts == facts


@given(states)
def test_what_was_promised_outlives_every_move_but_the_answer(state: State) -> None:
    """By when it must be done is forgotten only when it was answered, resolved or begun anew."""
    keeping = [rules.mention(state, closing_thanks=False), rules.question_made(state)]
    if state.status == "snoozed":
        keeping.append(rules.wake(state))
    assert all("snooze_due_at" not in move.changes for move in keeping)
    if state.status != "resolved":
        assert rules.resolve(state).changes["snooze_due_at"] is None


@given(states)
def test_no_move_leaves_a_snooze_behind_that_nobody_sees(state: State) -> None:
    """Whoever is not snoozed has no moment at which to come back."""
    moves = [rules.mention(state, closing_thanks=False), rules.question_made(state)]
    if state.status == "snoozed":
        moves.append(rules.wake(state))
    if state.status != "open":
        moves.append(rules.reopen(state))
    for move in moves:
        if move.changes.get("status", state.status) == "open" and state.status != "open":
            assert move.changes["shows_at"] is None
            assert move.changes["until_reply"] == 0


@pytest.mark.parametrize(
    "refused",
    [
        lambda: rules.resolve(State("resolved")),
        lambda: rules.resolve(State("open"), "geen zin"),
        lambda: rules.reopen(State("open")),
        lambda: rules.wake(State("open")),
        lambda: rules.snooze(State("resolved"), 5, None, until_reply=False),
        lambda: rules.snooze(State("open"), None, None, until_reply=False),
    ],
)
def test_what_makes_no_sense_is_refused(refused: object) -> None:
    assert callable(refused)
    with pytest.raises(NotAllowed):
        refused()


@pytest.mark.parametrize("reason", [*rules.NO_REPLY_REASONS, "resolved"])
def test_every_reason_closes(reason: str) -> None:
    assert rules.resolve(State("open"), reason).changes["outcome"] == reason


def test_a_conversation_goes_on_for_its_hours() -> None:
    assert rules.continues(0, 72 * HOUR)
    assert not rules.continues(0, 72 * HOUR + 1)
    assert rules.continues(10, 0)
