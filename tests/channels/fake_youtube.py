"""A small YouTube on loopback: threads newest first, five answers beside each, a quota.

From developers.google.com/youtube/v3: an answer does not move its thread up; `comments.list` gives all
answers of a thread; a list costs one unit and an answer fifty.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.clock import ManualClock, Millis
from tests.channels.fake_platform import FakePlatform, Json, iso
from tests.channels.fault_server import Call, Reply, json_reply

US, CUSTOMER, STRANGER = "UC-ons", "UC-klant", "UC-jan"
BESIDE = 5


@dataclass(slots=True)
class Comment:
    """One comment, the first of a thread or an answer."""

    id: str
    author: str
    text: str
    at: Millis
    top: str | None = None
    edited: Millis = 0


class FakeYouTube(FakePlatform):
    """One channel."""

    def __init__(self, clock: ManualClock, page: int = 100) -> None:
        super().__init__(clock, page)
        self.comments: list[Comment] = []
        self.units = 0
        self.routes = (
            ("GET", "/youtube/v3/channels", self._channels),
            ("GET", "/youtube/v3/commentThreads", self._threads),
            ("GET", "/youtube/v3/comments", self._list),
            ("POST", "/youtube/v3/comments", self._insert),
        )

    def write(self, author: str, text: str, top: str | None = None) -> Comment:
        """Somebody comments, or answers in a thread."""
        name = f"c{len(self.comments):04}"
        made = Comment(f"{top}.{name}" if top else name, author, text, self.now(), top)
        self.comments.append(made)
        return made

    def find(self, name: str) -> Comment:
        """By its id."""
        return next(each for each in self.comments if each.id == name)

    def missing(self) -> Reply:
        """In Google's shape."""
        return _error(404, "notFound")

    def _channels(self, _call: Call) -> Reply:
        self.units += 1
        return json_reply({"items": [{"id": US, "snippet": {"title": "Gemeente"}}]})

    def _threads(self, call: Call) -> Reply:
        self.units += 1
        newest = [each for each in self.comments if each.top is None][::-1]
        begin = int(call.one("pageToken", "0"))
        end = begin + min(self.page, int(call.one("maxResults", "20")))
        said: Json = {"items": [self._thread(each) for each in newest[begin:end]]}
        if end < len(newest):
            said["nextPageToken"] = str(end)
        return json_reply(said)

    def _list(self, call: Call) -> Reply:
        self.units += 1
        if call.one("id"):
            found = [each for each in self.comments if each.id == call.one("id")]
        else:
            found = self._answers(call.one("parentId"))
        begin = int(call.one("pageToken", "0"))
        end = begin + min(self.page, int(call.one("maxResults", "20")))
        said: Json = {"items": [self._json(each) for each in found[begin:end]]}
        if end < len(found):
            said["nextPageToken"] = str(end)
        return json_reply(said)

    def _insert(self, call: Call) -> Reply:
        self.units += 50
        snippet = call.json()["snippet"]
        if len(snippet["textOriginal"]) > 10_000:
            return _error(400, "commentTextTooLong")
        return json_reply(self._json(self.write(US, snippet["textOriginal"], snippet["parentId"])))

    def _answers(self, top: str) -> list[Comment]:
        return [each for each in self.comments if each.top == top]

    def _thread(self, comment: Comment) -> object:
        if comment.id in self.spoilt:
            return {"id": comment.id, "snippet": {"topLevelComment": self.spoilt[comment.id]}}
        answers = self._answers(comment.id)
        said: Json = {
            "kind": "youtube#commentThread", "id": comment.id,
            "snippet": {
                "channelId": US, "videoId": "v1", "canReply": True, "isPublic": True,
                "totalReplyCount": len(answers), "topLevelComment": self._json(comment),
            },
        }  # fmt: skip
        if answers:
            said["replies"] = {"comments": [self._json(each) for each in answers[-BESIDE:]]}
        return said

    def _json(self, comment: Comment) -> Json:
        snippet: Json = {
            "textDisplay": comment.text, "textOriginal": comment.text, "authorDisplayName": comment.author,
            "authorChannelId": {"value": comment.author}, "publishedAt": iso(comment.at),
            "updatedAt": iso(comment.edited or comment.at), "videoId": "v1",
        }  # fmt: skip
        if comment.top:
            snippet["parentId"] = comment.top
        return {"kind": "youtube#comment", "id": comment.id, "snippet": snippet}


def _error(status: int, reason: str) -> Reply:
    return json_reply({"error": {"code": status, "message": reason, "errors": [{"reason": reason}]}}, status)
