"""Promises in the ledger: noted with the reply, kept by people, told in time, undone like every act."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from desk.desk import Desk
from desk.promise_views import NewPromise, PromiseView
from desk.views import Done
from domain.clock import DAY, HOUR, MINUTE
from domain.errors import Conflict, NotAllowed, NotFound
from domain.inbound import ContactRef
from domain.snooze import NotAMoment
from storage import chain
from tests.desk.acts import begin, first
from tests.desk.conftest import World, mention

SAID = "Hoi Jan, we bellen je morgen. Groet!"


async def promise(desk: Desk, conversation: int, text: str = SAID, owner: str | None = None) -> Done:
    """Write a reply and say yes to what it promises."""
    await begin(desk, conversation, text)
    review = await desk.replies.review(conversation, "public", text)
    told = tuple(
        NewPromise(one.what, one.due_at, owner, one.start, one.end)
        for one in desk.promises.found(review.body)
    )
    assert told
    return await desk.replies.send(replace(review, promises=told))


async def only(desk: Desk) -> PromiseView:
    """The one open promise."""
    (found,) = await desk.promises.queue()
    return found


async def test_a_promise_goes_into_the_ledger_with_its_reply(asked: World) -> None:
    """With the words as they stand, due when work ends, in its queue and on the contact's card."""
    desk = asked.desk()
    conversation = await first(desk)
    assert await desk.promises.queue() == ()
    await promise(desk, conversation)
    one = await only(desk)
    assert (one.said, one.what, one.owner, one.mine) == ("we bellen je morgen.", "call", "sanne", True)
    assert (one.contact, one.kind, one.answered_at) == ("Jan de Vries", "public", None)
    assert one.due_at == desk.promises.when("morgen")
    assert [row.id for row in (await desk.queues.page("promises")).rows] == [conversation]
    assert {tab.id: tab.count for tab in await desk.queues.tabs()}["promises"] == 1
    assert (await desk.conversations.view(conversation)).contact.promises == (one,)
    assert (await desk.queues.rows([conversation]))[conversation].promise_at == one.due_at
    await asked.send_all()
    assert (await only(desk)).said == "we bellen je morgen."


async def test_what_was_said_stays_out_of_the_record(asked: World) -> None:
    """Neither the words nor the reasons are in an event."""
    desk = asked.desk()
    conversation = await first(desk)
    await promise(desk, conversation)
    await desk.promises.note(conversation, NewPromise("call", None, words="aan de telefoon beloofd"))
    await desk.promises.break_((await desk.promises.queue())[0], "monteur Kees was ziek")
    payloads = await asked.database.read(lambda c: c.execute("SELECT payload FROM event").fetchall())
    assert not [row for row in payloads for word in ("bellen", "telefoon", "Kees") if word in row["payload"]]
    assert (await asked.database.read(chain.verify)).whole


async def test_a_reply_that_is_called_back_promised_nothing(asked: World) -> None:
    """Undo calls the reply back, and the promise goes with it; sent again, it is asked again."""
    desk = asked.desk()
    conversation = await first(desk)
    await promise(desk, conversation)
    await desk.history.undo()
    assert await desk.promises.queue() == ()
    assert await desk.promises.of_conversation(conversation) == ()
    assert {tab.id: tab.count for tab in await desk.queues.tabs()}["promises"] == 0
    assert await desk.promises.months() == ()
    with pytest.raises(NotAllowed):
        await desk.history.undo()
    await promise(desk, conversation)
    assert len(await desk.promises.queue()) == 1


async def test_nothing_closes_a_promise_but_a_person(asked: World) -> None:
    """Not a “bedankt”, not another reply of ours, not resolving; the latter two are told."""
    desk = asked.desk()
    conversation = await first(desk)
    await promise(desk, conversation)
    await asked.send_all()
    asked.clock.advance(MINUTE)
    await asked.arrive(mention("Bedankt!", created_at=asked.clock.now()))
    assert (await only(desk)).answered_at is None
    asked.clock.advance(MINUTE)
    await desk.replies.send(await desk.replies.review(conversation, "public", "We hebben gebeld."))
    await asked.send_all()
    assert (await only(desk)).answered_at == asked.clock.now()
    done = await desk.triage.resolve(conversation)
    assert done.sentence == "Resolved. 1 promise is still open."
    asked.clock.advance(9 * DAY)
    assert (await only(desk)).state == "open"
    assert [row.id for row in (await desk.queues.page("promises")).rows] == [conversation]
    await desk.promises.keep(await only(desk))
    await desk.triage.reopen(conversation)
    assert (await desk.triage.no_reply(conversation, "spam")).sentence == "No reply needed: spam."


async def test_kept_late_broken_and_withdrawn_are_counted_by_month(asked: World) -> None:
    """By the moment of the act in the desk's own time; undone ones are not counted."""
    desk = asked.desk()
    conversation = await first(desk)
    due = asked.clock.now() + HOUR
    for _number in range(5):
        await desk.promises.note(conversation, NewPromise("call", due))
    assert (await desk.promises.keep((await desk.promises.queue())[0])).sentence == "Promise kept."
    asked.clock.set(1_796_080_000_000)  # 30 November, 23:06 UTC: December in Amsterdam
    assert (await desk.promises.keep((await desk.promises.queue())[0])).sentence == "Kept, though late."
    with pytest.raises(NotAllowed, match="why"):
        await desk.promises.break_((await desk.promises.queue())[0], " ")
    await desk.promises.break_((await desk.promises.queue())[0], "vergeten")
    await desk.promises.withdraw((await desk.promises.queue())[0])
    await desk.promises.keep((await desk.promises.queue())[0])
    await desk.history.undo()
    november, december = await desk.promises.months()
    assert (november.month, november.made, november.kept, november.late) == ("2026-11", 5, 1, 0)
    assert (december.month, december.made, december.kept, december.late) == ("2026-12", 0, 0, 1)
    assert (december.broken, december.withdrawn) == (1, 1)
    states = [(one.state, one.reason) for one in await desk.promises.of_conversation(conversation)]
    assert states == [("kept", ""), ("late", ""), ("broken", "vergeten"), ("withdrawn", ""), ("open", "")]


async def test_the_queue_is_ordered_by_moment_and_pages(asked: World) -> None:
    """The first open promise of a conversation places it; without a moment it comes last."""
    desk = asked.desk()
    for number in range(5):
        person = ContactRef(f"u-{number}", f"@p{number}", f"P {number}")
        await asked.arrive(mention(f"vraag {number}?", author=person, thread_key=f"t-{number}"))
    ids = sorted(await desk.queues.ids("all"))
    hours = [5, None, 3, 9, 1, 4]
    for one, hour in zip(ids, hours, strict=True):
        due = None if hour is None else asked.clock.now() + hour * HOUR
        await desk.promises.note(one, NewPromise("report", due))
    await desk.promises.note(ids[3], NewPromise("report", asked.clock.now() + 2 * HOUR))
    wanted = [ids[4], ids[3], ids[2], ids[5], ids[0], ids[1]]
    assert list(await desk.queues.ids("promises")) == wanted
    page = await desk.queues.page("promises", limit=2)
    seen = [row.id for row in page.rows]
    while page.next_key is not None:
        page = await desk.queues.page("promises", page.next_key, limit=2)
        seen += [row.id for row in page.rows]
    assert seen == wanted
    assert [one.conversation for one in await desk.promises.queue()][:2] == [ids[4], ids[3]]


async def test_the_alert_is_a_question_to_the_clock(asked: World) -> None:
    """Nothing, soon, over: each at its moment, and it says when to ask again."""
    desk, anna = asked.desk(), asked.desk("ab")
    now = asked.clock.now()
    await desk.promises.note(await first(desk), NewPromise("call", now + 5 * HOUR))
    await desk.promises.note(await first(desk), NewPromise("call", None))
    alert = await desk.promises.alert()
    assert (alert.over, alert.soon, alert.next_at) == (0, 0, now + 4 * HOUR)
    asked.clock.set(now + 4 * HOUR)
    alert = await desk.promises.alert()
    assert (alert.over, alert.soon, alert.next_at) == (0, 1, now + 5 * HOUR)
    asked.clock.set(now + 5 * HOUR)
    alert = await desk.promises.alert(mine=True)
    assert (alert.over, alert.soon, alert.next_at) == (1, 0, None)
    assert (await anna.promises.alert(mine=True)).over == 0
    await desk.promises.move((await desk.promises.queue())[0], now + 30 * HOUR)
    assert (await desk.promises.alert()).over == 0


async def test_a_colleague_takes_over_and_the_first_one_wins(asked: World) -> None:
    """Whoever acts on what is no longer so is told by name what happened."""
    sanne, anna = asked.desk("sanne"), asked.desk("ab")
    await promise(sanne, await first(sanne))
    seen = await only(sanne)
    await anna.promises.take_over(seen)
    assert (await only(anna)).mine
    with pytest.raises(Conflict, match="Anna Bos"):
        await sanne.promises.keep(seen)
    await sanne.promises.take_over(await only(sanne))
    await sanne.promises.take_over(await only(sanne), "ab")
    again = await only(sanne)
    assert again.owner == "ab"
    with pytest.raises(NotAllowed):
        await anna.promises.take_over(again)
    with pytest.raises(NotFound):
        await anna.promises.take_over(again, "niemand")
    await anna.promises.keep(again)
    with pytest.raises(Conflict, match="settled meanwhile: kept"):
        await sanne.promises.break_(again, "te laat")


async def test_what_is_no_promise_is_refused(asked: World) -> None:
    """A moment that has passed, an unknown colleague, conversation or promise."""
    desk = asked.desk()
    conversation = await first(desk)
    with pytest.raises(NotAllowed):
        await desk.promises.note(conversation, NewPromise("call", asked.clock.now()))
    with pytest.raises(NotFound):
        await desk.promises.note(conversation, NewPromise("call", None, owner="niemand"))
    with pytest.raises(NotFound):
        await desk.promises.note(99, NewPromise("call", None))
    with pytest.raises(NotFound):
        await desk.promises.get(1)
    with pytest.raises(NotAMoment):
        desk.promises.when("tot ze reageren")


async def test_every_act_is_an_event_and_the_row_is_what_they_say(asked: World) -> None:
    """Made, moved, taken over, kept; undone and done again."""
    desk = asked.desk()
    conversation = await first(desk)
    await desk.promises.note(conversation, NewPromise("visit", asked.clock.now() + HOUR))
    await desk.promises.move(await only(desk), asked.clock.now() + 2 * HOUR)
    await desk.promises.take_over(await only(desk), "ab")
    await desk.promises.keep(await only(desk))
    for _act in range(4):
        await desk.history.undo()
    assert await desk.promises.queue() == ()
    for _act in range(3):
        await desk.history.redo()
    one = await only(desk)
    assert (one.owner, one.due_at) == ("ab", asked.clock.now() + 2 * HOUR)
    await asked.desk("ab").promises.keep(one)
    with pytest.raises(Conflict):
        await desk.history.undo()
    rows = await asked.database.read(
        lambda c: c.execute("SELECT kind, payload FROM event WHERE kind LIKE 'promise%'").fetchall()
    )
    kinds = [row["kind"] for row in rows]
    assert kinds == [
        "promise_made", "promise_moved", "promise_taken_over", "promise_kept", "promise_kept"
    ]  # fmt: skip
    assert json.loads(rows[1]["payload"])["promise_was"]["due_at"] == asked.clock.now() + HOUR
