"""Ranking: what must hold whatever the desk has answered."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from domain.clock import DAY
from domain.likeness import Asked, words
from domain.suggest import Candidate, Circumstances, Neighbour, Open, Outcome, name_of, rank
from domain.suggest_learning import FEATURES, Taught, Weights

NOW = 100 * DAY
PLACE = Circumstances("question", "nl", "practice", "practice", "public")
MENTIONS = (
    "waar blijft mijn pakket",
    "mijn pakket is kapot",
    "wanneer gaan jullie open",
    "pakket gevolgd",
    "",
)
ANSWERS = (
    "Het komt morgen voor twaalf uur bij je aan.", "Stuur een foto, dan krijg je een nieuwe.",
    "Elke dag van negen tot vijf.", "We zoeken het uit.", "",
)  # fmt: skip


def opened(text: str = MENTIONS[0], place: Circumstances = PLACE) -> Open:
    """A mention that waits."""
    return Open(Asked.of(words(text), dict.fromkeys(words(text), 1.0)), place, NOW)


def neighbour(reply: int, mention: str, answer: str, **changes: object) -> Neighbour:
    """An answered mention of yesterday."""
    made = Neighbour(reply, reply * 10, NOW - DAY, mention, answer, PLACE)
    return replace(made, **changes)  # type: ignore[arg-type]


outcomes = st.builds(
    Outcome,
    st.sampled_from([None, True, False]),
    st.none() | st.floats(-2, 2),
    st.none() | st.floats(0, 1),
)
places = st.builds(
    Circumstances,
    st.sampled_from(["question", "complaint"]), st.sampled_from(["nl", "en", None]), st.just("practice"),
    st.just("practice"), st.sampled_from(["public", "private"]),
    st.sampled_from([frozenset(), frozenset({"x"})]),
)  # fmt: skip


@st.composite
def desks(draw: st.DrawFn) -> list[Neighbour]:
    """What a desk has answered."""
    return [
        Neighbour(
            reply, reply * 10, NOW - draw(st.integers(-1, 90)) * DAY, draw(st.sampled_from(MENTIONS)),
            draw(st.sampled_from(ANSWERS)), draw(places), draw(st.sampled_from([None, None, "t1", "t2"])),
            draw(outcomes),
        )
        for reply in range(1, draw(st.integers(0, 12)) + 1)
    ]  # fmt: skip


def told(candidates: tuple[Candidate, ...]) -> list[tuple[int, float]]:
    """What can be seen of a ranking."""
    return [(one.source.reply, one.score) for one in candidates]


@given(desks(), places, st.randoms(use_true_random=False))
def test_the_order_depends_on_nothing_but_what_is_known(
    desk: list[Neighbour], place: Circumstances, chance: Random
) -> None:
    """In whatever order the file gave it."""
    shuffled = list(desk)
    chance.shuffle(shuffled)
    one = rank(opened(place=place), desk, {}, Weights())
    assert told(one) == told(rank(opened(place=place), shuffled, {}, Weights()))
    assert [candidate.score for candidate in one] == sorted((each.score for each in one), reverse=True)


@given(desks(), places)
def test_everybody_who_may_be_heard_is_heard_once(desk: list[Neighbour], place: Circumstances) -> None:
    """No answer in another language, none from private into public, none twice, and all figures in bounds."""
    candidates = rank(opened(place=place), desk, {}, Weights())
    heard = [one.neighbour for candidate in candidates for one in candidate.members]
    may = [
        one for one in desk
        if {one.circumstances.language, place.language} != {"nl", "en"}
        and not (place.visibility == "public" and one.circumstances.visibility == "private")
    ]  # fmt: skip
    assert sorted(one.reply for one in heard) == sorted(one.reply for one in may)
    for candidate in candidates:
        assert len(candidate.features) == len(FEATURES)
        assert all(-2 <= value <= 2 for value in candidate.features)


@given(desks(), st.data())
def test_choosing_never_lowers_and_refusing_never_raises(desk: list[Neighbour], data: st.DataObject) -> None:
    """For the same mention, at the weights that a desk starts with."""
    before = rank(opened(), desk, {}, Weights())
    if not before:
        return
    one = data.draw(st.sampled_from(before))
    name = name_of(one.source)
    more = {
        each.source.reply: each.score for each in rank(opened(), desk, {name: Taught(3, 0, NOW)}, Weights())
    }
    less = {
        each.source.reply: each.score for each in rank(opened(), desk, {name: Taught(0, 3, NOW)}, Weights())
    }
    assert more[one.source.reply] >= one.score >= less[one.source.reply]


def test_answers_that_say_the_same_add_up() -> None:
    """Greetings and sign-offs do not make another answer; a template is one whatever became of it."""
    desk = [
        neighbour(1, MENTIONS[0], f"Hoi Jan, {ANSWERS[0]} ^SV"),
        neighbour(2, MENTIONS[0], f"Dag Piet. {ANSWERS[0]}"),
        neighbour(3, MENTIONS[0], ANSWERS[1]),
        neighbour(4, MENTIONS[0], "Iets heel anders geworden", template="t"),
        neighbour(5, MENTIONS[0], ANSWERS[2], template="t"),
    ]
    found = {
        frozenset(one.neighbour.reply for one in each.members) for each in rank(opened(), desk, {}, Weights())
    }
    assert found == {frozenset({1, 2}), frozenset({3}), frozenset({4, 5})}


def test_what_helped_goes_before_what_did_not() -> None:
    """At equal likeness the outcome decides, and the one shown is one that went well."""
    desk = [
        neighbour(1, MENTIONS[0], ANSWERS[0], outcome=Outcome(came_back=False, lift=0.8)),
        neighbour(2, MENTIONS[0], ANSWERS[0], outcome=Outcome(came_back=True, lift=-0.4)),
        neighbour(3, MENTIONS[0], ANSWERS[3], outcome=Outcome(came_back=True, lift=-0.4)),
        neighbour(4, MENTIONS[0], ANSWERS[3], outcome=Outcome(came_back=True, lift=-0.4)),
    ]
    best = rank(opened(), desk, {}, Weights())[0]
    assert best.source.reply == 1


def test_what_is_new_replaces_what_is_old() -> None:
    """Half a year of one answer does not stand against a week of another."""
    old = [neighbour(reply, MENTIONS[0], ANSWERS[0], at=NOW - 90 * DAY) for reply in range(1, 9)]
    new = [neighbour(reply, MENTIONS[0], ANSWERS[1], at=NOW - DAY) for reply in range(9, 12)]
    assert rank(opened(), [*old, *new], {}, Weights())[0].source.reply >= 9
