"""Bluesky: mentions, replies, quotes and keyword search in; public replies with facets and pictures out.

A reply's record key is ours, chosen and stored before sending, and goes out with putRecord and
`swapRecord: null`: the same record again is a repeat that changes nothing (read off a real server). So an
unknown outcome may be sent again, and `find_sent` is one read of our own repository.
"""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Final

from channels import bluesky_richtext as richtext
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
    SessionStore,
    Unknown,
    Uploaded,
)
from channels.bluesky_parse import POST, Ours, moment, permalink, read_post, read_record
from channels.bluesky_session import BlueskySession, MemoryStore, unreadable
from channels.bluesky_walk import Page, read_pair, walk, write_pair
from channels.http import Query
from channels.tid import TidMaker
from domain.attachment import MEDIA_LIMITS, fault, too_many
from domain.clock import Clock, to_datetime
from domain.errors import NotFound
from domain.inbound import BadItem, Echo, Inbound
from domain.measure import Measure, measure
from i18n import _

NOTIFICATIONS: Final = "notifications"
SEARCH: Final = "search:"

REASONS: Final = ("mention", "reply", "quote")
PAGE: Final = 100
LIMITS: Final = MEDIA_LIMITS["bluesky"]

Fetch = Callable[[str | None], Awaitable[Page]]


class BlueskyConnector:
    """One Bluesky account and the words that it listens for."""

    def __init__(
        self,
        channel: str,
        service_url: str,
        identifier: str,
        app_password: str,
        *,
        clock: Clock,
        mentions: bool = True,
        searches: Sequence[str] = (),
        listen_only: bool = False,
        session_store: SessionStore | None = None,
    ) -> None:
        self.channel = channel
        self.media = NO_LIMITS  # the lexicon holds for all servers
        self._account = f"@{identifier}"
        self._session = BlueskySession(
            service_url,
            identifier,
            app_password,
            store=session_store or MemoryStore(),
            clock=clock,
        )
        self._mentions = mentions
        self._searches = tuple(searches)
        self._clock = clock
        self._listen_only = listen_only
        self._tids = TidMaker(clock)
        self.caps = Capabilities(
            reply_public=not listen_only,
            reply_private=False,
            idempotent_send=True,
            find_sent=True,
            attachments=0 if listen_only else LIMITS.count,
            settle=5_000,
        )

    @property
    def streams(self) -> tuple[str, ...]:
        """What is said to us, with what we said ourselves elsewhere, and each search."""
        return (
            *([NOTIFICATIONS] if self._mentions else []),
            *(f"{SEARCH}{words}" for words in self._searches),
        )

    @property
    def rate(self) -> Rate | None:
        """As of the last answer."""
        return self._session.rate

    @property
    def notice(self) -> str:
        """What is wrong with the clocks, in words."""
        return self._session.skew_sentence

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:
        """Everything new in the stream, all pages of it, oldest first."""
        me = await self._session.who()
        ours = Ours(self.channel, self._account, me.did, self._listen_only)
        if stream == NOTIFICATIONS:
            return await self._pull_notifications(ours, cursor)
        fetch = self._search(stream)
        walked = await walk(fetch, cursor, self._clock.now())
        return _batch((read_post(entry, ours, stream) for entry in walked.entries), walked.cursor, walked.gap)

    async def _pull_notifications(self, ours: Ours, cursor: Cursor | None) -> Batch:
        """What others said to us, and then our own answers, in one batch: an answer follows its question."""
        now = self._clock.now()
        heard, said = read_pair(cursor)
        others = await walk(self._notifications, heard, now)
        own = await walk(functools.partial(self._own, ours.did), said, now)
        read = [
            *(read_post(entry, ours, "mentions") for entry in others.entries),
            *(read_record(entry) for entry in own.entries),
        ]
        return _batch(read, write_pair(others.cursor, own.cursor), others.gap)

    def listen(self, stream: str, cursor: Cursor | None) -> AsyncIterator[Batch]:  # noqa: ARG002
        """Nothing: the platform's stream is the whole network's, so this channel is polled."""
        return _nothing()

    def measure(self, text: str) -> Measure:
        """At most 300 graphemes and 3,000 bytes."""
        return measure("bluesky", text)

    async def upload(self, attachment: OutboundAttachment) -> Mapping[str, object]:
        """Store the picture as a blob; the server forgets it where no record names it soon."""
        if said := fault(attachment.attached, LIMITS):
            raise Permanent(said, code="PictureRefused")
        answer = await self._session.upload(attachment.content, attachment.attached.facts.mime)
        if not isinstance(answer.get("blob"), dict):
            raise Malformed(unreadable())
        return {"blob": answer["blob"]}

    async def prepare(self, draft: Draft) -> Prepared:
        """Fix the record, its key and its pictures. Raises Permanent where the draft cannot go out."""
        self._refuse_what_cannot_go(draft)
        me = await self._session.who()
        now = self._clock.now()
        found = richtext.spans(draft.text)
        record: dict[str, object] = {
            "$type": POST,
            "text": draft.text,
            "createdAt": to_datetime(now).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        if draft.lang:
            record["langs"] = [draft.lang]
        if facets := richtext.facets(found, await self._dids(richtext.handles(found))):
            record["facets"] = facets
        if draft.parent_id is not None:
            record["reply"] = await self._reply_refs(draft.parent_id, draft.parent_ref or {})
        if draft.attachments:
            images = [_image(each) for each in draft.attachments]
            record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
        rkey = self._tids.next()
        payload = {"repo": me.did, "collection": POST, "rkey": rkey, "record": record, "swapRecord": None}
        return Prepared(rkey, draft.text, draft.visibility, now, payload)

    async def send(self, prepared: Prepared) -> SendResult:
        """Put the record under its own key. Sending the same again changes nothing."""
        if self._listen_only:
            raise Permanent(_("This channel only listens; answer from another one."), code="ListenOnly")
        try:
            answer = await self._session.post(
                "com.atproto.repo.putRecord", json=dict(prepared.payload), acts=True
            )
            return _result(prepared, answer)
        except Permanent as refusal:
            if refusal.code == "InvalidSwap":  # something stands under our key already: read it back
                raise Unknown(str(refusal)) from refusal
            raise
        except Malformed as trouble:
            raise Unknown(str(trouble)) from trouble

    async def find_sent(self, prepared: Prepared) -> SendResult | None:
        """Our own repository's word; None where nothing stands under the key."""
        where = {name: str(prepared.payload[name]) for name in ("repo", "collection", "rkey")}
        try:
            answer = await self._session.get("com.atproto.repo.getRecord", where)
        except Permanent as refusal:
            if refusal.code == "RecordNotFound":
                return None
            raise
        return _result(prepared, answer)

    async def check_auth(self) -> AuthState:
        """Whether the app password still opens the account."""
        try:
            answer = await self._session.get("com.atproto.server.getSession")
        except AuthFailed as refusal:
            return AuthState(ok=False, sentence=str(refusal))
        return AuthState(ok=True, account=f"@{_word(answer, 'handle')}", sentence=self._session.skew_sentence)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._session.close()

    async def _notifications(self, position: str | None) -> Page:
        query: Query = {"reasons": list(REASONS), "limit": PAGE, "cursor": position}
        answer = await self._session.get("app.bsky.notification.listNotifications", query)
        return _page(answer, "notifications")

    def _search(self, stream: str) -> Fetch:
        words = stream.removeprefix(SEARCH)
        if not stream.startswith(SEARCH) or not words:
            raise NotFound(_("This channel has no stream called {name}.", name=stream))

        async def fetch(position: str | None) -> Page:
            query: Query = {"q": words, "sort": "latest", "limit": PAGE, "cursor": position}
            return _page(await self._session.get("app.bsky.feed.searchPosts", query), "posts")

        return fetch

    async def _own(self, did: str, position: str | None) -> Page:
        query: Query = {"repo": did, "collection": POST, "limit": PAGE, "cursor": position}
        return _page(await self._session.get("com.atproto.repo.listRecords", query), "records")

    def _refuse_what_cannot_go(self, draft: Draft) -> None:
        if self._listen_only:
            raise Permanent(_("This channel only listens; answer from another one."), code="ListenOnly")
        if draft.visibility != "public":
            raise Permanent(
                _("Private messages on Bluesky cannot be sent from here; write one in the Bluesky app."),
                code="PrivateUnsupported",
            )
        if not draft.text.isprintable() and any("\ud800" <= char <= "\udfff" for char in draft.text):
            raise Permanent(_("The text holds a broken character; type it again."), code="BrokenText")
        length = self.measure(draft.text)
        if not length.ok:
            raise Permanent(
                _("The text is too long for Bluesky; shorten it. {note}", note=length.note).strip(),
                code="TooLong",
            )
        if len(draft.attachments) > LIMITS.count:
            raise Permanent(too_many(LIMITS), code="TooManyPictures")

    async def _dids(self, handles: Sequence[str]) -> Mapping[str, str]:
        """The accounts behind the handles; one that does not exist stays plain text."""
        found: dict[str, str] = {}
        for handle in handles:
            try:
                answer = await self._session.get("com.atproto.identity.resolveHandle", {"handle": handle})
            except Permanent:
                continue
            found[handle] = _word(answer, "did")
        return found

    async def _reply_refs(self, parent_id: str, known: Mapping[str, object]) -> dict[str, object]:
        """Parent and root as uri and cid; asked from the platform where the item did not carry them."""
        uri, cid, root = known.get("uri"), known.get("cid"), known.get("root")
        if uri == parent_id and isinstance(cid, str) and isinstance(root, Mapping):
            return {"root": dict(root), "parent": {"uri": uri, "cid": cid}}
        answer = await self._session.get("app.bsky.feed.getPosts", {"uris": [parent_id]})
        posts = answer.get("posts")
        if not isinstance(posts, list) or not posts:
            raise Permanent(
                _("The post that you answer is gone; close this reply or answer another post."),
                code="ParentGone",
            )
        seen = read_post(posts[0], Ours(self.channel, "", ""), "")
        if not isinstance(seen, Inbound) or seen.parent_ref is None:
            raise Malformed(unreadable())
        parent = {"uri": seen.parent_ref["uri"], "cid": seen.parent_ref["cid"]}
        return {"root": seen.parent_ref["root"], "parent": parent}


def _image(each: Uploaded) -> dict[str, object]:
    facts = each.attached.facts
    return {
        "image": each.remote["blob"],
        "alt": each.attached.alt,
        "aspectRatio": {"width": facts.width, "height": facts.height},
    }


async def _nothing() -> AsyncIterator[Batch]:
    for batch in tuple[Batch, ...]():
        yield batch


def _batch(read: Iterable[Inbound | Echo | BadItem | None], cursor: Cursor, gap: str) -> Batch:
    """A post that mentions us twice over, in a reply say, comes once."""
    found = list(read)
    items = {each.remote_id: each for each in found if isinstance(each, Inbound)}
    return Batch(
        items=tuple(items.values()),
        echoes=tuple(each for each in found if isinstance(each, Echo)),
        bad=tuple(each for each in found if isinstance(each, BadItem)),
        cursor=cursor,
        gap=gap,
    )


def _page(answer: Mapping[str, object], name: str) -> Page:
    entries, cursor = answer.get(name), answer.get("cursor")
    if not isinstance(entries, list):
        raise Malformed(unreadable())
    return Page(entries, cursor if isinstance(cursor, str) else None)


def _word(answer: Mapping[str, object], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str):
        raise Malformed(unreadable())
    return value


def _page_of(uri: str) -> str:
    try:
        return permalink(uri, "")
    except ValueError as error:
        raise Malformed(unreadable()) from error


def _result(prepared: Prepared, answer: Mapping[str, object]) -> SendResult:
    uri, cid = _word(answer, "uri"), _word(answer, "cid")
    record = prepared.payload["record"]
    assert isinstance(record, Mapping)
    me = {"uri": uri, "cid": cid}
    reply = record.get("reply")
    root = reply["root"] if isinstance(reply, Mapping) else me
    return SendResult(
        remote_id=uri,
        permalink=_page_of(uri),
        sent_at=moment(record.get("createdAt")),
        ref={**me, "root": root},
    )
