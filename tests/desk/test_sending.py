"""From the outbox to the platform: once, in order, and never in silence."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from channels.base import AuthFailed, Draft, Permanent, Prepared, Retryable, SendResult, Unknown, WindowClosed
from desk.desk import Desk
from desk.sender import FIRST_WAIT, LONGEST_WAIT, Overtaken, Sender
from domain.clock import HOUR, MINUTE, SECOND
from domain.errors import Conflict, NotFound
from domain.inbound import ContactRef, Echo
from storage import outbox, sender_lock
from tests.desk.acts import begin, first, only_outbox, reply
from tests.desk.conftest import MONDAY_NINE, FakeConnector, World, make_world, mention
from tests.desk.invariants import broken


@pytest.fixture
async def asked(tmp_path: Path) -> AsyncIterator[World]:
    """A world in which Jan asked something."""
    world = await make_world(tmp_path)
    await world.arrive(mention("waar?"))
    yield world
    assert await world.database.read(broken) == []
    await world.database.close()


async def doubtful(world: World) -> Desk:
    """A desk whose one reply is in doubt: a person must look."""
    desk = world.desk()
    world.connector.caps = replace(world.connector.caps, find_sent=False)
    world.connector.outcome, world.connector.lands = Unknown("lost"), True
    await reply(desk, await first(desk))
    await world.send_all()
    world.clock.advance(world.connector.caps.settle)
    await world.send_all()
    assert (await only_outbox(desk)).status == "ask_operator"
    return desk


async def row_of(world: World, outbox_id: int) -> sqlite3.Row:
    """The reply as it is stored."""
    row = await world.database.read(lambda c: outbox.get(c, outbox_id))
    assert row is not None
    return row


# -- one attempt ----------------------------------------------------------------------------------------


async def test_what_a_bug_in_a_channel_does_to_a_send_is_doubt(asked: World) -> None:
    """Anything that is not the platform's word leaves open whether it went out."""
    desk = asked.desk()
    asked.connector.outcome = ZeroDivisionError()
    await reply(desk, await first(desk))
    await asked.send_all()
    assert (await only_outbox(desk)).status == "unknown"


async def test_a_reply_that_cannot_be_made_ready_is_refused_and_blocks_nobody(asked: World) -> None:
    """A bug in `prepare` meets one reply, not the outbox."""

    class Poisoned(FakeConnector):
        async def prepare(self, draft: Draft) -> Prepared:
            if "gif" in draft.text:
                raise KeyError(draft.text)
            return await super().prepare(draft)

    desk = asked.desk()
    await asked.arrive(mention("en ik?", thread_key="b"))
    poisoned = Poisoned()
    sender = replace(asked.collector.sender, connectors={"practice": poisoned})
    asked.collector = replace(asked.collector, sender=sender)
    for conversation, text in zip(await desk.queues.ids("open"), ("gif", "goed"), strict=True):
        await reply(desk, conversation, text)
    await asked.send_all()
    assert [one.text for one in poisoned.posted] == ["goed ^SV"]
    assert (await only_outbox(desk)).status == "refused"


@pytest.mark.parametrize(
    ("error", "status", "wait"),
    [
        (Retryable("busy"), "queued", FIRST_WAIT),
        (AuthFailed("token"), "queued", MINUTE),
        (WindowClosed("over"), "refused", None),
    ],
)
async def test_trouble_before_the_send_leaves_no_doubt(
    asked: World, error: Exception, status: str, wait: int | None
) -> None:
    """Nothing was posted, so it is tried again, or refused."""

    class Unready(FakeConnector):
        async def prepare(self, draft: Draft) -> Prepared:
            raise error

    desk = asked.desk()
    sender = replace(asked.collector.sender, connectors={"practice": Unready()})
    await reply(desk, await first(desk))
    asked.clock.advance(asked.settings.undo)
    await sender.step()
    found = await only_outbox(desk)
    assert (found.status, found.sentence) == (status, str(error))
    assert found.next_at == (None if wait is None else asked.clock.now() + wait)


async def test_the_waits_grow_up_to_five_minutes(asked: World) -> None:
    """A platform that is busy is left alone for longer and longer."""
    desk = asked.desk()
    await reply(desk, await first(desk))
    asked.clock.advance(asked.settings.undo)
    waits = []
    for _attempt in range(9):
        asked.connector.outcome = Retryable("busy")
        await asked.collector.sender.step()
        due = await asked.collector.sender.next_due()
        assert due is not None
        waits.append(due - asked.clock.now())
        asked.clock.set(due)
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (2 * FIRST_WAIT, LONGEST_WAIT)


async def test_without_its_channel_a_reply_waits(asked: World) -> None:
    """The channel was taken out of the configuration; the reply says so and stays."""
    desk = asked.desk()
    await reply(desk, await first(desk))
    asked.clock.advance(asked.settings.undo)
    await replace(asked.collector.sender, connectors={}).step()
    assert "not configured" in (await only_outbox(desk)).sentence
    asked.clock.advance(MINUTE)
    await asked.send_all()
    assert len(asked.connector.posted) == 1


# -- doubt ----------------------------------------------------------------------------------------------


async def test_where_a_repeat_is_recognised_it_is_sent_again_with_the_same_key(asked: World) -> None:
    """Also where nothing can be read back."""
    desk = asked.desk()
    asked.connector.caps = replace(asked.connector.caps, idempotent_send=True, find_sent=False)
    asked.connector.outcome = Unknown("lost")
    await reply(desk, await first(desk))
    await asked.send_all()
    asked.clock.advance(asked.connector.caps.settle)
    await asked.send_all()
    assert len({one.key for one in asked.connector.posted}) == 1
    assert await desk.outbox.list() == ()


async def test_reading_back_may_fail_and_is_tried_again(asked: World) -> None:
    """A read that fails says nothing about the post."""

    class Deaf(FakeConnector):
        fails = 2

        async def find_sent(self, prepared: Prepared) -> SendResult | None:
            self.fails -= 1
            if self.fails == 1:
                raise Retryable("busy", after=3 * SECOND)
            if self.fails == 0:
                raise RuntimeError
            return await super().find_sent(prepared)

    desk = asked.desk()
    deaf = Deaf(outcome=Unknown("lost"), lands=True)
    sender = replace(asked.collector.sender, connectors={"practice": deaf})
    await reply(desk, await first(desk))
    asked.clock.advance(asked.settings.undo)
    for _step in range(4):
        await sender.step()
        asked.clock.advance(10 * MINUTE)
    assert len(deaf.posted) == 1
    assert await desk.outbox.list() == ()


async def test_a_person_says_that_it_is_there_and_the_echo_brings_its_name(asked: World) -> None:
    """One message, with the platform's own id, by the operator who wrote it; the audit names who looked."""
    desk = await doubtful(asked)
    doubt = await only_outbox(desk)
    await asked.desk("ab").outbox.settle(doubt.id, there=True)
    with pytest.raises(Conflict):
        await desk.outbox.settle(doubt.id, there=False)
    parent = asked.connector.posted[0].payload["parent_id"]
    shown = Echo("post-1", str(parent), "thread-jan", doubt.text, asked.clock.now(), "https://x/1")
    await asked.arrive_echo(shown)
    await asked.arrive_echo(shown)
    view = await desk.conversations.view(doubt.conversation)
    assert [(one.direction, one.author, one.permalink) for one in view.messages[1:]] == [
        ("out", "sanne", "https://x/1")
    ]
    actors = await asked.database.read(
        lambda c: c.execute("SELECT actor FROM event WHERE kind = 'reply_sent'").fetchall()
    )
    assert [row["actor"] for row in actors] == ["ab"]


async def test_a_person_calls_a_doubtful_reply_back(asked: World) -> None:
    """It is not there, and need not go out any more."""
    desk = await doubtful(asked)
    await desk.outbox.call_back((await only_outbox(desk)).id)
    await asked.send_all()
    assert len(asked.connector.posted) == 1
    assert await desk.outbox.list() == ()


async def test_a_later_reply_waits_for_the_one_in_doubt_without_spinning(asked: World) -> None:
    """Strictly in order in one conversation; while a person is asked nothing is due."""
    desk = await doubtful(asked)
    await reply(desk, await first(desk), "En nog iets.")
    asked.clock.advance(HOUR)
    assert await asked.collector.sender.step() == 0
    assert await asked.collector.sender.next_due() is None
    (doubt, _later) = await desk.outbox.list()
    await desk.outbox.settle(doubt.id, there=False)
    await asked.send_all()
    assert [one.text for one in asked.connector.posted[1:]] == [doubt.text, "En nog iets. ^SV"]


# -- who sends ------------------------------------------------------------------------------------------


async def test_an_overtaken_sender_stops_before_it_posts(asked: World) -> None:
    """Its fence is no longer the one in force."""
    desk = asked.desk()
    await reply(desk, await first(desk))
    await asked.database.write(sender_lock.next_fence)
    asked.clock.advance(asked.settings.undo)
    with pytest.raises(Overtaken):
        await asked.collector.sender.step()
    with pytest.raises(Overtaken):
        await asked.collector.sender.recover()
    assert asked.connector.posted == []


@pytest.mark.parametrize("late", [Permanent("no"), Retryable("busy"), Unknown("lost")])
async def test_the_word_on_an_old_try_says_nothing_of_a_newer_one(asked: World, late: Exception) -> None:
    """A frozen sender gets its answer while another one is at the same reply."""
    world = asked

    class Frozen(FakeConnector):
        async def send(self, prepared: Prepared) -> SendResult:
            fence = await world.database.write(sender_lock.next_fence)
            other: Sender = replace(world.collector.sender, fence=fence)
            await other.recover()
            world.clock.advance(SECOND)
            await world.database.write(
                lambda c: outbox.step(c, 1, "unknown", "sending", fence=fence, attempts=2)
            )
            raise late

    desk = world.desk()
    await reply(desk, await first(desk))
    world.clock.advance(world.settings.undo)
    await replace(world.collector.sender, connectors={"practice": Frozen()}).step()
    assert (await only_outbox(desk)).status == "sending"


async def test_what_a_dead_sender_left_is_read_back(asked: World) -> None:
    """It died between its commit and the answer: in doubt, found, sent once."""
    desk = asked.desk()
    await reply(desk, await first(desk))
    asked.clock.advance(asked.settings.undo)
    prepared = await asked.connector.prepare(
        Draft("Hoi Jan, dat lossen we op. ^SV", "public", "thread-jan", None, None, ContactRef("u", "@u"))
    )
    await asked.database.write(
        lambda c: asked.collector.sender._begin(c, outbox.due(c, asked.clock.now())[0], prepared)
    )
    asked.connector.posted.append(prepared)
    assert await asked.collector.sender.recover() == 1
    await asked.send_all()
    assert len(asked.connector.posted) == 1
    assert await desk.outbox.list() == ()


# -- echoes ---------------------------------------------------------------------------------------------


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
    assert text == "Eerste. ^SV\n\nTweede, half"


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
    assert (await desk.replies.open(conversation, "public")).draft.text == "Te lang. ^SV"
