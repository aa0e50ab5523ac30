"""Pictures on platforms with ways of their own: captions, messages of their own, none at all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from channels.base import Permanent
from config.settings import ChannelSettings
from desk.desk import Desk
from domain.errors import NotAllowed
from domain.inbound import Cap
from tests.desk.acts import begin, first
from tests.desk.conftest import World, make_world, mention
from tests.desk.invariants import broken
from tests.desk.test_attaching import put
from tests.pictures import gif, png

Put = Callable[[str, bytes], str]
__all__ = ["put"]


async def on(tmp_path: Path, platform: str, **changes: object) -> World:
    """A desk with a private message on a platform; it stands in its first conversation."""
    settings = ChannelSettings(id="x", platform=platform, options={}, name="Elders")
    world = await make_world(tmp_path, settings)
    told: dict[str, object] = {"visibility": "private", "kind": "dm", **changes}
    await world.arrive(mention("Hoe gaat dat deksel dicht?", channel="x", **told))
    return world


async def test_a_platform_s_caption_is_shorter_than_its_text(tmp_path: Path, put: Put) -> None:
    world = await on(tmp_path, "whatsapp")
    desk = world.desk()
    kept = [await desk.attachments.keep(put("deksel.png", png()), "Het deksel")]
    conversation = await first(desk)
    assert (await desk.replies.review(conversation, "private", "a" * 1_100)).blocks == ()
    review = await desk.replies.review(conversation, "private", "a" * 1_100, kept)
    assert [one for one in review.blocks if "With a picture WhatsApp takes 1024 characters" in one]
    short = await desk.replies.review(conversation, "private", "Zo.", kept)
    assert short.blocks == ()
    assert short.warnings == ("WhatsApp hands on no description; say in the text what there is to see.",)
    await world.database.close()


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[World]:
    """A Page's Messenger, on which Jan asked something."""
    world = await on(tmp_path, "messenger")
    yield world
    assert await world.database.read(broken) == []
    await world.database.close()


async def queued_apart(world: World, put: Put, text: str = "Zo gaat het dicht.") -> Desk:
    """A reply with two pictures, on its way."""
    desk, conversation = world.desk(), await first(world.desk())
    await begin(desk, conversation, text, "private")
    draft = (await desk.replies.open(conversation, "private")).draft
    for name, content in (("open.png", png()), ("dicht.gif", gif())):
        await desk.attachments.attach(draft, put(name, content), name)
    await desk.replies.send(await desk.replies.review(conversation, "private", text))
    return desk


async def test_where_a_picture_is_a_message_of_its_own_it_follows_the_text(page: World, put: Put) -> None:
    desk = await queued_apart(page, put)
    view = await desk.conversations.view(await first(desk))
    going = [
        (one.text.partition("\n")[0], [each.alt for each in one.attachments]) for one in view.messages[1:]
    ]
    assert going == [("Zo gaat het dicht.", []), ("", ["open.png"]), ("", ["dicht.gif"])]
    await page.send_all()
    posted = [(one.text.partition("\n")[0], one.payload.get("media")) for one in page.connector.posted]
    assert posted == [
        ("Zo gaat het dicht.", None), ("", [["media-1", "open.png"]]), ("", [["media-2", "dicht.gif"]]),
    ]  # fmt: skip
    assert [one.visibility for one in page.connector.uploads] == ["private", "private"]
    view = await desk.conversations.view(await first(desk, "all"))
    assert [len(one.attachments) for one in view.messages[1:]] == [0, 1, 1]


async def test_a_reply_called_back_gives_back_every_picture(page: World, put: Put) -> None:
    desk = await queued_apart(page, put)
    (going,) = await desk.outbox.list()
    await desk.outbox.call_back(going.id)
    composer = await desk.replies.open(await first(desk), "private")
    assert composer.draft.text == "Zo gaat het dicht."
    assert [one.name for one in composer.attachments] == ["open.png", "dicht.gif"]


async def test_a_picture_refused_leaves_the_text_where_it_is(page: World, put: Put) -> None:
    desk = await queued_apart(page, put)
    page.clock.advance(page.settings.undo)
    await page.collector.sender.step()
    page.connector.upload_outcome = Permanent("Te groot.")
    await page.send_all()
    (going,) = await desk.outbox.list()
    assert (going.status, going.out, going.text) == ("refused", 1, "(picture)")
    assert len(page.connector.posted) == 1


async def test_without_words_there_are_only_pictures(page: World, put: Put) -> None:
    desk = page.desk()
    conversation = await first(desk)
    kept = [await desk.attachments.keep(put("open.png", png()), "open")]
    review = replace(await desk.replies.review(conversation, "private", "", kept), text="")
    assert review.blocks == ()
    await desk.replies.send(review)
    await page.send_all()
    assert [(one.text, "media" in one.payload) for one in page.connector.posted] == [("", True)]


async def test_the_one_private_message_to_a_comment_takes_no_picture(tmp_path: Path, put: Put) -> None:
    world = await on(tmp_path, "facebook", visibility="public", kind="comment", can_reply_private=Cap())
    desk = world.desk()
    kept = [await desk.attachments.keep(put("open.png", png()), "open")]
    conversation = await first(desk)
    assert (await desk.replies.review(conversation, "public", "Zo.", kept)).blocks == ()
    blocks = (await desk.replies.review(conversation, "private", "Zo.", kept)).blocks
    assert blocks == ("This channel takes no pictures from here.",)
    await world.database.close()


async def test_a_channel_that_takes_nothing_says_why(tmp_path: Path, put: Put) -> None:
    world = await on(tmp_path, "instagram")
    desk = world.desk()
    draft = (await desk.replies.open(await first(desk), "private")).draft
    with pytest.raises(NotAllowed, match="only from a public web address"):
        await desk.attachments.limits(draft)
    await world.database.close()
