"""Our own posts as the platform shows them: proof of a send, or somebody elsewhere."""

from __future__ import annotations

import sqlite3

import pytest

from channels.base import Permanent, Retryable, Unknown
from domain.clock import HOUR, MINUTE
from domain.inbound import ContactRef, Echo
from storage import outbox
from tests.desk.acts import first, only_outbox, reply
from tests.desk.conftest import MONDAY_NINE, World, mention


async def row_of(world: World, outbox_id: int) -> sqlite3.Row:
    """The reply as it is stored."""
    row = await world.database.read(lambda c: outbox.get(c, outbox_id))
    assert row is not None
    return row


async def test_the_same_words_to_another_person_settle_nothing(asked: World) -> None:
    """One template to many in one thread: an echo belongs to the message that it answers."""
    jan, piet = "waar?", "en ik?"
    await asked.arrive(
        mention(piet, author=ContactRef("u-piet", "@piet", "Piet"), created_at=MONDAY_NINE - 1)
    )
    desk = asked.desk()
    first_one, second = await desk.queues.ids("open")
    for conversation in (first_one, second):
        asked.connector.outcome = Unknown("lost")
        await reply(desk, conversation, "We kijken ernaar.")
        await asked.send_all()
    assert {one.status for one in await desk.outbox.list()} == {"ask_operator", "unknown"}
    await asked.arrive_echo(Echo("e1", f"id-{jan}", "thread-jan", "We kijken ernaar. ^SV", asked.clock.now()))
    (left,) = await desk.outbox.list()
    answered = {row.preview: row.status for row in (await desk.queues.page("all")).rows}
    assert answered == {jan: "waiting", piet: "open"}
    assert left.contact == "Piet"


@pytest.mark.parametrize("error", [Retryable("busy", after=HOUR), Permanent("no")])
async def test_a_reply_called_unsent_that_shows_up_is_not_sent_again(asked: World, error: Exception) -> None:
    """The platform said no, and has it all the same."""
    desk = asked.desk()
    asked.connector.outcome = error
    await reply(desk, await first(desk))
    await asked.send_all()
    (waiting,) = await desk.outbox.list()
    await asked.arrive_echo(Echo("e1", "id-waar?", "thread-jan", waiting.text, asked.clock.now()))
    asked.clock.advance(2 * HOUR)
    await asked.send_all()
    assert asked.connector.posted == []
    assert await desk.outbox.list() == ()
    assert (await row_of(asked, waiting.id))["remote_id"] == "e1"


async def test_an_older_post_with_the_same_words_is_not_ours(asked: World) -> None:
    """It stood there long before this reply was queued: somebody else's."""
    desk = asked.desk()
    asked.connector.outcome = Unknown("lost")
    await reply(desk, await first(desk))
    await asked.send_all()
    (doubt,) = await desk.outbox.list()
    await asked.arrive_echo(Echo("e1", "id-waar?", "thread-jan", doubt.text, MONDAY_NINE - HOUR))
    assert (await only_outbox(desk)).status == "unknown"
    view = await desk.conversations.view(doubt.conversation)
    assert [message.outside for message in view.messages] == [True, False, False]


async def test_an_answer_from_outside_the_desk_is_seen_and_adopted_when_it_was_ours(asked: World) -> None:
    """It was taken for a colleague's; then the platform's answer to our send names the same post."""
    desk = asked.desk()
    conversation = await first(desk)
    await reply(desk, conversation, "Iets anders.")
    await asked.arrive_echo(Echo("post-1", "id-waar?", "thread-jan", "Iets ànders.", asked.clock.now()))
    assert (await desk.conversations.view(conversation)).messages[-2].outside
    await asked.send_all()
    messages = (await desk.conversations.view(conversation)).messages
    assert [(one.direction, one.outside, one.author) for one in messages[1:]] == [("out", False, "sanne")]


async def test_an_outside_answer_to_the_first_question_leaves_the_second(asked: World) -> None:
    """They wrote again before a colleague answered elsewhere; that question still runs."""
    asked.clock.advance(30 * MINUTE)
    second = MONDAY_NINE + 20 * MINUTE
    await asked.arrive(mention("en mijn geld?", created_at=second))
    await asked.arrive_echo(Echo("e", "id-waar?", "thread-jan", "Morgen.", MONDAY_NINE + 10 * MINUTE))
    desk = asked.desk()
    row = (await desk.queues.page("open")).rows[0]
    assert (row.status, row.due_what, row.due_at) == ("open", "next_response", second + HOUR)


async def test_an_outside_private_answer_finds_its_chat(asked: World) -> None:
    """A private message answers nothing in particular; its chat says whose it is."""
    await asked.arrive(mention("stiekem", visibility="private", kind="dm", thread_key="chat-jan"))
    desk = asked.desk()
    await asked.arrive_echo(
        Echo("e", None, "chat-jan", "Psst.", asked.clock.now()),
        Echo("x", None, "thread-jan", "Een los bericht.", asked.clock.now()),
        Echo("y", "who?", "elsewhere", "Aan een ander.", asked.clock.now()),
    )
    found = {row.preview: row.status for row in (await desk.queues.page("all")).rows}
    assert found == {"stiekem": "waiting", "waar?": "open"}


async def test_an_echo_that_no_database_holds_stops_nothing(asked: World) -> None:
    """The page's other echoes count."""
    await asked.arrive_echo(
        Echo("e\ud800", "id-waar?", "thread-jan", "x", asked.clock.now()),
        Echo("f", "id-waar?", "thread-jan", "Morgen\ud800.", asked.clock.now()),
    )
    desk = asked.desk()
    view = await desk.conversations.view(await first(desk, "waiting"))
    assert view.messages[-1].text == "Morgen\ufffd."
