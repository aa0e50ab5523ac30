"""X by API v2: mentions, direct messages, searches and our own answers in; replies and messages out.

Polling walks with `since_id`, page by page, and stores nothing before the walk is whole; the activity stream
only tells us to look sooner. X answers an account without an enterprise contract only where the author named
or quoted it, and bills everything: `x_spend` counts, and listening stops before the cap is passed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import ClassVar

import httpx

from channels import x_media
from channels.access import Access
from channels.base import (
    AuthState,
    Batch,
    Capabilities,
    Cursor,
    Draft,
    Malformed,
    OutboundAttachment,
    Permanent,
    Prepared,
    RateLimited,
    SendResult,
    Unknown,
)
from channels.fields import id_of, is_object, iso, objects, word
from channels.http import BoundedClient
from channels.polled import BEFORE, PolledChannel
from channels.walk_back import Page, read_place, walk_back
from channels.x_calls import (
    API,
    FEW,
    FIELDS,
    MENTIONS,
    MESSAGE_FIELDS,
    MESSAGES,
    MOST_MENTIONS,
    OWN,
    PAGE,
    SEARCH,
    WORST,
    Asked,
    bill,
    checked,
    is_late,
    is_this,
    iso_of,
    lost,
    next_of,
    price_of,
    refusal,
    since,
)
from channels.x_parse import DIRECT, Included, Ours, not_summoned, read_message, read_post
from channels.x_spend import Spend
from channels.x_stream import events, subscribe
from domain.attachment import MEDIA_LIMITS
from domain.clock import Clock
from domain.errors import ChannelError
from domain.measure import Measure, measure
from i18n import _


@dataclass(frozen=True, slots=True)
class Listening:
    """What to listen for, beside what we wrote ourselves."""

    mentions: bool = True
    messages: bool = True
    searches: tuple[str, ...] = ()
    """Queries in X's own language."""

    enterprise: bool = False
    """True where X lets us answer people who did not name us."""


class XConnector(PolledChannel):
    """One account."""

    platform: ClassVar[str] = "x"

    def __init__(
        self,
        channel: str,
        access: Access,
        *,
        clock: Clock,
        bearer: str = "",
        listening: Listening | None = None,
        listen_only: bool = False,
        spend: Spend | None = None,
        base_url: str = API,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        caps = Capabilities(
            reply_public=not listen_only,
            reply_private=not listen_only,
            idempotent_send=False,
            find_sent=True,
            streaming=bool(bearer),
            attachments=0 if listen_only else MEDIA_LIMITS["x"].count,
        )
        super().__init__(
            channel, base_url, access, clock=clock, caps=caps, listen_only=listen_only, refusal=refusal,
            transport=transport,
        )  # fmt: skip
        self._listening = listening or Listening()
        self._spend = spend or Spend(clock)
        self._bearer = bearer
        self._stream_client: BoundedClient | None = None
        self._ours: Ours | None = None

    @property
    def streams(self) -> tuple[str, ...]:
        """Mentions, messages, our own answers, searches."""
        streams: tuple[str, ...] = (MENTIONS,) if self._listening.mentions else ()
        streams += (MESSAGES,) if self._listening.messages else ()
        return (*streams, OWN, *(f"{SEARCH}{words}" for words in self._listening.searches))

    @property
    def notice(self) -> str:
        """What is wrong with the clocks, and when the cap comes near."""
        return " ".join(filter(None, (self._client.skew_sentence, self._spend.warning)))

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:
        """All that is new; what was not stored is asked again."""
        ours = await self._us()
        await self._spend.load()
        place, now = read_place(cursor), self._clock.now()
        path, fixed = self._list(stream, ours)
        from_there = {} if stream == MESSAGES else since(place, now, stream)
        asked = Asked(stream, path, {**fixed, **from_there}, ours)
        if stream == MESSAGES and place.newest is not None:
            asked.page = FEW  # the newest are billed anew each day, and there is no asking since
        walked = await walk_back(lambda token: self._page(asked, token), place, now, whole_list=False)
        gap = walked.gap or (lost() if asked.lost or is_late(place, now, stream) else "")
        newest = max((asked.newest, str(place.extra.get("since", ""))), key=lambda name: (len(name), name))
        kept = replace(walked.place, extra={"since": newest, "polled": now})
        echoes = tuple(each for each in walked.echoes if each.parent_id or each.thread_key.startswith(DIRECT))
        goes_on = cursor if asked.broken_off else kept.cursor()
        return replace(walked.batch(), cursor=goes_on, echoes=echoes, gap=gap)

    async def listen(self, stream: str, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """Empty batches, each a hint to look; for mentions and messages, where there is an app's token."""
        if not self._bearer or stream not in {MENTIONS, MESSAGES}:
            async for batch in super().listen(stream, cursor):
                yield batch
        ours = await self._us()
        await subscribe(self._ask, ours.user_id, private=stream == MESSAGES)
        if self._stream_client is None:
            headers = {"authorization": f"Bearer {self._bearer}"}
            self._stream_client = BoundedClient(
                self._base_url, clock=self._clock, headers=headers, refusal=refusal
            )
        async with aclosing(events(self._stream_client, "dm." if stream == MESSAGES else "post.")) as heard:
            async for _event in heard:
                yield Batch()

    def measure(self, text: str) -> Measure:
        """Weighted; mentions at the beginning are free in a reply."""
        return measure("x", text, reply=True)

    async def upload(self, attachment: OutboundAttachment) -> Mapping[str, object]:
        """Give X a picture, GIF or film."""
        self._refuse_when_listening()
        return await x_media.upload(self._ask, attachment)

    async def prepare(self, draft: Draft) -> Prepared:
        """Fix text and address. Raises Permanent where X would refuse, or where the cap would be passed."""
        await self._spend.load()
        ref = draft.parent_ref or {}
        media = await x_media.ids(self._ask, draft.attachments, draft.visibility) if draft.attachments else ()
        if draft.visibility == "private":
            talk = ref.get("talk")
            path = (
                f"2/dm_conversations/{checked(talk)}/messages"
                if isinstance(talk, str)
                else f"2/dm_conversations/with/{checked(draft.recipient.remote_id)}/messages"
            )
            along = {"attachments": [{"media_id": one} for one in media]} if media else {}
            said = {"text": draft.text} if draft.text or not media else {}
            payload: dict[str, object] = {"path": path, "body": {**said, **along}}
            prepared = self._fixed(draft, draft.text, payload)
            self._spend.refuse_reply(price_of(draft.text, private=True))
            return prepared
        if not self._listening.enterprise and ref.get("summoned") is not True:
            raise Permanent(not_summoned(), code="NotSummoned")
        tweet = checked(ref.get("post", draft.parent_id))
        body: dict[str, object] = {"text": draft.text, "reply": {"in_reply_to_tweet_id": tweet}}
        if media:
            body["media"] = {"media_ids": list(media)}
        prepared = self._fixed(
            draft, draft.text, {"path": "2/tweets", "body": body}, self.measure(draft.text)
        )
        self._spend.refuse_reply(price_of(draft.text))
        return prepared

    async def send(self, prepared: Prepared) -> SendResult:
        """Post it. An identical text is refused by X: then it is looked for, as it may be this very one."""
        self._refuse_when_listening()
        try:
            said = await self._act("POST", str(prepared.payload["path"]), prepared.payload["body"])
        except Permanent as refused:
            if refused.code != "Duplicate":
                raise
            return await self._already(prepared, refused)
        data = said.get("data")
        private = prepared.visibility == "private"
        remote_id = id_of(data, "dm_event_id" if private else "id") if is_object(data) else None
        if remote_id is None:
            raise Unknown(_("{host} did not say what became of the reply.", host=self._client.host))
        price = price_of(prepared.text, private=private)
        await self._spend.wrote(price)
        return replace(await self._result(remote_id, private=private), cost=price / 1_000_000)

    async def find_sent(self, prepared: Prepared) -> SendResult | None:
        """Read back among our own posts, or in the talk."""
        ours, floor = await self._us(), prepared.prepared_at + self._client.skew - BEFORE
        private = prepared.visibility == "private"
        if private:
            path = str(prepared.payload["path"]).removesuffix("messages") + "dm_events"
            fixed = {**MESSAGE_FIELDS, "max_results": str(PAGE)}
        else:
            path = f"2/users/{ours.user_id}/tweets"
            fixed = {**FIELDS, "max_results": str(PAGE), "start_time": iso_of(floor)}
        token: str | None = None
        for _number in range(10):
            said = await self._get(path, {**fixed, **({"pagination_token": token} if token else {})})
            young = [each for each in objects(said, "data") if (iso(each, "created_at") or 0) >= floor]
            for each in young:
                if is_this(each, prepared, ours):
                    return await self._result(id_of(each) or "", private=private)
            token = next_of(said)
            if token is None or not young:
                break
        return None

    async def check_auth(self) -> AuthState:
        """Who we are, and what X has cost."""
        self._ours = None
        await self._spend.load()
        state = await super().check_auth()
        return replace(state, sentence=" ".join(filter(None, (state.sentence, self._spend.sentence))))

    async def close(self) -> None:
        """Let go of the connections."""
        await super().close()
        if self._stream_client is not None:
            await self._stream_client.close()

    async def _who(self) -> str:
        return (await self._us()).account

    async def _us(self) -> Ours:
        """Asked once: who we are decides how every item is read."""
        if self._ours is None:
            data = (await self._get("2/users/me", {"user.fields": "username"})).get("data")
            user_id = id_of(data) if is_object(data) else None
            if not is_object(data) or user_id is None or not word(data, "username"):
                raise Malformed(
                    _("{host} did not say who we are; it is asked again.", host=self._client.host)
                )
            self._ours = Ours(
                self.channel, user_id, word(data, "username"), self._listening.enterprise, self._listen_only
            )
        return self._ours

    def _list(self, stream: str, ours: Ours) -> tuple[str, dict[str, str]]:
        if stream == MENTIONS:
            return f"2/users/{ours.user_id}/mentions", {**FIELDS}
        if stream == OWN:
            return f"2/users/{ours.user_id}/tweets", {**FIELDS, "exclude": "retweets"}
        if stream == MESSAGES:
            return "2/dm_events", {**MESSAGE_FIELDS}
        if stream.startswith(SEARCH) and len(stream) > len(SEARCH):
            return "2/tweets/search/recent", {**FIELDS, "query": stream.removeprefix(SEARCH)}
        raise self._no_stream(stream)

    async def _page(self, asked: Asked, token: str | None) -> Page:
        """One page, no larger than what the cap still pays for; none where the cap ends a walk half-way."""
        each, least = WORST[asked.kind]
        try:
            count = self._spend.affordable(each, asked.page, least)
        except RateLimited:
            if token is None:
                raise
            asked.broken_off = True  # what was read until here was paid for, so it is handed on
            return Page((), None)
        more = {"pagination_token": token} if token else {}
        said = await self._get(asked.path, {**asked.query, "max_results": str(count), **more})
        entries, included = said.get("data"), Included.of(said)
        listed = entries if isinstance(entries, list) else []
        await self._spend.read(bill(asked.kind, listed, included))
        asked.count(listed)
        reader = read_message if asked.kind == MESSAGES else read_post
        read = [reader(one, included, asked.ours, asked.stream) for one in listed]
        after = next_of(said)
        asked.lost = after is None and asked.counted >= MOST_MENTIONS and asked.kind == MENTIONS
        return Page(read, after)

    async def _already(self, prepared: Prepared, refused: Permanent) -> SendResult:
        """The same text stands there already: this reply, after an answer that was lost, or another."""
        try:
            found = await self.find_sent(prepared)
        except ChannelError as trouble:
            raise Unknown(str(trouble)) from trouble
        if found is None:
            raise refused
        return found

    async def _result(self, remote_id: str, *, private: bool) -> SendResult:
        if private:
            return SendResult(remote_id)
        ours = await self._us()
        ref = {"post": remote_id, "summoned": True}
        return SendResult(remote_id, f"https://x.com/{ours.username}/status/{remote_id}", ref=ref)
