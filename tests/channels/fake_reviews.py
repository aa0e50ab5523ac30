"""Two review platforms on loopback: Google's Business Profile and Trustpilot, with tokens that run out.

Google gives reviews by the time of their last change and replaces replies; Trustpilot gives them by date and
answers a reply with nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from domain.clock import ManualClock, Millis
from tests.channels.fake_platform import FakePlatform, Json, iso
from tests.channels.fault_server import Call, Reply, json_reply

LOCATION = "accounts/1/locations/2"
UNIT = "eenheid"
_WORDS = ("", "ONE", "TWO", "THREE", "FOUR", "FIVE")


@dataclass(slots=True)
class Review:
    """One review, with the one reply that it can have."""

    id: str
    text: str
    stars: int
    at: Millis
    changed: Millis
    reply: str = ""
    replied: Millis = 0
    state: str = ""


class FakeReviews(FakePlatform):
    """What both have; `/token` gives a new token for a refresh token that is good."""

    def __init__(self, clock: ManualClock, page: int) -> None:
        super().__init__(clock, page)
        self.reviews: list[Review] = []
        self.refresh = "refresh-0"
        self.issued = 0

    def write(self, text: str, stars: int = 2) -> Review:
        """Somebody reviews us."""
        made = Review(f"r{len(self.reviews):04}", text, stars, self.now(), self.now())
        self.reviews.append(made)
        return made

    def find(self, review_id: str) -> Review | None:
        """By its id."""
        return next((each for each in self.reviews if each.id == review_id), None)

    def _token(self, call: Call) -> Reply:
        if self.refresh.encode() not in call.body and b"client_credentials" not in call.body:
            return json_reply({"error": "invalid_grant"}, 400)
        self.issued += 1
        self.tokens = {f"token-{self.issued}"}
        return json_reply({"access_token": f"token-{self.issued}", "expires_in": 3_600})

    _token.free = True  # type: ignore[attr-defined]

    def _shown(self, review: Review) -> object:
        return self.spoilt.get(review.id, self._json(review))

    def _json(self, review: Review) -> Json:
        raise NotImplementedError


class FakeGoogle(FakeReviews):
    """One location."""

    def __init__(self, clock: ManualClock, page: int = 50) -> None:
        super().__init__(clock, page)
        self.routes = (
            ("POST", "/token", self._token),
            ("GET", f"/v4/{LOCATION}/reviews", self._list),
            ("GET", f"/v4/{LOCATION}/reviews/([^/]+)", self._one),
            ("PUT", f"/v4/{LOCATION}/reviews/([^/]+)/reply", self._reply),
        )

    def missing(self) -> Reply:
        """In Google's shape."""
        return json_reply({"error": {"code": 404, "message": "Not found.", "status": "NOT_FOUND"}}, 404)

    def _list(self, call: Call) -> Reply:
        newest = sorted(self.reviews, key=lambda each: (each.changed, each.id), reverse=True)
        begin = int(call.one("pageToken", "0"))
        end = begin + min(self.page, int(call.one("pageSize", "50")))
        said: Json = {"reviews": [self._shown(each) for each in newest[begin:end]]} if newest else {}
        if end < len(newest):
            said["nextPageToken"] = str(end)
        return json_reply(said)

    def _one(self, _call: Call, review_id: str) -> Reply:
        review = self.find(unquote(review_id))
        return json_reply(self._json(review)) if review else self.missing()

    def _reply(self, call: Call, review_id: str) -> Reply:
        review = self.find(unquote(review_id))
        if review is None:
            return self.missing()
        comment = call.json()["comment"]
        if len(comment.encode()) > 4_096:
            return json_reply(
                {"error": {"code": 400, "message": "Too long", "status": "INVALID_ARGUMENT"}}, 400
            )
        review.reply, review.replied, review.state = comment, self.now(), "PENDING"
        return json_reply({"comment": comment, "updateTime": iso(review.replied)})

    def _json(self, review: Review) -> Json:
        said: Json = {
            "name": f"{LOCATION}/reviews/{review.id}", "reviewId": review.id, "comment": review.text,
            "reviewer": {"displayName": "Klaas", "profilePhotoUrl": "https://p.example/1"},
            "starRating": _WORDS[review.stars], "createTime": iso(review.at),
            "updateTime": iso(review.changed),
        }  # fmt: skip
        if review.reply:
            said["reviewReply"] = {
                "comment": review.reply, "updateTime": iso(review.replied), "reviewReplyState": review.state,
            }  # fmt: skip
        return said


class FakeTrustpilot(FakeReviews):
    """One business unit."""

    def __init__(self, clock: ManualClock, page: int = 100) -> None:
        super().__init__(clock, page)
        self.routes = (
            ("POST", "/token", self._token),
            ("GET", f"/v1/private/business-units/{UNIT}/reviews", self._list),
            ("GET", "/v1/private/reviews/([^/]+)", self._one),
            ("POST", "/v1/private/reviews/([^/]+)/reply", self._reply),
        )

    def _list(self, call: Call) -> Reply:
        size = min(self.page, int(call.one("perPage", "20")))
        begin = size * (int(call.one("page", "1")) - 1)
        newest = self.reviews[::-1]
        return json_reply({"reviews": [self._shown(each) for each in newest[begin : begin + size]]})

    def _one(self, _call: Call, review_id: str) -> Reply:
        review = self.find(review_id)
        return json_reply(self._json(review)) if review else self.missing()

    def _reply(self, call: Call, review_id: str) -> Reply:
        review = self.find(review_id)
        if review is None:
            return self.missing()
        review.reply, review.replied = call.json()["message"], self.now()
        return Reply(201)

    def _json(self, review: Review) -> Json:
        said: Json = {
            "id": review.id, "stars": review.stars, "title": "", "text": review.text,
            "createdAt": iso(review.at), "updatedAt": iso(review.changed),
            "consumer": {"id": "c1", "displayName": "Klaas"}, "language": "nl",
        }  # fmt: skip
        if review.reply:
            said["companyReply"] = {"text": review.reply, "createdAt": iso(review.replied)}
        return said
