"""Reddit's things made into the desk's items; no network.

Source: reddit.com/dev/api: a thing has a kind (`t1` comment, `t3` post, `t4` message) and a fullname that
names it everywhere. What was taken away stays as `[deleted]` or `[removed]`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

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
    obj,
    only_listens,
    raw,
    read,
    seconds,
    tombstone,
    web,
    word,
)
from domain.clock import Millis
from domain.inbound import Aside, Attachment, Cap, ContactRef, Echo, Inbound, InboundKind
from i18n import _

GONE: Final = frozenset({"[deleted]", "[removed]"})
_POST_IN_CONTEXT = re.compile(r"/comments/([a-z0-9]{1,12})/", re.ASCII)


@dataclass(frozen=True, slots=True)
class Ours:
    """Who we are."""

    channel: str
    username: str
    listen_only: bool = False

    @property
    def account(self) -> str:
        """Our name on Reddit."""
        return f"u/{self.username}"


def read_thing(entry: object, ours: Ours, source: str, now: Millis) -> Reading | Aside:
    """A thing of a listing as the item it is to us."""
    data = obj(entry, "data") if is_object(entry) else {}
    kind = word(entry, "kind") if is_object(entry) else ""
    if kind in {"t2", "t5", "t6", "more"}:
        return Aside(
            _("A thing of Reddit's that asks for no answer: {kind}.", kind=kind), id_of(data, "name")
        )
    if _is_gone(data) and (name := id_of(data, "name")):
        return tombstone(ours.channel, ours.account, name, "", now)
    return read(data or entry, lambda thing: _thing(thing, kind, ours, source))


def _thing(thing: Json, kind: str, ours: Ours, source: str) -> Inbound | Echo:
    remote_id, author = need_id(thing, "name"), need_author(thing, "author")
    created_at = need_time(seconds(thing, "created_utc"))
    text = _text(thing, kind or remote_id[:2])
    parent = id_of(thing, "parent_id")
    private = remote_id.startswith("t4_") and thing.get("was_comment") is not True
    thread = _thread(thing, remote_id, author, private=private)
    path = word(thing, "permalink") or word(thing, "context")
    link = f"https://www.reddit.com{path}" if path.startswith("/") else None
    if author.lower() == ours.username.lower():
        return Echo(remote_id, parent, thread, text, created_at, link)
    return Inbound(
        channel=ours.channel,
        account=ours.account,
        remote_id=remote_id,
        kind="dm" if private else _kind(thing, remote_id, text, ours),
        visibility="private" if private else "public",
        thread_key=thread,
        author=ContactRef(id_of(thing, "author_fullname") or author, author, author),
        text=text,
        created_at=created_at,
        revision=fingerprint(text),
        parent_id=parent,
        root_id=None if private else thread,
        parent_ref={"thing": remote_id},
        attachments=_attachments(thing, kind),
        edited_at=seconds(thing, "edited"),
        permalink=link,
        source=source,
        can_reply_public=_public(thing, ours, private=private),
        can_reply_private=Cap(ok=False, reason=only_listens() if ours.listen_only else no_messages()),
        raw=raw(thing),
    )


def no_messages() -> str:
    """Why nobody is answered in private."""
    return _("Reddit moved private messages to its chat, which programs cannot write in.")


def _is_gone(data: Json) -> bool:
    return word(data, "author") in GONE and (word(data, "body") in GONE or word(data, "selftext") in GONE)


def _text(thing: Json, kind: str) -> str:
    if kind == "t3":
        return "\n\n".join(filter(None, (need_text(thing, "title"), word(thing, "selftext"))))
    return need_text(thing, "body")


def _thread(thing: Json, remote_id: str, author: str, *, private: bool) -> str:
    if private:
        return f"dm:{author}"
    found = _POST_IN_CONTEXT.search(word(thing, "context"))
    return id_of(thing, "link_id") or (f"t3_{found[1]}" if found else remote_id)


def _kind(thing: Json, remote_id: str, text: str, ours: Ours) -> InboundKind:
    if f"u/{ours.username}".lower() in text.lower() or word(thing, "subject") == "username mention":
        return "mention"
    if word(thing, "subject").endswith("reply"):
        return "reply"
    return "post" if remote_id.startswith("t3_") else "comment"


def _public(thing: Json, ours: Ours, *, private: bool) -> Cap:
    if ours.listen_only:
        return Cap(ok=False, reason=only_listens())
    if private:
        return Cap(ok=False, reason=in_private())
    if thing.get("locked") is True or thing.get("archived") is True:
        return Cap(ok=False, reason=_("This thread is closed for answers."))
    return Cap()


def _attachments(thing: Json, kind: str) -> tuple[Attachment, ...]:
    address = web(thing, "url_overridden_by_dest") or web(thing, "url")
    if kind != "t3" or address is None or word(thing, "post_hint") not in {"image", "hosted:video"}:
        return ()
    return (Attachment("image" if word(thing, "post_hint") == "image" else "video", address),)
