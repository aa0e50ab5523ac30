"""Pictures before their reply: each uploaded once, whatever happens in between."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from channels.base import AuthFailed, Draft, OutboundAttachment, Permanent, Prepared, Retryable, Unknown
from desk.desk import Desk
from desk.sender import Overtaken
from storage import attachments, sender_lock
from tests.desk.acts import first, only_outbox
from tests.desk.conftest import FakeConnector, World
from tests.pictures import gif, png

ALTS = ["Het deksel, open", "Het deksel, dicht"]


async def queued(world: World, folder: Path) -> Desk:
    """A reply with two pictures, about to leave."""
    desk = world.desk()
    kept = []
    for number, content in enumerate((png(), gif())):
        path = folder / f"{number}"
        path.write_bytes(content)
        kept.append(await desk.attachments.keep(str(path), ALTS[number]))
    conversation = await first(desk)
    await desk.replies.send(await desk.replies.review(conversation, "public", "Kijk eens, Jan.", kept))
    return desk


@dataclass
class Dying(FakeConnector):
    """Hangs at one place, as a sender does that is killed there."""

    at: str = ""
    there: asyncio.Event = field(default_factory=asyncio.Event)

    async def upload(self, attachment: OutboundAttachment) -> dict[str, object]:
        """Hangs before the second picture, or after it reached the platform."""
        if self.at == "before the second upload" and len(self.uploads) == 1:
            await self.hang()
        remote = await super().upload(attachment)
        if self.at == "before the first answer":
            await self.hang()
        return remote

    async def prepare(self, draft: Draft) -> Prepared:
        """Hangs before the reply is made ready."""
        if self.at == "before the reply":
            await self.hang()
        return await super().prepare(draft)

    async def hang(self) -> None:
        """For ever."""
        self.there.set()
        await asyncio.Event().wait()


def use(world: World, connector: FakeConnector) -> None:
    """Everything goes over another channel from now on."""
    world.connector = connector
    world.collector.connectors["practice"] = connector  # type: ignore[index]


async def test_pictures_go_first_and_the_reply_names_them(asked: World, tmp_path: Path) -> None:
    desk = await queued(asked, tmp_path)
    await asked.send_all()
    assert [one.content for one in asked.connector.uploads] == [png(), gif()]
    (posted,) = asked.connector.posted
    assert posted.payload["media"] == [["media-1", ALTS[0]], ["media-2", ALTS[1]]]
    assert await desk.outbox.list() == ()
    view = await desk.conversations.view(1)
    shown = [(one.kind, one.alt) for one in view.messages[-1].attachments]
    assert shown == [("image", ALTS[0]), ("image", ALTS[1])]


@pytest.mark.parametrize(
    ("at", "uploads"),
    [("before the first answer", 3), ("before the second upload", 2), ("before the reply", 2)],
)
async def test_a_sender_killed_between_the_steps_goes_on_behind_the_last_one(
    asked: World, tmp_path: Path, at: str, uploads: int
) -> None:
    """Only an upload whose answer never came is made again; what was confirmed is named by the reply."""
    await queued(asked, tmp_path)
    dying = Dying(at=at)
    use(asked, dying)
    asked.clock.advance(asked.settings.undo)
    step = asyncio.create_task(asked.collector.sender.step())
    await dying.there.wait()
    step.cancel()
    dying.at = ""
    await asked.restart()
    await asked.send_all()
    assert len(dying.uploads) == uploads
    (posted,) = dying.posted
    named = [one[0] for one in posted.payload["media"]]  # type: ignore[attr-defined]
    assert named == [f"media-{uploads - 1}", f"media-{uploads}"]
    assert [one.content for one in dying.uploads[-2:]] == [png(), gif()]


async def test_a_reply_in_doubt_is_read_back_and_its_pictures_stay_where_they_are(
    asked: World, tmp_path: Path
) -> None:
    await queued(asked, tmp_path)
    asked.connector.outcome, asked.connector.lands = Unknown("lost"), True
    await asked.send_all()
    asked.clock.advance(asked.connector.caps.settle)
    await asked.send_all()
    assert (len(asked.connector.uploads), len(asked.connector.posted)) == (2, 1)


async def test_a_person_who_says_that_it_is_not_there_sends_it_again_with_the_same_pictures(
    asked: World, tmp_path: Path
) -> None:
    desk = await queued(asked, tmp_path)
    asked.connector.outcome = Unknown("lost")
    await asked.send_all()
    asked.clock.advance(asked.connector.caps.settle_max)
    await asked.send_all()
    reply = await only_outbox(desk)
    assert reply.status == "ask_operator"
    await desk.outbox.settle(reply.id, there=False)
    await asked.send_all()
    assert len(asked.connector.uploads) == 2
    (posted,) = asked.connector.posted
    assert posted.payload["media"] == [["media-1", ALTS[0]], ["media-2", ALTS[1]]]


@pytest.mark.parametrize("error", [Retryable("busy"), AuthFailed("token"), Unknown("silent")])
async def test_trouble_at_an_upload_leaves_the_reply_waiting(
    asked: World, tmp_path: Path, error: Exception
) -> None:
    """Nothing was posted, so nothing is in doubt."""
    desk = await queued(asked, tmp_path)
    asked.connector.upload_outcome = error
    asked.clock.advance(asked.settings.undo)
    await asked.collector.sender.step()
    found = await only_outbox(desk)
    assert (found.status, found.sentence) == ("queued", str(error))
    due = await asked.collector.sender.next_due()
    assert due is not None
    asked.clock.set(due)
    await asked.send_all()
    assert (len(asked.connector.uploads), len(asked.connector.posted)) == (2, 1)


@pytest.mark.parametrize(
    ("error", "sentence"), [(Permanent("too large"), "too large"), (KeyError("x"), "could not be made ready")]
)
async def test_a_picture_that_is_refused_refuses_the_reply_and_comes_back_with_it(
    asked: World, tmp_path: Path, error: Exception, sentence: str
) -> None:
    desk = await queued(asked, tmp_path)
    asked.connector.upload_outcome = error
    await asked.send_all()
    found = await only_outbox(desk)
    assert found.status == "refused"
    assert sentence in found.sentence
    assert asked.connector.posted == []
    await desk.outbox.call_back(found.id)
    composer = await desk.replies.open(found.conversation, "public")
    assert [one.alt for one in composer.attachments] == ALTS


async def test_a_frozen_sender_that_was_overtaken_confirms_no_upload(asked: World, tmp_path: Path) -> None:
    await queued(asked, tmp_path)
    old = asked.collector.sender
    asked.clock.advance(asked.settings.undo)
    await asked.database.write(sender_lock.next_fence)
    with pytest.raises(Overtaken):
        await old.step()
    assert asked.connector.posted == []
    rows = await asked.database.read(lambda c: attachments.of_outbox(c, 1))
    assert [row.remote for row in rows] == [None, None]


async def test_a_confirmed_upload_is_never_overwritten(asked: World, tmp_path: Path) -> None:
    await queued(asked, tmp_path)
    await asked.send_all()
    for remote in ({"id": "other"}, {"id": "third"}):
        await asked.database.write(
            lambda c, remote=remote: attachments.uploaded(c, 1, 1, remote, at=0)  # type: ignore[misc]
        )
    rows = await asked.database.read(lambda c: attachments.of_outbox(c, 1))
    assert rows[0].remote == {"id": "media-1"}
    with pytest.raises(sqlite3.IntegrityError, match="not made again"):
        await asked.database.write(lambda c: c.execute("UPDATE outbox_attachment SET remote = '{}'"))


async def test_a_picture_called_back_while_it_is_uploaded_is_not_posted(asked: World, tmp_path: Path) -> None:
    desk = await queued(asked, tmp_path)
    dying = Dying(at="before the second upload")
    use(asked, dying)
    asked.clock.advance(asked.settings.undo)
    step = asyncio.create_task(asked.collector.sender.step())
    await dying.there.wait()
    await desk.outbox.call_back(1)
    step.cancel()
    await asked.restart()
    await asked.send_all()
    assert dying.posted == []
