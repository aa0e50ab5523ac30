"""Learning as plain numbers: a fold that can be done again, and that is used only where it is ahead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.learning import (
    LABELS,
    WINDOW,
    Delta,
    Features,
    Guess,
    Learned,
    Lesson,
    Numbers,
    Trial,
    best,
    corrected,
    replay,
)

SURE_NEUTRAL = (0.1, 0.8, 0.1)

bases = st.tuples(*[st.floats(0.01, 1)] * 3).map(lambda one: tuple(part / sum(one) for part in one))
texts = st.dictionaries(st.integers(0, 12), st.floats(0.05, 1), max_size=6)
lessons = st.builds(Lesson, bases, st.sampled_from([*LABELS["sentiment"], "unknown"]), st.booleans())
streams = st.lists(st.tuples(texts, lessons), max_size=25)


def taught(stream: list[tuple[Features, Lesson]]) -> Learned:
    learned = Learned("sentiment")
    for features, lesson in stream:
        learned.learn(features, lesson)
    return learned


@given(streams)
def test_a_replay_is_the_same_to_the_last_bit(stream: list[tuple[Features, Lesson]]) -> None:
    online, again = taught(stream), replay("sentiment", stream)
    assert online.delta.numbers == again.delta.numbers
    assert online.trial == again.trial


@given(streams, st.tuples(texts, lessons), streams)
def test_what_is_taken_out_leaves_nothing(
    before: list[tuple[Features, Lesson]],
    one: tuple[Features, Lesson],
    after: list[tuple[Features, Lesson]],
) -> None:
    """Learn all, then replay without one: as if it had never been."""
    without = replay("sentiment", [*before, *after])
    assert replay(
        "sentiment", [each for each in [*before, one, *after] if each is not one]
    ).delta.numbers == (without.delta.numbers)


@given(streams)
def test_what_changed_is_all_that_changed(stream: list[tuple[Features, Lesson]]) -> None:
    """Whoever writes only the returned numbers has all of them."""
    learned = Learned("sentiment")
    kept: dict[int, Numbers] = {}
    for features, lesson in stream:
        kept |= learned.learn(features, lesson)[1]
    assert kept == learned.delta.numbers


@given(bases, st.lists(st.floats(-20, 20), min_size=3, max_size=3))
def test_corrected_probabilities_add_up(base: tuple[float, ...], shift: list[float]) -> None:
    assert sum(corrected(base, shift)) == pytest.approx(1)
    assert corrected(base, [0.0] * 3) == pytest.approx(list(base), abs=0.02)


def test_a_few_corrections_turn_a_word() -> None:
    learned, message = Learned("sentiment"), dict.fromkeys(range(100), 0.1)
    for _again in range(3):
        learned.learn(message, Lesson(SURE_NEUTRAL, "negative", corrected=True))
    shift = learned.delta.shift(message)
    assert LABELS["sentiment"][best(corrected(SURE_NEUTRAL, shift))] == "negative"
    assert learned.delta.shift({800: 1.0}) == [0.0, 0.0, 0.0]


def test_an_untouched_message_teaches_less_than_a_correction() -> None:
    told, left = Delta("sentiment"), Delta("sentiment")
    told.learn({1: 1.0}, Lesson(SURE_NEUTRAL, "negative", corrected=True))
    left.learn({1: 1.0}, Lesson(SURE_NEUTRAL, "negative", corrected=False))
    assert 0 < left.shift({1: 1.0})[0] < told.shift({1: 1.0})[0]


def test_unknown_teaches_nothing() -> None:
    learned = Learned("kind")
    base = (0.125,) * 8
    assert learned.learn({1: 1.0}, Lesson(base, "unknown", corrected=True)) == (None, {})
    assert learned.trial.last == []


def test_it_is_used_once_it_is_ahead_and_not_when_it_falls_behind() -> None:
    trial = Trial()
    right = Lesson(SURE_NEUTRAL, "negative", corrected=True)
    for number in range(WINDOW - 1):
        trial.note(right, Guess("neutral", "negative"))
        assert not trial.on, number
    trial.note(right, Guess("neutral", "negative"))
    assert trial.on
    for _again in range(WINDOW // 2):
        trial.note(right, Guess("negative", "neutral"))
        assert trial.on
    trial.note(right, Guess("negative", "neutral"))
    assert not trial.on


def test_a_tie_changes_nothing() -> None:
    for on in (True, False):
        trial = Trial(on)
        for _again in range(WINDOW + 5):
            trial.note(Lesson(SURE_NEUTRAL, "neutral", corrected=False), Guess("neutral", "neutral"))
        assert trial.on is on
        assert len(trial.last) == WINDOW
