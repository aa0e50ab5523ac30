"""Goals: every one of them can be read, and a restless machine proves nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.__main__ import SUITES, table
from bench.compare import rows
from bench.lib.goals import Goal, figure, judge, load

TIMED = Goal("T", "a time", "keys", "ratio.med", "<=", 1.05, "timed", "aa.med")
HARD = Goal("H", "a count", "bytes", "subject.step", "<=", 520, "hard")


def test_every_goal_names_a_suite_a_known_comparison_and_its_control() -> None:
    goals = load()
    assert len({goal.id for goal in goals}) == len(goals)
    for goal in goals:
        assert goal.suite in SUITES
        assert goal.op in {"<=", ">=", "=="}
        assert goal.kind in {"hard", "timed", "soft"}
        assert bool(goal.control or goal.again) == (goal.kind == "timed"), goal.id


@pytest.mark.parametrize(
    ("value", "control", "verdict"),
    [(1.0, 1.02, "pass"), (1.2, 0.98, "fail"), (1.0, 1.2, "inconclusive"), (1.0, None, "inconclusive")],
)
def test_a_timed_goal_counts_only_where_the_control_is_steady(
    value: float, control: float | None, verdict: str
) -> None:
    suites = {"keys": {"ratio": {"med": value}, "aa": {"med": control}}}
    assert judge(TIMED, suites, 0).verdict == verdict


@pytest.mark.parametrize(("pairs", "verdict"), [(4, "inconclusive"), (5, "pass")])
def test_a_median_of_few_pairs_proves_nothing(pairs: int, verdict: str) -> None:
    suites = {"keys": {"ratio": {"n": pairs, "med": 1.0}, "aa": {"med": 1.0}}}
    assert judge(TIMED, suites, 0).verdict == verdict


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [(8.0, 9.0, "pass"), (11.0, 30.0, "fail"), (8.0, 11.0, "inconclusive"), (11.0, 8.0, "inconclusive")],
)
def test_a_figure_that_is_no_ratio_has_to_say_the_same_twice(
    first: float, second: float, verdict: str
) -> None:
    goal = replace(TIMED, path="ms.p95", limit=10, control="", again="control_ms.p95")
    suites = {"keys": {"ms": {"n": 60, "p95": first}, "control_ms": {"n": 60, "p95": second}}}
    assert judge(goal, suites, 0).verdict == verdict


@pytest.mark.parametrize(("values", "verdict"), [(19, "inconclusive"), (20, "pass")])
def test_a_tail_needs_more_values_than_a_median(values: int, verdict: str) -> None:
    goal = replace(TIMED, path="ms.p95", control="", again="ms.p95")
    assert judge(goal, {"keys": {"ms": {"n": values, "p95": 1.0}}}, 0).verdict == verdict


def test_both_a_control_and_a_second_figure_may_be_asked_for() -> None:
    goal = replace(TIMED, again="again")
    for control, second, verdict in (
        (1.0, 1.0, "pass"),
        (1.2, 1.0, "inconclusive"),
        (1.0, 2.0, "inconclusive"),
    ):
        suites = {"keys": {"ratio": {"med": 1.0}, "aa": {"med": control}, "again": second}}
        assert judge(goal, suites, 0).verdict == verdict


def test_a_small_file_says_nothing_about_a_large_one() -> None:
    goal, suites = replace(HARD, rows=1_000), {"bytes": {"subject": {"step": 1}}}
    assert judge(goal, suites, 999).verdict == "skipped"
    assert judge(goal, suites, 1_000).verdict == "pass"


def test_a_count_needs_no_control() -> None:
    assert judge(HARD, {"bytes": {"subject": {"step": 520}}}, 0).verdict == "pass"
    assert judge(HARD, {"bytes": {"subject": {"step": 521}}}, 0).verdict == "fail"
    assert judge(replace(HARD, op=">="), {"bytes": {"subject": {"step": 521}}}, 0).verdict == "pass"


def test_what_was_not_measured_is_skipped() -> None:
    assert judge(HARD, {}, 0).verdict == "skipped"
    assert judge(HARD, {"bytes": {"subject": {"step": "many"}}}, 0).verdict == "skipped"
    assert figure({"a": {"b": 3}}, "a.b.c") is None


def test_two_runs_are_compared_only_where_both_are_sure() -> None:
    old = {
        "goals": [{"id": "K", "value": 2.0, "verdict": "fail"}, {"id": "L", "value": 1, "verdict": "pass"}]
    }
    new = {
        "goals": [
            {"id": "K", "value": 1.0, "verdict": "pass"},
            {"id": "L", "value": 3, "verdict": "inconclusive"},
        ]
    }
    assert rows(old, new) == [
        ("K", "2", "1", "-50 %", "fail -> pass"),
        ("L", "1", "3", "", "pass -> inconclusive"),
    ]


def test_the_table_says_all_there_is() -> None:
    said = table(
        [judge(HARD, {"bytes": {"subject": {"step": 757}}}, 0)], {"machine": {"noise": {"load": 1.5}}}
    )
    assert "H     fail                757   <= 520" in said
    assert '"load": 1.5' in said
