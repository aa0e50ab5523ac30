"""What a platform must bring to be tested by the common suite: a fake server and people on it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

import pytest

from channels.base import (
    Batch,
    Connector,
    Cursor,
    Draft,
    Prepared,
)
from domain.clock import ManualClock
from domain.inbound import Attachment, BadItem, Echo, Inbound

Trouble = Literal[
    "rate_limited",  # 429, come back in 30 seconds
    "rate_limited_without_time",  # 429 and not a word about when
    "token_expired",  # the access token is refused until `renew`
    "answer_lost",  # the request is carried out, its answer never arrives
    "connection_lost",  # the connection breaks before the request is carried out
    "server_error",  # 500, nothing carried out
    "broken_json",
    "web_page",  # 200 with HTML
    "clock_off",  # the server's clock is hours away from ours
]

Trait = Literal[
    "edits",  # an edit by its author can be seen
    "deletes",
    "echoes",  # what our account posts elsewhere can be seen
    "private",  # private messages arrive
    "attachments",  # pictures and files come along
    "undescribed",  # no description goes out with a picture
    "one_picture",  # one picture goes along with what is seen by all
    "apart",  # a picture is a message of its own
    "renews_tokens",  # an expired token is renewed without a person
    "tells_time",  # the platform says what time it is, so that a wrong clock can be told
    "spoils",  # a single unreadable item can stand in a good page
    "sends",
    "threads",  # we may answer ourselves
    "one_page",  # the platform gives everything in one answer
    "no_sign_in",  # there is nobody to be
]

FAMILY = "\U0001f468‍\U0001f469‍\U0001f467‍\U0001f466"
TEXTS = {
    "four bytes": "Waar blijft mijn pakketje? \U0001f4e6\U0001f621",
    "joined family": f"Wij zijn met z'n vieren {FAMILY} en wachten",
    "decomposed": "Café in Zoë's straat",
    "right to left": "مرحبا, wanneer is het loket open? שלום",
    "flags and skin": "\U0001f1f3\U0001f1f1 \U0001f44d\U0001f3fd top geregeld",
    "signs": "a < b && c > d \"quoted\" 'single' 100% #geen_tag",
    "lines": "Eerste regel\nTweede regel\n\nNa een witregel",
}
LONG = "lang " * 2_000


@dataclass(frozen=True, slots=True)
class Sent:
    """One message of ours as it stands on the fake server."""

    remote_id: str
    text: str
    private: bool = False
    described: tuple[str, ...] = ()
    """What goes along, by its descriptions."""

    answers: str = ""
    """What it answers, by its id."""


class ConnectorWorld(Protocol):
    """A fake platform on loopback with our account and other people on it."""

    clock: ManualClock
    """The connector's clock and the server's; moved by the tests."""

    stream: str
    """The stream in which what people write to us appears."""

    page: int
    """Most items that the server puts on a page."""

    traits: frozenset[Trait]

    longest: int
    """Characters that the platform lets other people write."""

    def connector(self) -> Connector:
        """A fresh one, as after a restart; whatever it keeps outside its cursor is kept by the world.

        The world closes it in the end.
        """
        ...

    async def let_someone_post(
        self, text: str, *, private: bool = False, attachments: Sequence[Attachment] = ()
    ) -> str:
        """Somebody writes to us; the `remote_id` that the connector should give it."""
        ...

    async def edit(self, remote_id: str, text: str) -> None:
        """Its author changes it."""
        ...

    async def delete(self, remote_id: str) -> None:
        """Its author takes it away."""
        ...

    async def spoil(self, remote_id: str) -> None:
        """From now on the server gives this one item in an unreadable shape."""
        ...

    async def post_as_us(self, text: str, in_reply_to: str) -> str:
        """A colleague answers outside the desk; the remote id of the answer."""
        ...

    async def fail(self, trouble: Trouble, *, after: int = 0) -> None:
        """Once, for the next request that reads the stream or sends, after `after` of them went well.

        `token_expired` and `clock_off` last until `renew`.
        """
        ...

    async def renew(self) -> None:
        """A person puts `token_expired` or `clock_off` right; connectors made later use the new token."""
        ...

    def sent_on_server(self) -> Sequence[Sent]:
        """What stands there from our account, oldest first."""
        ...


@dataclass(slots=True)
class Drained:
    """What several pulls gave."""

    items: list[Inbound] = field(default_factory=list)
    echoes: list[Echo] = field(default_factory=list)
    bad: list[BadItem] = field(default_factory=list)
    cursor: Cursor | None = None

    @property
    def ids(self) -> list[str]:
        """Remote ids of the items, in the order of arrival."""
        return [item.remote_id for item in self.items]

    def take(self, batch: Batch) -> None:
        """Store a batch and its cursor, as the desk does in one transaction."""
        self.items += batch.items
        self.echoes += batch.echoes
        self.bad += batch.bad
        if batch.cursor is not None:
            self.cursor = batch.cursor


async def drain(connector: Connector, stream: str, cursor: Cursor | None = None) -> Drained:
    """Pull and store until nothing more waits."""
    drained = Drained(cursor=cursor)
    await drain_into(drained, connector, stream)
    return drained


async def drain_into(drained: Drained, connector: Connector, stream: str) -> None:
    """As `drain`, keeping what was stored before an error."""
    for _pull in range(50):
        batch = await connector.pull(stream, drained.cursor)
        drained.take(batch)
        if not batch.more:
            return
    pytest.fail(f"{stream} never ends")


def stored_and_read(prepared: Prepared) -> Prepared:
    """As it comes back from the database: the payload went through JSON."""
    payload: dict[str, Any] = json.loads(json.dumps(dict(prepared.payload)))
    return replace(prepared, payload=payload)


def answer_to(item: Inbound, text: str = "Dank voor uw bericht, wij zoeken het uit. ^SV") -> Draft:
    """A reply where the item came from."""
    return Draft(
        text=text,
        visibility="private" if item.visibility == "private" else "public",
        thread_key=item.thread_key,
        parent_id=item.remote_id,
        parent_ref=item.parent_ref,
        recipient=item.author,
        lang="nl",
    )


def need(world: ConnectorWorld, trait: Trait) -> None:
    """Skip, by name, what the platform cannot do."""
    if trait not in world.traits:
        pytest.skip(f"this platform has no: {trait}")


def need_not(world: ConnectorWorld, trait: Trait) -> None:
    """Skip, by name, what this platform makes pointless."""
    if trait in world.traits:
        pytest.skip(f"of no meaning here: {trait}")


def texts_of(items: Sequence[Inbound]) -> list[str]:
    """Their texts in order."""
    return [item.text for item in items]
