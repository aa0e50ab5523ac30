"""Matrix: what is said in the rooms that our account is in; answers in the same room.

One stream, `sync`, with the server's own token as cursor. Where a room had more than fits (`limited`), the
hole is filled backwards before anything is handed on. A send carries a transaction id that the server knows
again, so an unknown outcome may simply be sent once more. Source: spec.matrix.org v1.11, client-server API.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import ClassVar, Final
from urllib.parse import quote

import httpx

from channels.access import FixedAccess
from channels.base import (
    AuthFailed,
    Batch,
    Capabilities,
    Cursor,
    Draft,
    Malformed,
    Permanent,
    Prepared,
    RateLimited,
    SendResult,
    Unknown,
)
from channels.fields import Json, id_of, is_object, number, obj, objects, word
from channels.http import Bounds
from channels.http_answer import Answer, NotJson, parse_json, printable
from channels.matrix_direct import room_with
from channels.matrix_parse import Ours, Room, permalink, read_event, replaces
from channels.polled import BEFORE, PolledChannel
from domain.clock import DAY, SECOND, Clock, Millis
from domain.errors import ChannelError
from domain.inbound import Aside, BadItem, Echo, Inbound
from i18n import _

SYNC: Final = "sync"
API: Final = "_matrix/client/v3"
FIRST_REACH: Final[Millis] = 7 * DAY
MAX_PAGES: Final = 50
LONG_POLL: Final[Millis] = 30 * SECOND
LIMIT: Final = "bytes:40000"
"""Our own bound below the 65,536 bytes of an event with all that goes with it."""

_QUIET: Final[Mapping[str, object]] = {"types": []}
_LARGE: Final = Bounds(total=90 * SECOND, body=30_000_000)


class MatrixConnector(PolledChannel):
    """One account on one server."""

    platform: ClassVar[str] = LIMIT

    def __init__(
        self,
        channel: str,
        server: str,
        token: str,
        *,
        clock: Clock,
        joins: bool = True,
        listen_only: bool = False,
        page: int = 50,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        caps = Capabilities(
            reply_public=not listen_only,
            reply_private=not listen_only,
            idempotent_send=True,
            find_sent=True,
            streaming=True,
        )
        access = FixedAccess({"authorization": f"Bearer {token}"})
        super().__init__(
            channel, server, access, clock=clock, caps=caps, listen_only=listen_only, refusal=refusal,
            transport=transport,
        )  # fmt: skip
        self._joins = joins
        self._token = token
        self._page = page
        self._user_id = ""
        self._names: dict[str, str] = {}
        self._rooms: dict[str, Room] = {}

    @property
    def streams(self) -> tuple[str, ...]:
        """All rooms in one."""
        return (SYNC,)

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:
        """What was said since; holes are filled before anything is handed on."""
        if stream != SYNC:
            raise self._no_stream(stream)
        user_id, since, now = await self._us(), _read(cursor), self._clock.now()
        said = await self._sync(since, self._page)
        token = word(said, "next_batch")
        if not token:
            raise Malformed(_("{host} did not say how far it is; it is asked again.", host=self._client.host))
        if self._joins:
            for room_id in obj(said, "rooms", "invite"):
                await self._join(room_id)
        batch, gap = Batch(), ""
        for room_id, joined in obj(said, "rooms", "join").items():
            if is_object(joined):
                events, lost = await self._events(room_id, joined, since, now)
                gap = gap or lost
                batch = _together(batch, await self._read(room_id, events, user_id, now, first=since is None))
        return replace(batch, cursor=json.dumps({"since": token}), gap=gap)

    async def listen(self, stream: str, cursor: Cursor | None) -> AsyncIterator[Batch]:  # noqa: ARG002
        """Empty batches, each a hint to look: the server holds its answer until something happens."""
        since: str | None = word(await self._sync(None, 1), "next_batch")
        yield Batch()
        while stream == SYNC:
            said = await self._sync(since, 1, wait=LONG_POLL)
            since = word(said, "next_batch") or since
            if obj(said, "rooms", "join") or obj(said, "rooms", "invite"):
                yield Batch()
        await asyncio.Event().wait()

    async def prepare(self, draft: Draft) -> Prepared:
        """Fix text, room and transaction id."""
        ref = draft.parent_ref or {}
        room = ref.get("room")
        if not isinstance(room, str) or draft.parent_id is None:
            raise Permanent(_("It cannot be told which room is answered."), code="NoParent")
        if draft.visibility == "public" and ref.get("public") is False:
            raise Permanent(_("This was written in private; answer it in private."), code="WouldLeak")
        mentions = {"m.mentions": {"user_ids": [draft.recipient.remote_id]}}
        if draft.visibility == "private" and ref.get("public") is True:
            self._refuse_when_listening()
            room = await room_with(self._ask, await self._us(), draft.recipient.remote_id, self._token)
            alone = {"msgtype": "m.text", "body": draft.text, **mentions}
            return self._fixed(draft, draft.text, {"room": room, "content": alone})
        related: dict[str, object] = {"m.in_reply_to": {"event_id": draft.parent_id}}
        if isinstance(ref.get("thread"), str):
            related |= {"rel_type": "m.thread", "event_id": ref["thread"]}
        content = {
            "msgtype": "m.text",
            "body": draft.text,
            **mentions,
            "m.relates_to": related,
        }
        return self._fixed(draft, draft.text, {"room": room, "content": content})

    async def send(self, prepared: Prepared) -> SendResult:
        """Say it; the same transaction id twice is one event."""
        self._refuse_when_listening()
        room = str(prepared.payload["room"])
        path = f"{API}/rooms/{quote(room, safe='')}/send/m.room.message/{prepared.key}"
        said = await self._act("PUT", path, prepared.payload["content"])
        event_id = id_of(said, "event_id")
        if event_id is None:
            raise Unknown(_("{host} did not say what became of the reply.", host=self._client.host))
        return SendResult(event_id, permalink(room, event_id), ref={"room": room, "thread": None})

    async def find_sent(self, prepared: Prepared) -> SendResult | None:
        """The event that carries our transaction id, or else our words under the same event."""
        user_id, room = await self._us(), str(prepared.payload["room"])
        floor = prepared.prepared_at + self._client.skew - BEFORE
        position: str | None = None
        for _number in range(10):
            said = await self._back(room, position, None)
            events = objects(said, "chunk")
            for event in events:
                if word(event, "sender") == user_id and _is(event, prepared):
                    event_id = id_of(event, "event_id") or ""
                    moment = number(event, "origin_server_ts")
                    ref = {"room": room, "thread": None}
                    return SendResult(event_id, permalink(room, event_id), moment, ref)
            position = word(said, "end") or None
            old = any((number(event, "origin_server_ts") or 0) < floor for event in events)
            if position is None or old or not events:
                break
        return None

    async def _who(self) -> str:
        self._user_id = ""
        return await self._us()

    async def _us(self) -> str:
        if not self._user_id:
            said = await self._get(f"{API}/account/whoami")
            self._user_id = word(said, "user_id")
            if not self._user_id:
                sentence = _("{host} did not say who we are; it is asked again.", host=self._client.host)
                raise Malformed(sentence)
        return self._user_id

    async def _sync(self, since: str | None, limit: int, wait: Millis = 0) -> Json:
        asked = {
            "presence": _QUIET,
            "account_data": _QUIET,
            "room": {
                "ephemeral": _QUIET,
                "account_data": _QUIET,
                "timeline": {"limit": limit},
                "state": {"lazy_load_members": True},
            },
        }
        query = {"filter": json.dumps(asked), "timeout": str(wait), **({"since": since} if since else {})}
        answer = await self._ask("GET", f"{API}/sync", query=query, bounds=_LARGE)
        said = answer.json()
        if not is_object(said):
            raise Malformed(_("{host} did not give a list; it is asked again.", host=self._client.host))
        return said

    async def _events(
        self, room_id: str, joined: Json, since: str | None, now: Millis
    ) -> tuple[list[object], str]:
        """What was said in a room, oldest first, with its hole filled; and what is lost, in words."""
        timeline = obj(joined, "timeline")
        events = timeline.get("events")
        found = list(events) if isinstance(events, list) else []
        position = word(timeline, "prev_batch")
        if timeline.get("limited") is not True or not position:
            return found, ""
        for _number in range(MAX_PAGES):
            said = await self._back(room_id, position, since)
            chunk = said.get("chunk")
            older = chunk if isinstance(chunk, list) else []
            found = [*reversed(older), *found]
            position = word(said, "end")
            too_old = since is None and any(_is_old(each, now) for each in older)
            if not position or not older or too_old:
                return found, ""
        return found, _("There was more than could be read at once; the oldest part was left out.")

    async def _back(self, room_id: str, position: str | None, to: str | None) -> Json:
        query = {"dir": "b", "limit": "100"}
        query |= {"from": position} if position else {}
        query |= {"to": to} if to else {}
        return await self._get(f"{API}/rooms/{quote(room_id, safe='')}/messages", query)

    async def _read(
        self, room_id: str, events: list[object], user_id: str, now: Millis, *, first: bool
    ) -> Batch:
        """Read in the order in which it was said; the very first look leaves out what is old."""
        young = [each for each in events if not first or not _is_old(each, now)]
        if not young:
            return Batch()
        room = await self._room(room_id)
        young = [each for each in young if await self._is_honest(room_id, each)]
        await self._learn_names(young, user_id)
        ours = Ours(self.channel, user_id, self._listen_only, self._names)
        read = [one for each in young if (one := read_event(each, room, ours, now)) is not None]
        return Batch(
            items=tuple(each for each in read if isinstance(each, Inbound)),
            echoes=tuple(each for each in read if isinstance(each, Echo) and (each.parent_id or room.alone)),
            bad=tuple(each for each in read if isinstance(each, BadItem)),
            aside=tuple(each for each in read if isinstance(each, Aside)),
        )

    async def _is_honest(self, room_id: str, event: object) -> bool:
        """An edit counts only from whoever wrote the message; servers do not see to that."""
        original = replaces(event)
        if original is None or not is_object(event):
            return True
        path = f"{API}/rooms/{quote(room_id, safe='')}/event/{quote(original, safe='')}"
        return word(await self._maybe(path), "sender") == word(event, "sender") != ""

    async def _room(self, room_id: str) -> Room:
        """Asked once a run: a room that opens later is told from the next run on."""
        if room_id not in self._rooms:
            path = f"{API}/rooms/{quote(room_id, safe='')}"
            rule = word(await self._maybe(f"{path}/state/m.room.join_rules"), "join_rule")
            history = word(await self._maybe(f"{path}/state/m.room.history_visibility"), "history_visibility")
            people = obj(await self._maybe(f"{path}/joined_members"), "joined")
            public = rule == "public" or history == "world_readable"
            self._rooms[room_id] = Room(room_id, public, alone=not public and 0 < len(people) <= 2)
        return self._rooms[room_id]

    async def _learn_names(self, events: list[object], user_id: str) -> None:
        senders = {word(each, "sender") for each in events if is_object(each)}
        for sender in senders - {"", user_id} - self._names.keys():
            path = f"{API}/profile/{quote(sender, safe='')}"
            self._names[sender] = word(await self._maybe(path), "displayname")[:200]

    async def _maybe(self, path: str) -> Json:
        """An object that may not be there or not be for us."""
        try:
            return await self._get(path)
        except Permanent:
            return {}

    async def _join(self, room_id: str) -> None:
        try:
            await self._ask("POST", f"{API}/join/{quote(room_id, safe='')}", json={})
        except Permanent:
            return


def _is(event: Json, prepared: Prepared) -> bool:
    return word(obj(event, "unsigned"), "transaction_id") == prepared.key


def _is_old(event: object, now: Millis) -> bool:
    moment = number(event, "origin_server_ts") if is_object(event) else None
    return moment is not None and moment < now - FIRST_REACH


def _together(one: Batch, other: Batch) -> Batch:
    return Batch(
        items=one.items + other.items,
        echoes=one.echoes + other.echoes,
        bad=one.bad + other.bad,
        aside=one.aside + other.aside,
    )


def _read(cursor: Cursor | None) -> str | None:
    """What a stored cursor says; an unreadable one means starting over, and the desk drops the doubles."""
    try:
        stored: Mapping[str, object] = json.loads(cursor or "{}")
        since = stored.get("since")
    except (ValueError, AttributeError):
        return None
    return since if isinstance(since, str) and since else None


def refusal(answer: Answer, acts: bool) -> ChannelError | None:  # noqa: ARG001, FBT001 - the client's shape
    """Matrix's own word for slowing down, and for a token that is no good; all else is read as usual."""
    try:
        said = parse_json(answer.body)
    except NotJson:
        return None
    if not is_object(said):
        return None
    code = word(said, "errcode")
    if answer.status == 429 and (wait := number(said, "retry_after_ms")) is not None:
        after = max(SECOND, min(wait, 3_600 * SECOND))
        return RateLimited(
            _("{host} asks us to slow down; it goes on by itself.", host=answer.host), after=after
        )
    if code in {"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED", "M_USER_LOCKED"}:
        return AuthFailed(_("{host} does not accept our token; make a new one.", host=answer.host))
    if code in {"M_ROOM_IN_USE", "M_FORBIDDEN"} and answer.status in {400, 403}:
        words = printable(word(said, "error"))
        return Permanent(_("{host} refused this: {words}", host=answer.host, words=words), code=code)
    if code == "M_TOO_LARGE":
        return Permanent(_("{host} takes no message as long as this one.", host=answer.host), code=code)
    return None
