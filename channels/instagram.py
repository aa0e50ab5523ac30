"""Instagram with Instagram Login: comments and mentions answered in public, private messages in their window.

News comes in by webhook, which Meta recommends; the comments under the newest posts are polled beside it.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Final

from channels.base import Batch, Capabilities, Cursor, Draft, Permanent, Prepared, SendResult
from channels.hook_reading import Json, Reading, id_of, obj, word
from channels.instagram_parse import read_change
from channels.meta_connector import BEFORE, is_same_text, moment_in
from channels.meta_messages import Account
from channels.meta_talks import TalkingConnector
from domain.clock import Millis
from domain.errors import NotFound
from i18n import _

COMMENTS: Final = "comments"
PAGE: Final = 50
_POSTS: Final = 25
_SEEN: Final = 200
"""Comments remembered under each post: its list is newest first and knows no `since`."""

_FIELDS: Final = "id,text,username,timestamp,from,parent_id"


class InstagramConnector(TalkingConnector):
    """One professional account."""

    counting = "instagram"
    asked_as = "account"
    usual_server = "https://graph.instagram.com"
    talks_on = "instagram"
    can = Capabilities(
        reply_public=True, reply_private=True, idempotent_send=False, find_sent=True, told_later=True
    )

    @property
    def streams(self) -> tuple[str, ...]:
        """Comments under the newest posts."""
        return (COMMENTS,)

    def who_fields(self) -> str:
        """What is asked of our account."""
        return "id,username"

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:
        """What is new under each of the newest posts: back to the last known comment, then all at once."""
        if stream != COMMENTS:
            raise NotFound(_("This channel has no stream called {name}.", name=stream))
        known = {post: ids for post, ids in obj(json.loads(cursor or "{}")).items() if isinstance(ids, list)}
        reading = Reading()
        left: dict[str, list[str]] = {}
        for post in await self.client.listed(f"{self.account}/media", fields="id", limit=_POSTS):
            post_id = id_of(post, "id")
            seen = [str(each) for each in known.get(post_id, [])]
            fresh = await self._fresh(post_id, frozenset(seen))
            for comment in reversed(fresh):
                reading.part(comment, partial(self._read, comment, post_id, reading))
            left[post_id] = [*(id_of(each, "id") for each in fresh), *seen][:_SEEN]
        return Batch(
            items=tuple(reading.items), echoes=tuple(reading.echoes), bad=tuple(reading.bad),
            cursor=json.dumps(left),
        )  # fmt: skip

    def request_of(self, draft: Draft) -> dict[str, object]:
        """Under the comment or the mention; in private, to the person or once to the comment."""
        ref = draft.parent_ref or {}
        if draft.visibility == "private":
            return self.talks.request_of(draft, "instagram_dm")
        if draft.parent_id is None or str(ref.get("to") or ""):
            raise Permanent(_("This was written in private; answer it in private."), code="WouldLeak")
        if "mention" in ref:
            named = {"media_id": ref.get("media"), "comment_id": ref.get("mention")}
            body = {"message": draft.text, **{name: value for name, value in named.items() if value}}
            return {"path": f"{self.account}/mentions", "body": body, "counting": "instagram", "under": None}
        return {
            "path": f"{draft.parent_id}/replies", "body": {"message": draft.text}, "counting": "instagram",
            "under": draft.parent_id,
        }  # fmt: skip

    async def find_sent(self, prepared: Prepared) -> SendResult | None:
        """Our own reply with these words, or our message; None where it is surely not there."""
        if "talk" in prepared.payload:
            return await self.talks.find(prepared)
        under = prepared.payload.get("under")
        if under is None:
            return None  # under a mention nobody shows us our own
        floor = prepared.prepared_at + self.client.skew - BEFORE
        listed = await self.client.listed(f"{under}/replies", pages=5, fields=_FIELDS, limit=PAGE)
        hits = [each for each in listed if self._is_ours(each, prepared.text, floor)]
        return SendResult(id_of(min(hits, key=moment_in), "id")) if hits else None

    async def hide(self, comment_id: str, *, hidden: bool = True) -> None:
        """Hide a comment, or show it again."""
        self.refuse_when_listening()
        await self.client.post(comment_id, {"hide": hidden})

    async def _fresh(self, post_id: str, seen: frozenset[str]) -> list[Json]:
        """Comments that are not known, newest first; the first look takes one page."""
        said = await self.client.listed(
            f"{post_id}/comments", pages=10 if seen else 1, fields=_FIELDS, limit=PAGE
        )
        return [each for each in said if id_of(each, "id") and id_of(each, "id") not in seen]

    def _is_ours(self, entry: Json, text: str, floor: Millis) -> bool:
        author = id_of(obj(entry.get("from")), "id")
        return (
            author == self.account and moment_in(entry) >= floor and is_same_text(word(entry, "text"), text)
        )

    def _read(self, comment: Json, post_id: str, reading: Reading) -> None:
        """A polled comment, in the shape in which the webhook tells of one."""
        written_at = moment_in(comment)
        told = {**comment, "media": {"id": post_id}, "timestamp": written_at or None}
        account = Account(self.account, "Instagram", self.about, written_at or self.clock.now())
        read_change({"field": "comments", "value": told}, account, reading)
