"""Replies on Mastodon: made ready, sent, and found again.

`Idempotency-Key` is honoured by Mastodon for an hour and ignored by GoToSocial and Takahe (two statuses made,
read off servers). So an unknown outcome is always settled by reading our own statuses.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from urllib.parse import quote

from channels.base import (
    Draft,
    Malformed,
    OutboundAttachment,
    Permanent,
    Prepared,
    Retryable,
    SendResult,
    Unknown,
    Uploaded,
)
from channels.html import to_text
from channels.http import BoundedClient, Bounds
from channels.mastodon_parse import Json, id_of, is_object, moment, objects, parent_of, permalink_of
from channels.mastodon_server import objects_of
from domain.attachment import MediaLimits, fault
from domain.clock import MINUTE, Clock, Millis
from domain.measure import Limits, measure
from domain.mention import with_handle
from i18n import _

BEFORE: Final[Millis] = 5 * MINUTE
"""Reading back begins this long before the reply was made ready: clocks differ."""

_PAGES: Final = 10
_PROCESSING_TRIES: Final = 5
_UPLOAD: Final = Bounds(total=5 * MINUTE)
"""A film may be large and the line slow."""

_DOMAIN_OF_MENTION = re.compile(r"(?<![\w/=.@])(@\w+(?:[.-]\w+)*)@[\w-]++(?:\.[\w-]++)*+(?::\d+)?")
_SPACES = re.compile(r"\s+")


class Replies:
    """What goes out from one account."""

    def __init__(
        self, client: BoundedClient, clock: Clock, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._client = client
        self._clock = clock
        self._pause = pause

    async def prepare(self, draft: Draft, limits: Limits, host: str) -> Prepared:
        """Add the handle that notifies, wait for pictures, fix the key. Raises Permanent in words."""
        _refuse_leaks(draft)
        text = with_handle(draft.text, _whom(draft), host)
        length = measure("mastodon", text, limits=limits)
        if not length.ok:
            raise Permanent(
                _(
                    "With the handle the text is {used} long and the server takes {limit}; shorten it.",
                    used=length.used,
                    limit=length.limit,
                ),
                code="TooLong",
            )
        payload: dict[str, object] = {"status": text, "visibility": _visibility(draft)}
        if draft.parent_id is not None:
            payload["in_reply_to_id"] = draft.parent_id
        if draft.lang:
            payload["language"] = draft.lang
        if draft.attachments:
            payload["media_ids"] = [await self._processed(each) for each in draft.attachments]
        now = self._clock.now()
        seal = json.dumps([now, payload, draft.recipient.remote_id], sort_keys=True)
        key = hashlib.sha256(seal.encode("ascii")).hexdigest()[:32]
        return Prepared(key, text, draft.visibility, now, payload)

    async def send(self, prepared: Prepared) -> SendResult:
        """Post it under its key. Raises Unknown where the outcome is not certain."""
        answer = await self._client.json(
            "POST",
            "api/v1/statuses",
            json=dict(prepared.payload),
            headers={"Idempotency-Key": prepared.key},
            acts=True,
        )
        if not is_object(answer) or id_of(answer) is None:
            raise Unknown(_("{host} did not say what became of the reply.", host=self._client.host))
        return _result(answer)

    async def find(self, prepared: Prepared, account_id: str) -> SendResult | None:
        """The oldest status of ours that is this reply; None where it is surely not there now."""
        floor = prepared.prepared_at + self._client.skew - BEFORE
        ours = await self._ours_since(account_id, floor)
        hits = [status for status in ours if await self._is(status, prepared)]
        if not hits:
            below = [each for each in await self._below(prepared) if _is_young(each, account_id, floor)]
            hits = [status for status in below if await self._is(status, prepared)]
        return _result(min(hits, key=_moment)) if hits else None

    async def _ours_since(self, account_id: str, floor: Millis) -> list[Json]:
        found: list[Json] = []
        position: str | None = None
        path = f"api/v1/accounts/{_quoted(account_id)}/statuses"
        for _page in range(_PAGES):
            query = {"limit": 40, "exclude_reblogs": True, "max_id": position}
            answer = await self._client.json("GET", path, query=query)
            if not isinstance(answer, list):
                raise Malformed(
                    _("{host} did not give our own posts; it is asked again.", host=self._client.host)
                )
            page = objects(answer)
            found += [each for each in page if _is_young(each, account_id, floor)]
            last = id_of(page[-1]) if page else None
            if last is None or last == position or _moment(page[-1]) < floor:
                return found
            position = last
        raise Retryable(_("We posted too much since to find this reply; it is looked for again."))

    async def _below(self, prepared: Prepared) -> list[Json]:
        """What stands under the message that was answered: some servers leave private posts out of lists."""
        parent = prepared.payload.get("in_reply_to_id")
        if not isinstance(parent, str):
            return []
        try:
            context = await self._client.json("GET", f"api/v1/statuses/{_quoted(parent)}/context")
        except Permanent:
            return []
        return objects_of(context, "descendants")

    async def _is(self, status: Json, prepared: Prepared) -> bool:
        """Same parent and same words; asked for word for word where the rendering differs."""
        if parent_of(status) != prepared.payload.get("in_reply_to_id"):
            return False
        content, wanted = status.get("content"), normalised(prepared.text)
        if isinstance(content, str) and normalised(to_text(content)) == wanted:
            return True
        try:
            answer = await self._client.json(
                "GET", f"api/v1/statuses/{quote(id_of(status) or '', safe='')}/source"
            )
        except Permanent:
            return False
        source = answer.get("text") if is_object(answer) else None
        return isinstance(source, str) and normalised(source) == wanted

    async def upload(self, attachment: OutboundAttachment, limits: MediaLimits) -> Mapping[str, object]:
        """Give the server one picture or film with its description; under a name that says nothing."""
        attached = attachment.attached
        if said := fault(attached, limits):
            raise Permanent(said, code="PictureRefused")
        mime = attached.facts.mime
        files = {
            "file": (f"picture.{mime.rpartition('/')[2]}", attachment.content, mime),
            "description": (None, attached.alt.encode("utf-8", "replace"), ""),
        }
        answer = await self._client.request("POST", "api/v2/media", files=files, bounds=_UPLOAD)
        said_of_it = answer.json()
        media_id = id_of(said_of_it)
        if media_id is None:
            raise Malformed(
                _("{host} did not take the picture {name}.", host=self._client.host, name=attached.name)
            )
        return {"id": media_id, "ready": _is_ready(said_of_it)}

    async def _processed(self, each: Uploaded) -> str:
        """Its id, once the server has worked it (202, then 206, then 200); without that no post takes it."""
        media_id = str(each.remote["id"])
        path = f"api/v1/media/{_quoted(media_id)}"
        ready = each.remote.get("ready") is True
        for again in range(_PROCESSING_TRIES):
            if ready:
                return media_id
            if again:
                await self._pause(1.0)
            ready = _is_ready(await self._client.json("GET", path))
        if ready:
            return media_id
        raise Retryable(
            _(
                "{host} is not done with the picture {name} yet.",
                host=self._client.host,
                name=each.attached.name,
            )
        )


def normalised(text: str) -> str:
    """What stays the same between what we send and what a server shows: no servers in mentions, no spaces."""
    text = unicodedata.normalize("NFC", text)
    return _SPACES.sub("", _DOMAIN_OF_MENTION.sub(r"\1", text))


def _is_ready(media: object) -> bool:
    """A large picture has no address until the server has worked it."""
    return is_object(media) and isinstance(media.get("url"), str)


def _refuse_leaks(draft: Draft) -> None:
    """What must never leave: broken letters, and a public answer to private words."""
    if any("\ud800" <= letter <= "\udfff" for letter in draft.text):
        raise Permanent(_("The text holds a broken character; type it again."), code="BrokenText")
    if draft.visibility == "public" and _parent_visibility(draft) in {"private", "direct"}:
        raise Permanent(_("This was written in private; answer it in private."), code="WouldLeak")


def _visibility(draft: Draft) -> str:
    """As public as what is answered, and never more: docs.joinmastodon.org/entities/Status#visibility."""
    if draft.visibility == "private":
        return "direct"
    return "public" if _parent_visibility(draft) == "public" else "unlisted"


def _parent_visibility(draft: Draft) -> object:
    return (draft.parent_ref or {}).get("visibility")


def _whom(draft: Draft) -> str:
    named = (draft.parent_ref or {}).get("acct")
    return named if isinstance(named, str) and named else draft.recipient.handle


def _is_young(status: Json, account_id: str, floor: Millis) -> bool:
    return _author_of(status) == account_id and _moment(status) >= floor


def _author_of(status: Json) -> str | None:
    return id_of(status.get("account"))


def _moment(status: Json) -> Millis:
    return moment(status.get("created_at")) or 0


def _result(status: Json) -> SendResult:
    return SendResult(
        remote_id=id_of(status) or "",
        permalink=permalink_of(status),
        sent_at=moment(status.get("created_at")),
        ref={"visibility": str(status.get("visibility", ""))},
    )


def _quoted(name: str | None) -> str:
    return quote(name or "", safe="")
