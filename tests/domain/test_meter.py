"""The before/after meter: what counts, what it comes to, and that the counts add up."""

from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.meter import OUTCOMES, Arc, Mean, Sums, Tally, arc_of, mean_of, outcome_of, share, student

feelings = st.one_of(st.none(), st.floats(-1, 1, allow_nan=False))
conversations = st.tuples(feelings, feelings, st.booleans())


def tally(*found: tuple[float | None, float | None, bool]) -> Tally:
    return sum((Tally.of(before, after, came_back=back) for before, after, back in found), Tally())


def test_before_is_up_to_our_first_reply_and_after_is_behind_our_last() -> None:
    exchange = [
        ("in", -1.0),
        ("in", None),
        ("in", 0.0),
        ("out", None),
        ("in", 0.9),
        ("out", None),
        ("in", 0.5),
    ]
    one = arc_of(exchange)
    assert one == Arc((-1.0, None, 0.0), (0.5,), answered=True)
    assert (one.start, one.end, one.outcome) == (-0.5, 0.5, "turned")


def test_without_an_answer_nothing_came_of_it() -> None:
    one = arc_of([("in", -1.0), ("in", 0.5)])
    assert (one.start, one.end, one.outcome, one.came_back) == (-0.25, None, None, False)


@pytest.mark.parametrize(
    ("before", "after", "back", "outcome"),
    [
        (-0.8, 0.4, True, "turned"),
        (-0.8, 0.1, True, "turned"),
        (0.0, 0.3, True, "turned"),
        (-0.8, -0.3, True, "kept"),
        (0.3, 0.9, True, "kept"),
        (0.2, -0.3, True, "worsened"),
        (-0.8, None, False, "silent"),
        (None, None, False, "silent"),
        (-0.8, None, True, "unknown"),
        (None, 0.8, True, "unknown"),
    ],
)
def test_what_becomes_of_a_conversation(
    before: float | None, after: float | None, back: bool, outcome: str
) -> None:
    assert outcome_of(before, after, came_back=back) == outcome


@given(st.lists(conversations, max_size=30))
def test_the_counts_add_up(found: list[tuple[float | None, float | None, bool]]) -> None:
    whole = tally(*found)
    assert whole.n == len(found) == sum(getattr(whole, outcome) for outcome in OUTCOMES)
    measured = [(b, a) for b, a, back in found if back and b is not None and a is not None]
    assert whole.measured == len(measured)
    if measured:
        assert whole.before is not None
        assert whole.after is not None
        assert whole.change is not None
        assert whole.before.value == pytest.approx(statistics.fmean(b for b, _a in measured))
        assert whole.change.value == pytest.approx(whole.after.value - whole.before.value)
    else:
        assert whole.before is whole.after is whole.change is None


@given(st.lists(conversations, max_size=20), st.data())
def test_parts_make_the_whole_however_they_are_cut(
    found: list[tuple[float | None, float | None, bool]], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(found)))
    parts, whole = tally(*found[:at]) + tally(*found[at:]), tally(*found)
    assert [getattr(parts, one) for one in OUTCOMES] == [getattr(whole, one) for one in OUTCOMES]
    assert parts.before_sums.squares == pytest.approx(whole.before_sums.squares)


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=60))
def test_the_interval_is_students(values: list[float]) -> None:
    mean = Sums(sum(values), sum(one * one for one in values)).mean(len(values))
    assert mean is not None
    assert mean.margin is not None
    spread = statistics.stdev(values) / math.sqrt(len(values))
    assert mean.margin == pytest.approx(student(len(values) - 1) * spread, abs=1e-6)


def test_one_conversation_has_no_interval() -> None:
    assert tally((-0.5, 0.5, True)).before == Mean(-0.5, None)


@pytest.mark.parametrize(
    ("freedom", "wanted"), [(1, 12.706), (4, 2.776), (5, 2.571), (10, 2.228), (30, 2.042), (1000, 1.962)]
)
def test_students_quantile_is_the_tables(freedom: int, wanted: float) -> None:
    assert student(freedom) == pytest.approx(wanted, abs=0.004)


def test_a_share_stays_within_nothing_and_all() -> None:
    assert share(0, 0) is None
    none, all_ = share(0, 10), share(10, 10)
    assert none is not None
    assert all_ is not None
    assert (none[0], none[1], round(none[2], 3)) == (0.0, 0.0, 0.278)
    assert (all_[0], round(all_[1], 3), round(all_[2], 3)) == (1.0, 0.722, 1.0)


def test_unknown_feelings_are_in_no_mean() -> None:
    assert mean_of([None, 0.5, None, 1.0]) == 0.75
    assert mean_of([None]) is None
