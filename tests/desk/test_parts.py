"""A reply in parts: each once, in order, and all that a person can still do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channels.base import Permanent, Retryable, Unknown
from config.channel_settings import PRACTICE, ChannelSettings
from desk.desk import Desk
from desk.promise_views import NewPromise
from desk.reply_views import OutboxView
from domain.chain import MOST_PARTS
from domain.clock import MINUTE, SECOND
from domain.errors import Conflict, NotAllowed
from domain.inbound import Cap, Echo, Inbound
from tests.desk.acts import LONG, SENTENCES, begin, first, only_outbox
from tests.desk.acts import part_states as states
from tests.desk.acts import send_in_parts as send
from tests.desk.acts import sender_step as step
from tests.desk.conftest import World, mention
from tests.pictures import png


def edited(world: World) -> Inbound:
    """What was asked, as the contact has it now."""
    return replace(mention("waar?"), text="laat maar", revision="2", edited_at=world.clock.now())


async def draft(desk: Desk) -> str:
    """What stands in the draft."""
    return (await desk.replies.open(await first(desk, "all"), "public")).draft.text


# -- before it goes -------------------------------------------------------------------------------------


async def test_the_review_shows_the_parts_as_they_will_stand(asked: World) -> None:
    """Numbered, signed at the end, and nothing blocks any more."""
    desk = asked.desk()
    one = await first(desk)
    whole = await desk.replies.review(one, "public", LONG)
    assert whole.blocks
    assert whole.can_part
    assert whole.parts == ()
    review = await desk.replies.review(one, "public", f"  {LONG}\n", in_parts=True)
    assert (review.blocks, review.can_part, review.length.ok) == ((), False, True)
    assert [part.text[-8:] for part in review.parts] == ["lang is. 1/3"[-8:], " is. 2/3", " 3/3 ^SV"]
    assert "".join(part.body for part in review.parts) == LONG


async def test_every_part_is_signed_where_the_channel_says_so(asked: World) -> None:
    channel = replace(PRACTICE, sign_each_part=True)
    asked.settings = replace(asked.settings, channels={channel.id: channel})
    desk = asked.desk()
    review = await desk.replies.review(await first(desk), "public", LONG, in_parts=True)
    assert [part.text[-8:] for part in review.parts] == [f" {n}/3 ^SV" for n in (1, 2, 3)]


async def test_what_fits_stays_one_message(asked: World) -> None:
    desk = asked.desk()
    review = await desk.replies.review(await first(desk), "public", "Kort.", in_parts=True)
    assert (review.text, review.parts) == ("Kort. ^SV", ())


async def test_where_it_makes_no_sense_it_is_refused_in_words(asked: World) -> None:
    """Another platform, too many messages, a note."""
    desk, one = asked.desk(), await first(asked.desk())
    with pytest.raises(NotAllowed, match=f"{MOST_PARTS} is the most"):
        await desk.replies.review(one, "public", LONG * 10, in_parts=True)
    note = await desk.replies.review(one, "note", LONG * 20, in_parts=True)
    assert (note.parts, note.can_part) == ((), False)
    other = ChannelSettings("practice", "jsonl", {}, "Lijst")
    asked.settings = replace(asked.settings, channels={"practice": other})
    with pytest.raises(NotAllowed, match="Lijst takes no reply in parts"):
        await asked.desk().replies.review(one, "public", LONG * 10, in_parts=True)


async def test_a_double_enter_queues_one_chain(asked: World) -> None:
    desk = asked.desk()
    review, _done = await send(desk, await first(desk))
    with pytest.raises(Conflict):
        await desk.replies.send(review)
    again = await desk.replies.review(review.conversation, "public", LONG, in_parts=True)
    with pytest.raises(Conflict, match="already on its way"):
        await desk.replies.send(again)
    assert len(await states(desk)) == 3


async def test_the_same_words_may_stand_in_two_parts(asked: World) -> None:
    """In private nothing numbers them."""
    desk = asked.desk()
    await asked.arrive(mention("p?", visibility="private", thread_key="p", can_reply_private=Cap()))
    one = await first(desk)
    text = "heel " * 400
    await begin(desk, one, text, "private")
    review = await desk.replies.review(one, "private", text, in_parts=True)
    texts = [part.text for part in review.parts]
    assert len(set(texts)) < len(texts)
    await desk.replies.send(review)
    await asked.send_all()
    assert [one.text for one in asked.connector.posted] == texts


# -- on its way -----------------------------------------------------------------------------------------


async def test_each_part_goes_after_and_answers_the_one_before(asked: World) -> None:
    """One step, one part; the clock stops with the first."""
    desk = asked.desk()
    review, _done = await send(desk, await first(desk))
    await step(asked, asked.settings.undo)
    (row,) = (await desk.queues.page("all")).rows
    assert row.status == "waiting"
    assert await states(desk) == ["sent", "queued", "queued"]
    assert (await only_outbox(desk)).part == 2
    await asked.send_all()
    assert [one.text for one in asked.connector.posted] == [part.text for part in review.parts]
    parents = [one.payload["parent_id"] for one in asked.connector.posted]
    assert parents == ["id-waar?", "post-1", "post-2"]
    assert await desk.outbox.list() == ()
    view = await desk.conversations.view(row.id)
    assert [one.part for one in view.messages] == [None, (1, 3), (2, 3), (3, 3)]


async def test_a_question_between_two_parts_keeps_its_clock(asked: World) -> None:
    """The later parts answer nothing that was asked since."""
    desk = asked.desk()
    await send(desk, await first(desk))
    await step(asked, asked.settings.undo)
    await asked.arrive(mention("en nu?", created_at=asked.clock.now()))
    (before,) = (await desk.queues.page("open")).rows
    await asked.send_all()
    (after,) = (await desk.queues.page("open")).rows
    assert (after.status, after.due_at) == ("open", before.due_at)
    assert len(asked.connector.posted) == 3


async def test_a_question_before_the_first_part_stands(asked: World) -> None:
    desk = asked.desk()
    await send(desk, await first(desk))
    asked.clock.advance(SECOND)
    await asked.arrive(mention("en nu?", created_at=asked.clock.now()))
    await asked.send_all()
    assert (await desk.queues.page("open")).rows[0].status == "open"
    assert len(asked.connector.posted) == 3


async def test_pictures_go_with_the_first_part(asked: World) -> None:
    desk, one = asked.desk(), await first(asked.desk())
    place = asked.settings.database.with_name("a.png")
    place.write_bytes(png())
    along = [await desk.attachments.keep(str(place), "een container")]
    await desk.replies.send(await desk.replies.review(one, "public", LONG, along, in_parts=True))
    await asked.send_all()
    assert [bool(post.payload.get("media")) for post in asked.connector.posted] == [True, False, False]


async def test_a_later_reply_waits_for_all_parts(asked: World) -> None:
    desk = asked.desk()
    await send(desk, await first(desk))
    one = await first(desk, "all")
    await desk.replies.send(await desk.replies.review(one, "public", "Nog iets."))
    await asked.send_all()
    assert [post.text for post in asked.connector.posted][-1] == "Nog iets. ^SV"
    assert len(asked.connector.posted) == 4


# -- stopped --------------------------------------------------------------------------------------------


async def test_undo_takes_the_whole_of_it_back(asked: World) -> None:
    """The text as it was typed, its pictures and its promises."""
    desk, one = asked.desk(), await first(asked.desk())
    text = "\n\n".join(SENTENCES)
    await begin(desk, one, text)
    review = await desk.replies.review(one, "public", text, in_parts=True)
    await desk.replies.send(replace(review, promises=(NewPromise("call", None, start=0, end=8),)))
    assert len(await desk.promises.queue()) == 1
    done = await desk.history.undo()
    assert "Called back" in done.sentence
    assert await draft(desk) == text
    assert await desk.outbox.list() == ()
    assert await desk.promises.queue() == ()
    await asked.send_all()
    assert asked.connector.posted == []


async def test_the_rest_can_be_dropped_once_something_is_out(asked: World) -> None:
    """What is out stays out, the rest is the draft."""
    desk = asked.desk()
    review, _done = await send(desk, await first(desk))
    await step(asked, asked.settings.undo)
    done = await desk.outbox.call_back((await only_outbox(desk)).id)
    assert done.sentence.startswith("Too late for 1 part;")
    await asked.send_all()
    assert len(asked.connector.posted) == 1
    assert await draft(desk) == LONG.removeprefix(review.parts[0].body)
    with pytest.raises(Conflict, match="Too late"):
        await desk.outbox.call_back(done.outbox or 0)


async def test_a_refused_part_holds_the_rest_until_it_is_tried_again(asked: World) -> None:
    """And holds up no other reply meanwhile."""
    desk = asked.desk()
    review, _done = await send(desk, await first(desk))
    await step(asked, asked.settings.undo)
    asked.connector.outcome = Permanent("Nee.")
    await asked.send_all()
    found = await only_outbox(desk)
    assert (found.part, found.status, found.sentence, found.out) == (2, "refused", "Nee.", 1)
    assert await states(desk) == ["sent", "refused", "queued"]
    assert await asked.collector.sender.next_due() is None
    one = await first(desk, "all")
    await desk.replies.send(await desk.replies.review(one, "public", "Iets anders."))
    await asked.send_all()
    assert asked.connector.posted[-1].text == "Iets anders. ^SV"
    await desk.outbox.try_again(found.id)
    await asked.send_all()
    posted = [post.text for post in asked.connector.posted]
    assert posted == [review.parts[0].text, "Iets anders. ^SV", review.parts[1].text, review.parts[2].text]
    assert await desk.outbox.list() == ()
    with pytest.raises(Conflict, match="not refused"):
        await desk.outbox.try_again(found.id)


async def test_a_refused_part_can_be_dropped_with_the_rest(asked: World) -> None:
    desk = asked.desk()
    review, _done = await send(desk, await first(desk))
    await step(asked, asked.settings.undo)
    asked.connector.outcome = Permanent("Nee.")
    await asked.send_all()
    await desk.outbox.call_back((await only_outbox(desk)).id)
    assert await desk.outbox.list() == ()
    assert await draft(desk) == review.parts[1].body + review.parts[2].body


async def test_a_busy_platform_delays_the_rest(asked: World) -> None:
    desk = asked.desk()
    await send(desk, await first(desk))
    await step(asked, asked.settings.undo)
    asked.connector.outcome = Retryable("busy")
    await step(asked)
    assert await states(desk) == ["sent", "retry_wait", "queued"]
    await step(asked, MINUTE)
    await asked.send_all()
    assert len(asked.connector.posted) == 3


async def test_a_lost_answer_is_read_back_and_the_rest_follows(asked: World) -> None:
    """The part that landed is not sent again, and the next one answers it."""
    desk = asked.desk()
    await send(desk, await first(desk))
    asked.connector.outcome, asked.connector.lands = Unknown("lost"), True
    await step(asked, asked.settings.undo)
    await step(asked)
    assert await states(desk) == ["unknown", "queued", "queued"]
    await step(asked, asked.connector.caps.settle)
    await asked.send_all()
    assert [post.payload["parent_id"] for post in asked.connector.posted] == ["id-waar?", "post-1", "post-2"]


async def in_doubt(asked: World, *, lands: bool) -> tuple[Desk, OutboxView]:
    """The first part is put before a person."""
    desk = asked.desk()
    await send(desk, await first(desk))
    asked.connector.caps = replace(asked.connector.caps, find_sent=False)
    asked.connector.outcome, asked.connector.lands = Unknown("lost"), lands
    await step(asked, asked.settings.undo)
    await step(asked, asked.connector.caps.settle)
    found = await only_outbox(desk)
    assert await states(desk) == ["ask_operator", "queued", "queued"]
    return desk, found


async def test_what_a_person_saw_there_is_answered_once_the_platform_names_it(asked: World) -> None:
    desk, found = await in_doubt(asked, lands=True)
    await desk.outbox.settle(found.id, there=True)
    asked.connector.caps = replace(asked.connector.caps, find_sent=True)
    await asked.send_all()
    assert [post.payload["parent_id"] for post in asked.connector.posted] == ["id-waar?", "post-1", "post-2"]


async def test_where_the_platform_cannot_name_it_the_rest_answers_the_contact(asked: World) -> None:
    desk, found = await in_doubt(asked, lands=True)
    await desk.outbox.settle(found.id, there=True)
    await asked.send_all()
    assert [post.payload["parent_id"] for post in asked.connector.posted] == [
        "id-waar?",
        "id-waar?",
        "post-2",
    ]


async def test_what_a_person_did_not_find_goes_again_with_the_rest_behind_it(asked: World) -> None:
    desk, found = await in_doubt(asked, lands=False)
    await desk.outbox.settle(found.id, there=False)
    await asked.send_all()
    assert [post.payload["parent_id"] for post in asked.connector.posted] == ["id-waar?", "post-1", "post-2"]


async def test_an_echo_lets_the_next_part_go(asked: World) -> None:
    """The stream shows the first part before its answer came."""
    desk = asked.desk()
    review, _done = await send(desk, await first(desk))
    asked.connector.outcome, asked.connector.lands = Unknown("lost"), True
    await step(asked, asked.settings.undo)
    text = review.parts[0].text
    await asked.arrive_echo(Echo("post-1", "id-waar?", "thread-jan", text, asked.clock.now()))
    assert await states(desk) == ["sent", "queued", "queued"]
    await asked.send_all()
    assert [post.payload["parent_id"] for post in asked.connector.posted] == ["id-waar?", "post-1", "post-2"]


async def test_an_echo_of_a_later_part_is_known_by_what_it_answers(asked: World) -> None:
    """And not taken for an answer from outside the desk."""
    desk = asked.desk()
    review, _done = await send(desk, await first(desk))
    await step(asked, asked.settings.undo)
    asked.connector.outcome, asked.connector.lands = Unknown("lost"), True
    await step(asked)
    text = review.parts[1].text
    await asked.arrive_echo(Echo("post-2", "post-1", "thread-jan", text, asked.clock.now()))
    assert await states(desk) == ["sent", "sent", "queued"]
    await asked.send_all()
    view = await desk.conversations.view(await first(desk, "all"))
    assert [one.outside for one in view.messages] == [False] * 4


async def test_a_promise_goes_with_its_part(asked: World) -> None:
    """Its words are found in the text of that part."""
    desk, one = asked.desk(), await first(asked.desk())
    text = f"{LONG} We bellen je morgen."
    await begin(desk, one, text)
    review = await desk.replies.review(one, "public", text, in_parts=True)
    start = text.index("We bellen")
    promise = NewPromise("call", None, start=start, end=start + 19)
    await desk.replies.send(replace(review, promises=(promise,)))
    assert (await desk.promises.queue())[0].said == "We bellen je morgen"
    await asked.send_all()
    assert (await desk.promises.queue())[0].said == "We bellen je morgen"


@pytest.mark.parametrize("deleted", [False, True])
async def test_an_edit_of_the_mention_stops_the_start(asked: World, *, deleted: bool) -> None:
    """Nothing goes out; a person looks and sends it all the same, or takes it back."""
    desk = asked.desk()
    await send(desk, await first(desk))
    asked.clock.advance(SECOND)
    await asked.arrive(replace(edited(asked), deleted=deleted))
    await asked.send_all()
    found = await only_outbox(desk)
    assert found.status == "refused"
    assert ("took a message down" if deleted else "changed a message") in found.sentence
    assert asked.connector.posted == []
    await desk.outbox.try_again(found.id)
    await asked.send_all()
    assert len(asked.connector.posted) == 3


async def test_an_edit_after_the_first_part_stops_nothing(asked: World) -> None:
    desk = asked.desk()
    await send(desk, await first(desk))
    await step(asked, asked.settings.undo)
    await asked.arrive(edited(asked))
    await asked.send_all()
    assert len(asked.connector.posted) == 3
    assert await desk.outbox.list() == ()
