"""Learning from choices and refusals: in the right direction, bounded, and the same every time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.clock import DAY
from domain.suggest_learning import FADES, FEATURES, STARTS, Learned, Lesson, Taught, Weights

figures = st.tuples(*(st.integers(-1000, 1000).map(lambda value: value / 1000) for _name in FEATURES))


@st.composite
def lessons(draw: st.DrawFn) -> Lesson:
    """Any choice or refusal among up to three."""
    count = draw(st.integers(1, 3))
    names = tuple(f"message:{draw(st.integers(1, 6))}" for _each in range(count))
    offered = tuple(draw(figures) for _each in range(count))
    return Lesson(
        draw(st.integers(0, 200)) * DAY, names, offered, draw(st.none() | st.integers(0, count - 1))
    )


@given(st.lists(figures, min_size=2, max_size=3), st.data())
def test_a_choice_moves_towards_what_was_chosen(
    offered: list[tuple[float, ...]], data: st.DataObject
) -> None:
    """Its lead over the rest, as the desk expected them, does not shrink."""
    took = data.draw(st.integers(0, len(offered) - 1))
    before = Weights()
    after = before.after(offered, took)
    shares = before._shares(offered)
    expected = [
        sum(share * one[place] for share, one in zip(shares, offered, strict=True))
        for place in range(len(FEATURES))
    ]

    def lead(weights: Weights) -> float:
        return weights.score(offered[took]) - weights.score(expected)

    assert lead(after) >= lead(before) - 1e-9


@given(st.lists(figures, min_size=1, max_size=3))
def test_a_refusal_moves_away_from_all(offered: list[tuple[float, ...]]) -> None:
    """What the desk expected to be taken scores no higher afterwards."""
    before = Weights()
    shares = before._shares(offered)
    expected = [
        sum(share * one[place] for share, one in zip(shares, offered, strict=True))
        for place in range(len(FEATURES))
    ]
    assert before.after(offered, None).score(expected) <= before.score(expected) + 1e-9


@given(st.lists(lessons(), max_size=30))
def test_a_fold_is_the_same_twice_and_stays_in_bounds(taken: list[Lesson]) -> None:
    """Replaying gives the very same numbers; none runs away."""
    one, two = Learned(), Learned()
    for lesson in taken:
        one = one.after(lesson)
    for lesson in taken:
        two = two.after(lesson)
    assert one == two
    assert all(
        abs(weight - start) < 12 for weight, start in zip(one.weights.values, STARTS.values(), strict=True)
    )
    assert all(-1 < each.balance < 1 and each.taken >= 0 <= each.refused for each in one.taught.values())


def test_always_taking_what_is_alike_teaches_that_likeness_counts() -> None:
    """And what was always there, chosen or not, keeps its weight."""
    alike = tuple(1.0 if name == "words" else 0.5 for name in FEATURES)
    unlike = tuple(0.0 if name == "words" else 0.5 for name in FEATURES)
    weights = Weights()
    for _each in range(40):
        weights = weights.after([unlike, alike], 1)
    place = FEATURES.index("words")
    assert weights.values[place] > STARTS["words"] + 0.3


def test_only_what_was_read_is_judged() -> None:
    """Taking the second passes the first over; the third was not looked at."""
    lesson = Lesson(DAY, ("message:1", "message:2", "message:3"), ((0.0,) * len(FEATURES),) * 3, 1)
    taught = Learned().after(lesson).taught
    assert taught == {"message:1": Taught(0, 1, DAY), "message:2": Taught(1, 0, DAY)}


def test_lessons_fade() -> None:
    """A choice counts half after FADES; an earlier moment never adds to it."""
    taught = Taught().after(taken=True, at=0).after(taken=False, at=FADES)
    assert abs(taught.taken - 0.5) < 1e-9
    assert taught.after(taken=True, at=0).at == FADES
