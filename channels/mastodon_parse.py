"""Mastodon's shapes made into the desk's: statuses, notifications and conversations in, no network.

Sources: docs.joinmastodon.org/entities/Status, Account, Notification, Conversation; and what GoToSocial,
Takahe and the mock do otherwise. Ids are opaque text. All of it was written by strangers: a field that is not
what it should be has a harmless stand-in, or makes the item a `BadItem`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeGuard, get_args

from channels.html import to_text
from domain.clock import Millis, to_millis
from domain.inbound import Attachment, BadItem, Cap, ContactRef, Echo, Inbound, InboundKind, Visibility
from domain.text import clean_for_store
from i18n import _

Json = Mapping[str, object]

DIRECT: Final = "dm:"
"""Begins the thread key of a private talk; the other person's account id follows."""

_VISIBILITIES: Final[Mapping[str, Visibility]] = {
    "public": "public",
    "unlisted": "unlisted",
    "private": "private",
    "direct": "private",
    "limited": "private",
}
_MediaKind = Literal["image", "video", "audio", "file"]
_MEDIA: Final[Mapping[str, _MediaKind]] = {
    **{kind: kind for kind in get_args(_MediaKind)},
    "gifv": "video",
}
_PROFILE: Final = {"note": "bio", "followers_count": "followers", "created_at": "since", "url": "link"}
_LONGEST_ID: Final = 512


class Unreadable(Exception):
    """A field without which there is no item."""


@dataclass(frozen=True, slots=True)
class Ours:
    """Who we are, for whom an item is read."""

    channel: str
    account: str
    """Our whole name, `@gemeente@social.example`."""

    account_id: str
    host: str
    """Our server, which its own accounts leave out of their names."""

    listen_only: bool = False


def read_status(
    status: object, ours: Ours, source: str, roots: Mapping[str, str]
) -> Inbound | Echo | BadItem:
    """A status as the item it is to us; `roots` knows the first status of threads, by the id of a reply."""
    try:
        if not is_object(status):
            raise Unreadable(_("The item is not an object."))
        if _author(status, ours).remote_id == ours.account_id:
            return _echo(status, ours, roots)
        return _inbound(status, ours, source, roots)
    except Unreadable as trouble:
        return BadItem(str(trouble), raw(status), id_of(status))


def status_of(entry: object) -> object:
    """The status inside a notification or conversation; the entry itself where it is one."""
    if not is_object(entry):
        return entry
    for name in ("status", "last_status"):
        if name in entry:
            return entry[name]
    return entry


def id_of(entry: object) -> str | None:
    """Its id; None where it has none that can be used."""
    value = entry.get("id") if is_object(entry) else None
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and value.isprintable() else None


def parent_of(status: object) -> str | None:
    """The id of what it answers."""
    return id_of({"id": status.get("in_reply_to_id")}) if is_object(status) else None


def is_direct(status: object) -> bool:
    """Whether it is private between those who are named in it."""
    return is_object(status) and status.get("visibility") == "direct"


def is_object(value: object) -> TypeGuard[Json]:
    """A JSON object."""
    return isinstance(value, dict)


def objects(value: object) -> Sequence[Json]:
    """Those entries of a JSON list that are objects; nothing for anything else."""
    return [each for each in value if is_object(each)] if isinstance(value, list) else []


def moment(value: object) -> Millis | None:
    """An ISO time with its zone as milliseconds; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        return max(0, to_millis(datetime.fromisoformat(value)))
    except (ValueError, OverflowError):
        return None


def raw(entry: object) -> bytes:
    """The item as JSON in ASCII, so that not even a lone surrogate is lost or stops anything."""
    return json.dumps(entry, separators=(",", ":")).encode("ascii")


def revision(status: Json) -> str:
    """Changes when what is read changes: text, content warning, descriptions of pictures."""
    seen = [_text(status), *(each.alt for each in _attachments(status))]
    return hashlib.sha256(json.dumps(seen).encode("ascii")).hexdigest()[:16]


def permalink_of(status: Json) -> str | None:
    """The page for people: an https address or none."""
    for name in ("url", "uri"):
        value = _word(status, name)
        if value.startswith(("https://", "http://")):
            return value
    return None


def tombstone(remote_id: str, author_id: str, ours: Ours, now: Millis) -> Inbound:
    """Says that an item is gone; of its fields only the ids and `deleted` mean something."""
    return Inbound(
        channel=ours.channel,
        account=ours.account,
        remote_id=remote_id,
        kind="mention",
        visibility="public",
        thread_key=remote_id,
        author=ContactRef(author_id, ""),
        text="",
        created_at=now,
        revision="deleted",
        deleted=True,
    )


def _inbound(status: Json, ours: Ours, source: str, roots: Mapping[str, str]) -> Inbound:
    remote_id, created_at = _id(status), _created_at(status)
    visibility = _VISIBILITIES.get(_word(status, "visibility"), "private")
    author = _author(status, ours)
    parent = parent_of(status)
    root = roots.get(remote_id) or parent
    return Inbound(
        channel=ours.channel,
        account=ours.account,
        remote_id=remote_id,
        kind=_kind(status, ours),
        visibility=visibility,
        thread_key=f"{DIRECT}{author.remote_id}" if is_direct(status) else root or remote_id,
        author=author,
        text=_text(status),
        created_at=created_at,
        revision=revision(status),
        parent_id=parent,
        root_id=root,
        parent_ref={"visibility": _word(status, "visibility"), "acct": _word(_account(status), "acct")},
        lang=_word(status, "language")[:35] or None,
        attachments=_attachments(status),
        edited_at=moment(status.get("edited_at")),
        permalink=permalink_of(status),
        source=source,
        can_reply_public=_public_reply(visibility, ours),
        can_reply_private=Cap(ok=False, reason=_only_listens()) if ours.listen_only else Cap(),
        raw=raw(status),
    )


def _echo(status: Json, ours: Ours, roots: Mapping[str, str]) -> Echo:
    remote_id, parent = _id(status), parent_of(status)
    others = [_word(each, "id") for each in objects(status.get("mentions"))]
    peer = next((each for each in others if each and each != ours.account_id), None)
    private = is_direct(status) and peer is not None
    return Echo(
        remote_id=remote_id,
        parent_id=parent,
        thread_key=f"{DIRECT}{peer}" if private else roots.get(remote_id) or parent or remote_id,
        text=_text(status),
        created_at=_created_at(status),
        permalink=permalink_of(status),
    )


def _kind(status: Json, ours: Ours) -> InboundKind:
    if is_direct(status):
        return "dm"
    if status.get("in_reply_to_account_id") == ours.account_id:
        return "reply"
    quote = status.get("quote")
    quoted = quote.get("quoted_status") if is_object(quote) else None
    if is_object(quoted) and _word(_account(quoted), "id") == ours.account_id:
        return "quote"
    named = any(_word(each, "id") == ours.account_id for each in objects(status.get("mentions")))
    return "mention" if named else "post"


def _public_reply(visibility: Visibility, ours: Ours) -> Cap:
    if ours.listen_only:
        return Cap(ok=False, reason=_only_listens())
    if visibility == "private":
        return Cap(ok=False, reason=_("This was written in private; answer it in private."))
    return Cap()


def _only_listens() -> str:
    return _("This channel only listens.")


def _author(status: Json, ours: Ours) -> ContactRef:
    account = _account(status)
    name, remote_id = _word(account, "acct"), id_of(account)
    if not name or not remote_id:
        raise Unreadable(_("The post has no readable author."))
    avatar = _word(account, "avatar")
    profile = {
        ours_: clean_for_store(to_text(str(account[theirs])))
        for theirs, ours_ in _PROFILE.items()
        if isinstance(account.get(theirs), str | int) and account[theirs] != ""
    }
    return ContactRef(
        remote_id=remote_id,
        handle=name if "@" in name else f"{name}@{ours.host}",
        name=_word(account, "display_name"),
        avatar_url=avatar if avatar.startswith("https://") else None,
        profile=profile,
    )


def _account(status: Json) -> Json:
    account = status.get("account")
    return account if is_object(account) else {}


def _id(status: Json) -> str:
    remote_id = id_of(status)
    if remote_id is None:
        raise Unreadable(_("The post has no readable id."))
    return remote_id


def _created_at(status: Json) -> Millis:
    created_at = moment(status.get("created_at"))
    if created_at is None:
        raise Unreadable(_("The post has no readable time."))
    return created_at


def _text(status: Json) -> str:
    """Content warning, text, and the choices of a poll."""
    content = status.get("content")
    if not isinstance(content, str):
        raise Unreadable(_("The post has no readable text."))
    poll = status.get("poll")
    choices = (
        [f"- {_word(each, 'title')}" for each in objects(poll.get("options"))] if is_object(poll) else []
    )
    parts = (_word(status, "spoiler_text"), to_text(content), "\n".join(choices))
    return clean_for_store("\n\n".join(part for part in parts if part))


def _attachments(status: Json) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(
            kind=_MEDIA.get(_word(each, "type"), "file"),
            url=address,
            alt=_word(each, "description"),
        )
        for each in objects(status.get("media_attachments"))
        if (address := _media_address(each))
    )


def _media_address(attachment: Json) -> str:
    """Only the web's own addresses: nothing of ours follows another kind."""
    for name in ("url", "remote_url"):
        value = _word(attachment, name)
        if value.startswith(("https://", "http://")):
            return value
    return ""


def _word(entry: Json, name: str) -> str:
    """A field's text as the database can hold it; empty where it is none."""
    value = entry.get(name)
    return clean_for_store(value) if isinstance(value, str) else ""
