"""Undo and redo: every act can be put back as it was, unless somebody built on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable

import pytest

from desk.desk import Desk
from desk.promise_views import NewPromise
from domain.clock import HOUR, MINUTE
from domain.errors import Conflict, NotAllowed
from storage import promises
from tests.desk.acts import first, reply
from tests.desk.conftest import World, mention

Act = Callable[[Desk, int], Awaitable[object]]

ACTS: dict[str, Act] = {
    "claim": lambda desk, one: desk.claims.claim(one),
    "resolve": lambda desk, one: desk.triage.resolve(one),
    "no reply": lambda desk, one: desk.triage.no_reply(one, "vents_only"),
    "snooze": lambda desk, one: desk.triage.snooze(one, desk.clock.now() + HOUR, desk.clock.now() + 2 * HOUR),
    "until they reply": lambda desk, one: desk.triage.snooze(one, None, until_reply=True),
    "label": lambda desk, one: desk.triage.label(one, "storing"),
    "assign": lambda desk, one: desk.triage.assign(one, "ab"),
    "priority": lambda desk, one: desk.triage.priority(one, 2),
    "kind": lambda desk, one: desk.triage.kind(one, "complaint"),
    "sentiment": lambda desk, one: desk.triage.sentiment(one, "negative"),
    "promise": lambda desk, one: desk.promises.note(one, NewPromise("call", desk.clock.now() + 2 * HOUR)),
    "promise kept": lambda desk, one: on_a_promise(desk, one, "keep"),
    "promise broken": lambda desk, one: on_a_promise(desk, one, "break"),
    "promise withdrawn": lambda desk, one: on_a_promise(desk, one, "withdraw"),
    "promise moved": lambda desk, one: on_a_promise(desk, one, "move"),
    "promise taken over": lambda desk, one: on_a_promise(desk, one, "take over"),
}


async def on_a_promise(desk: Desk, conversation: int, act: str) -> None:
    """Something is done to the promise that stands in the conversation."""
    (seen,) = await desk.promises.of_conversation(conversation)
    match act:
        case "keep":
            await desk.promises.keep(seen)
        case "break":
            await desk.promises.break_(seen, "vergeten")
        case "withdraw":
            await desk.promises.withdraw(seen)
        case "move":
            await desk.promises.move(seen, desk.clock.now() + 9 * HOUR)
        case "take over":
            await desk.promises.take_over(seen, "ab")


def everything(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """All that an act may touch, without versions and the record itself."""
    conversations = connection.execute("SELECT * FROM conversation").fetchall()
    kept = [name for name in tuple(conversations[0].keys()) if name not in {"version", "thread_version"}]
    return {
        "conversation": [tuple(row[name] for name in kept) for row in conversations],
        "promise": [
            tuple(row)
            for row in connection.execute(
                f"SELECT id, {', '.join(promises.PROJECTED)} FROM promise WHERE state <> 'undone'"
            ).fetchall()
        ],
        "message": [tuple(row) for row in connection.execute("SELECT * FROM message").fetchall()],
        "correction": [
            tuple(row)
            for row in connection.execute(
                "SELECT message_id, operator, field, was, became FROM correction"
            ).fetchall()
        ],
    }


@pytest.mark.parametrize("name", ACTS)
async def test_undo_puts_everything_back_and_redo_does_it_again(asked: World, name: str) -> None:
    """Projection, messages, clocks and what the desk learns from: as before, and as after."""
    desk = asked.desk()
    conversation = await first(desk)
    if name.startswith("promise "):
        anna = asked.desk("ab")
        due = asked.clock.now() + 3 * HOUR
        await anna.promises.note(conversation, NewPromise("call", due, owner="sanne"))
    before = await asked.database.read(everything)
    await ACTS[name](desk, conversation)
    after = await asked.database.read(everything)
    assert after != before
    for _round in range(2):
        asked.clock.advance(MINUTE)
        await desk.history.undo()
        assert await asked.database.read(everything) == before
        asked.clock.advance(MINUTE)
        await desk.history.redo()
        assert await asked.database.read(everything) == after
    with pytest.raises(NotAllowed):
        await desk.history.redo()


async def test_acts_are_undone_from_the_last_to_the_first(asked: World) -> None:
    """And a new act forgets what could have been redone."""
    desk = asked.desk()
    conversation = await first(desk)
    for label in ("a", "b", "c"):
        await desk.triage.label(conversation, label)
    await desk.history.undo()
    await desk.history.undo()
    await desk.history.redo()
    assert (await desk.queues.rows([conversation]))[conversation].labels == ("a", "b")
    await desk.triage.label(conversation, "d")
    with pytest.raises(NotAllowed):
        await desk.history.redo()
    await desk.triage.label(conversation, "a", on=False)
    await desk.history.undo()
    assert (await desk.queues.rows([conversation]))[conversation].labels == ("a", "b", "d")


async def test_nobody_undoes_a_colleagues_act(asked: World) -> None:
    """Each has a history of their own."""
    await asked.desk("ab").triage.resolve(await first(asked.desk()))
    with pytest.raises(NotAllowed):
        await asked.desk("sanne").history.undo()


async def test_what_a_colleague_built_on_cannot_be_undone(asked: World) -> None:
    """Also when the fields happen to hold the same again: the clocks would say otherwise."""
    sanne, anna = asked.desk("sanne"), asked.desk("ab")
    conversation = await first(sanne)
    await sanne.triage.resolve(conversation)
    await anna.triage.reopen(conversation)
    with pytest.raises(Conflict):
        await sanne.history.undo()
    await anna.triage.resolve(conversation)
    with pytest.raises(Conflict):
        await sanne.history.undo()
    await anna.history.undo()
    await anna.history.undo()
    await sanne.history.undo()
    assert (await sanne.conversations.view(conversation)).row.status == "open"


async def test_a_colleagues_act_stands_in_the_way_of_redo(asked: World) -> None:
    """What was undone meets another state of things."""
    sanne, anna = asked.desk("sanne"), asked.desk("ab")
    conversation = await first(sanne)
    await sanne.triage.priority(conversation, 1)
    await sanne.history.undo()
    await anna.triage.priority(conversation, 2)
    with pytest.raises(Conflict):
        await sanne.history.redo()


async def test_undo_after_a_redo_goes_back_to_what_was_there_then(asked: World) -> None:
    """Anna's label was taken back in between; undoing does not bring it back."""
    sanne, anna = asked.desk("sanne"), asked.desk("ab")
    conversation = await first(sanne)
    await anna.triage.label(conversation, "van anna")
    await sanne.triage.label(conversation, "van sanne")
    await sanne.history.undo()
    await anna.history.undo()
    await sanne.history.redo()
    await sanne.history.undo()
    assert (await sanne.queues.rows([conversation]))[conversation].labels == ()


async def test_the_contact_wins_over_undo(asked: World) -> None:
    """They wrote again after the resolve; undo has nothing to put back."""
    desk = asked.desk()
    conversation = await first(desk)
    await desk.triage.resolve(conversation)
    await asked.arrive(mention("en nu?", created_at=asked.clock.now() + MINUTE))
    with pytest.raises(Conflict):
        await desk.history.undo()


async def test_a_claim_comes_back_to_the_desk_that_asks(asked: World) -> None:
    """The desk was restarted since; the lease is the new one's, and lives."""
    desk = asked.desk()
    conversation = await first(desk)
    await desk.claims.claim(conversation)
    await desk.claims.release(conversation)
    await desk.claims.leave()
    again = asked.desk("sanne", session="another")
    await again.claims.start()
    await again.history.undo()
    await asked.desk("ab").claims.heartbeat()
    with pytest.raises(Conflict, match="Sanne"):
        await asked.desk("ab").claims.claim(conversation)


@pytest.mark.parametrize("alive", [True, False])
async def test_an_undone_take_over_gives_back_to_the_living_only(asked: World, alive: bool) -> None:
    """A colleague who left meanwhile gets nothing."""
    sanne, anna = asked.desk("sanne"), asked.desk("ab")
    conversation = await first(sanne)
    await sanne.claims.claim(conversation)
    await anna.claims.steal(conversation, "per ongeluk")
    if not alive:
        await sanne.claims.leave()
    await anna.history.undo()
    holder = (await anna.conversations.view(conversation)).row.holder
    assert holder == ("SV" if alive else None)


async def test_a_second_correction_is_undone_to_the_first(asked: World) -> None:
    """The first one stays a person's word, and stays learnt."""
    desk = asked.desk()
    conversation = await first(desk)
    await desk.triage.sentiment(conversation, "negative")
    await desk.triage.sentiment(conversation, "positive")
    await desk.history.undo()
    (message,) = (await desk.conversations.view(conversation)).messages
    assert (message.sentiment, message.corrected, message.sentiment_unsure) == ("negative", True, False)
    learnt = (await asked.database.read(everything))["correction"]
    assert [row[-1] for row in learnt] == ["negative"]


async def test_only_the_thanks_becomes_a_question_and_a_thanks_again(asked: World) -> None:
    """Undo marks late what was late, and nothing else; the question's clock counts from the message."""
    desk = asked.desk()
    conversation = await first(desk)
    with pytest.raises(NotAllowed):
        await desk.triage.make_question(conversation)
    await reply(desk, conversation)
    await asked.send_all()
    asked.clock.advance(MINUTE)
    wrote = asked.clock.now()
    await asked.arrive(mention("Bedankt!", created_at=wrote))
    asked.clock.advance(10 * MINUTE)
    await desk.triage.make_question(conversation)
    row = (await desk.conversations.view(conversation)).row
    assert (row.due_what, row.due_at) == ("next_response", wrote + HOUR)
    await desk.history.undo()
    view = await desk.conversations.view(conversation)
    assert [message.late for message in view.messages] == [False, False, True]
    assert (view.row.status, view.row.late_arrivals) == ("waiting", 1)


async def test_undo_prefers_the_reply_that_still_can_be_stopped(asked: World) -> None:
    """The newest of the two: reply or act."""
    desk = asked.desk()
    conversation = await first(desk)
    await reply(desk, conversation)
    asked.clock.advance(1)
    await desk.triage.label(conversation, "x")
    assert "label" in (await desk.history.undo()).sentence
    assert (await desk.history.undo()).outbox is not None
    with pytest.raises(NotAllowed):
        await desk.history.undo()
