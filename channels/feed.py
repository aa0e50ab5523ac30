"""RSS and Atom: fora, review pages and blogs that speak of us; listening only.

One stream a feed. The server is asked only for what changed (ETag, Last-Modified), and what it says about
waiting (`ttl`, Retry-After, 410) is honoured. Nothing but the feed itself is ever fetched.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NoReturn
from urllib.parse import urlsplit

import httpx

from channels.base import (
    NO_LIMITS,
    AuthState,
    Batch,
    Capabilities,
    Cursor,
    Draft,
    Malformed,
    OutboundAttachment,
    Permanent,
    Prepared,
    Rate,
    SendResult,
)
from channels.feed_parse import Feed, NoFeed, Source, has_no_time, parse, read_entry
from channels.http import BoundedClient, Bounds
from channels.http_answer import Answer
from domain.clock import DAY, MINUTE, Clock, Millis
from domain.errors import ChannelError, NotFound
from domain.inbound import BadItem, Inbound
from domain.measure import Measure, measure
from i18n import _

STREAM: Final = "feed:"

FIRST_REACH: Final[Millis] = 7 * DAY
"""How old an entry may be to be handed on at the very first look."""

LONGEST_TTL: Final[Millis] = 15 * MINUTE
"""A feed that asks to be left alone for a day is still asked, cheaply, four times an hour."""

MAX_SEEN: Final = 1_000
_BOUNDS: Final = Bounds(redirects=3, body=2_000_000)
_ACCEPT: Final = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class _Place:
    """What the last look at a feed left."""

    etag: str = ""
    modified: str = ""
    seen: Mapping[str, str] = field(default_factory=dict)
    """Remote id to revision of what was handed on or passed over."""

    ask_after: Millis = 0

    def conditions(self) -> dict[str, str]:
        """Headers that ask only for what changed since; strange ones are left out."""
        asked = {"if-none-match": self.etag, "if-modified-since": self.modified}
        return {name: word for name, word in asked.items() if word and word.isascii() and word.isprintable()}

    def cursor(self) -> Cursor:
        """As it is stored."""
        shape = {
            "etag": self.etag,
            "modified": self.modified,
            "seen": dict(self.seen),
            "ask_after": self.ask_after,
        }
        return json.dumps(shape, separators=(",", ":"))


class FeedConnector:
    """A set of feeds as one channel; satisfies `channels.base.Connector`."""

    def __init__(
        self,
        channel: str,
        feeds: Sequence[str],
        *,
        clock: Clock,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.channel = channel
        self.media = NO_LIMITS
        self.caps = Capabilities(
            reply_public=False, reply_private=False, idempotent_send=False, find_sent=False
        )
        self._clock = clock
        headers = {"accept": _ACCEPT}
        self._feeds = {
            f"{STREAM}{short_name(url)}": (
                url,
                BoundedClient(
                    url, clock=clock, headers=headers, bounds=_BOUNDS, refusal=_refusal, transport=transport
                ),
            )
            for url in feeds
        }

    @property
    def streams(self) -> tuple[str, ...]:
        """One for each feed."""
        return tuple(self._feeds)

    @property
    def rate(self) -> Rate | None:
        """Feeds have none."""
        return None

    @property
    def notice(self) -> str:
        """Nothing: what a feed's server says of the time stands in the batch."""
        return ""

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:
        """What is new in the feed or was rewritten, oldest first."""
        url, client = self._feed(stream)
        place, now = _read(cursor), self._clock.now()
        if now < place.ask_after:
            return Batch()
        answer = await client.request("GET", url, headers=place.conditions())
        if answer.status == 304:
            return Batch()
        feed = await _parsed(answer, url)
        source = Source(self.channel, stream.removeprefix(STREAM), client.host, stream)
        return _batch(feed, place, source, answer.headers, now)

    async def listen(self, stream: str, cursor: Cursor | None) -> AsyncIterator[Batch]:  # noqa: ARG002
        """Nothing: feeds do not stream."""
        nothing: tuple[Batch, ...] = ()
        for batch in nothing:
            yield batch

    def measure(self, text: str) -> Measure:
        """For notes; nothing is sent."""
        return measure("feed", text)

    async def upload(self, attachment: OutboundAttachment) -> Mapping[str, object]:  # noqa: ARG002
        """Refused, as a reply is."""
        _refuse()

    async def prepare(self, draft: Draft) -> Prepared:  # noqa: ARG002
        """Always refused."""
        _refuse()

    async def send(self, prepared: Prepared) -> SendResult:  # noqa: ARG002
        """Always refused."""
        _refuse()

    async def find_sent(self, prepared: Prepared) -> SendResult | None:  # noqa: ARG002
        """Nothing was ever sent."""
        return None

    async def check_auth(self) -> AuthState:
        """Whether every feed can be read; there is nobody to be."""
        names, troubles = [], []
        for stream, (url, client) in self._feeds.items():
            names.append(stream.removeprefix(STREAM))
            try:
                await _parsed(await client.request("GET", url), url)
            except ChannelError as trouble:
                return AuthState(ok=False, account=names[-1], sentence=str(trouble))
            troubles.append(client.skew_sentence)
        return AuthState(ok=True, account=", ".join(names), sentence=" ".join(filter(None, troubles)))

    async def close(self) -> None:
        """Let go of the connections."""
        for _url, client in self._feeds.values():
            await client.close()

    def _feed(self, stream: str) -> tuple[str, BoundedClient]:
        if stream not in self._feeds:
            raise NotFound(_("This channel has no stream called {name}.", name=stream))
        return self._feeds[stream]


def short_name(url: str) -> str:
    """A feed's address without what could be secret: `voorbeeld.nl/forum.rss`, with a mark for its query."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        raise Permanent(_("The address {url} cannot be read; check it.", url=url)) from error
    mark = f"?{hashlib.sha256(parts.query.encode()).hexdigest()[:8]}" if parts.query else ""
    return f"{host}{parts.path}{mark}"


async def _parsed(answer: Answer, url: str) -> Feed:
    """Read against the configured address, also after a redirect: relative ids must stay what they are."""
    try:
        return await asyncio.to_thread(parse, answer.body, answer.headers, url)
    except NoFeed as error:
        raise Malformed(
            _("{host} does not give a feed at this address; check it.", host=answer.host)
        ) from error


def _batch(feed: Feed, place: _Place, source: Source, headers: Mapping[str, str], now: Millis) -> Batch:
    items: dict[str, Inbound] = {}
    bad: list[BadItem] = []
    seen = dict(place.seen)
    first = not place.seen
    for entry in reversed(feed.entries):
        item = read_entry(entry, feed, source, now)
        if isinstance(item, BadItem):
            name, revision = f"bad {hashlib.sha256(item.raw).hexdigest()}", ""
        else:
            name, revision = item.remote_id, item.revision
        if seen.get(name) == revision:
            continue
        seen[name] = revision
        if isinstance(item, BadItem):
            bad.append(item)
        elif not first or has_no_time(entry) or item.created_at >= now - FIRST_REACH:
            items[item.remote_id] = item
    wait = min((feed.minutes or 0) * MINUTE, LONGEST_TTL)
    etag, modified = headers.get("etag", ""), headers.get("last-modified", "")
    kept = dict(list(seen.items())[-MAX_SEEN:])
    new_place = _Place(etag, modified, kept, now + wait if wait else 0)
    ordered = sorted(items.values(), key=lambda item: item.created_at)
    return Batch(items=tuple(ordered), bad=tuple(bad), cursor=new_place.cursor())


def _read(cursor: Cursor | None) -> _Place:
    """What a stored cursor says; an unreadable one means starting over, and the desk drops the doubles."""
    try:
        stored = json.loads(cursor or "{}")
        seen = {str(name): str(revision) for name, revision in stored.get("seen", {}).items()}
        etag, modified = str(stored.get("etag", "")), str(stored.get("modified", ""))
        return _Place(etag, modified, seen, int(stored.get("ask_after", 0)))
    except (ValueError, TypeError, AttributeError):
        return _Place()


def _refusal(answer: Answer, acts: bool) -> ChannelError | None:  # noqa: ARG001, FBT001 - the client's shape
    if answer.status == 410:
        sentence = _("{host} has taken this feed down for good; take it out of the list.", host=answer.host)
        return Permanent(sentence, code="410")
    if answer.status in {401, 403}:
        sentence = _("{host} does not let us read this feed.", host=answer.host)
        return Permanent(sentence, code=str(answer.status))
    return None


def _refuse() -> NoReturn:
    raise Permanent(
        _("A feed cannot be answered from here; open its page and answer there."), code="ListenOnly"
    )
