"""A small X on loopback that keeps the rules a connector must know, from docs.x.com (August 2026).

Pages come newest first; `since_id` cuts them off below; an edit has a new id and the chain of the old ones;
a reply is refused unless the author named or quoted us, and an identical text is refused in any case; posts
weigh at most 280; each thing given is billed once a day.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from domain.clock import ManualClock, Millis
from domain.links import links_on_x
from domain.measure import measure
from tests.channels.fake_platform import FakePlatform, Json, iso
from tests.channels.fake_x_media import FakeMedia
from tests.channels.fault_server import Call, Reply, json_reply

_SNOWFLAKES_SINCE = 1_288_834_974_657
US, CUSTOMER, STRANGER = "1001", "2002", "3003"
METRICS = dict.fromkeys(
    ("followers_count", "following_count", "post_count", "tweet_count", "listed_count"), 12
)
NAMES = {US: "gemeente", CUSTOMER: "klant", STRANGER: "jan"}


@dataclass(slots=True)
class Post:
    """One version of a post."""

    id: str
    author: str
    text: str
    at: Millis
    parent: str | None = None
    quoted: str | None = None
    chain: list[str] = field(default_factory=list)
    media: list[Json] = field(default_factory=list)
    gone: bool = False


@dataclass(slots=True)
class Message:
    """One direct message."""

    id: str
    sender: str
    talk: str
    text: str
    at: Millis
    media: list[str] = field(default_factory=list)


class FakeX(FakePlatform):
    """Three accounts, of which the first is ours."""

    def __init__(self, clock: ManualClock, page: int = 100) -> None:
        super().__init__(clock, page)
        self.posts: list[Post] = []
        self.messages: list[Message] = []
        self.billed: dict[str, int] = {}
        """Posts, users and messages given, and how often."""

        self.subscribed: list[Json] = []
        self.shuts_out: set[str] = set()
        """Who takes no messages from us."""

        self.media = FakeMedia(self._id, _problem)
        self._issued = 0
        self._events: asyncio.Queue[bytes] = asyncio.Queue()
        self.routes = (
            ("GET", "/2/users/me", self._me),
            ("GET", f"/2/users/{US}/mentions", self._mentions),
            ("GET", f"/2/users/{US}/tweets", self._own),
            ("GET", "/2/tweets/search/recent", self._search),
            ("POST", "/2/tweets", self._create),
            ("GET", "/2/dm_events", self._dm_events),
            ("GET", r"/2/dm_conversations/(?:with/)?([\d-]+)/dm_events", self._talk),
            ("POST", r"/2/dm_conversations/(?:with/)?([\d-]+)/messages", self._message),
            ("GET", "/2/activity/subscriptions", self._subscriptions),
            ("POST", "/2/activity/subscriptions", self._subscribe),
            ("GET", "/2/activity/stream", self._stream),
            *self.media.routes,
        )

    # What a test arranges

    def post(self, author: str, text: str, **more: object) -> Post:
        """Somebody writes."""
        made = Post(self._id(), author, text, self.now(), **more)  # type: ignore[arg-type]
        made.chain = [made.id]
        self.posts.append(made)
        self._events.put_nowait(b'{"data": {"event_type": "post.mention.create", "payload": {}}}\r\n')
        return made

    def edit(self, first: str, text: str) -> Post:
        """The author writes it anew."""
        old = next(each for each in self.posts if each.chain[0] == first)
        self.posts.remove(old)
        made = Post(self._id(), old.author, text, self.now(), old.parent, old.quoted)
        made.chain = [*old.chain, made.id]
        self.posts.append(made)
        return made

    def message(self, sender: str, text: str) -> Message:
        """Somebody writes to us in private, or we to the customer."""
        made = Message(self._id(), sender, f"{US}-{CUSTOMER if sender == US else sender}", text, self.now())
        self.messages.append(made)
        return made

    # The API

    def _me(self, _call: Call) -> Reply:
        return json_reply({"data": self._user(US)})

    def _mentions(self, call: Call) -> Reply:
        named = [
            each
            for each in self.posts
            if each.author != US and (_names(each.text) or self._author(each.quoted) == US)
        ]
        return self._list(call, named)

    def _own(self, call: Call) -> Reply:
        return self._list(call, [each for each in self.posts if each.author == US])

    def _search(self, call: Call) -> Reply:
        since = call.one("since_id")
        made = (int(since) >> 22) + _SNOWFLAKES_SINCE if since else self.now()
        if made < self.now() - 7 * 86_400_000:
            return _problem(400, "Invalid Request", "'since_id' must be a tweet id created after a week ago.")
        words = call.one("query").lower().split()
        found = [each for each in self.posts if all(one in each.text.lower() for one in words)]
        return self._list(call, found)

    def _list(self, call: Call, found: Sequence[Post]) -> Reply:
        since, start = call.one("since_id"), call.one("start_time")
        young = [
            each
            for each in found
            if (not since or int(each.id) > int(since)) and (not start or iso(each.at) >= start)
        ]
        page, meta = self._paged(call, young[::-1])
        others = [one for each in page for name in (each.parent, each.quoted) if (one := self._find(name))]
        users = {each.author: self._user(each.author) for each in (*page, *others)}
        media = [one for each in page for one in each.media]
        for each in (*page, *others):
            self._bill(f"post:{each.id}")
        for name in users:
            self._bill(f"user:{name}")
        includes = {
            "users": list(users.values()), "posts": [self._json(each) for each in others], "media": media,
        }  # fmt: skip
        said: Json = {"data": [self._json(each) for each in page], "includes": includes, "meta": meta}
        if not page:
            said = {"meta": meta}
        return json_reply(said, 200, **self._limits())

    def _paged(self, call: Call, young: Sequence[Post]) -> tuple[Sequence[Post], Json]:
        begin = int(call.one("pagination_token", "p0").removeprefix("p"))
        end = begin + min(self.page, int(call.one("max_results", "10")))
        meta: Json = {"result_count": len(young[begin:end])}
        if end < len(young):
            meta["next_token"] = f"p{end}"
        return young[begin:end], meta

    def _json(self, post: Post) -> object:
        if post.chain[0] in self.spoilt:
            return self.spoilt[post.chain[0]]
        refs = [("replied_to", post.parent), ("quoted", post.quoted)]
        root = post
        while (above := self._find(root.parent)) is not None:
            root = above
        said: Json = {
            "id": post.id,
            "author_id": post.author,
            "text": _shortened(_escaped(self._shown(post))),
            "created_at": iso(post.at),
            "conversation_id": root.chain[0],
            "edit_history_post_ids": post.chain,
            "lang": "nl",
            "entities": {"mentions": _mentioned(self._shown(post)), "urls": _urls(post.text)},
        }
        for number, each in enumerate(post.media):
            link = f"https://t.co/m{number:09}"
            said["text"] += f" {link}"
            shown = {"start": 0, "end": 23, "url": link, "media_key": each["media_key"]}
            said["entities"]["urls"].append({**shown, "expanded_url": "https://x.com/gemeente/photo/1"})
        if post.parent:
            said["in_reply_to_user_id"] = self._author(post.parent)
        if any(name for _kind, name in refs):
            said["referenced_posts"] = [{"type": kind, "id": name} for kind, name in refs if name]
        if post.media:
            said["attachments"] = {"media_keys": [each["media_key"] for each in post.media]}
        return said

    def _shown(self, post: Post) -> str:
        parent = self._find(post.parent)
        lead = f"@{NAMES[parent.author]} " if parent and parent.author != post.author else ""
        return post.text if post.text.startswith(lead) else lead + post.text

    def _create(self, call: Call) -> Reply:
        asked = call.json()
        text, parent_id = asked["text"], asked.get("reply", {}).get("in_reply_to_tweet_id")
        parent = self._find(parent_id)
        if parent is None:
            return _problem(403, "Forbidden", "You attempted to reply to a Post that is deleted.")
        if not (_names(parent.text) or self._author(parent.quoted) == US):
            return _problem(403, "Forbidden", "Reply to this conversation is not allowed.")
        if any(each.author == US and each.text == text for each in self.posts):
            return _problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")
        if not measure("x", text, reply=True).ok:
            return _problem(400, "Invalid Request", "Your Tweet text is too long.")
        ids = asked.get("media", {}).get("media_ids", [])
        if refusal := self.media.refusal(ids, "tweet"):
            return _problem(400, "Invalid Request", refusal)
        made = self.post(US, text, parent=parent_id, media=[_shown(one, self.media) for one in ids])
        return json_reply({"data": {"id": made.id, "text": text, "edit_history_post_ids": [made.id]}}, 201)

    def _dm_events(self, call: Call) -> Reply:
        return self._messages(call, self.messages)

    def _talk(self, call: Call, peer: str) -> Reply:
        return self._messages(call, [each for each in self.messages if peer in each.talk])

    def _messages(self, call: Call, found: Sequence[Message]) -> Reply:
        newest = found[::-1]
        begin = int(call.one("pagination_token", "p0000000000000000").removeprefix("p"))
        end = begin + min(self.page, int(call.one("max_results", "100")))
        meta: Json = {"result_count": len(newest[begin:end])}
        if end < len(newest):
            meta["next_token"] = f"p{end:016}"
        data = [
            {
                "id": each.id, "event_type": "MessageCreate", "sender_id": each.sender,
                "dm_conversation_id": each.talk, "text": _escaped(each.text), "created_at": iso(each.at),
            }
            for each in newest[begin:end]
        ]  # fmt: skip
        users = {each.sender: self._user(each.sender) for each in newest[begin:end]}
        return json_reply({"data": data, "includes": {"users": list(users.values())}, "meta": meta})

    def _message(self, call: Call, peer: str) -> Reply:
        if peer in self.shuts_out:
            return _problem(403, "Forbidden", "You cannot send messages to this user.")
        asked = call.json()
        ids = [one["media_id"] for one in asked.get("attachments", [])]
        if refusal := self.media.refusal(ids, "dm"):
            return _problem(400, "Invalid Request", refusal)
        made = self.message(US, asked.get("text", ""))
        made.media = ids
        return json_reply({"data": {"dm_event_id": made.id, "dm_conversation_id": made.talk}}, 201)

    def _subscriptions(self, _call: Call) -> Reply:
        return json_reply({"data": self.subscribed} if self.subscribed else {})

    def _subscribe(self, call: Call) -> Reply:
        self.subscribed.append({"subscription_id": self._id(), **call.json()})
        return json_reply({"data": {"subscription": self.subscribed[-1]}})

    def _stream(self, _call: Call) -> Reply:
        return Reply(200, b"", {"content-type": "application/json"}, lines=self._lines())

    async def _lines(self) -> AsyncIterator[bytes]:
        yield b"\r\n"
        while True:
            yield await self._events.get()

    def _user(self, name: str) -> Json:
        return {
            "id": name, "username": NAMES[name], "name": NAMES[name].title(), "description": "Hoi",
            "receives_your_dm": name not in self.shuts_out, "public_metrics": METRICS,
        }  # fmt: skip

    def _find(self, name: str | None) -> Post | None:
        return next((each for each in self.posts if name in each.chain and not each.gone), None)

    def _author(self, name: str | None) -> str | None:
        found = self._find(name)
        return found.author if found else None

    def _bill(self, name: str) -> None:
        self.billed[name] = self.billed.get(name, 0) + 1

    def _limits(self) -> dict[str, str]:
        return {
            "x_rate_limit_limit": "300", "x_rate_limit_remaining": "299",
            "x_rate_limit_reset": str(self.now() // 1_000 + 900),
        }  # fmt: skip

    def _id(self) -> str:
        self._issued += 1
        return str((self.now() - _SNOWFLAKES_SINCE << 22) + self._issued)


def _shown(name: str, media: FakeMedia) -> Json:
    kind = {"image": "photo", "gif": "animated_gif", "video": "video"}[media.kept[name].kind]
    return {"media_key": f"3_{name}", "type": kind, "alt_text": media.kept[name].alt}


def _names(text: str) -> bool:
    return re.search(r"(?<!\w)@gemeente(?!\w)", text) is not None


def _mentioned(text: str) -> list[Json]:
    known = {name: user for user, name in NAMES.items()}
    return [
        {"start": found.start(), "end": found.end(), "username": found[1], "id": known[found[1]]}
        for found in re.finditer(r"@(\w+)", text)
        if found[1] in known
    ]


def _urls(text: str) -> list[Json]:
    return [
        {"start": 0, "end": 23, "url": f"https://t.co/{number:010}", "expanded_url": link}
        for number, link in enumerate(_links(text))
    ]


def _links(text: str) -> list[str]:
    return [text[link.start : link.end] for link in links_on_x(text) if "://" in text[link.start : link.end]]


def _shortened(text: str) -> str:
    for number, link in enumerate(_links(text)):
        text = text.replace(link, f"https://t.co/{number:010}", 1)
    return text


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _problem(status: int, title: str, detail: str) -> Reply:
    return json_reply({"title": title, "detail": detail, "type": "about:blank", "status": status}, status)
