"""While a reply is on its way: the contact goes on, the operator thinks again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channels.base import Draft, Permanent, Prepared
from domain.clock import HOUR, SECOND
from domain.errors import Conflict, NotFound
from domain.inbound import Echo
from tests.desk.acts import begin, first, only_outbox, reply
from tests.desk.conftest import FakeConnector, World, mention

# -- the contact goes on --------------------------------------------------------------------------------


async def test_a_question_behind_our_back_stays_a_question(asked: World) -> None:
    """It came in while our reply was on its way: the reply does not answer it, and its clock runs."""
    desk = asked.desk()
    conversation = await first(desk)
    await reply(desk, conversation)
    asked.clock.advance(5 * SECOND)
    wrote = asked.clock.now()
    await asked.arrive(mention("wacht, verkeerd nummer!", created_at=wrote))
    await asked.send_all()
    row = (await desk.conversations.view(conversation)).row
    assert (row.status, row.due_what, row.due_at) == ("open", "next_response", wrote + HOUR)
    await reply(desk, conversation, "Ook dat.")
    await asked.send_all()
    assert (await desk.conversations.view(conversation)).row.status == "waiting"


async def test_a_question_that_was_taken_down_needs_no_answer(asked: World) -> None:
    """Written and deleted while our reply was on its way."""
    desk = asked.desk()
    conversation = await first(desk)
    await reply(desk, conversation)
    late = mention("laat maar", created_at=asked.clock.now())
    await asked.arrive(late)
    await asked.arrive(replace(late, deleted=True))
    await asked.send_all()
    assert (await desk.conversations.view(conversation)).row.status == "waiting"


async def test_a_snooze_set_while_the_reply_was_on_its_way_holds(asked: World) -> None:
    """Reply, then snooze until Friday: the promise stays."""
    desk = asked.desk()
    conversation = await first(desk)
    await reply(desk, conversation)
    shows, due = asked.clock.now() + HOUR, asked.clock.now() + 2 * HOUR
    await desk.triage.snooze(conversation, shows, due)
    await asked.send_all()
    assert (await desk.conversations.view(conversation)).row.status == "snoozed"
    asked.clock.set(shows)
    assert await asked.collector.wake_snoozed() == 1
    row = (await desk.conversations.view(conversation)).row
    assert (row.status, row.due_what, row.due_at) == ("open", "snooze", due)


async def test_a_conversation_resolved_meanwhile_stays_resolved(asked: World) -> None:
    """Reply and close in one go."""
    desk = asked.desk()
    conversation = await first(desk)
    await reply(desk, conversation)
    await desk.triage.resolve(conversation)
    await asked.send_all()
    view = await desk.conversations.view(conversation)
    assert (view.row.status, view.outcome) == ("resolved", "resolved")


async def test_a_reply_keeps_the_conversation_going(asked: World) -> None:
    """Its hours count from our answer too, also from one outside the desk."""
    desk = asked.desk()
    conversation = await first(desk)
    asked.clock.advance(70 * HOUR)
    await reply(desk, conversation)
    await asked.send_all()
    asked.clock.advance(70 * HOUR)
    await asked.arrive_echo(Echo("e", "id-waar?", "thread-jan", "Nog iets.", asked.clock.now()))
    asked.clock.advance(70 * HOUR)
    await asked.arrive(mention("en nu?", created_at=asked.clock.now()))
    assert list(await desk.queues.ids("open")) == [conversation]


# -- calling back ---------------------------------------------------------------------------------------


async def test_calling_back_keeps_what_was_begun_since(asked: World) -> None:
    """Both texts stand in the draft."""
    desk = asked.desk()
    conversation = await first(desk)
    done = await reply(desk, conversation, "Eerste.")
    await begin(desk, conversation, "Tweede, half")
    assert done.outbox is not None
    await asked.desk("ab").outbox.call_back(done.outbox)
    text = (await desk.replies.open(conversation, "public")).draft.text
    assert text == "Eerste.\n\nTweede, half"


async def test_too_late_is_said(asked: World) -> None:
    """Sent is sent; an unknown id is unknown."""
    desk = asked.desk()
    done = await reply(desk, await first(desk))
    await asked.send_all()
    assert done.outbox is not None
    with pytest.raises(Conflict, match="Too late"):
        await desk.outbox.call_back(done.outbox)
    with pytest.raises(NotFound):
        await desk.outbox.call_back(99)


async def test_a_reply_called_back_between_the_look_and_the_step_is_not_sent(asked: World) -> None:
    """The sender's own step finds it gone."""
    desk = asked.desk()
    done = await reply(desk, await first(desk))
    asked.clock.advance(asked.settings.undo)
    assert done.outbox is not None
    outbox_id = done.outbox

    class Slow(FakeConnector):
        async def prepare(self, draft: Draft) -> Prepared:
            await desk.outbox.call_back(outbox_id)
            return await super().prepare(draft)

    slow = Slow()
    await replace(asked.collector.sender, connectors={"practice": slow}).step()
    assert slow.posted == []


async def test_a_refused_reply_is_taken_out_of_the_list(asked: World) -> None:
    """Its text goes back into the draft."""
    desk = asked.desk()
    conversation = await first(desk)
    asked.connector.outcome = Permanent("no")
    await reply(desk, conversation, "Te lang.")
    await asked.send_all()
    await desk.outbox.call_back((await only_outbox(desk)).id)
    assert await desk.outbox.list() == ()
    assert (await desk.replies.open(conversation, "public")).draft.text == "Te lang."
