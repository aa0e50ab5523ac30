"""What a classifier's own labels and numbers mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.model_labels import Labels, UnknownLabels


def labels(*names: str, several: bool = False) -> Labels:
    """As a config.json has them."""
    config: dict[str, object] = {"id2label": {str(index): name for index, name in enumerate(names)}}
    if several:
        config["problem_type"] = "multi_label_classification"
    return Labels.of(config)


@pytest.mark.parametrize(
    "names",
    [
        ("NEG", "NEU", "POS"),
        ("negative", "neutral", "positive"),
        ("Negatief", "Neutraal", "Positief"),
        ("neg", "neu", "pos"),
        ("1 star", "3 stars", "5 stars"),
    ],
)
def test_the_usual_names_are_known_in_any_order(names: tuple[str, str, str]) -> None:
    bad, still, good = names
    assert labels(bad, still, good).read([5.0, 0.0, 0.0])[0] > 0.9
    assert labels(good, bad, still).read([5.0, 0.0, 0.0])[2] > 0.9
    assert labels(still, good, bad).read([5.0, 0.0, 0.0])[1] > 0.9


def test_five_stars_are_three_things() -> None:
    stars = labels("1 star", "2 stars", "3 stars", "4 stars", "5 stars")
    negative, neutral, positive = stars.read([0.0] * 5)
    assert (negative, neutral, positive) == pytest.approx((0.4, 0.2, 0.4))


def test_two_labels_leave_nothing_neutral() -> None:
    assert labels("Positive", "Negative").read([0.0, 0.0]) == pytest.approx((0.5, 0.0, 0.5))


@pytest.mark.parametrize(
    "names", [("LABEL_0", "LABEL_1", "LABEL_2"), ("NEG", "NEU"), ("joy", "NEG", "POS"), (), ("POS",)]
)
def test_labels_that_say_nothing_are_refused_by_name(names: tuple[str, ...]) -> None:
    with pytest.raises(UnknownLabels, match=", ".join(names) or "^$"):
        labels(*names)


def test_the_wrong_number_of_outputs_is_refused() -> None:
    with pytest.raises(UnknownLabels):
        labels("NEG", "NEU", "POS").read([1.0, 2.0])


@pytest.mark.parametrize(
    ("outputs", "meant"),
    [([-9, -9], (0, 1, 0)), ([9, -9], (0, 0, 1)), ([-9, 9], (1, 0, 0)), ([9, 9], (0.5, 0, 0.5))],
)
def test_several_labels_at_once_none_is_neutral_both_is_mixed(
    outputs: list[float], meant: tuple[float, float, float]
) -> None:
    assert labels("pos", "neg", several=True).read(outputs) == pytest.approx(meant, abs=0.01)


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3), st.booleans())
def test_probabilities_add_up_to_one(outputs: list[float], several: bool) -> None:
    read = labels("POS", "NEG", "NEU", several=several).read(outputs)
    assert sum(read) == pytest.approx(1)
    assert all(0 <= one <= 1 for one in read)
