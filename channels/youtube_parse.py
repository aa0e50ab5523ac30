"""YouTube's comment threads made into the desk's items; no network.

Source: developers.google.com/youtube/v3/docs/commentThreads and /comments: a thread has its first comment in
its snippet and up to five answers beside it; `textDisplay` is HTML where plain text was not asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from channels.fields import (
    Json,
    Reading,
    Unreadable,
    fingerprint,
    id_of,
    in_public_only,
    is_object,
    iso,
    need_author,
    need_id,
    need_time,
    number,
    obj,
    objects,
    only_listens,
    raw,
    read,
    web,
    word,
)
from channels.html import to_text
from domain.clock import Millis
from domain.inbound import Aside, Cap, ContactRef, Echo, Inbound
from domain.text import clean_for_store
from i18n import _


@dataclass(frozen=True, slots=True)
class Ours:
    """Our channel on YouTube."""

    channel: str
    channel_id: str
    title: str = ""
    listen_only: bool = False
    plain: bool = True
    """True where plain text was asked for."""


def read_thread(entry: object, ours: Ours) -> Iterator[Reading]:
    """A thread's first comment and those of its answers that came along."""
    snippet = obj(entry, "snippet")
    top = snippet.get("topLevelComment")
    if not is_object(entry) or not is_object(top):
        yield read(top if is_object(entry) else entry, lambda comment: _comment(comment, ours, entry, None))
        return
    yield read(top, lambda comment: _comment(comment, ours, entry, None))
    for answer in objects(entry, "replies", "comments"):
        yield read_answer(answer, ours, entry, id_of(top))


def read_answer(entry: object, ours: Ours, thread: object, top: str | None) -> Reading:
    """An answer in a thread."""
    return read(entry, lambda comment: _comment(comment, ours, thread, top))


def read_body(entry: object, ours: Ours, now: Millis) -> Iterator[Reading | Aside]:
    """Any recorded resource: a thread, a comment, or something that asks for no answer."""
    kind = word(entry, "kind") if is_object(entry) else ""
    if kind == "youtube#commentThread" or "topLevelComment" in obj(entry, "snippet"):
        yield from read_thread(entry, ours)
    elif is_object(entry) and "error" in entry:
        yield Aside(_("YouTube refused this: {words}", words=word(obj(entry, "error"), "message")[:200]))
    else:
        yield read_answer(entry, ours, entry, None)
    del now


def answers_of(thread: Json) -> int:
    """How many answers a thread says it has."""
    return number(obj(thread, "snippet"), "totalReplyCount") or 0


def _comment(comment: Json, ours: Ours, thread: object, top: str | None) -> Inbound | Echo:
    remote_id, snippet = need_id(comment), obj(comment, "snippet")
    author = obj(snippet, "authorChannelId")
    author_id = id_of(author, "value") or need_author(snippet, "authorDisplayName")
    created_at = need_time(iso(snippet, "publishedAt"))
    text, parent = _text(snippet, ours), id_of(snippet, "parentId") or top
    video = id_of(snippet, "videoId") or id_of(obj(thread, "snippet"), "videoId")
    link = f"https://www.youtube.com/watch?v={video}&lc={remote_id}" if video else None
    if author_id == ours.channel_id:
        return Echo(remote_id, parent, parent or remote_id, text, created_at, link)
    updated = iso(snippet, "updatedAt")
    closed = obj(thread, "snippet").get("canReply") is False
    return Inbound(
        channel=ours.channel,
        account=ours.title or ours.channel_id,
        remote_id=remote_id,
        kind="comment",
        visibility="public",
        thread_key=parent or remote_id,
        author=ContactRef(
            author_id,
            word(snippet, "authorDisplayName") or author_id,
            word(snippet, "authorDisplayName"),
            web(snippet, "authorProfileImageUrl"),
        ),
        text=text,
        created_at=created_at,
        revision=fingerprint(text),
        parent_id=parent,
        root_id=parent,
        parent_ref={"top": parent or remote_id},
        edited_at=updated if updated is not None and updated > created_at else None,
        permalink=link,
        source="comments",
        can_reply_public=_public(ours, closed=closed),
        can_reply_private=Cap(ok=False, reason=only_listens() if ours.listen_only else in_public_only()),
        raw=raw(comment),
    )


def _public(ours: Ours, *, closed: bool) -> Cap:
    if ours.listen_only:
        return Cap(ok=False, reason=only_listens())
    return Cap(ok=False, reason=_("Comments on this video are closed.")) if closed else Cap()


def _text(snippet: Json, ours: Ours) -> str:
    if ours.plain and isinstance(snippet.get("textDisplay"), str):
        return word(snippet, "textDisplay")
    if isinstance(snippet.get("textOriginal"), str):
        return word(snippet, "textOriginal")
    if isinstance(snippet.get("textDisplay"), str):
        return clean_for_store(to_text(word(snippet, "textDisplay")))
    raise Unreadable(_("The item has no readable text."))
