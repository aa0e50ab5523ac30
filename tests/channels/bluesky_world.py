"""A fake Bluesky with a team and a customer on it, for the connector's own tests."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict

from channels.base import Batch, Draft, Prepared
from channels.bluesky import BlueskyConnector
from channels.bluesky_session import MemoryStore
from domain.clock import SECOND, ManualClock
from domain.inbound import ContactRef, Inbound
from tests.channels.fake_bluesky import Account, FakeBluesky, Record

NOW = 1_795_400_000_000
LIST = "app.bsky.notification.listNotifications"
PUT = "com.atproto.repo.putRecord"
SIGN_IN = "com.atproto.server.createSession"
REFRESH = "com.atproto.server.refreshSession"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


class World:
    """A platform with us and a customer on it."""

    def __init__(self, server: FakeBluesky, clock: ManualClock) -> None:
        self.server = server
        self.clock = clock
        self.store = MemoryStore()
        self.us = server.account("gemeente.test", name="Gemeente")
        self.klant = server.account("klant.test", name="Klant")
        self._made: list[BlueskyConnector] = []

    def connector(
        self, *, searches: tuple[str, ...] = (), listen_only: bool = False, password: str = "app-password"
    ) -> BlueskyConnector:
        """A connector as after a start of the program."""
        made = BlueskyConnector(
            "bluesky",
            self.server.url,
            self.us.handle,
            password,
            clock=self.clock,
            searches=searches,
            listen_only=listen_only,
            session_store=self.store,
        )
        self._made.append(made)
        return made

    def says(self, text: str, *, reply_to: Record | None = None, by: Account | None = None) -> Record:
        """A post, a second later."""
        self.clock.advance(SECOND)
        return self.server.post(by or self.klant, text, reply_to=reply_to)

    async def close(self) -> None:
        """Close all connectors."""
        for each in self._made:
            await each.close()


@asynccontextmanager
async def new_world() -> AsyncIterator[World]:
    """A platform for the time of one test."""
    clock = ManualClock(NOW)
    async with FakeBluesky(clock) as server:
        made = World(server, clock)
        yield made
        await made.close()


def texts(batch: Batch) -> list[str]:
    """What the items say."""
    return [item.text for item in batch.items]


def draft(text: str, parent: Inbound | Record | None = None, **more: object) -> Draft:
    """A public reply."""
    ref, parent_id = None, None
    if isinstance(parent, Inbound):
        parent_id, ref = parent.remote_id, parent.parent_ref
    elif parent is not None:
        parent_id = parent.uri
    fields: dict[str, object] = {"visibility": "public", "lang": "nl", **more}
    return Draft(
        text=text,
        thread_key="thread",
        parent_id=parent_id,
        parent_ref=ref,
        recipient=ContactRef("did:plc:klant", "klant.test"),
        **fields,  # type: ignore[arg-type]
    )


def stored(prepared: Prepared) -> Prepared:
    """What comes back from the database."""
    return Prepared(**json.loads(json.dumps(asdict(prepared))))
