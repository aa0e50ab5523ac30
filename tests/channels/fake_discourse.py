"""A small Discourse forum on loopback: windows of ids, topics with numbered posts, private conversations.

From docs.discourse.org and the forum's own source: `/posts.json?before=` shows those of a window of ids that
are public; a deleted post is 404; an unknown key is 403 with `errors`.
"""

from __future__ import annotations

import html
from dataclasses import dataclass

from domain.clock import ManualClock, Millis
from tests.channels.fake_platform import FakePlatform, Json, iso
from tests.channels.fault_server import Call, Reply, json_reply

US = "gemeente"


@dataclass(slots=True)
class Post:
    """One post."""

    id: int
    topic: int
    number: int
    username: str
    raw: str
    at: Millis
    answers: int | None = None
    version: int = 1
    edited: Millis = 0
    gone: bool = False


class FakeDiscourse(FakePlatform):
    """One public topic, and private conversations with us."""

    def __init__(self, clock: ManualClock, page: int = 50) -> None:
        super().__init__(clock, page)
        self.posts: list[Post] = []
        self.private: set[int] = set()
        self.titles: dict[int, str] = {}
        """Of topics that are not called “Onderwerp”."""

        self.with_whom: dict[int, str] = {}
        """Whom we began a private conversation with."""

        self.closed_to: set[str] = set()
        """Who takes no private messages."""

        self.moderated = False
        self.routes = (
            ("GET", "/posts.json", self._latest),
            ("POST", "/posts.json", self._create),
            ("GET", r"/posts/(\d+).json", self._one),
            ("GET", r"/t/(\d+).json", self._topic),
            ("GET", f"/topics/private-messages/{US}.json", self._private),
            ("GET", f"/topics/private-messages-sent/{US}.json", self._private_sent),
        )

    # What a test arranges

    def write(self, username: str, raw: str, topic: int = 7, answers: int | None = None) -> Post:
        """Somebody posts in a topic."""
        number = 1 + max((each.number for each in self.posts if each.topic == topic), default=0)
        made = Post(101 + len(self.posts), topic, number, username, raw, self.now(), answers)
        self.posts.append(made)
        return made

    def find(self, post_id: str) -> Post:
        """By its id."""
        return next(each for each in self.posts if str(each.id) == post_id)

    # The API

    def allowed(self, call: Call) -> bool:
        """An API key and the user's name."""
        return call.headers.get("api-key") in self.tokens and call.headers.get("api-username") == US

    def unauthorised(self) -> Reply:
        """403, as with anything that may not be done."""
        return _errors(403, "You are not permitted to view the requested resource.")

    def missing(self) -> Reply:
        """404 with words."""
        return _errors(404, "The requested URL or resource could not be found.")

    def _latest(self, call: Call) -> Reply:
        top = int(call.one("before", "0")) or max((each.id for each in self.posts), default=0)
        window = [each for each in self.posts if top - self.page < each.id <= top]
        shown = [each for each in window if each.topic not in self.private and not each.gone]
        return json_reply({"latest_posts": [self._shown(each) for each in reversed(shown)]})

    def _one(self, _call: Call, post_id: str) -> Reply:
        post = self.find(post_id)
        return self.missing() if post.gone else json_reply(self._json(post))

    def _topic(self, _call: Call, topic_id: str) -> Reply:
        posts = [each for each in self.posts if each.topic == int(topic_id) and not each.gone]
        stream = {"posts": [self._json(each) for each in posts[:20]], "stream": [each.id for each in posts]}
        title = self.titles.get(int(topic_id), "Onderwerp")
        return json_reply({"id": int(topic_id), "title": title, "post_stream": stream})

    def _private_sent(self, _call: Call) -> Reply:
        topics = [
            {"id": topic, "title": self.titles[topic]} for topic in sorted(self.with_whom, reverse=True)
        ]
        return json_reply({"topic_list": {"topics": topics}})

    def _private(self, _call: Call) -> Reply:
        topics = [
            {
                "id": topic,
                "last_posted_at": iso(max(each.at for each in self.posts if each.topic == topic)),
            }
            for topic in sorted(self.private)
        ]
        return json_reply({"topic_list": {"topics": topics}})

    def _create(self, call: Call) -> Reply:
        asked = call.json()
        if len(asked["raw"]) > 32_000:
            return _errors(422, "Body is limited to 32000 characters")
        if self.moderated:
            return json_reply({"action": "enqueued", "success": True, "pending_post": {"id": 1}})
        if asked.get("archetype") == "private_message":
            return self._begin(asked)
        made = self.write(US, asked["raw"], asked["topic_id"], asked.get("reply_to_post_number"))
        return json_reply(self._json(made))

    def _begin(self, asked: Json) -> Reply:
        assert "topic_id" not in asked
        if not 2 <= len(asked["title"]) <= 255:
            return _errors(422, "Title is too short or too long")
        if asked["target_recipients"] in self.closed_to:
            return _errors(422, "You cannot send a personal message to that user.")
        topic = 900 + len(self.with_whom)
        self.private.add(topic)
        self.titles[topic], self.with_whom[topic] = asked["title"], asked["target_recipients"]
        return json_reply(self._json(self.write(US, asked["raw"], topic)))

    def _shown(self, post: Post) -> object:
        return self.spoilt.get(str(post.id), self._json(post))

    def _json(self, post: Post) -> Json:
        return {
            "id": post.id, "username": post.username, "name": post.username.title(),
            "avatar_template": "/a/{size}.png", "created_at": iso(post.at),
            "updated_at": iso(post.edited or post.at), "raw": post.raw,
            "cooked": f"<p>{html.escape(post.raw)}</p>", "post_number": post.number, "post_type": 1,
            "topic_id": post.topic, "topic_slug": "onderwerp", "version": post.version,
            "reply_to_post_number": str(post.answers) if post.answers else None, "user_deleted": False,
            "deleted_at": None, "user_id": 3, "yours": post.username == US,
        }  # fmt: skip


def _errors(status: int, words: str) -> Reply:
    return json_reply({"errors": [words], "error_type": "invalid_access"}, status)
