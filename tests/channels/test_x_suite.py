"""X through the suite that every connector must pass."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from channels.access import FixedAccess
from channels.x import XConnector
from channels.x_calls import MENTIONS
from domain.inbound import Attachment
from tests.channels.fake_platform import PolledWorld
from tests.channels.fake_x import CUSTOMER, STRANGER, US, FakeX
from tests.channels.suite import ConnectorSuite
from tests.channels.world import ConnectorWorld, Sent


class XWorld(PolledWorld):
    """Our account, a customer and somebody else."""

    fake: FakeX
    stream = MENTIONS
    traits = frozenset({"edits", "echoes", "attachments", "tells_time", "spoils", "sends"})
    longest = 4_000
    reads = (("GET", f"/2/users/{US}/mentions"), ("POST", "/2/tweets"))

    def __init__(self) -> None:
        super().__init__()
        self.fake = FakeX(self.clock, self.page)

    def make(self) -> XConnector:
        """Signed with a plain token: how calls are signed is tested apart."""
        access = FixedAccess({"authorization": f"Bearer {self.token}"})
        return XConnector("x", access, clock=self.clock, base_url=self.fake.server.url)

    async def let_someone_post(
        self, text: str, *, private: bool = False, attachments: Sequence[Attachment] = ()
    ) -> str:
        """From two people in turn."""
        author = (CUSTOMER, STRANGER)[len(self.fake.posts) % 2]
        kinds = {"image": "photo", "video": "video", "audio": "audio", "file": "unknown"}
        media = [
            {"media_key": f"3_{number}", "type": kinds[each.kind], "url": each.url, "alt_text": each.alt}
            for number, each in enumerate(attachments, start=len(self.fake.posts))
        ]
        return self.fake.post(author, f"@gemeente {text}", media=media).id

    async def edit(self, remote_id: str, text: str) -> None:
        """Still to us."""
        self.fake.edit(remote_id, f"@gemeente {text}")

    async def post_as_us(self, text: str, in_reply_to: str) -> str:
        """From a colleague's telephone."""
        return self.fake.post(US, text, parent=in_reply_to).id

    def sent_on_server(self) -> Sequence[Sent]:
        """Ours."""
        return [
            Sent(each.id, each.text, described=tuple(one["alt_text"] for one in each.media))
            for each in self.fake.posts
            if each.author == US
        ]


class TestX(ConnectorSuite):
    """All of it."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[ConnectorWorld]:
        """One fake X."""
        world = XWorld()
        async with world.fake.server:
            yield world
            await world.close()
