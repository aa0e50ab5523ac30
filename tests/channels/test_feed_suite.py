"""RSS and Atom through the suite that every connector must pass."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Literal

import pytest

from channels.feed import FeedConnector
from domain.clock import HOUR, ManualClock
from domain.inbound import Attachment
from tests.channels.fake_feed import Entry, FakeFeed
from tests.channels.fault_server import Fault
from tests.channels.suite import ConnectorSuite
from tests.channels.world import ConnectorWorld, Sent, Trait, Trouble

NOON = 1_763_031_600_000
TRAITS: frozenset[Trait] = frozenset({"edits", "spoils", "tells_time", "one_page", "no_sign_in"})
FAULTS: dict[Trouble, Fault] = {
    "rate_limited": Fault(status=429, headers={"retry-after": "30"}),
    "rate_limited_without_time": Fault(status=429),
    "connection_lost": Fault("reset"),
    "server_error": Fault(status=500),
    "broken_json": Fault("broken_json"),
    "web_page": Fault("web_page"),
}


class FeedWorld:
    """A forum with a feed."""

    traits = TRAITS
    longest = 10_000
    page = 5

    def __init__(self, form: Literal["rss", "atom"]) -> None:
        self.clock = ManualClock(NOON)
        self.fake = FakeFeed(self.clock, form)
        self.stream = ""
        self._made: list[FeedConnector] = []

    def connector(self) -> FeedConnector:
        """As after a restart."""
        made = FeedConnector("forum", [f"{self.fake.server.url}/forum.xml"], clock=self.clock)
        self._made.append(made)
        return made

    async def let_someone_post(
        self, text: str, *, private: bool = False, attachments: Sequence[Attachment] = ()
    ) -> str:
        """A topic on the forum."""
        return self.fake.post(text, attachments).guid

    async def edit(self, remote_id: str, text: str) -> None:
        """The topic is rewritten."""
        self.fake.entry(remote_id).text = text

    async def delete(self, remote_id: str) -> None:
        """Feeds show no deletions."""
        raise NotImplementedError

    async def spoil(self, remote_id: str) -> None:
        """An entry without anything in it."""
        position = self.fake.entries.index(self.fake.entry(remote_id))
        self.fake.entries[position] = Entry("", "", 0, spoilt=True)

    async def post_as_us(self, text: str, in_reply_to: str) -> str:
        """Nobody is we."""
        raise NotImplementedError

    async def fail(self, trouble: Trouble, *, after: int = 0) -> None:
        """For the next fetch."""
        if trouble == "clock_off":
            self.fake.ahead = 3 * HOUR
        else:
            self.fake.server.fail(replace(FAULTS[trouble], after=after))

    async def renew(self) -> None:
        """The right time again."""
        self.fake.ahead = 0

    def sent_on_server(self) -> Sequence[Sent]:
        """Never anything."""
        return []

    async def close(self) -> None:
        """Close what was made."""
        for each in self._made:
            await each.close()


class TestFeed(ConnectorSuite):
    """In both forms."""

    @pytest.fixture(params=["rss", "atom"])
    async def world(self, request: pytest.FixtureRequest) -> AsyncIterator[ConnectorWorld]:
        """A forum that speaks it."""
        world = FeedWorld(request.param)
        async with world.fake.server:
            (world.stream,) = world.connector().streams
            yield world
            await world.close()
