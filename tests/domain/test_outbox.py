"""The life of a reply as a machine: no way leads to a second post without a person."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.outbox import IN_FLIGHT, TRANSITIONS, OutboxStatus, allowed, text_key


def test_every_state_is_known_and_every_step_leads_to_one() -> None:
    states = set(get_args(OutboxStatus))
    assert set(TRANSITIONS) == states
    assert set().union(*TRANSITIONS.values()) <= states
    assert states > IN_FLIGHT


def test_only_what_ended_has_no_step_left() -> None:
    assert {state for state, steps in TRANSITIONS.items() if not steps} == {"sent", "called_back"}


def test_doubt_is_never_forgotten_without_a_person_or_the_platform() -> None:
    """From doubt nothing leads to `queued` but through a person, and nothing to `refused` but a new try."""
    assert not allowed("unknown", "queued")
    assert not allowed("unknown", "retry_wait")
    assert not allowed("unknown", "refused")
    assert not allowed("sending", "queued")
    assert not allowed("sending", "called_back")
    assert allowed("ask_operator", "queued")


def test_an_echo_may_settle_whatever_was_tried() -> None:
    tried: set[OutboxStatus] = {"queued", "sending", "retry_wait", "unknown", "ask_operator", "refused"}
    assert all(allowed(state, "sent") for state in tried)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hoi  Jan", "hoi jan"), ("ﬁets", "fiets"), (" x\n", "x"), ("Ａ", "a"), ("STRASSE", "straße")],
)
def test_a_double_enter_is_one_text(one: str, other: str) -> None:
    assert text_key(one) == text_key(other)


@given(st.text(max_size=40), st.text(max_size=40))
def test_spaces_between_do_not_make_another_text(left: str, right: str) -> None:
    assert text_key(f"{left} {right}") == text_key(f" {left}\n\t{right} ")
