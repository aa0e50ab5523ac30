"""Mastodon and what speaks its language: mentions, private talks, hashtags and searches in; replies out.

Listening walks each list forward with `min_id` and so leaves no gap; the server's event stream only tells us
to look sooner. What servers do differently (Mastodon, GoToSocial, Takahe, the mock) was read off them and
stands where it matters.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import httpx

from channels.base import (
    NO_LIMITS,
    AuthFailed,
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
from channels.http import BoundedClient, Query
from channels.mastodon_parse import (
    DIRECT,
    Json,
    Ours,
    id_of,
    is_direct,
    is_object,
    parent_of,
    read_status,
    status_of,
    tombstone,
)
from channels.mastodon_replies import Replies
from channels.mastodon_server import Instance, Threads, page_before, read_instance, refusal
from channels.mastodon_stream import hints
from channels.mastodon_walk import PAGE, Fetch, Page, Place, Seen, Walk, look, order, read_place, walk
from domain.attachment import MEDIA_LIMITS, limits_of, too_many
from domain.clock import Clock
from domain.errors import NotFound
from domain.inbound import BadItem, Echo, Inbound
from domain.measure import Measure, measure
from i18n import _

MENTIONS: Final = "mentions"
CONVERSATIONS: Final = "conversations"
OWN: Final = "own"
TAG: Final = "tag:"
SEARCH: Final = "search:"


@dataclass(frozen=True, slots=True)
class Listening:
    """What to listen for, beside what we wrote ourselves."""

    mentions: bool = True
    """Mentions and private talks."""

    hashtags: tuple[str, ...] = ()
    """Without `#`."""

    searches: tuple[str, ...] = ()
    """Words; most servers search only what its authors opened to it."""

    streaming: bool = True


@dataclass(frozen=True, slots=True)
class _Known:
    """Who we are and where; asked once."""

    ours: Ours
    instance: Instance


class MastodonConnector:
    """One account on one server."""

    def __init__(
        self,
        channel: str,
        base_url: str,
        token: str,
        *,
        clock: Clock,
        listening: Listening | None = None,
        listen_only: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.channel = channel
        self.media = NO_LIMITS
        self._base_url = base_url
        self._headers = {"authorization": f"Bearer {token}"}
        self._clock = clock
        self._listening = listening or Listening()
        self._listen_only = listen_only
        self._client = BoundedClient(
            base_url, clock=clock, headers=self._headers, refusal=refusal, transport=transport
        )
        self._stream_client: BoundedClient | None = None
        self._threads = Threads(self._client)
        self._replies = Replies(self._client, clock)
        self._known: _Known | None = None
        self._absent: set[str] = set()
        self.caps = Capabilities(
            reply_public=not listen_only,
            reply_private=not listen_only,
            idempotent_send=False,
            find_sent=True,
            streaming=self._listening.streaming,
            attachments=0 if listen_only else MEDIA_LIMITS["mastodon"].count,
        )

    @property
    def streams(self) -> tuple[str, ...]:
        """Mentions, private talks, our own answers, hashtags, searches."""
        to_us = (MENTIONS, CONVERSATIONS, OWN) if self._listening.mentions else (OWN,)
        tags = (f"{TAG}{tag.removeprefix('#')}" for tag in self._listening.hashtags)
        return (*to_us, *tags, *(f"{SEARCH}{words}" for words in self._listening.searches))

    @property
    def rate(self) -> Rate | None:
        """As of the last answer."""
        return self._client.rate

    @property
    def notice(self) -> str:
        """What is wrong with the clocks, in words."""
        return self._client.skew_sentence

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:
        """The next page after the cursor; the very first one reaches a week back."""
        known = await self._know()
        place, now = read_place(cursor), self._clock.now()
        step = look if stream.startswith(SEARCH) else walk
        try:
            walked = await step(self._list(stream, known), place, now)
        except Permanent as refused:
            if refused.code not in {"404", "410"} or stream in {MENTIONS, OWN}:
                raise
            self._absent.add(stream)  # a server without this list, or a hashtag that nobody has used yet
            return Batch()
        self._absent.discard(stream)
        statuses = [status_of(entry) for entry in walked.entries]
        if stream == CONVERSATIONS:
            statuses = await self._with_ancestors(statuses, place)
        return await self._batch(stream, walked, statuses, known.ours)

    async def listen(self, stream: str, cursor: Cursor | None) -> AsyncIterator[Batch]:  # noqa: ARG002
        """Empty batches, each a hint to pull. Where the server has no stream for this, it never ends."""
        path, query = _events_of(stream)
        if path is None or not self._listening.streaming:
            await asyncio.Event().wait()
            return
        client = self._streaming((await self._know()).instance)
        async with aclosing(hints(client, path, query)) as hinted:
            async for _hint in hinted:
                yield Batch()

    def measure(self, text: str) -> Measure:
        """In the server's own limits once they are known, in Mastodon's usual ones before."""
        return measure("mastodon", text, limits=self._known.instance.limits if self._known else None)

    async def upload(self, attachment: OutboundAttachment) -> Mapping[str, object]:
        """One picture or film, within the server's own limits."""
        self._refuse_when_listening()
        limits = limits_of("mastodon", (await self._know()).instance.media)
        assert limits is not None
        return await self._replies.upload(attachment, limits)

    async def prepare(self, draft: Draft) -> Prepared:
        """Fix text, pictures and key. Raises Permanent where the draft cannot go out."""
        self._refuse_when_listening()
        instance = (await self._know()).instance
        limits = limits_of("mastodon", instance.media)
        if limits is not None and len(draft.attachments) > limits.count:
            raise Permanent(too_many(limits), code="TooManyPictures")
        return await self._replies.prepare(draft, instance.limits, instance.host)

    async def send(self, prepared: Prepared) -> SendResult:
        """Post it under its Idempotency-Key."""
        self._refuse_when_listening()
        return await self._replies.send(prepared)

    async def find_sent(self, prepared: Prepared) -> SendResult | None:
        """Read back among our own statuses."""
        return await self._replies.find(prepared, (await self._know()).ours.account_id)

    async def check_auth(self) -> AuthState:
        """Whether the token works, and what else a person should know of this server."""
        self._known = None
        try:
            known = await self._know()
        except AuthFailed as refused:
            return AuthState(ok=False, sentence=str(refused))
        notes = [self._client.skew_sentence]
        if CONVERSATIONS in self._absent:
            notes.append(_("This server has no list of private talks; they come in as mentions."))
        return AuthState(ok=True, account=known.ours.account, sentence=" ".join(filter(None, notes)))

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()
        if self._stream_client is not None:
            await self._stream_client.close()

    async def _know(self) -> _Known:
        """Asked once: who we are decides how every item is read, so without an answer nothing is."""
        if self._known is None:
            me = await self._verified()
            try:
                said = await self._client.json("GET", "api/v2/instance")
            except Permanent:
                said = {}  # an older server
            instance = read_instance(said, self._client.host, self._base_url)
            account = f"@{str(me['username'])[:200]}@{instance.host}"
            ours = Ours(self.channel, account, str(me["id"]), instance.host, self._listen_only)
            self._known = _Known(ours, instance)
            self.media = instance.media
        return self._known

    async def _verified(self) -> Json:
        """Our account. A refused token is 401, and 400 on Takahe."""
        try:
            me = await self._client.json("GET", "api/v1/accounts/verify_credentials")
        except Permanent as refused:
            if refused.code != "400":
                raise
            raise AuthFailed(
                _("{host} does not accept our token; make a new one.", host=self._client.host)
            ) from refused
        if not is_object(me) or id_of(me) is None or not isinstance(me.get("username"), str):
            raise Malformed(_("{host} did not say who we are; it is asked again.", host=self._client.host))
        return me

    def _list(self, stream: str, known: _Known) -> Fetch:
        path, fixed = _list_of(stream, known)

        async def fetch(position: Mapping[str, str]) -> Page:
            query: Query = {**fixed, "limit": PAGE, **position}
            answer = await self._client.request("GET", path, query=query)
            said = answer.json()
            entries = said.get("statuses") if is_object(said) and stream.startswith(SEARCH) else said
            if not isinstance(entries, list):
                raise Malformed(_("{host} did not give a list; it is asked again.", host=self._client.host))
            return Page(entries, page_before(answer.headers))

        return fetch

    async def _batch(self, stream: str, walked: Walk, statuses: Sequence[object], ours: Ours) -> Batch:
        wanted = [each for each in statuses if each is not None and not _is_boost(each)]
        await self._threads.learn(wanted)
        read = [read_status(each, ours, stream, self._threads.roots) for each in wanted]
        items = {each.remote_id: each for each in read if isinstance(each, Inbound) and stream != OWN}
        gone = [seen for seen in walked.missing if stream != OWN and await _is_gone(self._client, seen)]
        items |= {seen[0]: tombstone(seen[0], seen[2], ours, self._clock.now()) for seen in gone}
        return Batch(
            items=tuple(items.values()),
            echoes=tuple(each for each in read if isinstance(each, Echo) and _answers(each)),
            bad=tuple(each for each in read if isinstance(each, BadItem)),
            cursor=walked.place.cursor(),
            more=walked.more,
            gap=walked.gap,
        )

    async def _with_ancestors(self, statuses: Sequence[object], place: Place) -> list[object]:
        """A conversation shows only its last status; those between it and the last look stand above it."""
        known = order(place.newest) if place.newest is not None else None
        found: list[object] = []
        for status in statuses:
            status_id = id_of(status)
            if status_id is not None and parent_of(status) is not None and is_direct(status):
                above = await self._threads.ancestors(status_id)
                found += [
                    each
                    for each in above
                    if is_direct(each) and (known is None or order(id_of(each) or "") > known)
                ]
            found.append(status)
        return found

    def _streaming(self, instance: Instance) -> BoundedClient:
        if self._stream_client is None:
            self._stream_client = BoundedClient(
                instance.streaming, clock=self._clock, headers=self._headers, refusal=refusal
            )
        return self._stream_client

    def _refuse_when_listening(self) -> None:
        if self._listen_only:
            raise Permanent(_("This channel only listens; answer from another one."), code="ListenOnly")


async def _is_gone(client: BoundedClient, seen: Seen) -> bool:
    """A mention can also leave the list because somebody dismissed it; then the status still stands."""
    try:
        await client.request("GET", f"api/v1/statuses/{quote(seen[0], safe='')}")
    except Permanent as refused:
        return refused.code in {"404", "410"}
    return False


def _list_of(stream: str, known: _Known) -> tuple[str, Mapping[str, str | list[str] | bool]]:
    """Where a stream's list is, and the fixed part of its query."""
    kind, _colon, words = stream.partition(":")
    if stream == MENTIONS:
        types = ["mention", "quote"] if known.instance.quotes else ["mention"]
        return "api/v1/notifications", {"types[]": types}
    if stream == CONVERSATIONS:
        return "api/v1/conversations", {}
    if stream == OWN:
        account_id = quote(known.ours.account_id, safe="")
        return f"api/v1/accounts/{account_id}/statuses", {"exclude_reblogs": True}
    if f"{kind}:" == TAG and words:
        return f"api/v1/timelines/tag/{quote(words, safe='')}", {}
    if f"{kind}:" == SEARCH and words:
        return "api/v2/search", {"type": "statuses", "q": words}
    raise NotFound(_("This channel has no stream called {name}.", name=stream))


def _events_of(stream: str) -> tuple[str | None, Mapping[str, str]]:
    """Where a stream's events are told; None for those without."""
    if stream == MENTIONS:
        return "api/v1/streaming/user/notification", {}
    if stream == CONVERSATIONS:
        return "api/v1/streaming/direct", {}
    if stream.startswith(TAG):
        return "api/v1/streaming/hashtag", {"tag": stream.removeprefix(TAG)}
    return None, {}


def _is_boost(status: object) -> bool:
    """Somebody else's words, passed on."""
    return is_object(status) and is_object(status.get("reblog"))


def _answers(echo: Echo) -> bool:
    """A post of ours that answers nobody is no echo."""
    return echo.parent_id is not None or echo.thread_key.startswith(DIRECT)
