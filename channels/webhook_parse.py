"""The generic webhook: the desk's own shape of a message, signed; a bridge to what has no connector here.

`X-Webcare-Signature: t=<seconds>,v1=<hex>` is the HMAC-SHA256, with the shared secret, over the seconds, a
full stop and the raw body; several `v1` may stand in it. What is older than five minutes is refused. The
shape is told in docs/webhook.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, get_args

from channels.base import Batch
from channels.fields import (
    Json,
    Reading,
    Unreadable,
    batch_of,
    fingerprint,
    id_of,
    is_object,
    iso,
    need_author,
    need_id,
    need_text,
    need_time,
    number,
    obj,
    objects,
    only_listens,
    raw,
    read,
    tombstone,
    web,
    word,
)
from channels.hooks import TOLERANCE, About, HookReply, HookRequest, HookSecrets, Verdict, hex_hmac, is_any
from channels.http_answer import NotJson, parse_json
from domain.clock import SECOND, Millis
from domain.inbound import (
    Aside,
    Attachment,
    BadItem,
    Cap,
    ContactRef,
    Echo,
    Inbound,
    InboundKind,
    SendStatus,
    Visibility,
)
from i18n import _

SIGNATURE: Final = "x-webcare-signature"
EVENT: Final = "x-webcare-event-id"
FIELD: Final = "secret"
_MediaKind = Literal["image", "video", "audio", "file"]
_State = Literal["sent", "delivered", "read", "failed"]


@dataclass(frozen=True, slots=True)
class Ours:
    """For which channel an item is read."""

    channel: str
    account: str
    listen_only: bool = False


def signature(secret: str, body: bytes, moment: Millis) -> str:
    """What stands in the header for a body at a moment."""
    seconds = str(moment // SECOND)
    return f"t={seconds},v1={hex_hmac(secret, f'{seconds}.'.encode() + body)}"


class WebhookHook:
    """Calls in the desk's own shape; satisfies `channels.hooks.Hook`."""

    def handshake(self, request: HookRequest, secrets: HookSecrets) -> HookReply | None:  # noqa: ARG002
        """There is none."""
        return None

    def verify(self, request: HookRequest, secrets: HookSecrets, now: Millis) -> Verdict:
        """The signature over moment and raw body, then the moment itself."""
        moment, given = _parts(request.headers.get(SIGNATURE, ""))
        if moment is None:
            return "forged"
        signed = f"{moment}.".encode() + request.body
        known = [hex_hmac(each, signed) for each in secrets.all(FIELD)]
        if not any([is_any(each, known) for each in given]):  # noqa: C419 - each is compared, whatever the first
            return "forged"
        return "good" if abs(int(moment) * SECOND - now) <= TOLERANCE else "stale"

    def event_id(self, request: HookRequest) -> str:
        """As the sender names it."""
        return request.headers.get(EVENT, "")[:200]

    def parse(self, raw: bytes, about: About) -> Batch:
        """The items, echoes and statuses in it."""
        try:
            body = parse_json(raw)
        except NotJson:
            return Batch(bad=(BadItem(_("The body is not JSON."), raw),))
        ours = Ours(about.channel, str(about.options.get("account", "")), about.listen_only)
        return read_body(body, ours, about.received_at)


def read_body(body: object, ours: Ours, now: Millis) -> Batch:
    """A body with lists of `items`, `echoes` and `statuses`, or one item by itself."""
    if not is_object(body):
        return Batch(bad=(BadItem(_("The item is not an object."), raw(body)),))
    if not any(isinstance(body.get(name), list) for name in ("items", "echoes", "statuses")):
        return batch_of([_item(body, ours, now)])
    read_ones: list[Reading | Aside] = [_item(each, ours, now) for each in _listed(body, "items")]
    read_ones += [read(each, _echo) for each in _listed(body, "echoes")]
    batch = batch_of(read_ones)
    return Batch(batch.items, batch.echoes, batch.bad, batch.aside, tuple(_statuses(body, now)))


def _item(entry: object, ours: Ours, now: Millis) -> Reading:
    if is_object(entry) and entry.get("deleted") is True and (name := id_of(entry)):
        return tombstone(ours.channel, ours.account, name, id_of(obj(entry, "author")) or "", now)
    return read(entry, lambda each: _message(each, ours))


def _message(entry: Json, ours: Ours) -> Inbound:
    remote_id, author = need_id(entry), obj(entry, "author")
    author_id, text = need_author(author, "id"), need_text(entry, "text")
    visibility = _one_of(entry, "visibility", get_args(Visibility), "private")
    rating, answer = number(entry, "rating"), obj(entry, "answer")
    public, private = _caps(answer, ours, private=visibility == "private")
    ref = entry.get("ref")
    return Inbound(
        channel=ours.channel,
        account=word(entry, "account") or ours.account,
        remote_id=remote_id,
        kind=_one_of(entry, "kind", get_args(InboundKind), "dm" if visibility == "private" else "comment"),  # type: ignore[arg-type]
        visibility=visibility,  # type: ignore[arg-type]
        thread_key=id_of(entry, "thread") or remote_id,
        author=ContactRef(
            author_id, word(author, "handle") or author_id, word(author, "name"), web(author, "avatar")
        ),
        text=text,
        created_at=need_time(iso(entry, "created_at")),
        revision=word(entry, "revision") or fingerprint(text, rating),
        parent_id=id_of(entry, "parent"),
        parent_ref=ref if is_object(ref) else None,
        lang=word(entry, "lang")[:35] or None,
        attachments=tuple(_attachments(entry)),
        rating=rating if rating is not None and 1 <= rating <= 5 else None,
        edited_at=iso(entry, "edited_at"),
        permalink=web(entry, "url"),
        source="webhook",
        can_reply_public=public,
        can_reply_private=private,
        raw=raw(entry),
    )


def _caps(answer: Json, ours: Ours, *, private: bool) -> tuple[Cap, Cap]:
    """What the sender says of answers; where the item came from when it says nothing."""
    if ours.listen_only:
        return Cap(ok=False, reason=only_listens()), Cap(ok=False, reason=only_listens())
    until, said = iso(answer, "until"), word(answer, "reason")

    def cap(name: str, *, usual: bool) -> Cap:
        value = answer.get(name)
        ok = value if isinstance(value, bool) else usual
        if name == "public" and private:
            ok = False
        return Cap(ok, "" if ok else said or _("This cannot be answered so."), until if ok else None)

    return cap("public", usual=not private), cap("private", usual=private)


def _echo(entry: Json) -> Echo:
    remote_id, parent = need_id(entry), id_of(entry, "parent")
    created_at, text = need_time(iso(entry, "created_at")), need_text(entry, "text")
    return Echo(
        remote_id, parent, id_of(entry, "thread") or parent or remote_id, text, created_at, web(entry, "url")
    )


def _statuses(body: Json, now: Millis) -> Iterator[SendStatus]:
    for entry in objects(body, "statuses"):
        state, name, key = word(entry, "state"), id_of(entry), word(entry, "key")
        if state in get_args(_State) and (name or key):
            at, sentence = iso(entry, "at") or now, word(entry, "sentence")
            yield SendStatus(name or "", state, at, key, sentence)  # type: ignore[arg-type]


def _attachments(entry: Json) -> Iterator[Attachment]:
    for each in objects(entry, "attachments"):
        address = web(each, "url")
        if address is not None:
            kind = _one_of(each, "kind", get_args(_MediaKind), "file")
            yield Attachment(kind, address, word(each, "mime"), word(each, "alt"))  # type: ignore[arg-type]


def _one_of(entry: Json, name: str, allowed: tuple[str, ...], usual: str) -> str:
    """A word of a few; raises Unreadable for another, as a private item must never pass for a public one."""
    if name not in entry:
        return usual
    value = word(entry, name)
    if value not in allowed:
        raise Unreadable(_("'{name}' must be one of {allowed}.", name=name, allowed=", ".join(allowed)))
    return value


def _listed(body: Json, name: str) -> list[object]:
    value = body.get(name)
    return value if isinstance(value, list) else []


def _parts(header: str) -> tuple[str | None, list[str]]:
    """The seconds and every `v1` of a header."""
    parts = [part.strip().partition("=") for part in header[:2_000].split(",")]
    moments = [value for name, _sign, value in parts if name == "t"]
    given = [value for name, _sign, value in parts if name == "v1" and value.isascii()]
    usable = len(moments) == 1 and moments[0].isascii() and moments[0].isdigit() and len(moments[0]) <= 12
    return (moments[0] if usable else None), given
