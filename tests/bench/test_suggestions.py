"""The benchmark of suggestions: the same twice, and it can tell a good ranking from none."""

from __future__ import annotations

from bench.lib.suggestion_history import Matters, generated
from bench.lib.suggestion_practice import practised
from bench.suggestions import WAYS, figures, play, table, verdict


def test_a_history_is_the_same_twice_and_has_a_truth() -> None:
    """From its seed; what is right is worded in the file and is sent often enough to be learned."""
    matters = Matters.read()
    assert len(matters.topics) == 14
    one = generated(3, 300, matters.topics, matters)
    assert one == generated(3, 300, matters.topics, matters)
    assert one != generated(4, 300, matters.topics, matters)
    assert 0.3 < sum(step.sent == step.right for step in one) / len(one) < 0.7
    assert {step.right.split("/")[2] for step in one} == {"best", "new"}
    assert [step.at for step in one] != sorted({step.at for step in one}, reverse=True)


def test_the_practice_day_is_labelled() -> None:
    """Each person once, and in matters that others share."""
    history = practised(1)
    assert len(history) > 100
    assert len({step.contact for step in history}) > 100


def test_a_short_replay_gives_every_figure_and_is_the_same_twice() -> None:
    """Hits are between none and all, three are never fewer than one."""
    matters = Matters.read()
    history = generated(1, 40, matters.topics[:2], matters)
    hits, spent = play(history, 1)
    assert hits == play(history, 1)[0]
    assert len(spent) == 40
    result = figures("short", [(hits, spent)], grows=True)
    assert all(way in table(result) for way in WAYS)
    for way in WAYS:
        assert all(one <= three for one, three in hits[way])


def test_a_promise_that_does_not_hold_is_said() -> None:
    """Equal is not beaten; level is not grown."""
    level = [[1, 1] for _each in range(12)]
    result = figures("level", [(dict.fromkeys(WAYS, level), [1.0])], grows=True)
    assert len(verdict(result)) == 6
