"""Matrix's events made into the desk's items; no network.

Source: spec.matrix.org v1.11, "Instant messaging", "Rich replies", "Threading", "Event replacements",
"Redactions". An edit and a deletion are events of their own that name another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import quote

from channels.fields import (
    Json,
    Reading,
    fingerprint,
    id_of,
    in_private,
    is_object,
    need_author,
    need_id,
    need_text,
    need_time,
    number,
    obj,
    only_listens,
    raw,
    read,
    tombstone,
    word,
)
from domain.clock import Millis
from domain.inbound import Aside, Attachment, Cap, ContactRef, Echo, Inbound, InboundKind, Visibility
from i18n import _

ROOM: Final = "room:"
"""Begins the thread key of a room with one other person in it."""

_MEDIA: Final[Mapping[str, Literal["image", "video", "audio", "file"]]] = {
    "m.image": "image",
    "m.video": "video",
    "m.audio": "audio",
    "m.file": "file",
    "m.sticker": "image",
}
_READ: Final = frozenset({"m.room.message", "m.room.encrypted", "m.sticker"})
_LATEST: Final[Millis] = 32_503_680_000_000


@dataclass(frozen=True, slots=True)
class Room:
    """What must be known of a room to read what is said in it."""

    id: str
    public: bool = False
    """Anybody may come in and read."""

    alone: bool = False
    """True where we are with one other person."""


@dataclass(frozen=True, slots=True)
class Ours:
    """Who we are, and whom we know."""

    channel: str
    user_id: str
    listen_only: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    """How people call themselves."""


def read_event(event: object, room: Room, ours: Ours, now: Millis) -> Reading | Aside | None:
    """An event as the item it is to us; None for what nobody needs to see."""
    if not is_object(event):
        return read(event, lambda each: _message(each, room, ours))
    kind = event.get("type")
    if kind == "m.room.redaction":
        gone = id_of(event, "redacts") or id_of(obj(event, "content"), "redacts")
        return tombstone(ours.channel, ours.user_id, gone, "", now) if gone else None
    if isinstance(kind, str) and kind not in _READ:
        return None
    if "redacted_because" in obj(event, "unsigned"):
        return None
    return read(event, lambda each: _message(each, room, ours))


def permalink(room_id: str, event_id: str) -> str:
    """Where people can look at it."""
    return f"https://matrix.to/#/{quote(room_id, safe='!:')}/{quote(event_id, safe='$')}"


def replaces(event: object) -> str | None:
    """The id of the event that it is an edit of."""
    related = obj(event, "content", "m.relates_to")
    return id_of(related, "event_id") if related.get("rel_type") == "m.replace" else None


def parent_of(event: Json) -> str | None:
    """The id of the event that it answers."""
    related = obj(event, "content", "m.relates_to")
    if related.get("is_falling_back") is True:
        return id_of(related, "event_id")
    return id_of(obj(related, "m.in_reply_to"), "event_id")


def _message(event: Json, room: Room, ours: Ours) -> Inbound | Echo:
    remote_id, sender = need_id(event, "event_id"), need_author(event, "sender")
    moment = number(event, "origin_server_ts")
    created_at = need_time(moment if moment is not None and 0 <= moment < _LATEST else None)
    content, related = obj(event, "content"), obj(event, "content", "m.relates_to")
    edited = replaces(event)
    if edited is not None:
        content = obj(content, "m.new_content") or content
    locked = event.get("type") == "m.room.encrypted"
    text = _locked() if locked else _text(content, answers=bool(obj(related, "m.in_reply_to")))
    parent = parent_of(event) if edited is None else None
    root = id_of(related, "event_id") if related.get("rel_type") == "m.thread" else parent
    thread = f"{ROOM}{room.id}" if room.alone else root or edited or remote_id
    link = permalink(room.id, edited or remote_id)
    if sender == ours.user_id:
        return Echo(edited or remote_id, parent, thread, text, created_at, link)
    visibility: Visibility = "public" if room.public else "private"
    return Inbound(
        channel=ours.channel,
        account=ours.user_id,
        remote_id=edited or remote_id,
        kind=_kind(content, ours, visibility, parent=parent),
        visibility=visibility,
        thread_key=thread,
        author=ContactRef(sender, sender, ours.names.get(sender, "")),
        text=text,
        created_at=created_at,
        revision=fingerprint(text),
        parent_id=parent,
        root_id=root,
        parent_ref={
            "room": room.id,
            "public": room.public,
            "thread": root if related.get("rel_type") == "m.thread" else None,
        },
        attachments=_attachments(event, content),
        edited_at=created_at if edited else None,
        permalink=link,
        source="sync",
        can_reply_public=_public(ours, visibility, locked=locked),
        can_reply_private=_private(ours, visibility, locked=locked),
        raw=raw(event),
    )


def _kind(content: Json, ours: Ours, visibility: Visibility, *, parent: str | None) -> InboundKind:
    if visibility == "private":
        return "dm"
    named = obj(content, "m.mentions").get("user_ids")
    if (isinstance(named, list) and ours.user_id in named) or ours.user_id in word(content, "body"):
        return "mention"
    return "comment" if parent else "post"


def _text(content: Json, *, answers: bool) -> str:
    """The plain text, without the quotation that older programs put before an answer."""
    text = need_text(content, "body")
    if answers and text.startswith("> "):
        lines = text.split("\n")
        while lines and lines[0].startswith("> "):
            del lines[0]
        text = "\n".join(lines).lstrip("\n") or text
    return text


def _locked() -> str:
    return _("(An encrypted message: it can only be read in another program.)")


def _attachments(event: Json, content: Json) -> tuple[Attachment, ...]:
    kind = _MEDIA.get(word(content, "msgtype") or word(event, "type"))
    address = word(content, "url")
    if kind is None or not address.startswith("mxc://"):
        return ()
    return (Attachment(kind, address, word(obj(content, "info"), "mimetype"), word(content, "body")),)


def _public(ours: Ours, visibility: Visibility, *, locked: bool) -> Cap:
    if ours.listen_only:
        return Cap(ok=False, reason=only_listens())
    if visibility == "private":
        return Cap(ok=False, reason=in_private())
    return Cap(ok=False, reason=_no_keys()) if locked else Cap()


def _private(ours: Ours, visibility: Visibility, *, locked: bool) -> Cap:
    if ours.listen_only:
        return Cap(ok=False, reason=only_listens())
    closed = locked and visibility == "private"  # from a public room a talk of our own is begun, in the clear
    return Cap(ok=False, reason=_no_keys()) if closed else Cap()


def _no_keys() -> str:
    return _("This room is encrypted; answer in another program.")
