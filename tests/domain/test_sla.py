"""Clocks by example: one per question, pauses, reopening, policies that change."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import ALWAYS, Calendar
from domain.clock import DAY, HOUR, MINUTE, Millis
from domain.sla import Due, Fact, Metric, SlaClock, SlaPolicy, SlaTargets, What, clocks, due
from tests.domain.calendars import at, calendars
from tests.domain.minute_oracle import FIRST, MinuteOracle

OFFICE = Calendar("office", "Europe/Amsterdam", dict.fromkeys(range(5), ((9 * 60, 17 * 60),)))
TARGETS = SlaTargets(first_response=HOUR, next_response=2 * HOUR, handover=8 * HOUR, resolution=16 * HOUR)
POLICY = SlaPolicy("social", 1, OFFICE, TARGETS)
NINE = at(2026, 11, 23, 9)
"""A Monday."""


def facts(*happened: tuple[What, Millis]) -> tuple[Fact, ...]:
    """Facts at minutes after nine."""
    return tuple(Fact(NINE + after, what) for what, after in happened)


def of(found: tuple[SlaClock, ...], metric: Metric) -> SlaClock:
    """The only clock of this metric."""
    (clock,) = [clock for clock in found if clock.metric == metric]
    return clock


def test_a_question_starts_the_first_response_and_the_clocks_of_the_opening() -> None:
    timeline = facts(("question", 0))
    found = clocks(timeline, POLICY)
    assert {clock.metric for clock in found} == {"first_response", "handover", "resolution"}
    first = of(found, "first_response")
    assert (first.due_at, first.soon_at) == (NINE + HOUR, NINE + 48 * MINUTE)
    assert (first.outcome, first.stopped_at, first.started_by) == ("running", None, "question")
    assert due(timeline, POLICY) == Due(NINE + HOUR, NINE + 48 * MINUTE, "first_response")


def test_more_messages_are_the_same_question() -> None:
    found = clocks(facts(("question", 0), ("question", 5 * MINUTE), ("question", 9 * MINUTE)), POLICY)
    assert of(found, "first_response").started_at == NINE
    assert len(found) == 3


def test_a_reply_in_time_meets_the_first_response_and_a_late_one_misses_it() -> None:
    for after, outcome in ((HOUR, "met"), (HOUR + 1, "missed")):
        first = of(clocks(facts(("question", 0), ("reply", after)), POLICY), "first_response")
        assert (first.outcome, first.stopped_at, first.stopped_by) == (outcome, NINE + after, "reply")


def test_a_later_question_starts_the_next_response_once() -> None:
    found = clocks(facts(("question", 0), ("reply", 10), ("question", HOUR), ("question", 2 * HOUR)), POLICY)
    following = of(found, "next_response")
    assert (following.started_at, following.due_at) == (NINE + HOUR, NINE + 3 * HOUR)
    assert of(found, "first_response").outcome == "met"


def test_each_answered_question_has_its_own_clock() -> None:
    rounds = [("question", 0), ("reply", 1), ("question", 2), ("reply", 3), ("question", 4), ("reply", 5)]
    found = clocks(tuple(Fact(NINE + after, what) for what, after in rounds), POLICY)  # type: ignore[arg-type]
    assert [clock.started_at - NINE for clock in found if clock.metric == "next_response"] == [2, 4]


def test_our_own_first_word_starts_and_stops_nothing() -> None:
    assert clocks(facts(("reply", 0), ("paused", 0)), POLICY) == ()
    found = clocks(facts(("reply", 0), ("question", HOUR)), POLICY)
    assert of(found, "first_response").outcome == "running"


def test_waiting_stops_only_the_clocks_of_the_opening() -> None:
    timeline = facts(("question", 0), ("reply", HOUR), ("paused", HOUR))
    resolution = of(clocks(timeline, POLICY), "resolution")
    assert resolution.paused
    assert (resolution.due_at, resolution.soon_at) == (None, None)
    assert due(timeline, POLICY) is None
    assert resolution.used(NINE + 5 * HOUR) == HOUR


def test_snoozed_until_reply_leaves_an_unanswered_question_running() -> None:
    timeline = (*facts(("question", 0)), Fact(NINE + MINUTE, "paused", note="snoozed"))
    found = clocks(timeline, POLICY)
    assert not of(found, "first_response").paused
    assert of(found, "handover").pauses[0].cause == "snoozed"
    assert due(timeline, POLICY) == Due(NINE + HOUR, NINE + 48 * MINUTE, "first_response")


def test_a_pause_moves_what_is_due_by_its_working_time() -> None:
    timeline = facts(("question", 0), ("paused", HOUR), ("resumed", 3 * HOUR))
    resolution = of(clocks(timeline, POLICY), "resolution")
    assert resolution.due_at == at(2026, 11, 25, 11)
    assert resolution.soon_at == NINE + DAY + (6 * 60 + 48) * MINUTE
    assert resolution.used(at(2026, 11, 25, 11)) == 16 * HOUR


def test_a_question_ends_the_waiting_by_itself() -> None:
    timeline = facts(("question", 0), ("reply", HOUR), ("paused", HOUR), ("question", 2 * HOUR))
    resolution = of(clocks(timeline, POLICY), "resolution")
    assert [(pause.starts_at, pause.ends_at) for pause in resolution.pauses] == [
        (NINE + HOUR, NINE + 2 * HOUR)
    ]


def test_a_second_pause_inside_a_pause_is_the_same_pause() -> None:
    timeline = facts(("question", 0), ("paused", HOUR), ("paused", 2 * HOUR), ("resumed", 3 * HOUR))
    assert len(of(clocks(timeline, POLICY), "resolution").pauses) == 1


def test_a_clock_that_was_over_before_its_pause_stays_over() -> None:
    policy = SlaPolicy("short", 1, OFFICE, SlaTargets(resolution=HOUR))
    timeline = facts(("question", 0), ("paused", 2 * HOUR))
    assert of(clocks(timeline, policy), "resolution").due_at == NINE + HOUR
    assert due(timeline, policy) is not None


def test_a_pause_that_starts_when_the_time_is_used_up_moves_nothing() -> None:
    policy = SlaPolicy("short", 1, OFFICE, SlaTargets(resolution=HOUR))
    for timeline in (
        facts(("question", 0), ("paused", HOUR)),
        facts(("question", 0), ("paused", HOUR), ("resumed", DAY)),
    ):
        assert of(clocks(timeline, policy), "resolution").due_at == NINE + HOUR


def test_a_reopened_conversation_can_be_paused_again() -> None:
    before = facts(("question", 0), ("paused", HOUR), ("resolved", 2 * HOUR))
    found = clocks((*before, *facts(("reopened", 3 * HOUR), ("paused", 4 * HOUR))), POLICY)
    assert found[-2].metric == "resolution"
    assert found[-2].paused


def test_handing_over_stops_only_that_clock() -> None:
    found = clocks(facts(("question", 0), ("handed_over", HOUR)), POLICY)
    assert of(found, "handover").outcome == "met"
    assert of(found, "resolution").outcome == "running"


def test_resolving_stops_all_and_drops_a_question_that_needed_no_reply() -> None:
    timeline = facts(("question", 0), ("resolved", 30 * MINUTE))
    found = clocks(timeline, POLICY)
    assert {clock.metric: clock.outcome for clock in found} == {
        "first_response": "dropped",
        "handover": "met",
        "resolution": "met",
    }
    assert due(timeline, POLICY) is None
    late = clocks(facts(("question", 0), ("resolved", 2 * HOUR)), POLICY)
    assert of(late, "first_response").outcome == "missed"


def test_resolving_while_waiting_ends_the_pause_too() -> None:
    timeline = facts(("question", 0), ("reply", HOUR), ("paused", HOUR), ("resolved", 3 * DAY))
    resolution = of(clocks(timeline, POLICY), "resolution")
    assert resolution.pauses[-1].ends_at == NINE + 3 * DAY
    assert (resolution.outcome, resolution.used(NINE + 9 * DAY)) == ("met", HOUR)


def test_a_reopened_conversation_has_a_new_clock_and_the_old_one_stays() -> None:
    timeline = facts(("question", 0), ("reply", 10), ("resolved", HOUR), ("reopened", DAY), ("question", DAY))
    found = clocks(timeline, POLICY)
    first, again = [clock for clock in found if clock.metric == "first_response"]
    assert (first.outcome, again.outcome) == ("met", "running")
    assert (again.started_at, again.started_by, again.due_at) == (NINE + DAY, "reopened", NINE + DAY + HOUR)
    assert [clock.started_at for clock in found if clock.metric == "resolution"] == [NINE, NINE + DAY]


def test_an_operator_s_reopening_starts_clocks_without_a_question() -> None:
    found = clocks(facts(("question", 0), ("resolved", HOUR), ("reopened", DAY)), POLICY)
    running = [clock.metric for clock in found if clock.outcome == "running"]
    assert sorted(running) == ["first_response", "handover", "resolution"]


def test_a_question_after_resolving_opens_again_by_itself() -> None:
    found = clocks(facts(("question", 0), ("resolved", HOUR), ("question", DAY)), POLICY)
    assert [clock.started_at for clock in found if clock.metric == "first_response"] == [NINE, NINE + DAY]


def test_reopening_what_is_open_changes_nothing() -> None:
    assert clocks(facts(("question", 0), ("reopened", HOUR)), POLICY) == clocks(
        facts(("question", 0)), POLICY
    )


def test_a_reply_after_resolving_changes_no_clock() -> None:
    before = facts(("question", 0), ("resolved", HOUR))
    assert clocks((*before, Fact(NINE + 2 * HOUR, "reply")), POLICY) == clocks(before, POLICY)


def test_a_metric_without_target_runs_no_clock() -> None:
    policy = SlaPolicy("first only", 1, OFFICE, SlaTargets(first_response=HOUR))
    assert [clock.metric for clock in clocks(facts(("question", 0)), policy)] == ["first_response"]
    assert clocks(facts(("question", 0)), SlaPolicy("nothing", 1, OFFICE, SlaTargets())) == ()


def test_a_new_policy_counts_running_clocks_anew_and_leaves_history_alone() -> None:
    urgent = SlaPolicy("urgent", 4, ALWAYS, SlaTargets(first_response=HOUR, next_response=10 * MINUTE))
    timeline = (
        *facts(("question", 0), ("reply", 10), ("question", 20)),
        Fact(NINE + 30, "policy_changed", policy=urgent),
    )
    found = clocks(timeline, POLICY)
    assert of(found, "first_response").policy == POLICY
    following = of(found, "next_response")
    assert (following.policy, following.due_at) == (urgent, NINE + 20 + 10 * MINUTE)
    assert following.policy_changed_at == NINE + 30
    assert "resolution" not in {clock.metric for clock in found}


def test_the_same_policy_again_changes_nothing() -> None:
    timeline = facts(("question", 0))
    same = (*timeline, Fact(NINE + 1, "policy_changed", policy=POLICY), Fact(NINE + 2, "policy_changed"))
    assert clocks(same, POLICY) == clocks(timeline, POLICY)


def test_the_time_to_call_a_reply_back_counts() -> None:
    """The clock looks at the platform's confirmation, ten seconds after the operator sent."""
    sent = HOUR - 5_000
    found = clocks(facts(("question", 0), ("reply", sent + 10_000)), POLICY)
    assert of(found, "first_response").outcome == "missed"


def test_used_and_left_add_up_to_the_target() -> None:
    first = of(clocks(facts(("question", 0)), POLICY), "first_response")
    for now in (NINE - DAY, NINE, NINE + 20 * MINUTE, NINE + 3 * HOUR):
        assert first.used(now) + first.left(now) == HOUR
    assert first.left(NINE + 3 * HOUR) == -2 * HOUR
    assert first.used(NINE - DAY) == 0


_WHATS: tuple[What, ...] = (
    "question",
    "reply",
    "paused",
    "resumed",
    "handed_over",
    "resolved",
    "reopened",
    "policy_changed",
)
_timelines = st.lists(
    st.builds(
        Fact,
        st.integers(NINE - 5 * DAY, NINE + 20 * DAY),
        st.sampled_from(_WHATS),
        policy=st.sampled_from(
            (None, POLICY, SlaPolicy("other", 2, ALWAYS, SlaTargets(HOUR, None, None, DAY)))
        ),
    ),
    max_size=25,
)


@settings(max_examples=200, deadline=None)
@given(_timelines)
def test_any_order_and_any_jump_of_the_clock_gives_sound_clocks(timeline: list[Fact]) -> None:
    found = clocks(timeline, POLICY)
    for clock in found:
        moments = [clock.started_at]
        for pause in clock.pauses:
            moments += [pause.starts_at, *([] if pause.ends_at is None else [pause.ends_at])]
        moments += [] if clock.stopped_at is None else [clock.stopped_at]
        assert all(before <= after for before, after in pairwise(moments))
        assert (clock.outcome == "running") == (clock.stopped_at is None)
        assert clock.due_at is None or clock.soon_at is None or clock.soon_at <= clock.due_at
        assert clock.due_at is not None or clock.paused
    for metric in ("first_response", "next_response", "handover", "resolution"):
        assert sum(clock.metric == metric and clock.stopped_at is None for clock in found) <= 1
    responses = {clock.metric for clock in found if clock.stopped_at is None} & {
        "first_response",
        "next_response",
    }
    assert len(responses) <= 1


@settings(max_examples=200, deadline=None)
@given(_timelines)
def test_what_is_due_first_is_the_first_of_the_running_clocks(timeline: list[Fact]) -> None:
    running = [
        Due(clock.due_at, clock.soon_at, clock.metric)
        for clock in clocks(timeline, POLICY)
        if clock.stopped_at is None and clock.due_at is not None and clock.soon_at is not None
    ]
    assert due(timeline, POLICY) == min(running, default=None)


@settings(max_examples=200, deadline=None)
@given(st.lists(_timelines, min_size=2, max_size=2))
def test_what_has_stopped_is_never_changed_by_what_happens_later(parts: list[list[Fact]]) -> None:
    before, after = parts
    stopped = [clock for clock in clocks(before, POLICY) if clock.stopped_at is not None]
    later = list(clocks([*before, *after], POLICY))
    for clock in stopped:
        assert clock in later
        later.remove(clock)


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_paused_clocks_agree_with_every_minute(data: st.DataObject) -> None:
    """Pauses become closed minutes of the oracle, which then has to find the same moments."""
    calendar = data.draw(calendars(("Europe/Amsterdam", "Australia/Lord_Howe")))
    oracle = MinuteOracle(calendar.timezone, calendar.periods, calendar.holidays)
    start = (FIRST + data.draw(st.integers(2_000, 4_000_000))) * MINUTE
    target = min(data.draw(st.integers(1, 5 * DAY)), 52 * calendar.usual_week)
    gaps = data.draw(st.lists(st.tuples(st.integers(0, 6_000), st.integers(0, 6_000)), max_size=6))
    timeline, moment = [Fact(start, "question")], start
    for working, pausing in gaps:
        pause = moment + working * MINUTE
        moment = pause + pausing * MINUTE
        timeline += [Fact(pause, "paused"), Fact(moment, "resumed")]
        oracle.without(pause, moment)
    resolution = of(
        clocks(timeline, SlaPolicy("p", 1, calendar, SlaTargets(resolution=target))), "resolution"
    )
    assert resolution.due_at is not None
    expected = oracle.add(start, target)
    if expected is not None:
        assert resolution.due_at == expected
        assert resolution.used(expected) == target
        assert resolution.soon_at == oracle.add(start, target * 4 // 5)


def test_a_target_longer_than_ten_years_is_refused() -> None:
    rare = Calendar("rare", "Europe/Amsterdam", {0: ((0, 1),)})
    with pytest.raises(ValueError, match="ten years"):
        SlaPolicy("slow", 1, rare, SlaTargets(resolution=DAY))
    with pytest.raises(ValueError, match="longer than nothing"):
        SlaTargets(first_response=0)
