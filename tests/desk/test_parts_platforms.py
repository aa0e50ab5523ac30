"""A reply in parts from the desk to the platforms, as their fakes keep it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from channels.base import Connector
from config.channel_settings import ChannelSettings
from domain.clock import SECOND, ManualClock
from tests.channels.fake_bluesky import FakeBluesky
from tests.channels.test_bluesky_suite import BlueskyWorld
from tests.channels.test_mastodon_suite import MastodonWorld
from tests.channels.world import ConnectorWorld
from tests.desk.acts import first, send_in_parts
from tests.desk.conftest import MONDAY_NINE, make_world

CHANNELS = {
    "mastodon": ChannelSettings("mastodon", "mastodon", {"server": "https://ons.example"}, "Mastodon"),
    "bluesky": ChannelSettings("bluesky", "bluesky", {"handle": "gemeente.test"}, "Bluesky"),
}


@asynccontextmanager
async def platform_of(name: str) -> AsyncIterator[ConnectorWorld]:
    """A new one, on the desk's time."""
    if name == "mastodon":
        mastodon = MastodonWorld("mastodon")
        mastodon.clock.set(MONDAY_NINE)
        async with mastodon.fake.server:
            yield mastodon
            await mastodon.close()
        return
    clock = ManualClock(MONDAY_NINE)
    async with FakeBluesky(clock, page_size=BlueskyWorld.page) as server:
        bluesky = BlueskyWorld(server, clock)
        yield bluesky
        await bluesky.close()


@pytest.mark.parametrize("name", ["mastodon", "bluesky"])
@pytest.mark.parametrize("lost", [False, True])
async def test_each_part_answers_the_one_before_it(tmp_path: Path, name: str, *, lost: bool) -> None:
    """Also where the answer to one of them was lost, and it was read back."""
    world = await make_world(tmp_path, CHANNELS[name])
    async with platform_of(name) as platform:
        asked = await platform.let_someone_post("Wie helpt mij?")
        connector = platform.connector()
        connectors: dict[str, Connector] = {name: connector}
        sender = replace(world.collector.sender, connectors=connectors)
        await replace(world.collector, connectors=connectors, sender=sender).pull(connector, platform.stream)
        desk = world.desk()
        review, _done = await send_in_parts(desk, await first(desk))
        world.clock.advance(world.settings.undo)
        platform.clock.advance(world.settings.undo)
        await sender.step()
        if lost:
            await platform.fail("answer_lost")
        while await desk.outbox.list():
            await sender.step()
            world.clock.advance(10 * SECOND)
            platform.clock.advance(10 * SECOND)
        sent = platform.sent_on_server()
        assert [one.text for one in sent] == [part.text for part in review.parts]
        assert [one.answers for one in sent] == [asked, *(one.remote_id for one in sent[:-1])]
        if name == "mastodon":
            assert all(one.text.startswith("@") for one in sent)
    await world.database.close()
