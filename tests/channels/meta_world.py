"""The common suite's world for Meta's channels: what happens on the fake Graph API comes in by webhook.

A body is signed, verified, spooled, and fetched over HTTP by the connector under test, which adds only that
to the real one: `pull` empties the spool and parses, as the collector does.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from channels.base import Batch, Connector, Cursor
from channels.hook_spool import SpoolClient
from channels.hooks import About, HookRequest, HookSecrets, hex_hmac
from channels.meta_hook import MetaHook
from domain.clock import ManualClock
from domain.inbound import Attachment
from tests.channels.fake_graph import POST, FakeGraph, Line
from tests.channels.fault_server import Call, Fault, FaultServer, Reply, json_reply
from tests.channels.world import Sent, Trait, Trouble
from webcare.hooks.spool import Spool
from webcare.hooks.store import Kept

NOON = 1_763_031_600_000
WEBHOOK = "webhook"
SECRET = "the-app-secret"
Json = dict[str, Any]
FAULTS: dict[Trouble, Fault] = {
    "rate_limited": Fault(status=429, headers={"retry-after": "30"}),
    "rate_limited_without_time": Fault(status=429),
    "answer_lost": Fault("no_answer", accepted=True),
    "connection_lost": Fault("reset"),
    "server_error": Fault(status=500),
    "broken_json": Fault("broken_json", accepted=True),
    "web_page": Fault("web_page", accepted=True),
}


@dataclass(frozen=True, slots=True)
class Manner:
    """What one platform does in its own way."""

    name: str
    ours: str
    hook: MetaHook
    traits: frozenset[Trait]
    make: Callable[[str, ManualClock, str], Connector]
    """From server, clock, token."""

    tell: Callable[[str, Line, Mapping[str, Any]], Json]
    """What is told of a line: by `verb` (add, edited, remove, echo), the line, and what goes along."""

    longest: int = 8_000
    options: Mapping[str, Any] | None = None


class MetaWorld:
    """Our account and one customer."""

    stream = WEBHOOK
    page = 5

    def __init__(self, manner: Manner, folder: Path) -> None:
        self.manner = manner
        self.traits = manner.traits
        self.longest = manner.longest
        self.clock = ManualClock(NOON)
        self.graph = FakeGraph(self.clock)
        self.spool = Spool(folder, self.clock, at_once=self.page)
        self.front = FaultServer(self._hand_over)
        self.token = self.spool_token = self.graph.token
        self.lines: dict[str, Line] = {}
        self._waiting: list[tuple[str, Json]] = []
        self._made: list[Hooked] = []

    def connector(self) -> Hooked:
        """As after a restart."""
        made = Hooked(self)
        self._made.append(made)
        return made

    async def let_someone_post(
        self, text: str, *, private: bool = False, attachments: Sequence[Attachment] = ()
    ) -> str:
        """The customer writes a comment, or a message where the platform or the test wants one."""
        self.clock.advance(1)
        in_private = private or "comment" not in self.manner.name
        person = f"3160000000{len(self.lines) % 3}"
        line = Line(
            self.graph.new_id("77_" if not in_private else "wamid.in"),
            person,
            text,
            self.clock.now(),
            "" if in_private else POST,
        )
        self.lines[line.id] = line
        self.graph.wrote_at[person] = line.at
        if in_private:
            self.graph.talks.setdefault(person, []).append(line)
        else:
            self.graph.comments.append(line)
        self._tell("add", line, attachments=attachments)
        return line.id

    async def edit(self, remote_id: str, text: str) -> None:
        """By its author."""
        self.lines[remote_id].text = text
        self._tell("edited", self.lines[remote_id])

    async def delete(self, remote_id: str) -> None:
        """By its author."""
        self._tell("remove", self.lines[remote_id])

    async def spoil(self, remote_id: str) -> None:
        """Its body says nothing that makes it an item."""
        empty = {"object": "page", "entry": [{"id": self.manner.ours, "messaging": [{"x": remote_id}]}]}
        self._waiting = [
            (name, {**empty, "object": body["object"]} if name == remote_id else body)
            for name, body in self._waiting
        ]

    async def post_as_us(self, text: str, in_reply_to: str) -> str:
        """From a colleague's telephone."""
        self.clock.advance(1)
        asked = self.lines[in_reply_to]
        line = Line(self.graph.new_id("77_"), self.manner.ours, text, self.clock.now(), in_reply_to)
        self._tell("echo", line, person=asked.author)
        return line.id

    async def fail(self, trouble: Trouble, *, after: int = 0) -> None:
        """Of the spool for reading, of Graph for sending."""
        if trouble == "token_expired" and after == 0:
            self.graph.token = self.spool_token = "token-1"
            return
        fault = FAULTS.get(trouble, Fault(status=401, times=99))
        self.front.fail(replace(fault, after=after))
        self.graph.server.fail(replace(fault, method="POST", after=after))

    async def renew(self) -> None:
        """New tokens for both."""
        self.front.mend()
        self.graph.server.mend()
        self.token = self.graph.token

    def sent_on_server(self) -> Sequence[Sent]:
        """Ours, as Graph keeps them."""
        return [
            Sent(line.id, line.text, private=private, described=self._described(line))
            for line, private in self.graph.sent(self.manner.ours)
        ]

    def _described(self, line: Line) -> tuple[str, ...]:
        return (self.graph.files[line.picture].alt,) if line.picture else ()

    async def deliver(self) -> None:
        """Signed, verified, spooled: what waits to be told."""
        for _name, body in self._waiting:
            raw = json.dumps(body).encode("ascii")
            signed = {"x-hub-signature-256": f"sha256={hex_hmac(SECRET, raw)}"}
            call = HookRequest("POST", {}, signed, raw)
            assert (
                self.manner.hook.verify(call, HookSecrets({"app_secret": (SECRET,)}), self.clock.now())
                == "good"
            )
            await self.spool.keep(Kept("meta", "", self.clock.now(), raw))
        self._waiting.clear()

    async def close(self) -> None:
        """Close what was made."""
        for each in self._made:
            await each.close()
        self.spool.close()

    def _tell(self, verb: str, line: Line, **more: Any) -> None:
        self._waiting.append((line.id, self.manner.tell(verb, line, more)))

    async def _hand_over(self, call: Call) -> Reply:
        if call.headers.get("authorization") != f"Bearer {self.spool_token}":
            return Reply(401)
        page = await self.spool.page(call.one("after"))
        return json_reply(
            {"cursor": page.cursor, "more": page.more, "records": [json.loads(line) for line in page.lines]}
        )


class Hooked:
    """The real connector, pulling what its hook received."""

    def __init__(self, world: MetaWorld) -> None:
        self._world = world
        self._inner = world.manner.make(world.graph.server.url, world.clock, world.token)
        self._spool = SpoolClient(f"{world.front.url}/spool", world.token, clock=world.clock)
        self.channel = self._inner.channel
        self.streams = (WEBHOOK,)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:
        """One page of the spool, parsed; the spool's cursor is ours."""
        assert stream == WEBHOOK
        await self._world.deliver()
        fetched = await self._spool.fetch(cursor or "")
        batches = [await asyncio.to_thread(self._parsed, one.body, one.received_at) for one in fetched.bodies]
        return Batch(
            items=tuple(item for batch in batches for item in batch.items),
            echoes=tuple(echo for batch in batches for echo in batch.echoes),
            bad=tuple(bad for batch in batches for bad in batch.bad),
            cursor=fetched.cursor,
            more=fetched.more,
        )

    def _parsed(self, body: bytes, at: int) -> Batch:
        options = dict(self._world.manner.options or {})
        return self._world.manner.hook.parse(body, About(self.channel, at, options))

    async def close(self) -> None:
        """Both ends."""
        await self._spool.close()
        await self._inner.close()
