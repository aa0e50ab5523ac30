"""A small Reddit on loopback: listings of things, errors with 200, what is deleted stays as `[deleted]`."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

from domain.clock import ManualClock, Millis
from tests.channels.fake_platform import FakePlatform, Json
from tests.channels.fault_server import Call, Reply, json_reply

US = "gemeente"


@dataclass(slots=True)
class Thing:
    """A comment (`t1`), a post (`t3`) or a message (`t4`)."""

    name: str
    author: str
    text: str
    at: Millis
    parent: str | None = None
    to_us: bool = True
    edited: Millis = 0
    gone: bool = False


class FakeReddit(FakePlatform):
    """One account."""

    def __init__(self, clock: ManualClock, page: int = 100) -> None:
        super().__init__(clock, page)
        self.things: list[Thing] = []
        self.refusal: list[object] = []
        self.routes = (
            ("GET", "/api/v1/me", self._me),
            ("GET", "/message/inbox", self._inbox),
            ("GET", f"/user/{US}/comments", self._own),
            ("GET", r"/r/(\w+)/(comments|new)", self._community),
            ("GET", "/search", self._search),
            ("GET", "/api/info", self._info),
            ("POST", "/api/comment", self._comment),
        )

    def write(self, author: str, text: str, kind: str = "t1", parent: str | None = "t3_post") -> Thing:
        """Somebody writes."""
        name = f"{kind}_a{len(self.things):04}"
        made = Thing(name, author, text, self.now(), parent if kind == "t1" else None)
        self.things.append(made)
        return made

    def find(self, name: str) -> Thing:
        """By its fullname."""
        return next(each for each in self.things if each.name == name)

    def _me(self, _call: Call) -> Reply:
        return json_reply({"name": US, "id": "u1"})

    def _inbox(self, call: Call) -> Reply:
        return self._listing(call, [each for each in self.things if each.author != US])

    def _own(self, call: Call) -> Reply:
        return self._listing(call, [each for each in self.things if each.author == US])

    def _community(self, call: Call, _name: str, kind: str) -> Reply:
        wanted = "t1" if kind == "comments" else "t3"
        return self._listing(call, [each for each in self.things if each.name.startswith(wanted)])

    def _search(self, call: Call) -> Reply:
        words = call.one("q").lower()
        found = [each for each in self.things if words in each.text.lower() and each.name.startswith("t3")]
        return self._listing(call, found)

    def _info(self, call: Call) -> Reply:
        return self._listing(call, [each for each in self.things if each.name == call.one("id")])

    def _listing(self, call: Call, found: list[Thing]) -> Reply:
        newest = found[::-1]
        names = [each.name for each in newest]
        after = call.one("after")
        begin = names.index(after) + 1 if after in names else 0
        end = begin + min(self.page, int(call.one("limit", "25")))
        last = newest[end - 1].name if end < len(newest) else None
        children = [self._shown(each) for each in newest[begin:end]]
        return json_reply({"kind": "Listing", "data": {"children": children, "after": last}})

    def _shown(self, thing: Thing) -> object:
        return self.spoilt.get(thing.name, {"kind": thing.name[:2], "data": self._json(thing)})

    def _comment(self, call: Call) -> Reply:
        form = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
        if self.refusal:
            return json_reply({"json": {"errors": [self.refusal]}})
        made = self.write(US, form["text"], "t1", form["thing_id"])
        things = [{"kind": "t1", "data": self._json(made)}]
        return json_reply({"json": {"errors": [], "data": {"things": things}}})

    def _json(self, thing: Thing) -> Json:
        gone = "[deleted]"
        said: Json = {
            "name": thing.name, "id": thing.name[3:], "author": gone if thing.gone else thing.author,
            "author_fullname": f"t2_{thing.author}", "created_utc": thing.at / 1_000,
            "edited": thing.edited / 1_000 if thing.edited else False, "parent_id": thing.parent,
            "permalink": f"/r/buurt/comments/post/x/{thing.name[3:]}/", "subreddit": "buurt",
        }  # fmt: skip
        text = gone if thing.gone else thing.text
        if thing.name.startswith("t3"):
            return {**said, "title": text, "selftext": gone if thing.gone else ""}
        if thing.name.startswith("t4"):
            return {**said, "body": text, "subject": "hallo", "was_comment": False}
        return {**said, "body": text, "link_id": "t3_post"}
