"""Bluesky's own shapes, made into the desk's: posts and notifications in, nothing of the network.

Sources: lexicons app.bsky.feed.post, app.bsky.feed.defs#postView, app.bsky.notification.listNotifications
and app.bsky.embed.*. All of it was written by strangers: a field that is not what the lexicon promises
either has a harmless stand-in or makes the item a `BadItem`, never an exception.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeGuard

from domain.clock import Millis, to_millis
from domain.inbound import Attachment, BadItem, Cap, ContactRef, Echo, Inbound, InboundKind
from domain.text import clean_for_store
from i18n import _

POST: Final = "app.bsky.feed.post"
WEB: Final = "https://bsky.app"
PICTURES: Final = "https://cdn.bsky.app/img/feed_fullsize/plain"

Json = Mapping[str, object]


class Unreadable(Exception):
    """A field without which there is no item."""


@dataclass(frozen=True, slots=True)
class Ours:
    """Who we are, for whom an item is read."""

    channel: str
    account: str
    did: str
    listen_only: bool = False


def read_post(view: object, ours: Ours, source: str) -> Inbound | Echo | BadItem:
    """A post view or a notification, as the item it is to us."""
    try:
        if not _is_object(view):
            raise Unreadable(_("The item is not an object."))
        if _did_of(_required(view, "uri")) == ours.did:
            return _echo(view)
        return _inbound(view, ours, source)
    except Unreadable as trouble:
        remote_id = view.get("uri") if _is_object(view) else None
        return BadItem(str(trouble), raw(view), remote_id if isinstance(remote_id, str) else None)


def read_record(entry: object) -> Echo | BadItem | None:
    """A record of our own repository: an echo where it answers something, else None."""
    try:
        if not _is_object(entry):
            raise Unreadable(_("The item is not an object."))
        shape = {**entry, "record": entry.get("value")}
        return _echo(shape) if _reply(_record(shape)) else None
    except Unreadable as trouble:
        return BadItem(str(trouble), raw(entry))


def sorted_at(view: object) -> Millis | None:
    """The moment by which the platform sorts: the author's own, or its first sight where that is earlier."""
    if not _is_object(view):
        return None
    record = view.get("record", view.get("value"))
    claimed = moment(record.get("createdAt")) if _is_object(record) else None
    seen = moment(view.get("indexedAt"))
    moments = [each for each in (claimed, seen) if each is not None]
    return min(moments, default=None)


def moment(value: object) -> Millis | None:
    """An ISO time with its zone as milliseconds; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        return max(0, to_millis(datetime.fromisoformat(value)))
    except (ValueError, OverflowError):
        return None


def permalink(uri: str, handle: str) -> str:
    """The post's page for people; by DID where the handle is none, since that always resolves."""
    did, _collection, rkey = split_uri(uri)
    who = did if handle in {"", "handle.invalid"} else handle
    return f"{WEB}/profile/{who}/post/{rkey}"


def split_uri(uri: str) -> tuple[str, str, str]:
    """The repository, collection and record key of an at-uri; raises ValueError for another form."""
    scheme, _slash, rest = uri.partition("://")
    parts = rest.split("/")
    if scheme != "at" or len(parts) != 3 or not all(parts):
        raise ValueError("not the address of a record")
    return parts[0], parts[1], parts[2]


def raw(view: object) -> bytes:
    """The item as JSON in ASCII, so that not even a lone surrogate is lost or stops anything."""
    return json.dumps(view, separators=(",", ":")).encode("ascii")


def _inbound(view: Json, ours: Ours, source: str) -> Inbound:
    uri, cid = _required(view, "uri"), _required(view, "cid")
    record = _record(view)
    author = _author(view)
    created_at = sorted_at(view)
    if created_at is None:
        raise Unreadable(_("The post has no readable time."))
    reply = _reply(record)
    parent, root = reply or (None, None)
    me = {"uri": uri, "cid": cid}
    return Inbound(
        channel=ours.channel,
        account=ours.account,
        remote_id=uri,
        kind=_kind(view, record, ours.did),
        visibility="public",
        thread_key=root["uri"] if root else uri,
        author=author,
        text=_text(record),
        created_at=created_at,
        revision=cid,
        parent_id=parent["uri"] if parent else None,
        root_id=root["uri"] if root else None,
        parent_ref={**me, "root": dict(root) if root else me},
        lang=_lang(record),
        attachments=_attachments(view, record, author.remote_id),
        permalink=permalink(uri, author.handle),
        source=source,
        can_reply_public=_public_reply(view, ours),
        can_reply_private=Cap(
            ok=False,
            reason=_("Private messages on Bluesky cannot be sent from here; write one in the Bluesky app."),
        ),
        raw=raw(view),
    )


def _echo(view: Json) -> Echo:
    uri = _required(view, "uri")
    record = _record(view)
    created_at = sorted_at(view)
    if created_at is None:
        raise Unreadable(_("The post has no readable time."))
    reply = _reply(record)
    did, _collection, _rkey = split_uri(uri)
    return Echo(
        remote_id=uri,
        parent_id=reply[0]["uri"] if reply else None,
        thread_key=reply[1]["uri"] if reply else uri,
        text=_text(record),
        created_at=created_at,
        permalink=permalink(uri, did),
    )


def _public_reply(view: Json, ours: Ours) -> Cap:
    viewer = view.get("viewer")
    if ours.listen_only:
        return Cap(ok=False, reason=_("This channel only listens."))
    if _is_object(viewer) and viewer.get("replyDisabled") is True:
        return Cap(ok=False, reason=_("The author does not allow us to reply to this post."))
    return Cap()


def _kind(view: Json, record: Json, did: str) -> InboundKind:
    """What the post is to us; by its record, so that each way of finding it says the same."""
    reply = _reply(record)
    if reply and did in {_did_of(reply[0]["uri"]), _did_of(reply[1]["uri"])}:
        return "reply"
    quoted = _quoted(record)
    if quoted is not None and _did_of(quoted) == did:
        return "quote"
    if _mentions(record, did):
        return "mention"
    match view.get("reason"):
        case "reply":
            return "reply"
        case "quote":
            return "quote"
        case "mention":
            return "mention"
        case _:
            return "post"


def _mentions(record: Json, did: str) -> bool:
    return any(
        _is_object(feature) and feature.get("did") == did
        for facet in _objects(record.get("facets"))
        for feature in _objects(facet.get("features"))
    )


def _quoted(record: Json) -> str | None:
    embed = record.get("embed")
    for _depth in range(2):  # a quote stands one level deeper beside pictures
        inner = embed.get("record") if _is_object(embed) else None
        if not _is_object(inner):
            return None
        uri = inner.get("uri")
        if isinstance(uri, str):
            return uri
        embed = inner
    return None


def _attachments(view: Json, record: Json, did: str) -> tuple[Attachment, ...]:
    embed = record.get("embed")
    media = embed.get("media", embed) if _is_object(embed) else None
    if not _is_object(media):
        return ()
    if _is_object(media.get("video")):
        return tuple(_blob(media["video"], media, "video", did, None))
    shown = _shown_pictures(view)
    return tuple(
        each
        for place, image in enumerate(_objects(media.get("images")))
        for each in _blob(
            image.get("image"), image, "image", did, shown[place] if place < len(shown) else None
        )
    )


def _blob(blob: object, holder: Json, kind: str, did: str, shown: str | None) -> list[Attachment]:
    ref = blob.get("ref") if _is_object(blob) else None
    link = ref.get("$link") if _is_object(ref) else None
    if not _is_object(blob) or not isinstance(link, str):
        return []
    mime, alt = blob.get("mimeType"), holder.get("alt")
    return [
        Attachment(
            kind="video" if kind == "video" else "image",
            url=clean_for_store(shown or f"{PICTURES}/{did}/{link}@jpeg"),
            mime=clean_for_store(mime) if isinstance(mime, str) else "",
            alt=clean_for_store(alt) if isinstance(alt, str) else "",
        )
    ]


def _shown_pictures(view: Json) -> list[str | None]:
    """The addresses that the AppView itself gives for the pictures, where it does."""
    embed = view.get("embed")
    media = embed.get("media", embed) if _is_object(embed) else None
    images = _objects(media.get("images")) if _is_object(media) else []
    return [url if isinstance(url := each.get("fullsize"), str) else None for each in images]


def _author(view: Json) -> ContactRef:
    author = view.get("author")
    if not _is_object(author):
        raise Unreadable(_("The post has no author."))
    did, handle = _required(author, "did"), author.get("handle")
    handle = clean_for_store(handle) if isinstance(handle, str) else ""
    name, avatar, bio = author.get("displayName"), author.get("avatar"), author.get("description")
    profile = {"link": f"{WEB}/profile/{did}"}
    if isinstance(bio, str) and bio:
        profile["bio"] = clean_for_store(bio)
    return ContactRef(
        remote_id=did,
        handle=handle or did,
        name=clean_for_store(name) if isinstance(name, str) else "",
        avatar_url=clean_for_store(avatar) if isinstance(avatar, str) else None,
        profile=profile,
    )


def _reply(record: Json) -> tuple[dict[str, str], dict[str, str]] | None:
    """Parent and root of a reply as strong references; None where the record is no reply, or a broken one."""
    reply = record.get("reply")
    if not _is_object(reply):
        return None
    parent, root = _strong_ref(reply.get("parent")), _strong_ref(reply.get("root"))
    return None if parent is None or root is None else (parent, root)


def _strong_ref(value: object) -> dict[str, str] | None:
    if not _is_object(value):
        return None
    uri, cid = value.get("uri"), value.get("cid")
    if not isinstance(uri, str) or not isinstance(cid, str) or not uri.isascii() or not cid.isascii():
        return None
    return {"uri": uri, "cid": cid}


def _record(view: Json) -> Json:
    record = view.get("record")
    if not _is_object(record):
        raise Unreadable(_("The post has no record."))
    return record


def _text(record: Json) -> str:
    text = record.get("text")
    if not isinstance(text, str):
        raise Unreadable(_("The post has no text."))
    return clean_for_store(text)


def _lang(record: Json) -> str | None:
    langs = record.get("langs")
    first = langs[0] if isinstance(langs, list) and langs else None
    return clean_for_store(first) if isinstance(first, str) and first else None


def _required(view: Json, name: str) -> str:
    """A machine's own word: an address, a hash, an identifier."""
    value = view.get(name)
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or not value:
        raise Unreadable(_("The item has no readable {name}.", name=name))
    if name == "uri":
        try:
            split_uri(value)
        except ValueError as error:
            raise Unreadable(_("The item has no readable {name}.", name=name)) from error
    return value


def _did_of(uri: str) -> str:
    return uri.removeprefix("at://").partition("/")[0]


def _is_object(value: object) -> TypeGuard[Json]:
    return isinstance(value, dict)


def _objects(value: object) -> Sequence[Json]:
    return [each for each in value if _is_object(each)] if isinstance(value, list) else []
