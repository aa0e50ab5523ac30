"""The arithmetic behind every number of the benchmark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.lib.figures import paired, percentile, pooled, slope, spread, steady

NUMBERS = st.lists(st.floats(min_value=0.001, max_value=1e6), min_size=1, max_size=40)


def test_a_percentile_lies_between_its_neighbours() -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.5
    assert percentile([10.0], 0.99) == 10.0
    assert percentile([0.0, 100.0], 0.95) == pytest.approx(95.0)


@given(NUMBERS, st.floats(min_value=0, max_value=1))
def test_a_percentile_is_never_outside(values: list[float], share: float) -> None:
    assert min(values) <= percentile(values, share) <= max(values) * (1 + 1e-12)


def test_a_ratio_is_taken_round_by_round() -> None:
    """Medians of each side would say 1.0 here; the pairs say 2.0."""
    assert paired([2.0, 20.0, 1.0], [1.0, 10.0, 2.0])["med"] == 2.0
    with pytest.raises(ValueError, match="zip"):
        paired([1.0], [1.0, 2.0])


@given(NUMBERS)
def test_a_thing_against_itself_is_one(values: list[float]) -> None:
    assert paired(values, values)["med"] == 1.0


def test_nothing_measured_is_said_so() -> None:
    assert spread([]) == {"n": 0}
    assert paired([], []) == {"n": 0}


@pytest.mark.parametrize(
    ("ratio", "verdict"), [(1.0, True), (0.93, True), (1.07, True), (1.08, False), (None, False)]
)
def test_a_control_pair_tells_whether_a_timed_figure_counts(ratio: object, verdict: bool) -> None:
    assert steady(ratio) is verdict


def test_pooled_percentiles_are_put_in_proportion() -> None:
    assert pooled([2.0, 4.0, 6.0], [1.0, 2.0, 3.0], 0.5) == 2.0
    assert pooled([], [1.0], 0.5) is None
    assert pooled([1.0], [0.0], 0.5) is None


@given(st.floats(min_value=-5, max_value=5), st.integers(min_value=2, max_value=30))
def test_a_straight_line_has_its_slope(rise: float, count: int) -> None:
    xs = [float(number) for number in range(count)]
    assert slope(xs, [3 + rise * x for x in xs]) == pytest.approx(rise, abs=1e-6)
    assert slope([1.0], [1.0]) == 0.0
