"""People on the real Bluesky network, who write to us and look at what we answer."""

from __future__ import annotations

import asyncio
import json
import struct
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from itertools import count
from typing import Any, TypeVar

import httpx

from channels import bluesky_richtext as richtext
from channels.base import (
    Batch,
    Draft,
    Prepared,
    Uploaded,
)
from channels.bluesky import NOTIFICATIONS, BlueskyConnector
from channels.bluesky_session import MemoryStore
from domain.clock import Millis, to_datetime
from domain.inbound import ContactRef, Inbound
from tests.servers.bluesky_network.bluesky_network import Network

PATIENCE = 60.0
"""Seconds for the AppView to have seen a post; it usually takes a tenth."""

POST = "app.bsky.feed.post"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
Json = dict[str, Any]
T = TypeVar("T")
_numbers = count(1)


class WallClock:
    """The time of day: the servers have no other."""

    def now(self) -> Millis:
        """Now."""
        return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, who uses the platform without us."""

    http: httpx.AsyncClient
    did: str
    handle: str
    password: str
    token: str

    async def call(self, method: str, nsid: str, **arguments: Any) -> Json:
        """One XRPC call as this person."""
        headers = {"authorization": f"Bearer {self.token}"}
        answer = await self.http.request(method, f"/xrpc/{nsid}", headers=headers, **arguments)
        assert answer.status_code == 200, answer.text
        said: Json = answer.json()
        return said

    async def post(self, text: str, **more: object) -> Json:
        """Write a post as the official app does; mentions of `.test` handles are facets."""
        dids = {
            handle: (await self.call("GET", "com.atproto.identity.resolveHandle", params={"handle": handle}))[
                "did"
            ]
            for handle in richtext.handles(richtext.spans(text))
        }
        record = {
            "$type": POST,
            "text": text,
            "createdAt": to_datetime(WallClock().now()).isoformat(),
            "langs": ["nl"],
            "facets": richtext.facets(richtext.spans(text), dids),
            **more,
        }
        body = {"repo": self.did, "collection": POST, "record": record}
        return await self.call("POST", "com.atproto.repo.createRecord", json=body)

    async def see(self, uri: str) -> None:
        """Wait for a post to show, as a reader does before answering: the AppView drops what overtakes it."""

        async def shown() -> Json:
            return await self.call("GET", "app.bsky.feed.getPosts", params={"uris": uri})

        await until(shown, lambda answer: bool(answer["posts"]))

    async def thread(self, uri: str) -> Json:
        """The thread below a post, as the AppView shows it to this person."""
        answer = await self.call("GET", "app.bsky.feed.getPostThread", params={"uri": uri})
        thread: Json = answer["thread"]
        return thread

    async def posts(self) -> list[Json]:
        """Everything in this person's repository."""
        query = {"repo": self.did, "collection": POST, "limit": 100}
        answer = await self.call("GET", "com.atproto.repo.listRecords", params=query)
        records: list[Json] = answer["records"]
        return records


@dataclass(frozen=True, slots=True)
class Town:
    """A team's account and a customer's, new for each test."""

    network: Network
    us: Person
    klant: Person
    store: MemoryStore

    def connector(self, *searches: str, password: str | None = None) -> BlueskyConnector:
        """A connector as after a start of the program."""
        return BlueskyConnector(
            "bluesky",
            self.network.pds_url,
            self.us.handle,
            password or self.us.password,
            clock=WallClock(),
            searches=searches,
            session_store=self.store,
        )


@asynccontextmanager
async def new_town(network: Network) -> AsyncIterator[Town]:
    """Two new accounts on the running network."""
    number = next(_numbers)
    async with httpx.AsyncClient(base_url=network.pds_url, timeout=30, trust_env=False) as http:
        us = await _account(http, f"gemeente{number}.test")
        klant = await _account(http, f"klant{number}.test")
        yield Town(network, us, klant, MemoryStore())


async def _account(http: httpx.AsyncClient, handle: str) -> Person:
    password = f"password of {handle}"
    body = {"handle": handle, "email": f"{handle}@example.test", "password": password}
    answer = await http.post("/xrpc/com.atproto.server.createAccount", json=body)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    return Person(http, said["did"], handle, password, said["accessJwt"])


async def until(ask: Callable[[], Awaitable[T]], enough: Callable[[T], bool]) -> T:
    """Ask until the answer is enough: the AppView follows the PDS in its own time."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await ask()
            if enough(answer):
                return answer
            await asyncio.sleep(0.05)


async def heard(connector: BlueskyConnector, stream: str, number: int) -> Batch:
    """The first batch of a stream in which at least so many items are."""
    return await until(lambda: connector.pull(stream, None), lambda batch: len(batch.items) >= number)


async def question(town: Town, connector: BlueskyConnector, text: str = "hoe laat?") -> Inbound:
    """A question of the customer, as it reaches the desk."""
    await town.klant.post(f"@{town.us.handle} {text}")
    return (await heard(connector, NOTIFICATIONS, 1)).items[0]


def draft(text: str, parent: Inbound, *pictures: Uploaded) -> Draft:
    return Draft(
        text=text,
        visibility="public",
        thread_key=parent.thread_key,
        parent_id=parent.remote_id,
        parent_ref=json.loads(json.dumps(parent.parent_ref)),
        recipient=ContactRef(parent.author.remote_id, parent.author.handle),
        lang="nl",
        attachments=pictures,
    )


def stored(prepared: Prepared) -> Prepared:
    return Prepared(**json.loads(json.dumps(asdict(prepared))))


def png() -> bytes:
    """A picture of one grey pixel."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00\x80")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
