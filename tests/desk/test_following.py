"""A public answer and the private message behind it: reviewed together, each out once and in order."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from channels.base import Permanent, Retryable, Unknown
from config.channel_settings import ChannelSettings
from desk.desk import Desk
from desk.promise_views import NewPromise
from desk.reply_views import ReviewView
from domain.clock import DAY, MINUTE, SECOND
from domain.errors import Conflict, NotAllowed
from domain.inbound import Cap
from storage import outbox
from tests.desk.acts import LONG, begin, first, only_outbox, reply
from tests.desk.acts import part_states as states
from tests.desk.acts import sender_step as step
from tests.desk.conftest import World, make_world, mention
from tests.desk.invariants import broken
from tests.pictures import png

PUBLIC, PRIVATE = "Je krijgt zo een bericht van me.", "Wat is je klantnummer?"


async def both(desk: Desk, public: str = PUBLIC, private: str = PRIVATE) -> ReviewView:
    """Write both, and review them."""
    one = await first(desk)
    await begin(desk, one, public)
    await begin(desk, one, private, "private")
    return await desk.replies.review(one, "public", public, follow=private)


async def drafts(desk: Desk) -> tuple[str, str]:
    """What stands in the public and in the private draft."""
    one = await first(desk, "all")
    public, private = (await desk.replies.open(one, "public")), (await desk.replies.open(one, "private"))
    return public.draft.text, private.draft.text


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[World]:
    """A Facebook Page, under which Jan asked something."""
    channel = ChannelSettings("pagina", "facebook", {"page": "1"}, "Facebook", credential="fb")
    world = await make_world(tmp_path, channel)
    cap = Cap(until=world.clock.now() + 7 * DAY)
    await world.arrive(mention("waar?", channel="pagina", can_reply_private=cap))
    yield world
    assert await world.database.read(broken) == []
    await world.database.close()


# -- before they go -------------------------------------------------------------------------------------


async def test_both_texts_stand_in_one_review(asked: World) -> None:
    review = await both(asked.desk())
    assert review.follow is not None
    assert (review.text, review.follow.text) == (f"{PUBLIC} ^SV", f"{PRIVATE}\nGroet, Sanne")
    assert (review.kind, review.follow.kind) == ("public", "private")
    assert review.blocks + review.follow.blocks == ()


async def test_where_it_can_be_is_said_beforehand(asked: World) -> None:
    desk = asked.desk()
    one = await first(desk)
    assert (await desk.replies.open(one, "public")).no_private == ""
    assert (await desk.replies.review(one, "public", "Hoi.")).can_follow
    assert not (await desk.replies.review(one, "private", "Hoi.")).can_follow


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"can_reply_private": Cap(False, "Geen berichten.")}, "Geen berichten."),
        ({"can_reply_private": Cap(until=1)}, "window for an answer is over"),
        ({"visibility": "private"}, "written in private"),
    ],
)
async def test_why_it_cannot_be_is_said_before_sending(
    world: World, changes: dict[str, object], words: str
) -> None:
    await world.arrive(mention("waar?", **changes))
    desk = world.desk()
    one = await first(desk)
    assert words in (await desk.replies.open(one, "public")).no_private
    review = await both(desk)
    assert review.follow is not None
    assert any(words in block for block in review.follow.blocks)
    with pytest.raises(NotAllowed, match=words):
        await desk.replies.send(review)
    assert await desk.outbox.list() == ()


async def test_a_platform_without_such_messages_says_so(tmp_path: Path) -> None:
    world = await make_world(tmp_path, ChannelSettings("lijst", "jsonl", {}, "Lijst"))
    try:
        await world.arrive(mention("waar?", channel="lijst"))
        desk = world.desk()
        view = await desk.replies.open(await first(desk, "all"), "public")
        assert view.no_private
    finally:
        await world.database.close()


async def test_each_is_judged_by_itself(asked: World) -> None:
    """A gap or too many letters in either stops both; what was left empty too."""
    desk = asked.desk()
    for public, private in ((LONG, PRIVATE), (PUBLIC, LONG), (PUBLIC, "Hoi {{?naam}}"), (PUBLIC, " ")):
        review = await both(desk, public, private)
        assert not review.can_part
        with pytest.raises(NotAllowed):
            await desk.replies.send(review)
    with pytest.raises(NotAllowed, match="is one message"):
        await desk.replies.review(await first(desk), "public", LONG, in_parts=True, follow=PRIVATE)
    assert await desk.outbox.list() == ()


async def test_a_double_enter_queues_them_once(asked: World) -> None:
    desk = asked.desk()
    review = await both(desk)
    await desk.replies.send(review)
    with pytest.raises(Conflict):
        await desk.replies.send(review)
    again = await desk.replies.review(review.conversation, "public", PUBLIC, follow=PRIVATE)
    with pytest.raises(Conflict, match="already on its way"):
        await desk.replies.send(again)
    assert await states(desk) == ["queued", "queued"]
    assert await drafts(desk) == ("", "")


# -- on their way ---------------------------------------------------------------------------------------


async def test_the_private_one_goes_once_the_public_one_is_out(asked: World) -> None:
    """Both to what the contact wrote; the clock stops with the public one."""
    desk = asked.desk()
    await desk.replies.send(await both(desk))
    await step(asked, asked.settings.undo)
    (row,) = (await desk.queues.page("all")).rows
    assert row.status == "waiting"
    found = await only_outbox(desk)
    assert (found.in_private_too, found.visibility, await states(desk)) == (
        True,
        "private",
        ["sent", "queued"],
    )
    await asked.send_all()
    assert [(one.text, one.visibility) for one in asked.connector.posted] == [
        (f"{PUBLIC} ^SV", "public"), (f"{PRIVATE}\nGroet, Sanne", "private"),
    ]  # fmt: skip
    assert [one.payload["parent_id"] for one in asked.connector.posted] == ["id-waar?", "id-waar?"]
    view = await desk.conversations.view(row.id)
    assert [(one.visibility, one.part) for one in view.messages[1:]] == [("public", None), ("private", None)]


async def test_the_thread_says_that_the_private_one_waits(asked: World) -> None:
    desk = asked.desk()
    await desk.replies.send(await both(desk))
    view = await desk.conversations.view(await first(desk, "all"))
    assert [(one.visibility, one.waits, one.part) for one in view.messages[1:]] == [
        ("public", False, None), ("private", True, None),
    ]  # fmt: skip


async def test_each_takes_its_own_pictures_and_promises(asked: World) -> None:
    desk, one = asked.desk(), await first(asked.desk())
    place = asked.settings.database.with_name("a.png")
    place.write_bytes(png())
    composer = await desk.replies.open(one, "private")
    await desk.attachments.attach(composer.draft, str(place), "een container")
    public, private = "We bellen je morgen.", "Vrijdag staat het op je rekening."
    review = await desk.replies.review(one, "public", public, follow=private)
    assert review.follow is not None
    assert (len(review.attachments), len(review.follow.attachments)) == (0, 1)
    follow = replace(review.follow, promises=(NewPromise("done", None, start=0, end=len(private) - 1),))
    call = NewPromise("call", None, start=0, end=len(public) - 1)
    await desk.replies.send(replace(review, promises=(call,), follow=follow))
    assert {found.said for found in await desk.promises.queue()} == {public[:-1], private[:-1]}
    await asked.send_all()
    assert [bool(post.payload.get("media")) for post in asked.connector.posted] == [False, True]


# -- stopped --------------------------------------------------------------------------------------------


async def test_undo_takes_both_back(asked: World) -> None:
    desk = asked.desk()
    await desk.replies.send(await both(desk))
    done = await desk.history.undo()
    assert done.sentence.startswith("Both are called back")
    assert await drafts(desk) == (PUBLIC, PRIVATE)
    await asked.send_all()
    assert asked.connector.posted == []


async def test_the_private_one_can_be_dropped_once_the_public_one_is_out(asked: World) -> None:
    desk = asked.desk()
    await desk.replies.send(await both(desk))
    await step(asked, asked.settings.undo)
    done = await desk.outbox.call_back((await only_outbox(desk)).id)
    assert done.sentence.startswith("Too late for the public answer;")
    await asked.send_all()
    assert len(asked.connector.posted) == 1
    assert await drafts(desk) == ("", PRIVATE)


async def test_a_refused_public_answer_keeps_the_private_one_back(asked: World) -> None:
    """Until it is tried again, and then both go."""
    desk = asked.desk()
    await desk.replies.send(await both(desk))
    asked.connector.outcome = Permanent("Nee.")
    await asked.send_all()
    found = await only_outbox(desk)
    assert (found.part, found.status, await states(desk)) == (1, "refused", ["refused", "queued"])
    assert asked.connector.posted == []
    await desk.outbox.try_again(found.id)
    await asked.send_all()
    assert len(asked.connector.posted) == 2


async def test_a_refused_private_message_can_be_tried_again_alone(asked: World) -> None:
    desk = asked.desk()
    await desk.replies.send(await both(desk))
    await step(asked, asked.settings.undo)
    asked.connector.outcome = Permanent("Nee.")
    await asked.send_all()
    found = await only_outbox(desk)
    assert (found.part, found.status, found.sentence) == (2, "refused", "Nee.")
    await desk.outbox.try_again(found.id)
    await asked.send_all()
    assert [one.visibility for one in asked.connector.posted] == ["public", "private"]
    assert await desk.outbox.list() == ()


async def test_doubt_about_the_public_one_holds_the_private_one(asked: World) -> None:
    """It is read back, not sent again, and then the private one goes."""
    desk = asked.desk()
    await desk.replies.send(await both(desk))
    asked.connector.outcome, asked.connector.lands = Unknown("lost"), True
    await step(asked, asked.settings.undo)
    assert await states(desk) == ["unknown", "queued"]
    await step(asked, asked.connector.caps.settle)
    await asked.send_all()
    assert [one.visibility for one in asked.connector.posted] == ["public", "private"]


async def test_a_busy_platform_delays_the_private_one(asked: World) -> None:
    desk = asked.desk()
    await desk.replies.send(await both(desk))
    await step(asked, asked.settings.undo)
    asked.connector.outcome = Retryable("busy")
    await step(asked)
    assert await states(desk) == ["sent", "retry_wait"]
    await step(asked, MINUTE)
    await asked.send_all()
    assert len(asked.connector.posted) == 2


async def test_the_file_forbids_going_on_in_public(asked: World) -> None:
    """A private message never comes before a public one of the same reply."""
    desk = asked.desk()
    await desk.replies.send(await both(desk))

    def turned(connection: sqlite3.Connection) -> None:
        row = dict(connection.execute("SELECT * FROM outbox WHERE part = 2").fetchone())
        chain = {**row, "chain": "other", "text_key": "other"}
        first_ = {**chain, "part": 1, "after_id": None, "client_key": "a"}
        one = outbox.insert(connection, first_)
        outbox.insert(connection, {**chain, "after_id": one, "client_key": "b", "visibility": "public"})

    with pytest.raises(sqlite3.IntegrityError, match="behind the part before it"):
        await asked.database.write(turned)


# -- once only ------------------------------------------------------------------------------------------


async def test_a_second_private_message_to_one_comment_is_refused_beforehand(page: World) -> None:
    """By whoever it was written, on its way or out; a new comment may be answered again."""
    desk, colleague = page.desk(), page.desk("ab")
    await desk.replies.send(await both(desk))
    one = await first(desk, "all")
    for _moment in ("on its way", "out"):
        words = (await colleague.replies.open(one, "public")).no_private
        assert "one private message" in words
        assert (await colleague.replies.open(one, "private")).blocked == words
        assert (await colleague.conversations.view(one)).reply_private.reason == words
        with pytest.raises(NotAllowed, match="one private message"):
            await reply(colleague, one, "Nog een bericht.", "private")
        await page.send_all()
    assert len(page.connector.posted) == 2
    page.clock.advance(SECOND)
    cap = Cap(until=page.clock.now() + 7 * DAY)
    await page.arrive(mention("en nu?", channel="pagina", created_at=page.clock.now(), can_reply_private=cap))
    assert (await colleague.replies.open(one, "public")).no_private == ""


async def test_what_was_called_back_was_not_written(page: World) -> None:
    desk = page.desk()
    await desk.replies.send(await both(desk))
    await desk.history.undo()
    review = await desk.replies.review(await first(desk, "all"), "public", PUBLIC, follow=PRIVATE)
    await desk.replies.send(review)
    await page.send_all()
    assert len(page.connector.posted) == 2


async def test_a_window_that_closes_before_sending_is_said(page: World) -> None:
    desk = page.desk()
    review = await both(desk)
    page.clock.advance(8 * DAY)
    with pytest.raises(NotAllowed, match="window"):
        await desk.replies.send(review)
    assert await desk.outbox.list() == ()
