"""Learning on the desk: operators correct and close, the collector learns, all of it can be taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.learned import Adjusted, nothing
from desk.learner import Learner
from desk.rescoring import Rescoring
from desk.scoring import Scoring
from domain.errors import NotAllowed
from domain.learning import WINDOW, Features
from sentiment.protocol import Score
from storage import learning
from storage.learning import FIELDS
from tests.desk.conftest import MONDAY_NINE, WordEngine, World, make_world, mention


def words(text: str, lang: str | None = None, brands: tuple[str, ...] = ()) -> Features:
    """A feature a word, as a stand-in that a test can look through."""
    found = text.lower().split()
    return {sum(map(ord, word)): len(found) ** -0.5 for word in found}


def learner_in(world: World) -> Learner:
    """The collector of this world learns."""
    scoring = replace(world.collector.scoring, learning=nothing(words))
    world.collector = replace(world.collector, scoring=scoring)
    return Learner(world.database, scoring)


async def caught_up(learner: Learner) -> None:
    while await learner.step():
        pass


async def post(world: World, number: int, text: str) -> int:
    """A mention in a thread of its own; the id of its conversation."""
    at = MONDAY_NINE - 10_000 + number
    await world.arrive(
        mention(text, remote_id=f"m{number}", thread_key=f"t{number}", created_at=at, revision="1")
    )
    row = await world.database.read(
        lambda c: c.execute(
            "SELECT conversation_id FROM message WHERE remote_id = ?", (f"m{number}",)
        ).fetchone()
    )
    return int(row[0])


async def lessons(world: World) -> list[tuple[int, str, str, str, int]]:
    """(message, field, predicted, final, corrected) of what stands."""
    rows = await world.database.read(
        lambda c: c.execute(f"SELECT * FROM lesson l WHERE {learning._STANDING} ORDER BY id").fetchall()
    )
    return [
        (row["message_id"], row["field"], row["predicted"], row["final"], row["corrected"]) for row in rows
    ]


async def numbers(world: World) -> dict[str, dict[int, tuple[float, ...]]]:
    return await world.database.read(lambda c: {field: learning.numbers(c, field) for field in FIELDS})


async def everything(world: World) -> list[dict[str, object]]:
    """The log and the numbers, as they would be exported."""
    return await world.database.read(lambda c: [dict(one) for one in learning.exported(c)])


async def test_a_correction_and_what_was_left_alone_are_logged(world: World) -> None:
    learner, desk = learner_in(world), world.desk()
    one, two = await post(world, 1, "boos om niets"), await post(world, 2, "gewoon zo")
    await desk.triage.sentiment(one, "positive")
    await desk.triage.kind(one, "compliment")
    await desk.triage.resolve(one)
    await desk.triage.no_reply(two, "nothing_asked")
    await caught_up(learner)
    assert await lessons(world) == [
        (1, "sentiment", "negative", "positive", 1),
        (1, "kind", "complaint", "compliment", 1),
        (2, "sentiment", "neutral", "neutral", 0),
        (2, "kind", "chatter", "chatter", 0),
    ]


async def test_nobody_judged_what_was_closed_as_spam(world: World) -> None:
    learner, desk = learner_in(world), world.desk()
    await desk.triage.no_reply(await post(world, 1, "koop nu"), "spam")
    await caught_up(learner)
    assert await lessons(world) == []


async def test_the_log_holds_no_word_of_a_message(world: World) -> None:
    learner, desk = learner_in(world), world.desk()
    id_ = await post(world, 1, "geheimzinnig boos verhaal")
    await desk.triage.sentiment(id_, "positive")
    await caught_up(learner)
    told = str(await everything(world))
    assert "positive" in told
    assert not any(word in told for word in ("geheimzinnig", "boos", "verhaal", "Jan"))


async def test_undoing_a_correction_leaves_nothing_of_it(world: World) -> None:
    learner, desk = learner_in(world), world.desk()
    await desk.triage.sentiment(await post(world, 1, "boos om niets"), "positive")
    await caught_up(learner)
    before = await numbers(world)
    id_ = await post(world, 2, "boos om alles")
    await desk.triage.sentiment(id_, "neutral")
    await caught_up(learner)
    assert await numbers(world) != before
    await desk.history.undo()
    await caught_up(learner)
    assert await numbers(world) == before
    after_undo = await lessons(world)
    await desk.history.redo()
    await caught_up(learner)
    assert await lessons(world) == [*after_undo, (2, "sentiment", "negative", "neutral", 1)]
    assert not await learner.replay()


async def test_a_second_correction_takes_the_place_of_the_first(world: World) -> None:
    learner, desk = learner_in(world), world.desk()
    id_ = await post(world, 1, "boos om niets")
    await desk.triage.resolve(id_)
    await caught_up(learner)
    await desk.triage.sentiment(id_, "positive")
    await desk.triage.sentiment(id_, "neutral")
    await caught_up(learner)
    assert [one for one in await lessons(world) if one[1] == "sentiment"] == [
        (1, "sentiment", "positive", "neutral", 1)
    ]
    await desk.history.undo()
    await desk.history.undo()
    await caught_up(learner)
    assert (1, "sentiment", "negative", "negative", 0) in await lessons(world)


async def test_what_is_learned_is_shown_when_it_is_ahead_and_both_opinions_are_kept(world: World) -> None:
    learner, desk = learner_in(world), world.desk()
    for number in range(WINDOW):
        id_ = await post(world, number, "boos maar niet heus")
        assert (await desk.conversations.view(id_)).row.sentiment == "negative", number
        await desk.triage.sentiment(id_, "positive")
        await caught_up(learner)
    id_ = await post(world, 1_000, "boos maar niet heus")
    assert (await desk.conversations.view(id_)).row.sentiment == "positive"
    kept = await world.database.read(
        lambda c: c.execute(
            "SELECT engine, sentiment FROM score WHERE message_id = (SELECT max(id) FROM message) ORDER BY 1"
        ).fetchall()
    )
    assert [tuple(row) for row in kept] == [("words", "negative"), ("words+desk", "positive")]
    await world.database.write(lambda c: learning.want(c, wanted=False))
    await caught_up(learner)
    id_ = await post(world, 1_001, "boos maar niet heus")
    assert (await desk.conversations.view(id_)).row.sentiment == "negative"


async def test_another_process_finds_the_same_numbers(world: World) -> None:
    """A collector that is started anew knows what the last one knew, its standing included."""
    learner, desk = learner_in(world), world.desk()
    for number in range(6):
        await desk.triage.sentiment(await post(world, number, f"boos om {number}"), "positive")
    await caught_up(learner)
    again = learner_in(world)
    await again.load()
    old, new = learner._learning.learned, again._learning.learned
    for field in FIELDS:
        assert old[field].delta.numbers == new[field].delta.numbers
        assert old[field].trial == new[field].trial
    assert not await again.replay()


async def test_a_step_that_the_file_refuses_is_taken_again(world: World) -> None:
    learner, desk = learner_in(world), world.desk()
    await learner.load()
    await desk.triage.sentiment(await post(world, 1, "boos om niets"), "positive")
    await world.database.write(learning.changed_by_others)
    known = learner._standing
    assert known is not None
    learner._standing = replace(known, generation=known.generation + 5)  # as if somebody came in between
    await caught_up(learner)
    await caught_up(learner)
    assert len(await lessons(world)) == 1
    assert not await learner.replay()


async def test_a_forgotten_person_takes_the_lessons_along(world: World) -> None:
    learner, desk = learner_in(world), world.desk()
    await desk.triage.sentiment(await post(world, 1, "boos om niets"), "positive")
    await caught_up(learner)
    assert (await numbers(world))["sentiment"]
    gone = await world.database.write(
        lambda c: learning.forget(c, c.execute("SELECT contact_id FROM message WHERE id = 1").fetchone()[0])
    )
    assert gone == 1
    assert await numbers(world) == {"sentiment": {}, "kind": {}}
    await caught_up(learner)
    assert await everything(world) == []
    assert learner._learning.learned["sentiment"].delta.numbers == {}


async def test_an_edited_message_is_replayed_as_it_was_judged(world: World) -> None:
    learner, desk = learner_in(world), world.desk()
    id_ = await post(world, 1, "boos om niets")
    await desk.triage.sentiment(id_, "positive")
    await caught_up(learner)
    before = await numbers(world)
    edited = mention("heel iets anders", remote_id="m1", thread_key="t1", revision="2")
    await world.arrive(edited)
    assert not await learner.replay()
    assert await numbers(world) == before


async def test_what_people_said_outlives_the_engine(world: World) -> None:
    """Another engine: its own scores beside the old ones, and the lessons asked of it again."""
    learner, desk = learner_in(world), world.desk()
    one = await post(world, 1, "boos om niets")
    two = await post(world, 2, "boos om alles")
    await desk.triage.sentiment(one, "positive")
    await caught_up(learner)

    class Better(WordEngine):
        name = "better"

        def score(self, text: str, *, lang: str | None = None, brands: tuple[str, ...] = ()):  # type: ignore[no-untyped-def]
            found = super().score(text.replace("boos", "blij"), lang=lang, brands=brands)
            return replace(found, engine="better")

    scoring = replace(world.collector.scoring, engine=Better(), learning=nothing(words))
    run = Rescoring(world.database, world.clock, world.collector.clocks, scoring)
    told: list[tuple[int, int]] = []
    assert await run.run(said=lambda done, whole: told.append((done, whole))) == 2
    assert told == [(2, 2)]
    assert await run.run() == 0
    assert (await desk.conversations.view(two)).row.sentiment == "positive"
    kept = await world.database.read(
        lambda c: c.execute("SELECT message_id, engine, sentiment FROM score ORDER BY 1, 2").fetchall()
    )
    assert [tuple(row) for row in kept] == [
        (1, "better", "positive"), (1, "words", "negative"),
        (2, "better", "positive"), (2, "words", "negative"),
    ]  # fmt: skip
    fresh = Learner(world.database, scoring)
    await fresh.load()
    assert await numbers(world) == {"sentiment": {}, "kind": {}}
    assert await fresh.rebase() == 1
    assert (await numbers(world))["sentiment"]
    assert await fresh.rebase() == 0


async def test_rescoring_goes_on_after_it_was_killed(world: World) -> None:
    for number in range(7):
        await post(world, number, "boos")
    await world.database.write(
        lambda c: c.execute("DELETE FROM score WHERE message_id IN (2, 3, 6)").rowcount
    )
    run = Rescoring(world.database, world.clock, world.collector.clocks, world.collector.scoring)
    assert await run.run(since=MONDAY_NINE - 10_000 + 2) == 2
    assert await run.run() == 1


async def test_a_killed_run_of_an_engine_with_several_models_does_not_begin_again(world: World) -> None:
    """Such an engine writes another version into each score, so its scores do not tell what it has read."""
    for number in range(250):
        await post(world, number, "boos")
    seen: list[str] = []

    class Models(WordEngine):
        name = "models"

        def score(self, text: str, *, lang: str | None = None, brands: tuple[str, ...] = ()) -> Score:
            seen.append(text)
            found = super().score(text, lang=lang, brands=brands)
            return replace(found, engine="models", version="nl-model abc")

    scoring = Scoring(Models())
    run = Rescoring(world.database, world.clock, world.collector.clocks, scoring)

    def die(done: int, whole: int) -> None:
        assert whole == 250
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await run.run(said=die)
    assert len(seen) == 100
    assert await run.run() == 150
    assert await run.run() == 0
    assert len(seen) == 250


async def test_nobody_else_s_reading_is_kept_as_this_engine_s(world: World) -> None:
    await post(world, 1, "boos")

    class Failing(WordEngine):
        name, version = "failing", "9"
        trouble, terms = "The model cannot be loaded.", ""

    run = Rescoring(world.database, world.clock, world.collector.clocks, Scoring(Failing()))
    with pytest.raises(NotAllowed, match="cannot be loaded"):
        await run.run()
    kept = await world.database.read(lambda c: c.execute("SELECT engine FROM score").fetchall())
    assert [row["engine"] for row in kept] == ["words"]


async def test_a_person_s_word_stands_when_messages_are_read_anew(world: World) -> None:
    desk = world.desk()
    id_ = await post(world, 1, "boos")
    await desk.triage.sentiment(id_, "neutral")
    await world.database.write(lambda c: c.execute("DELETE FROM score").rowcount)
    run = Rescoring(world.database, world.clock, world.collector.clocks, world.collector.scoring)
    assert await run.run() == 1
    assert (await desk.conversations.view(id_)).row.sentiment == "neutral"
    await desk.history.undo()
    assert (await desk.conversations.view(id_)).row.sentiment == "negative"


async def test_nothing_learned_means_the_engine_s_own_score(world: World) -> None:
    learner = learner_in(world)
    await learner.load()
    score = world.collector.scoring.read_many([("boos", "nl")])[0]
    assert not isinstance(score, Adjusted)
    assert score.engine == "words"


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["positive", "neutral", "unknown", "kind", "close", "undo", "redo", "learn"]),
        st.integers(0, 3),
    ),
    max_size=14,
)


@given(ACTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_online_is_what_a_replay_comes_to(tmp_path_factory, acts: list[tuple[str, int]]) -> None:  # type: ignore[no-untyped-def]
    """Whatever people do, and whenever the collector looks: log and numbers are those of a replay."""
    world = await make_world(tmp_path_factory.mktemp("learning"))
    try:
        learner, desk = learner_in(world), world.desk()
        ids = [
            await post(world, number, text) for number, text in enumerate(("boos a b", "blij b", "a?", "b c"))
        ]
        for act, number in acts:
            await _do(act, ids[number], desk, learner)
        await caught_up(learner)
        online, log = await numbers(world), await everything(world)
        trials = {field: learner._learning.learned[field].trial for field in FIELDS}
        assert not await learner.replay()
        assert (await numbers(world), await everything(world)) == (online, log)
        assert {field: learner._learning.learned[field].trial for field in FIELDS} == trials
    finally:
        await world.database.close()


async def _do(act: str, id_: int, desk, learner: Learner) -> None:  # type: ignore[no-untyped-def]
    from domain.errors import WebcareError  # noqa: PLC0415

    try:
        if act == "learn":
            await learner.step()
        elif act == "kind":
            await desk.triage.kind(id_, "suggestion")
        elif act == "close":
            await desk.triage.resolve(id_)
        elif act in {"undo", "redo"}:
            await getattr(desk.history, act)()
        else:
            await desk.triage.sentiment(id_, act)
    except WebcareError:
        pass
