"""From the outbox to the platform: once, in order, and never in silence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channels.base import AuthFailed, Draft, Permanent, Prepared, Retryable, SendResult, Unknown, WindowClosed
from desk.chaining import Parent
from desk.desk import Desk
from desk.sender import FIRST_WAIT, LONGEST_WAIT, Overtaken, Sender
from domain.clock import HOUR, MINUTE, SECOND
from domain.errors import Conflict
from domain.inbound import ContactRef, Echo
from storage import outbox, sender_lock
from tests.desk.acts import first, only_outbox, reply
from tests.desk.conftest import FakeConnector, World, mention


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
    assert "health line" in (await only_outbox(desk)).sentence
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
        lambda c: asked.collector.sender._begin(
            c, outbox.due(c, asked.clock.now())[0], prepared, Parent(None, None)
        )
    )
    asked.connector.posted.append(prepared)
    assert await asked.collector.sender.recover() == 1
    await asked.send_all()
    assert len(asked.connector.posted) == 1
    assert await desk.outbox.list() == ()


@pytest.mark.parametrize("deleted", [False, True])
async def test_an_edit_of_the_mention_stops_the_reply_until_somebody_looks(
    asked: World, *, deleted: bool
) -> None:
    desk = asked.desk()
    await reply(desk, await first(desk))
    asked.clock.advance(SECOND)
    changed = replace(mention("waar?"), text="laat maar", revision="2", edited_at=asked.clock.now())
    await asked.arrive(replace(changed, deleted=deleted))
    await asked.send_all()
    found = await only_outbox(desk)
    assert found.status == "refused"
    assert ("took a message down" if deleted else "changed a message") in found.sentence
    assert asked.connector.posted == []
    await desk.outbox.try_again(found.id)
    await asked.send_all()
    assert len(asked.connector.posted) == 1
