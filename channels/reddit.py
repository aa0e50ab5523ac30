"""Reddit: our inbox, chosen communities and searches in; answers to posts and comments out.

Listings come newest first and end after about a thousand things. Private messages can be read and not
answered: Reddit moved them to its chat. Source: reddit.com/dev/api; access needs Reddit's approval.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import ClassVar, Final
from urllib.parse import quote

import httpx

from channels.access import Access, escaped
from channels.base import (
    Batch,
    Capabilities,
    Cursor,
    Draft,
    Malformed,
    Permanent,
    Prepared,
    RateLimited,
    SendResult,
    Unknown,
)
from channels.fields import Json, id_of, normalised, obj, objects, seconds, tombstone, word
from channels.http_answer import printable
from channels.polled import BEFORE, PolledChannel
from channels.reddit_parse import Ours, no_messages, read_thing
from channels.walk_back import Mark, Page, read_place, walk_back, with_deletions
from domain.clock import HOUR, MINUTE, SECOND, Clock, Millis
from domain.inbound import Aside, Inbound
from i18n import _

INBOX: Final = "inbox"
OWN: Final = "own"
COMMENTS: Final = "comments:"
POSTS: Final = "posts:"
SEARCH: Final = "search:"
API: Final = "https://oauth.reddit.com"
TOKENS: Final = "https://www.reddit.com/api/v1/access_token"
PAGE: Final = 100
_DEEP: Final = 900
_WAIT = re.compile(r"(\d{1,4}) (second|minute|hour)", re.ASCII)
_SPANS: Final[dict[str, Millis]] = {"second": SECOND, "minute": MINUTE, "hour": HOUR}


@dataclass(frozen=True, slots=True)
class Listening:
    """What to listen for, beside our inbox and what we wrote ourselves."""

    communities: tuple[str, ...] = ()
    """Without `r/`."""

    searches: tuple[str, ...] = ()


class RedditConnector(PolledChannel):
    """One account."""

    platform: ClassVar[str] = "reddit"

    def __init__(
        self,
        channel: str,
        access: Access,
        *,
        clock: Clock,
        listening: Listening | None = None,
        listen_only: bool = False,
        page: int = PAGE,
        base_url: str = API,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        caps = Capabilities(
            reply_public=not listen_only,
            reply_private=False,
            idempotent_send=False,
            find_sent=True,
        )
        super().__init__(
            channel, base_url, access, clock=clock, caps=caps, listen_only=listen_only, transport=transport
        )
        self._listening = listening or Listening()
        self._page_size = page
        self._ours: Ours | None = None

    @property
    def streams(self) -> tuple[str, ...]:
        """Inbox, our own answers, communities, searches."""
        each = self._listening.communities
        return (
            INBOX,
            OWN,
            *(f"{COMMENTS}{name}" for name in each),
            *(f"{POSTS}{name}" for name in each),
            *(f"{SEARCH}{words}" for words in self._listening.searches),
        )

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:
        """All that is new, and what was changed or taken away among the newest."""
        ours, place, now = await self._us(), read_place(cursor), self._clock.now()
        path, fixed = self._listing(stream, ours)
        walk = _Walk(stream, path, fixed)
        walked = await walk_back(lambda token: self._page(walk, token, ours), place, now)
        batch = await with_deletions(walked, lambda name, mark: self._gone(name, mark, ours))
        gap = batch.gap
        if place.newest is not None and walk.counted >= _DEEP and walk.ended:
            gap = _("Reddit shows no more than the last thousand; older ones are missing.")
        echoes = tuple(each for each in batch.echoes if each.parent_id is not None)
        return replace(batch, echoes=echoes, aside=tuple(walk.aside), gap=gap)

    async def prepare(self, draft: Draft) -> Prepared:
        """Fix the text and the thing that is answered."""
        if draft.visibility == "private":
            raise Permanent(no_messages(), code="NoPrivate")
        thing = (draft.parent_ref or {}).get("thing", draft.parent_id)
        if not isinstance(thing, str) or not re.fullmatch(r"t[13]_[a-z0-9]{1,12}", thing, re.ASCII):
            raise Permanent(_("It cannot be told which post is answered."), code="NoParent")
        return self._fixed(draft, draft.text, {"thing": thing})

    async def send(self, prepared: Prepared) -> SendResult:
        """Post it, once. Reddit says no with 200 and a list of errors."""
        self._refuse_when_listening()
        form = {"api_type": "json", "thing_id": str(prepared.payload["thing"]), "text": prepared.text}
        body = "&".join(f"{name}={escaped(value)}" for name, value in form.items())
        answer = await self._ask(
            "POST",
            "api/comment",
            content=body.encode("ascii"),
            headers={"content-type": "application/x-www-form-urlencoded"},
            acts=True,
        )
        try:
            said = answer.json()
        except Malformed as error:
            raise Unknown(str(error)) from error
        _raise_refusal(obj(said, "json"))
        thing = next(iter(objects(said, "json", "data", "things")), {})
        data = obj(thing, "data")
        if id_of(data, "name") is None:
            raise Unknown(_("{host} did not say what became of the reply.", host=self._client.host))
        return _sent(data)

    async def find_sent(self, prepared: Prepared) -> SendResult | None:
        """Among our newest comments."""
        ours, floor = await self._us(), prepared.prepared_at + self._client.skew - BEFORE
        path = f"user/{quote(ours.username, safe='')}/comments"
        said = await self._get(path, {"limit": str(PAGE), "raw_json": "1", "sort": "new"})
        for child in objects(said, "data", "children"):
            data = obj(child, "data")
            same = normalised(word(data, "body")) == normalised(prepared.text)
            young = (seconds(data, "created_utc") or 0) >= floor
            if same and young and id_of(data, "parent_id") == prepared.payload["thing"]:
                return _sent(data)
        return None

    async def _who(self) -> str:
        self._ours = None
        return (await self._us()).account

    async def _us(self) -> Ours:
        if self._ours is None:
            name = word(await self._get("api/v1/me", {"raw_json": "1"}), "name")
            if not name:
                raise Malformed(
                    _("{host} did not say who we are; it is asked again.", host=self._client.host)
                )
            self._ours = Ours(self.channel, name, self._listen_only)
        return self._ours

    def _listing(self, stream: str, ours: Ours) -> tuple[str, dict[str, str]]:
        kind, _colon, name = stream.partition(":")
        if stream == INBOX:
            return "message/inbox", {}
        if stream == OWN:
            return f"user/{quote(ours.username, safe='')}/comments", {"sort": "new"}
        if f"{kind}:" == COMMENTS and name:
            return f"r/{quote(name, safe='')}/comments", {}
        if f"{kind}:" == POSTS and name:
            return f"r/{quote(name, safe='')}/new", {}
        if f"{kind}:" == SEARCH and name:
            return "search", {"q": name, "sort": "new", "type": "link", "t": "week"}
        raise self._no_stream(stream)

    async def _page(self, walk: _Walk, token: str | None, ours: Ours) -> Page:
        more = {"after": token} if token else {}
        query = {**walk.query, "limit": str(self._page_size), "raw_json": "1", **more}
        said = await self._get(walk.path, query)
        children = obj(said, "data").get("children")
        if not isinstance(children, list):
            raise Malformed(_("{host} did not give a list; it is asked again.", host=self._client.host))
        now = self._clock.now()
        read = [read_thing(each, ours, walk.stream, now) for each in children]
        walk.aside += [each for each in read if isinstance(each, Aside)]
        walk.counted += len(children)
        after = id_of(obj(said, "data"), "after")
        walk.ended = after is None
        return Page([each for each in read if not isinstance(each, Aside)], after)

    async def _gone(self, name: str, mark: Mark, ours: Ours) -> Inbound | None:
        said = await self._get("api/info", {"id": name, "raw_json": "1"})
        for child in objects(said, "data", "children"):
            if word(obj(child, "data"), "author") != "[deleted]":
                return None
        return tombstone(self.channel, ours.account, name, mark[2], self._clock.now())


class _Walk:
    """One walk through one listing."""

    def __init__(self, stream: str, path: str, query: dict[str, str]) -> None:
        self.stream = stream
        self.path = path
        self.query = query
        self.aside: list[Aside] = []
        self.counted = 0
        self.ended = False


def _raise_refusal(said: Json) -> None:
    """Reddit's errors are lists of a code, a sentence and a field."""
    errors = said.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, list) or not first:
        return
    words = printable(" ".join(each for each in first[1:2] if isinstance(each, str)))
    if first[0] == "RATELIMIT":
        found = _WAIT.search(words)
        after = int(found[1]) * _SPANS[found[2]] if found else None
        raise RateLimited(
            _("Reddit asks us to slow down: {words}", words=words), after=after and min(after, HOUR)
        )
    raise Permanent(
        _("Reddit refused this: {words}", words=words or str(first[0])[:60]), code=str(first[0])[:60]
    )


def _sent(data: Json) -> SendResult:
    path = word(data, "permalink")
    link = f"https://www.reddit.com{path}" if path.startswith("/") else None
    name = id_of(data, "name") or ""
    return SendResult(name, link, seconds(data, "created_utc"), {"thing": name})
