"""What the fake servers of polled platforms share: routes, tokens, a clock in the headers, and a world.

A platform's fake says its routes and keeps its rules; `PolledWorld` makes it fail in the ways of the suite.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from email.utils import format_datetime
from typing import Any, ClassVar, Protocol

from channels.base import Connector
from domain.clock import HOUR, ManualClock, Millis, to_datetime
from domain.inbound import Attachment
from tests.channels.fault_server import Call, Fault, FaultServer, Reply, json_reply
from tests.channels.world import Sent, Trait, Trouble

NOON = 1_763_031_600_000
Json = dict[str, Any]
Route = tuple[str, str, Callable[..., Reply]]

FAULTS: dict[Trouble, Fault] = {
    "rate_limited": Fault(status=429, headers={"retry-after": "30"}),
    "rate_limited_without_time": Fault(status=429),
    "answer_lost": Fault("no_answer", accepted=True),
    "connection_lost": Fault("reset"),
    "server_error": Fault(status=500),
    "broken_json": Fault("broken_json", accepted=True),
    "web_page": Fault("web_page", accepted=True),
}


class FakePlatform:
    """Its `server` is an async context manager; a subclass fills `routes` and may refine `allowed`."""

    def __init__(self, clock: ManualClock, page: int) -> None:
        self.clock = clock
        self.page = page
        self.server = FaultServer(self._answer)
        self.routes: Sequence[Route] = ()
        self.tokens: set[str] = {"token-0"}
        self.ahead: Millis = 0
        """How far the server's clock is ahead of ours."""

        self.spoilt: dict[str, object] = {}
        """What is given in place of an item."""

    def now(self) -> Millis:
        """The server's own time."""
        return self.clock.now() + self.ahead

    def headers(self) -> Mapping[str, str]:
        """What every answer carries."""
        return {"date": format_datetime(to_datetime(self.now()), usegmt=True)}

    def allowed(self, call: Call) -> bool:
        """Whether the credentials are good; a bearer token where nothing else is said."""
        return call.headers.get("authorization", "").removeprefix("Bearer ") in self.tokens

    def unauthorised(self) -> Reply:
        """How the platform says no."""
        return json_reply({"message": "Unauthorized", "title": "Unauthorized", "status": 401}, 401)

    def missing(self) -> Reply:
        """How the platform says that there is no such thing."""
        return json_reply({"message": "Not Found", "title": "Not Found", "status": 404}, 404)

    def _answer(self, call: Call) -> Reply:
        for method, pattern, answer in self.routes:
            match = re.fullmatch(pattern, call.path)
            if match and call.method == method:
                free = getattr(answer, "free", False)
                reply = answer(call, *match.groups()) if free or self.allowed(call) else self.unauthorised()
                break
        else:
            reply = self.missing()
        if reply.lines is not None:
            return reply
        return Reply(reply.status, reply.body, {**self.headers(), **reply.headers})


class Faked(Protocol):
    """The fake of a world."""

    server: FaultServer
    ahead: Millis
    tokens: set[str]


class PolledWorld:
    """The part of a `ConnectorWorld` that is the same on every polled platform."""

    stream: str
    page = 5
    longest = 10_000
    traits: frozenset[Trait]
    reads: ClassVar[Sequence[tuple[str, str]]]
    """Method and path of what reads the stream and what sends; the suite's troubles happen to those."""

    refused: ClassVar[Fault] = Fault(status=401, times=99)
    fake: Any

    def __init__(self) -> None:
        self.clock = ManualClock(NOON)
        self.made: list[Connector] = []
        self.token = "token-0"

    def make(self) -> Connector:
        """A connector with the token of now."""
        raise NotImplementedError

    def connector(self) -> Connector:
        """As after a restart."""
        made = self.make()
        self.made.append(made)
        return made

    async def let_someone_post(
        self, text: str, *, private: bool = False, attachments: Sequence[Attachment] = ()
    ) -> str:
        """On the platform's own way."""
        raise NotImplementedError

    async def edit(self, remote_id: str, text: str) -> None:
        """Where it can be."""
        raise NotImplementedError

    async def delete(self, remote_id: str) -> None:
        """Where it can be seen."""
        raise NotImplementedError

    async def post_as_us(self, text: str, in_reply_to: str) -> str:
        """Where it can be seen."""
        raise NotImplementedError

    async def spoil(self, remote_id: str) -> None:
        """An item whose time is a number, and without text or author."""
        self.fake.spoilt[remote_id] = {"id": remote_id, "created_at": 12, "x": "\ud800"}

    async def fail(self, trouble: Trouble, *, after: int = 0) -> None:
        """For reading the stream and for sending."""
        if trouble == "token_expired" and after == 0:
            self.fake.tokens.clear()
        elif trouble == "clock_off":
            self.fake.ahead = 3 * HOUR
        else:
            fault = FAULTS.get(trouble, self.refused)
            for method, path in self.reads:
                reads = method == "GET"
                self.fake.server.fail(replace(fault, method=method, path=path, after=after, whole=reads))

    async def renew(self) -> None:
        """A new token, and the right time."""
        self.fake.server.mend()
        self.fake.ahead = 0
        self.token = f"{self.token}1"
        self.fake.tokens.add(self.token)

    def sent_on_server(self) -> Sequence[Sent]:
        """What stands there from us."""
        raise NotImplementedError

    async def close(self) -> None:
        """Close what was made."""
        for each in self.made:
            await each.close()


def iso(moment: Millis) -> str:
    """As most platforms write a time."""
    return to_datetime(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")
