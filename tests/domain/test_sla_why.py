"""The explanation of a clock: it adds up, names what it skipped, and stays short."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import ALWAYS, Calendar
from domain.clock import DAY, HOUR, MINUTE, Millis
from domain.sla import Fact, SlaPolicy, SlaTargets, What, clocks
from domain.sla_why import MOST_LINES, explain, why
from domain.sla_words import duration, in_words
from tests.domain.calendars import at, calendars

OFFICE = Calendar(
    "office",
    "Europe/Amsterdam",
    dict.fromkeys(range(5), ((9 * 60, 17 * 60),)),
    {date(2026, 12, 25): "Eerste kerstdag", date(2026, 12, 26): "Tweede kerstdag"},
)
POLICY = SlaPolicy("complaints", 3, OFFICE, SlaTargets(HOUR, HOUR, None, 16 * HOUR))
_PROMISED = (
    "Promised: 16:00 working time, by policy “complaints”, version 3; calendar “office” (Europe/Amsterdam)."
)
ASKED = at(2026, 12, 23, 16, 30)


def told(timeline: tuple[Fact, ...], policy: SlaPolicy, now: Millis) -> list[str]:
    return list(in_words(why(timeline, policy, now), "Europe/Amsterdam"))


def test_a_clock_over_christmas_is_told_line_by_line() -> None:
    timeline = (
        Fact(ASKED, "question"),
        Fact(at(2026, 12, 23, 16, 50), "reply"),
        Fact(at(2026, 12, 23, 16, 50), "paused", note="waiting"),
        Fact(at(2026, 12, 24, 11), "resumed"),
    )
    assert told(timeline, POLICY, at(2026, 12, 24, 12)) == [
        "Clock: resolution, running.",
        "Started Wed 23 Dec 2026 16:30 by the contact's question.",
        _PROMISED,
        "Wed 23 Dec 16:30 to 16:50: 0:20 counted.",
        "Stood still Wed 23 Dec 2026 16:50 to Thu 24 Dec 2026 11:00: waiting for the contact.",
        "Thu 24 Dec 11:00 to 17:00: 6:00 counted.",
        "Fri 25 Dec: closed, Eerste kerstdag.",
        "Sat 26 Dec to Sun 27 Dec: closed.",
        "Mon 28 Dec 09:00 to 17:00: 8:00 counted.",
        "Tue 29 Dec 09:00 to 10:40: 1:40 counted.",
        "Used: 1:20.",
        "Left: 14:40.",
        "Due: Tue 29 Dec 2026 10:40.",
        "Before: first response, Wed 23 Dec 2026 16:30 to Wed 23 Dec 2026 16:50, 0:20 used, met.",
    ]


def test_a_clock_that_stands_still_says_why_it_is_not_due() -> None:
    timeline = (Fact(ASKED, "question"), Fact(ASKED, "reply"), Fact(ASKED, "paused", note="snoozed"))
    lines = told(timeline, POLICY, ASKED + DAY)
    assert "Stands still since Wed 23 Dec 2026 16:30: snoozed until they reply." in lines
    assert "Not due while it stands still: snoozed until they reply." in lines


def test_a_clock_that_is_over_says_by_how_much() -> None:
    assert "Over: 1:30." in told((Fact(ASKED, "question"),), POLICY, at(2026, 12, 24, 11))


def test_a_resolved_conversation_tells_its_last_clock_in_full() -> None:
    timeline = (Fact(ASKED, "question"), Fact(at(2026, 12, 24, 10), "resolved"))
    lines = told(timeline, POLICY, at(2027, 1, 4))
    assert lines[0] == "Clock: first response, missed."
    assert "Stopped Thu 24 Dec 2026 10:00 by resolving; it was due Thu 24 Dec 2026 09:30." in lines
    assert sum(line.startswith("Before") for line in lines) == 1
    assert lines[-1].startswith(
        "Before: resolution, Wed 23 Dec 2026 16:30 to Thu 24 Dec 2026 10:00, 1:30 used"
    )


def test_a_pause_after_the_time_was_used_up_is_left_out() -> None:
    short = SlaPolicy("short", 1, OFFICE, SlaTargets(resolution=10 * MINUTE))
    paused = (Fact(ASKED + HOUR, "paused"), Fact(ASKED + 2 * HOUR, "resumed"))
    assert not any(
        line.startswith("Stood") for line in told((Fact(ASKED, "question"), *paused), short, ASKED)
    )


def test_a_long_run_of_plain_days_is_one_line() -> None:
    slow = SlaPolicy("slow", 1, OFFICE, SlaTargets(resolution=100 * HOUR))
    lines = told((Fact(at(2026, 11, 2, 12), "question"),), slow, at(2026, 11, 2, 13))
    assert "Tue 3 Nov to Tue 17 Nov: 11 working days of 8:00: 88:00 counted." in lines


def test_a_changed_policy_is_told() -> None:
    other = SlaPolicy("urgent", 4, ALWAYS, SlaTargets(first_response=HOUR))
    timeline = (Fact(ASKED, "question"), Fact(ASKED + MINUTE, "policy_changed", policy=other))
    lines = told(timeline, POLICY, ASKED + MINUTE)
    assert "Since Wed 23 Dec 2026 16:31 policy “urgent”, version 4, applies; " in lines[2]
    assert "Wed 23 Dec 16:30 to 17:30: 1:00 counted." in lines


def test_around_the_clock_is_one_stretch() -> None:
    policy = SlaPolicy("always", 1, ALWAYS, SlaTargets(first_response=24 * HOUR))
    lines = told((Fact(ASKED, "question"),), policy, ASKED)
    assert "Wed 23 Dec 16:30 to Thu 24 Dec 16:30: 24:00 counted." in lines


def test_the_repeated_hour_says_which_one_it_is() -> None:
    night = Calendar("night", "Europe/Amsterdam", dict.fromkeys(range(7), ((60, 300),)))
    policy = SlaPolicy("night", 1, night, SlaTargets(first_response=2 * HOUR + 30 * MINUTE))
    lines = told((Fact(at(2026, 10, 25, 0), "question"),), policy, at(2026, 10, 25, 0))
    assert "Sun 25 Oct 01:00 to 02:30 (CET): 2:30 counted." in lines


def test_no_promise_is_said_too() -> None:
    policy = SlaPolicy("nothing", 2, OFFICE, SlaTargets())
    assert told((Fact(ASKED, "question"),), policy, ASKED) == [
        "No clock runs: policy “nothing”, version 2, promises nothing here."
    ]


def test_a_cause_in_a_person_s_words_is_left_as_it_is() -> None:
    timeline = (Fact(ASKED, "question"), Fact(ASKED, "paused", note="{verhuisd} 100%"))
    assert any(line.endswith(": {verhuisd} 100%.") for line in told(timeline, POLICY, ASKED))


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "0:00"),
        (59_999, "0:00:59"),
        (MINUTE, "0:01"),
        (90 * MINUTE, "1:30"),
        (100 * HOUR, "100:00"),
        (-MINUTE, "-0:01"),
    ],
)
def test_durations(amount: Millis, words: str) -> None:
    assert duration(amount) == words


_WHATS: tuple[What, ...] = (
    "question",
    "reply",
    "paused",
    "resumed",
    "handed_over",
    "resolved",
    "reopened",
)
_whats = st.sampled_from(_WHATS)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_every_explanation_adds_up_and_is_short(data: st.DataObject) -> None:
    calendar = data.draw(calendars())
    target = st.integers(1, min(20 * DAY, 52 * calendar.usual_week))
    policy = SlaPolicy("p", 1, calendar, SlaTargets(*(data.draw(target) for _metric in range(4))))
    steps = data.draw(st.lists(st.tuples(st.integers(-HOUR, 4 * DAY), _whats), min_size=1, max_size=40))
    start = data.draw(st.integers(ASKED, ASKED + 1000 * DAY))
    moments = itertools.accumulate((step for step, _what in steps), initial=start)
    timeline = [Fact(moment, what) for moment, (_step, what) in zip(moments, steps, strict=False)]
    now = timeline[-1].at + data.draw(st.integers(0, 10 * DAY))
    lines = why(timeline, policy, now)
    assert len(lines) <= MOST_LINES
    assert all(in_words(lines, "Australia/Lord_Howe"))
    for clock in clocks(timeline, policy):
        for room in (8, 10_000):
            counted = sum(line.counted for line in explain(clock, now, room=room))
            assert counted == _expected(clock.due_at, clock.stopped_at, clock.target, clock.used(now))


def _expected(due_at: Millis | None, stopped_at: Millis | None, target: Millis, used: Millis) -> Millis:
    over = due_at is not None and (stopped_at is None or stopped_at >= due_at)
    return target if over else used


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_every_skipped_holiday_of_a_long_clock_is_named(data: st.DataObject) -> None:
    calendar = data.draw(calendars())
    target = min(10 * DAY, 20 * calendar.usual_week)
    policy = SlaPolicy("p", 1, calendar, SlaTargets(first_response=target))
    asked = data.draw(st.integers(ASKED, ASKED + 1000 * DAY))
    (clock,) = clocks([Fact(asked, "question")], policy)
    named = {line.day for line in explain(clock, asked, room=10_000) if line.kind == "holiday"}
    assert clock.due_at is not None
    days = calendar.days_between(asked, clock.due_at)
    assert named == {
        day.day for day in days if day.day in calendar.holidays and calendar.periods.get(day.day.weekday())
    }


def test_a_folded_middle_keeps_its_sum() -> None:
    timeline = [Fact(ASKED, "question")]
    for number in range(1, 60):
        timeline += [Fact(ASKED + number * HOUR, "paused"), Fact(ASKED + number * HOUR + 60_000, "resumed")]
    lines = why(timeline, POLICY, ASKED + 60 * HOUR)
    folds = [line for line in lines if line.kind == "folded"]
    assert folds
    assert len(lines) <= MOST_LINES
    (clock,) = (found for found in clocks(timeline, POLICY) if found.metric == "resolution")
    assert sum(line.counted for line in lines if line.metric == "resolution") == clock.target
