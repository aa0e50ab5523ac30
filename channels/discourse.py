"""A Discourse forum: every public post, our private conversations; answers in the topic.

`/posts.json` shows a window of fifty ids, newest first, in which posts that are not public are missing: so a
short page says nothing about what is older, and the walk goes on by ids until it reaches what is known.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    SendResult,
    Unknown,
)
from channels.discourse_parse import Ours, is_gone, place, post_number, read_post
from channels.fields import Json, id_of, is_object, iso, normalised, obj, objects, tombstone, word
from channels.http_answer import Answer, NotJson, parse_json, printable
from channels.polled import BEFORE, PolledChannel
from channels.walk_back import MAX_PAGES, Mark, Page, Place, read_place, walk_back, with_deletions
from domain.clock import Clock
from domain.errors import ChannelError
from domain.inbound import Inbound
from i18n import _

POSTS: Final = "posts"
PRIVATE: Final = "private"
WINDOW: Final = 50
PM: Final = "private_message"
LONGEST_TITLE: Final = 255
MAX_PARENTS: Final = 5_000
_NEWEST_OF_TOPIC: Final = 20


class DiscourseConnector(PolledChannel):
    """One account on one forum."""

    platform: ClassVar[str] = "discourse"

    def __init__(
        self,
        channel: str,
        server: str,
        username: str,
        key: str,
        *,
        clock: Clock,
        listen_only: bool = False,
        window: int = WINDOW,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        caps = Capabilities(
            reply_public=not listen_only,
            reply_private=not listen_only,
            idempotent_send=False,
            find_sent=True,
        )
        access = FixedAccess({"api-key": key, "api-username": username})
        super().__init__(
            channel, server, access, clock=clock, caps=caps, listen_only=listen_only, refusal=refusal,
            transport=transport,
        )  # fmt: skip
        self._window = window
        self._ours = Ours(channel, username, self._base_url, listen_only)
        self._parents: dict[str, str] = {}

    @property
    def streams(self) -> tuple[str, ...]:
        """Public posts, private conversations."""
        return POSTS, PRIVATE

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:
        """All that is new, and what was changed or taken away among the newest."""
        position, now = read_place(cursor), self._clock.now()
        if stream == POSTS:
            known = _number(position.extra.get("newest"))
            walked = await walk_back(lambda token: self._page(token, known), position, now)
            newest = max([known, *(_number(name) for name in walked.place.seen)])
            kept = replace(walked, place=replace(walked.place, extra={"newest": newest}))
            return await with_deletions(kept, self._gone)
        if stream == PRIVATE:
            walked = await walk_back(
                lambda _token: self._private_page(position), position, now, whole_list=False
            )
            return walked.batch()
        raise self._no_stream(stream)

    async def prepare(self, draft: Draft) -> Prepared:
        """Fix text, topic and the post that is answered."""
        ref = draft.parent_ref or {}
        written_in_private = ref.get("private") is True
        if draft.visibility == "public" and written_in_private:
            raise Permanent(_("Answer where it was written."), code="WouldLeak")
        topic, mine = ref.get("topic"), ref.get("number")
        if not isinstance(topic, str) or not topic.isdigit():
            raise Permanent(_("It cannot be told which topic is answered."), code="NoParent")
        if draft.visibility == "private" and not written_in_private:
            return self._fixed(draft, draft.text, {"body": await self._begun(draft, topic)})
        body: dict[str, object] = {"raw": draft.text, "topic_id": int(topic)}
        if isinstance(mine, int):
            body["reply_to_post_number"] = mine
        return self._fixed(draft, draft.text, {"body": body})

    async def send(self, prepared: Prepared) -> SendResult:
        """Post it. A forum that has it looked at first has not posted it: that outcome is not known yet."""
        self._refuse_when_listening()
        said = await self._act("POST", "posts.json", prepared.payload["body"])
        if said.get("action") == "enqueued":
            raise Unknown(_("A moderator of the forum looks at the reply first."))
        if id_of(said) is None:
            raise Unknown(_("{host} did not say what became of the reply.", host=self._client.host))
        return self._sent(said, private=prepared.visibility == "private")

    async def find_sent(self, prepared: Prepared) -> SendResult | None:
        """Among our newest posts in the topic, or the conversations that we began, word for word."""
        body = prepared.payload["body"]
        asked = body if is_object(body) else {}
        if word(asked, "archetype") == PM:
            return await self._find_begun(asked, prepared)
        floor = prepared.prepared_at + self._client.skew - BEFORE
        topic = id_of(asked, "topic_id") or ""
        said = await self._get(f"t/{quote(topic, safe='')}.json")
        for name in self._ids_of(said)[-_NEWEST_OF_TOPIC:]:
            post = await self._get(f"posts/{name}.json")
            young = (iso(post, "created_at") or 0) >= floor
            ours = word(post, "username").lower() == self._ours.username.lower()
            answers = post_number(post, "reply_to_post_number") == asked.get("reply_to_post_number")
            if young and ours and answers and normalised(word(post, "raw")) == normalised(prepared.text):
                return self._sent(post, private=prepared.visibility == "private")
        return None

    async def _begun(self, draft: Draft, topic: str) -> Json:
        """A new private conversation with the author, called after the topic that it comes from."""
        title = word(await self._maybe(f"t/{topic}.json"), "title").strip()
        return {
            "raw": draft.text,
            "title": f"Re: {title}"[:LONGEST_TITLE] if title else f"Re: {self._base_url}/t/{topic}",
            "archetype": PM,
            "target_recipients": draft.recipient.remote_id,
        }

    async def _find_begun(self, asked: Json, prepared: Prepared) -> SendResult | None:
        floor = prepared.prepared_at + self._client.skew - BEFORE
        name = quote(self._ours.username, safe="")
        said = await self._get(f"topics/private-messages-sent/{name}.json")
        for topic in objects(said, "topic_list", "topics")[:_NEWEST_OF_TOPIC]:
            topic_id = id_of(topic)
            if topic_id is None or word(topic, "title") != asked.get("title"):
                continue
            whole = await self._get(f"t/{quote(topic_id, safe='')}.json")
            for post in [await self._get(f"posts/{one}.json") for one in self._ids_of(whole)[:1]]:
                young = (iso(post, "created_at") or 0) >= floor
                if young and normalised(word(post, "raw")) == normalised(prepared.text):
                    return self._sent(post, private=True)
        return None

    async def _who(self) -> str:
        await self._get("posts.json")
        await self._get(f"topics/private-messages/{quote(self._ours.username, safe='')}.json")
        return self._ours.account

    async def _page(self, token: str | None, known: int) -> Page:
        """One window of ids; the next one ends right below it."""
        said = await self._get("posts.json", {"before": token} if token else None)
        listed = said.get("latest_posts")
        if not isinstance(listed, list):
            raise Malformed(_("{host} did not give a list; it is asked again.", host=self._client.host))
        await self._learn(listed)
        ids = [_number(id_of(each)) for each in listed if is_object(each)]
        lowest = min((each for each in ids if each), default=0)
        below = lowest - 1 if lowest else _number(token) - self._window if token else 0
        more = below > 0 and (not known or below >= known - self._window)
        now = self._clock.now()
        read = [read_post(each, self._ours, POSTS, self._parents, now) for each in listed]
        return Page(read, str(below) if more else None, ends=below <= 0)

    async def _private_page(self, position: Place) -> Page:
        """What is new in those of our private conversations that were written in since."""
        name = quote(self._ours.username, safe="")
        said = await self._get(f"topics/private-messages/{name}.json")
        fresh: list[Json] = []
        for topic in objects(said, "topic_list", "topics"):
            last, topic_id = iso(topic, "last_posted_at"), id_of(topic)
            if topic_id is None or (
                position.newest is not None and last is not None and last < position.newest
            ):
                continue
            fresh += await self._conversation(topic_id, position)
        await self._learn(fresh)
        now = self._clock.now()
        read = [read_post(each, self._ours, PRIVATE, self._parents, now) for each in fresh]
        ordered = sorted(zip(fresh, read, strict=True), key=lambda one: iso(one[0], "created_at") or 0)
        return Page([each for _post, each in reversed(ordered)], None)

    async def _conversation(self, topic_id: str, position: Place) -> list[Json]:
        topic = await self._get(f"t/{quote(topic_id, safe='')}.json")
        names = [name for name in self._ids_of(topic) if name not in position.seen]
        found: list[Json] = []
        for name in names[-MAX_PAGES:]:
            post = await self._get(f"posts/{name}.json")
            found.append({**post, "topic_archetype": "private_message", "topic_title": word(topic, "title")})
        return found

    def _ids_of(self, topic: Json) -> Sequence[str]:
        listed = obj(topic, "post_stream").get("stream")
        return [str(each) for each in listed if isinstance(each, int)] if isinstance(listed, list) else []

    async def _learn(self, posts: Sequence[object]) -> None:
        """Remember ids by topic and number; ask for those that answers of ours name."""
        for post in posts:
            if is_object(post) and (name := id_of(post)) and place(post):
                self._parents[place(post)] = name
        for post in posts:
            wanted = place(post, "reply_to_post_number") if is_object(post) else ""
            ours = is_object(post) and word(post, "username").lower() == self._ours.username.lower()
            if wanted and ours and wanted not in self._parents:
                topic = await self._maybe(f"t/{quote(wanted.partition('/')[0], safe='')}.json")
                for each in objects(topic, "post_stream", "posts"):
                    self._parents[place({**each, "topic_id": wanted.partition("/")[0]})] = id_of(each) or ""
        while len(self._parents) > MAX_PARENTS:
            del self._parents[next(iter(self._parents))]

    async def _gone(self, name: str, mark: Mark) -> Inbound | None:
        """A tombstone, where the post is not there any more."""
        try:
            post = await self._get(f"posts/{quote(name, safe='')}.json")
        except (Permanent, AuthFailed):
            post = {"user_deleted": True}
        if not is_gone(post):
            return None
        return tombstone(self.channel, self._ours.account, name, mark[2], self._clock.now())

    async def _maybe(self, path: str) -> Json:
        try:
            return await self._get(path)
        except (Permanent, AuthFailed):
            return {}

    def _sent(self, post: Json, *, private: bool) -> SendResult:
        topic, mine = id_of(post, "topic_id") or "", post_number(post)
        link = f"{self._base_url}/t/{quote(word(post, 'topic_slug') or '-', safe='')}/{topic}/{mine or 1}"
        ref = {"topic": topic, "number": mine, "private": private}
        return SendResult(id_of(post) or "", link, iso(post, "created_at"), ref)


def _number(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return (
        int(value)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19
        else 0
    )


def refusal(answer: Answer, acts: bool) -> ChannelError | None:  # noqa: FBT001 - the client's shape
    """Discourse's own words; a key that is refused is 403."""
    try:
        said = parse_json(answer.body)
    except NotJson:
        return None
    if not is_object(said) or answer.status not in {403, 422, 400}:
        return None
    errors = said.get("errors")
    listed = [each for each in errors if isinstance(each, str)] if isinstance(errors, list) else []
    words = printable(" ".join(listed))
    if answer.status == 403 and not acts:
        return AuthFailed(_("{host} does not let our key do this: {words}", host=answer.host, words=words))
    return Permanent(_("The forum refused this: {words}", words=words or "?"), code=str(answer.status))
