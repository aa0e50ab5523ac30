"""A Facebook Page: comments, mentions and reviews answered in public, once in private, and its Messenger.

News comes in by webhook (`meta_page.py`, `meta_messages.py`); the comments under the newest posts are polled
beside it, forward and in the order in which they were written, as a safety net.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import ClassVar, Final

from channels.base import (
    Batch,
    Capabilities,
    Cursor,
    Draft,
    OutboundAttachment,
    Permanent,
    Prepared,
    SendResult,
)
from channels.graph import after_of
from channels.hook_reading import Json, Reading, id_of, obj, objs, word
from channels.meta_connector import BEFORE, file_name, is_same_text, moment_in
from channels.meta_page import Page, read_change
from channels.meta_talks import TalkingConnector
from domain.attachment import MEDIA_LIMITS
from domain.clock import Millis
from domain.errors import NotFound
from i18n import _

COMMENTS: Final = "comments"
PAGE: Final = 50
_POSTS: Final = 25
_FIELDS: Final = "id,message,from,created_time,parent{id},attachment{media,type,url},permalink_url"


class FacebookConnector(TalkingConnector):
    """One Page."""

    counting = "facebook"
    along: ClassVar[Mapping[str, str]] = {"public": "facebook", "private": "messenger"}
    can = Capabilities(
        reply_public=True, reply_private=True, idempotent_send=False, find_sent=True, told_later=True,
        attachments=MEDIA_LIMITS["messenger"].count,
    )  # fmt: skip

    @property
    def streams(self) -> tuple[str, ...]:
        """Comments under the newest posts."""
        return (COMMENTS,)

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:
        """The next comments under each of the newest posts, from where each was left."""
        if stream != COMMENTS:
            raise NotFound(_("This channel has no stream called {name}.", name=stream))
        places: dict[str, str] = obj(json.loads(cursor or "{}")).copy()  # type: ignore[attr-defined]
        posts = await self.client.listed(f"{self.account}/feed", fields="id", limit=_POSTS)
        reading, more = Reading(), False
        left: dict[str, str] = {}
        for post in posts:
            post_id = id_of(post, "id")
            said = await self.client.get(
                f"{post_id}/comments", fields=_FIELDS, filter="stream", order="chronological", limit=PAGE,
                after=places.get(post_id),
            )  # fmt: skip
            for comment in objs(said.get("data")):
                reading.part(comment, partial(self._read, comment, post_id, reading))
            after = word(obj(obj(said.get("paging")).get("cursors")), "after") or places.get(post_id, "")
            left |= {post_id: after} if after else {}
            more = more or after_of(said) is not None
        return Batch(
            items=tuple(reading.items), echoes=tuple(reading.echoes), bad=tuple(reading.bad),
            cursor=json.dumps(left), more=more,
        )  # fmt: skip

    def request_of(self, draft: Draft) -> dict[str, object]:
        """Under what was written; in private, to the person or once to the comment."""
        if draft.visibility == "private":
            return self.talks.request_of(draft, "messenger")
        if draft.parent_id is None or str((draft.parent_ref or {}).get("to") or ""):
            raise Permanent(_("This was written in private; answer it in private."), code="WouldLeak")
        along = {"attachment_id": str(draft.attachments[0].remote["id"])} if draft.attachments else {}
        return {
            "path": f"{draft.parent_id}/comments", "body": {"message": draft.text, **along},
            "counting": "facebook", "under": draft.parent_id,
        }  # fmt: skip

    async def hand_over(self, attachment: OutboundAttachment) -> Mapping[str, object]:
        """To the Page as a photo that nobody sees, with its description; in private, to its Messenger."""
        if attachment.visibility == "private":
            return await super().hand_over(attachment)
        attached = attachment.attached
        mime = attached.facts.mime
        form = {
            "published": (None, b"false", ""),
            "alt_text_custom": (None, attached.alt.encode("utf-8", "replace"), ""),
            "source": (file_name(mime), attachment.content, mime),
        }
        said = await self.client.upload(f"{self.account}/photos", form)
        return {"id": self.named_in(said, "id", attachment)}

    async def find_sent(self, prepared: Prepared) -> SendResult | None:
        """The Page's own comment with these words, or its message; None where it is surely not there."""
        under = prepared.payload.get("under")
        if under is None:
            return await self.talks.find(prepared)
        floor = prepared.prepared_at + self.client.skew - BEFORE
        listed = await self.client.listed(
            f"{under}/comments", pages=5, fields="id,message,from,created_time", filter="stream",
            order="reverse_chronological", limit=PAGE,
        )  # fmt: skip
        hits = [each for each in listed if self._is_ours(each, prepared.text, floor)]
        return SendResult(id_of(min(hits, key=moment_in), "id")) if hits else None

    async def hide(self, comment_id: str, *, hidden: bool = True) -> None:
        """Hide a comment from everybody but its author and their friends, or show it again."""
        self.refuse_when_listening()
        await self.client.post(comment_id, {"is_hidden": hidden})

    def _is_ours(self, entry: Json, text: str, floor: Millis) -> bool:
        author = id_of(obj(entry.get("from")), "id")
        return (
            author == self.account
            and moment_in(entry) >= floor
            and is_same_text(word(entry, "message"), text)
        )

    def _read(self, comment: Json, post_id: str, reading: Reading) -> None:
        """A polled comment, in the shape in which the webhook tells of one."""
        media = obj(comment.get("attachment"))
        picture = obj(obj(media.get("media")).get("image")).get("src")
        told = {
            "item": "comment", "verb": "add", "comment_id": comment.get("id"), "post_id": post_id,
            "parent_id": obj(comment.get("parent")).get("id") or post_id, "from": comment.get("from"),
            "message": comment.get("message"), "created_time": moment_in(comment) or None, "photo": picture,
            "permalink_url": comment.get("permalink_url"),
        }  # fmt: skip
        page = Page(self.account, self.about, moment_in(comment) or self.clock.now())
        read_change({"field": "feed", "value": told}, page, reading)
