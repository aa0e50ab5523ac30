"""Bluesky in the common suite."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from channels.bluesky import NOTIFICATIONS, BlueskyConnector
from channels.bluesky_session import MemoryStore
from domain.clock import HOUR, SECOND, ManualClock
from domain.inbound import Attachment
from tests.channels.fake_bluesky import FakeBluesky
from tests.channels.fake_wire import Fault
from tests.channels.suite import ConnectorSuite
from tests.channels.world import Sent, Trait, Trouble

NOW = 1_795_400_000_000
READ_OR_SENT = frozenset({"app.bsky.notification.listNotifications", "com.atproto.repo.putRecord"})


class BlueskyWorld:
    """Our account and one customer on the fake."""

    stream = NOTIFICATIONS
    page = 5
    longest = 280
    traits: frozenset[Trait] = frozenset(
        {"echoes", "attachments", "renews_tokens", "tells_time", "spoils", "sends", "threads"}
    )

    def __init__(self, server: FakeBluesky, clock: ManualClock) -> None:
        self.clock = clock
        self._server = server
        self._us = server.account("gemeente.test")
        self._klant = server.account("klant.test", name="Klant")
        self._store = MemoryStore()
        self._made: list[BlueskyConnector] = []

    def connector(self) -> BlueskyConnector:
        """A fresh one with the kept session."""
        made = BlueskyConnector(
            "bluesky",
            self._server.url,
            self._us.handle,
            self._us.password,
            clock=self.clock,
            session_store=self._store,
        )
        self._made.append(made)
        return made

    async def let_someone_post(
        self, text: str, *, private: bool = False, attachments: Sequence[Attachment] = ()
    ) -> str:
        """A mention, a second after the last one."""
        assert not private
        self.clock.advance(SECOND)
        more: dict[str, Any] = {"embed": _embed(attachments)} if attachments else {}
        return self._server.post(self._klant, f"@{self._us.handle} {text}", **more).uri

    async def edit(self, remote_id: str, text: str) -> None:
        """The AppView takes no notice of a changed post."""
        raise NotImplementedError

    async def delete(self, remote_id: str) -> None:
        """The AppView does not tell of it: the post is just no longer there."""
        raise NotImplementedError

    async def spoil(self, remote_id: str) -> None:
        """Its author is missing."""
        record = self._server.records[remote_id]
        self._server.injected[remote_id] = {"uri": remote_id, "cid": record.cid, "record": record.value}

    async def post_as_us(self, text: str, in_reply_to: str) -> str:
        """From the official app."""
        self.clock.advance(SECOND)
        return self._server.post(self._us, text, reply_to=self._server.records[in_reply_to]).uri

    async def fail(self, trouble: Trouble, *, after: int = 0) -> None:
        """See `ConnectorWorld`."""
        if trouble == "clock_off":
            self._server.ahead = 5 * HOUR
            return
        self._server.fail_once(READ_OR_SENT, self._fault(trouble), after=after)

    async def renew(self) -> None:
        """See `ConnectorWorld`."""
        self._server.ahead = 0

    def sent_on_server(self) -> Sequence[Sent]:
        """Our repository."""
        return [
            Sent(
                post.uri,
                post.value["text"],
                described=tuple(image["alt"] for image in post.value.get("embed", {}).get("images", [])),
                answers=post.value.get("reply", {}).get("parent", {}).get("uri", ""),
            )
            for post in self._server.posts_of(self._us)
        ]

    async def close(self) -> None:
        """Close all connectors."""
        for each in self._made:
            await each.close()

    def _fault(self, trouble: Trouble) -> Fault:
        reset = str((self.clock.now() + 30 * SECOND) // SECOND)
        limits = {"ratelimit-limit": "3000", "ratelimit-remaining": "0", "ratelimit-reset": reset}
        faults: dict[Trouble, Fault] = {
            "rate_limited": Fault("status", 429, limits, "RateLimitExceeded"),
            "rate_limited_without_time": Fault("status", 429, error="RateLimitExceeded"),
            "token_expired": Fault("status", 400, error="ExpiredToken", also=self._server.expire),
            "answer_lost": Fault("drop_after"),
            "connection_lost": Fault("drop_before"),
            "server_error": Fault("status", 500),
            "broken_json": Fault("broken_json"),
            "web_page": Fault("html"),
        }
        return faults[trouble]


def _embed(attachments: Sequence[Attachment]) -> dict[str, Any]:
    """Pictures as the lexicon has them; anything else as a kind of embed that nobody knows yet."""
    if any(each.kind != "image" for each in attachments):
        return {"$type": "app.bsky.embed.future", "files": [each.url for each in attachments]}
    blob = {"$type": "blob", "ref": {"$link": "bafkpicture"}, "mimeType": "image/png", "size": 1}
    images = [{"image": blob, "alt": each.alt} for each in attachments]
    return {"$type": "app.bsky.embed.images", "images": images}


class TestBluesky(ConnectorSuite):
    """All that every connector must hold."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[BlueskyWorld]:
        """A new platform for each test."""
        clock = ManualClock(NOW)
        async with FakeBluesky(clock, page_size=BlueskyWorld.page) as server:
            made = BlueskyWorld(server, clock)
            yield made
            await made.close()
