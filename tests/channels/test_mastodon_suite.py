"""Mastodon, GoToSocial and Takahe through the suite that every connector must pass."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from channels.mastodon import MENTIONS, MastodonConnector
from domain.clock import HOUR, ManualClock
from domain.inbound import Attachment
from tests.channels.fake_mastodon import FakeMastodon, Flavour
from tests.channels.fault_server import Fault
from tests.channels.suite import ConnectorSuite
from tests.channels.world import ConnectorWorld, Sent, Trait, Trouble

NOON = 1_763_031_600_000
TRAITS: frozenset[Trait] = frozenset(
    {"edits", "deletes", "echoes", "private", "attachments", "tells_time", "spoils", "sends", "threads"}
)
FAULTS: dict[Trouble, Fault] = {
    "rate_limited": Fault(status=429, headers={"retry-after": "30"}),
    "rate_limited_without_time": Fault(status=429),
    "answer_lost": Fault("no_answer", accepted=True),
    "connection_lost": Fault("reset"),
    "server_error": Fault(status=500),
    "broken_json": Fault("broken_json", accepted=True),
    "web_page": Fault("web_page", accepted=True),
}


class MastodonWorld:
    """Our account, a customer here and one elsewhere."""

    stream = MENTIONS
    traits = TRAITS
    longest = 10_000

    def __init__(self, flavour: Flavour) -> None:
        self.clock = ManualClock(NOON)
        self.page = 5
        self.fake = FakeMastodon(self.clock, flavour=flavour, page=self.page)
        self.us = self.fake.account("gemeente", "token-0")
        self.here = self.fake.account("klant", name="Klaas Klant")
        self.elsewhere = self.fake.account("jan@elders.example", name="Jan 🙂")
        self._made: list[MastodonConnector] = []

    def connector(self) -> MastodonConnector:
        """As after a restart."""
        made = MastodonConnector("mastodon", self.fake.server.url, self.us.token, clock=self.clock)
        self._made.append(made)
        return made

    async def let_someone_post(
        self, text: str, *, private: bool = False, attachments: Sequence[Attachment] = ()
    ) -> str:
        """From here and from elsewhere in turn."""
        author = (self.here, self.elsewhere)[len(self.fake.statuses) % 2]
        kinds = {"image": "image", "video": "video", "audio": "audio", "file": "unknown"}
        media = [
            {"id": "1", "type": kinds[each.kind], "url": each.url, "description": each.alt}
            for each in attachments
        ]
        visibility = "direct" if private else "public"
        status = await self.fake.post(author, f"@gemeente {text}", visibility=visibility, media=media)
        return status.id

    async def edit(self, remote_id: str, text: str) -> None:
        """Still to us."""
        await self.fake.edit(self.fake.statuses[remote_id], f"@gemeente {text}")

    async def delete(self, remote_id: str) -> None:
        """Gone, with its notification."""
        await self.fake.delete(self.fake.statuses[remote_id])

    async def spoil(self, remote_id: str) -> None:
        """A status whose time is a number and whose text is missing."""
        self.fake.spoilt[remote_id] = {"id": remote_id, "created_at": 12, "account": None, "x": "\ud800"}

    async def post_as_us(self, text: str, in_reply_to: str) -> str:
        """From a colleague's telephone."""
        parent = self.fake.statuses[in_reply_to]
        return (await self.fake.post(self.us, f"@{parent.author.acct} {text}", parent=parent)).id

    async def fail(self, trouble: Trouble, *, after: int = 0) -> None:
        """For reading mentions and sending; who we are is asked apart from it."""
        if trouble == "token_expired" and after == 0:
            self.fake.expired.add(self.us.token)
        elif trouble == "clock_off":
            self.fake.ahead = 3 * HOUR
        else:
            fault = FAULTS.get(trouble, Fault(status=401, times=99))
            for method, path in (("GET", "/api/v1/notifications"), ("POST", "/api/v1/statuses")):
                self.fake.server.fail(replace(fault, method=method, path=path, after=after))

    async def renew(self) -> None:
        """A new token, and the right time."""
        self.fake.server.mend()
        self.fake.ahead = 0
        self.us.token = f"{self.us.token}1"

    def sent_on_server(self) -> Sequence[Sent]:
        """Ours, as the server keeps them."""
        return [
            Sent(
                each.id,
                each.text,
                private=each.visibility == "direct",
                described=tuple(one["description"] for one in each.media),
                answers=each.parent.id if each.parent else "",
            )
            for each in self.fake.of(self.us)
        ]

    async def close(self) -> None:
        """Close what was made."""
        for each in self._made:
            await each.close()


class TestMastodon(ConnectorSuite):
    """On servers that differ."""

    @pytest.fixture(params=["mastodon", "gotosocial", "takahe"])
    async def world(self, request: pytest.FixtureRequest) -> AsyncIterator[ConnectorWorld]:
        """Each manner of server."""
        world = MastodonWorld(request.param)
        async with world.fake.server:
            yield world
            await world.close()
