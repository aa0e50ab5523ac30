"""Where a platform keeps one reply, a second one says whose place it takes, and the first is not lost."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

from channels.base import Prepared, SendResult
from config.channel_settings import PRACTICE
from tests.desk.acts import first, reply
from tests.desk.conftest import FakeConnector, make_world, mention
from tests.desk.invariants import broken


class OneReply(FakeConnector):
    """A review: its reply has one name, whoever writes it."""

    async def send(self, prepared: Prepared) -> SendResult:
        """Post in the place of what stood there."""
        self.posted.append(prepared)
        return SendResult(remote_id="review-1#reply")


async def test_a_second_reply_says_whose_place_it_takes_and_keeps_the_first(tmp_path: Path) -> None:
    world = await make_world(tmp_path, replace(PRACTICE, platform="google"))
    connector = OneReply("practice")
    connectors = {"practice": connector}
    sender = replace(world.collector.sender, connectors=connectors)
    world.collector = replace(world.collector, connectors=connectors, sender=sender)
    await world.arrive(mention("Traag geholpen, boos"))
    sanne, ab = world.desk(), world.desk("ab")
    conversation = await first(sanne)
    review = await sanne.replies.review(conversation, "public", "Dag Jan, sorry.")
    assert review.warnings == ()
    await reply(sanne, conversation, "Dag Jan, sorry.")
    await world.send_all()
    review = await ab.replies.review(conversation, "public", "Dag Jan, het is gemaakt.")
    assert review.warnings == ("This takes the place of SV's reply of 2026-11-23.",)
    await ab.claims.steal(conversation, "Sanne is naar huis")
    await reply(ab, conversation, "Dag Jan, het is gemaakt.")
    await world.send_all()
    assert len(connector.posted) == 2

    def stored(connection: sqlite3.Connection) -> tuple[list[str], list[str]]:
        texts = connection.execute("SELECT text FROM message WHERE direction = 'out'").fetchall()
        before = connection.execute("SELECT text FROM message_revision").fetchall()
        return [row[0] for row in texts], [row[0] for row in before]

    now, before = await world.database.read(stored)
    assert [text.removesuffix(" ^AB") for text in now] == ["Dag Jan, het is gemaakt."]
    assert [text.removesuffix(" ^SV") for text in before] == ["Dag Jan, sorry."]
    assert await world.database.read(broken) == []
    await world.database.close()


async def test_elsewhere_every_reply_stands_by_itself(tmp_path: Path) -> None:
    world = await make_world(tmp_path, PRACTICE)
    await world.arrive(mention("Waar blijft het?"))
    desk = world.desk()
    conversation = await first(desk)
    await reply(desk, conversation, "Morgen.")
    await world.send_all()
    assert (await desk.replies.review(conversation, "public", "Of overmorgen.")).warnings == ()
    await world.database.close()
