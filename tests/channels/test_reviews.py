"""Google reviews and Trustpilot: through the common suite, and what only reviews have."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from hypothesis import given

from channels.access import RenewedAccess
from channels.base import AuthFailed, Connector, Permanent, RateLimited
from channels.google import until_midnight
from channels.google_reviews import GoogleReviewsConnector
from channels.google_reviews import Ours as GoogleOurs
from channels.google_reviews import read_review as read_google
from channels.hooks import About, HookRequest, HookSecrets
from channels.spec import Spec
from channels.trustpilot import TrustpilotConnector
from channels.trustpilot_parse import Ours as TrustpilotOurs
from channels.trustpilot_parse import TrustpilotHook, read_hook
from channels.trustpilot_parse import read_review as read_trustpilot
from config import platforms
from domain.clock import DAY, HOUR
from domain.inbound import Aside, Attachment, BadItem, Echo, Inbound
from tests.channels.fake_platform import NOON, PolledWorld
from tests.channels.fake_reviews import LOCATION, UNIT, FakeGoogle, FakeTrustpilot
from tests.channels.fault_server import Fault
from tests.channels.mutations import assert_read, mutated
from tests.channels.suite import ConnectorSuite
from tests.channels.world import ConnectorWorld, Sent, Trait, answer_to, drain

GOOGLE = {
    "reviewId": "g1", "reviewer": {"displayName": "Klaas", "profilePhotoUrl": "https://p.example/1"},
    "starRating": "TWO", "comment": "(Translated by Google) Slow\n\n(Original)\nTraag",
    "createTime": "2026-11-13T11:00:00Z", "updateTime": "2026-11-13T12:00:00Z",
    "reviewReply": {"comment": "Dank", "updateTime": "2026-11-13T13:00:00Z"},
}  # fmt: skip
TRUSTPILOT = {
    "id": "t1", "stars": 1, "title": "Slecht", "text": "Nooit meer", "createdAt": "2026-11-13T11:00:00Z",
    "language": "nl", "consumer": {"id": "c1", "displayName": "Klaas"},
    "companyReply": {"text": "Sorry", "createdAt": "2026-11-13T13:00:00Z"},
}  # fmt: skip
CALL = {
    "events": [
        {"eventName": "service-review-created", "eventData": TRUSTPILOT},
        {"eventName": "service-review-deleted", "eventData": {"id": "t2", "consumer": {"id": "c2"}}},
        {"eventName": "product-review-created", "eventData": {"id": "t3"}},
    ]
}


class ReviewWorld(PolledWorld):
    """A platform whose token runs out and is renewed by itself."""

    traits: frozenset[Trait] = frozenset(
        {"edits", "deletes", "echoes", "renews_tokens", "tells_time", "spoils", "sends"}
    )
    refused = Fault(status=401, times=1)

    def access(self) -> RenewedAccess:
        """As a configured channel would have it."""
        form = {"grant_type": "refresh_token", "refresh_token": "refresh-0"}
        return RenewedAccess(f"{self.fake.server.url}/token", form, clock=self.clock)

    async def let_someone_post(
        self, text: str, *, private: bool = False, attachments: Sequence[Attachment] = ()
    ) -> str:
        """A review of two stars."""
        return str(self.fake.write(text).id)

    async def edit(self, remote_id: str, text: str) -> None:
        """By whoever wrote it."""
        review = self.fake.find(remote_id)
        review.text, review.changed = text, self.clock.now()

    async def delete(self, remote_id: str) -> None:
        """It is gone."""
        self.fake.reviews.remove(self.fake.find(remote_id))

    async def post_as_us(self, text: str, in_reply_to: str) -> str:
        """On the platform's own page."""
        review = self.fake.find(in_reply_to)
        review.reply, review.replied = text, self.clock.now()
        return f"{in_reply_to}#reply"

    def sent_on_server(self) -> Sequence[Sent]:
        """Every reply."""
        return [Sent(f"{each.id}#reply", each.reply) for each in self.fake.reviews if each.reply]


class GoogleWorld(ReviewWorld):
    """One location."""

    stream = f"reviews:{LOCATION}"
    reads = (("GET", f"/v4/{LOCATION}/reviews"), ("PUT", f"/v4/{LOCATION}/reviews"))

    def __init__(self) -> None:
        super().__init__()
        self.fake = FakeGoogle(self.clock, self.page)

    def make(self) -> Connector:
        """With a refresh token."""
        return GoogleReviewsConnector(
            "google", (LOCATION,), self.access(), clock=self.clock, base_url=self.fake.server.url
        )

    async def spoil(self, remote_id: str) -> None:
        """Without times or author."""
        self.fake.spoilt[remote_id] = {"reviewId": remote_id, "createTime": 12}


class TrustpilotWorld(ReviewWorld):
    """One business unit."""

    stream = "reviews"
    reads = (("GET", f"/v1/private/business-units/{UNIT}/reviews"), ("POST", "/v1/private/reviews"))

    def __init__(self) -> None:
        super().__init__()
        self.fake = FakeTrustpilot(self.clock, self.page)

    def make(self) -> Connector:
        """With a refresh token."""
        return TrustpilotConnector(
            "trustpilot", UNIT, self.access(), clock=self.clock, base_url=self.fake.server.url, page=self.page
        )


class TestGoogle(ConnectorSuite):
    """All of it."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[ConnectorWorld]:
        """One location."""
        world = GoogleWorld()
        async with world.fake.server:
            yield world
            await world.close()


class TestTrustpilot(ConnectorSuite):
    """All of it."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[ConnectorWorld]:
        """One business unit."""
        world = TrustpilotWorld()
        async with world.fake.server:
            yield world
            await world.close()


@pytest.fixture(params=[GoogleWorld, TrustpilotWorld])
async def reviews(request: pytest.FixtureRequest) -> AsyncIterator[ReviewWorld]:
    world: Any = request.param()
    async with world.fake.server:
        yield world
        await world.close()


@pytest.fixture
async def google() -> AsyncIterator[GoogleWorld]:
    world = GoogleWorld()
    async with world.fake.server:
        yield world
        await world.close()


async def test_stars_come_along(reviews: ReviewWorld) -> None:
    reviews.fake.write("Matig", 3)
    reviews.clock.advance(1)
    reviews.fake.write("", 5)
    stars, alone = (await drain(reviews.connector(), reviews.stream)).items
    assert (stars.rating, stars.kind, alone.rating) == (3, "review", 5)
    assert alone.text


async def test_other_stars_are_another_revision(reviews: ReviewWorld) -> None:
    review = reviews.fake.write("Matig", 3)
    drained = await drain(reviews.connector(), reviews.stream)
    reviews.clock.advance(HOUR)
    review.stars, review.changed = 1, reviews.clock.now()
    (edited,) = (await drain(reviews.connector(), reviews.stream, drained.cursor)).items
    assert edited.rating == 1
    assert edited.revision != drained.items[0].revision


async def test_nobody_is_answered_in_private(reviews: ReviewWorld) -> None:
    from dataclasses import replace  # noqa: PLC0415

    await reviews.let_someone_post("Matig")
    connector = reviews.connector()
    (item,) = (await drain(connector, reviews.stream)).items
    assert not item.can_reply_private.ok
    with pytest.raises(Permanent):
        await connector.prepare(replace(answer_to(item), visibility="private"))


async def test_a_second_answer_takes_the_place_of_the_first(reviews: ReviewWorld) -> None:
    await reviews.let_someone_post("Matig")
    connector = reviews.connector()
    (item,) = (await drain(connector, reviews.stream)).items
    await connector.send(await connector.prepare(answer_to(item, "eerst")))
    await connector.send(await connector.prepare(answer_to(item, "daarna")))
    assert [each.text for each in reviews.sent_on_server()] == ["daarna"]


async def test_a_token_is_asked_for_once_and_again_when_it_runs_out(reviews: ReviewWorld) -> None:
    connector = reviews.connector()
    await drain(connector, reviews.stream)
    await drain(connector, reviews.stream)
    assert reviews.fake.issued == 1
    reviews.clock.advance(HOUR)
    await drain(connector, reviews.stream)
    assert reviews.fake.issued == 2


async def test_a_refresh_token_that_was_revoked_needs_a_person(google: GoogleWorld) -> None:
    google.fake.refresh = "anders"
    with pytest.raises(AuthFailed):
        await drain(google.connector(), google.stream)
    assert not (await google.connector().check_auth()).ok


async def test_a_reply_that_google_takes_down_is_said_once(google: GoogleWorld) -> None:
    posted = await google.let_someone_post("Matig")
    connector = google.connector()
    drained = await drain(connector, google.stream)
    await connector.send(await connector.prepare(answer_to(drained.items[0])))
    google.fake.find(posted).state = "REJECTED"
    batch = await connector.pull(google.stream, drained.cursor)
    (status,) = batch.statuses
    assert (status.remote_id, status.state) == (f"{posted}#reply", "failed")
    assert status.sentence
    assert (await connector.pull(google.stream, batch.cursor)).statuses == ()


async def test_a_used_up_quota_waits_for_the_next_day(google: GoogleWorld) -> None:
    error = {"code": 403, "message": "Quota", "errors": [{"reason": "quotaExceeded"}]}
    body = json.dumps({"error": error}).encode()
    google.fake.server.fail(Fault(status=403, body=body, path="/v4"))
    with pytest.raises(RateLimited) as caught:
        await drain(google.connector(), google.stream)
    assert caught.value.after is not None


def test_midnight_in_california() -> None:
    assert until_midnight(1_763_031_600_000) == 21 * HOUR  # 11:00 UTC is 03:00 there
    assert 0 < until_midnight(1_762_070_400_000) <= DAY + HOUR  # the day on which the clock goes back


def test_what_is_no_location_is_said() -> None:
    from channels.access import FixedAccess  # noqa: PLC0415
    from domain.clock import ManualClock  # noqa: PLC0415

    with pytest.raises(Permanent, match="accounts/1/locations/2"):
        GoogleReviewsConnector("google", ("../x",), FixedAccess({}), clock=ManualClock(NOON))


def test_a_translation_is_left_out() -> None:
    item, echo = read_google(GOOGLE, GoogleOurs("google", LOCATION))
    assert isinstance(item, Inbound)
    assert (item.text, item.rating) == ("Traag", 2)
    assert item.edited_at is not None
    assert isinstance(echo, Echo)
    assert (echo.remote_id, echo.parent_id, echo.text) == ("g1#reply", "g1", "Dank")


def test_a_recorded_answer_is_read() -> None:
    spec = platforms.get("google")
    assert isinstance(spec, Spec)
    assert spec.read_body is not None
    batch = spec.read_body(json.dumps({"reviews": [GOOGLE]}).encode(), About("g", NOON))
    assert (len(batch.items), len(batch.echoes)) == (1, 1)


def test_trustpilot_s_calls() -> None:
    item, echo, gone, aside = read_hook(CALL, TrustpilotOurs("t", UNIT), NOON)
    assert isinstance(item, Inbound)
    assert (item.remote_id, item.rating, item.text) == ("t1", 1, "Slecht\n\nNooit meer")
    assert isinstance(echo, Echo)
    assert isinstance(gone, Inbound)
    assert (gone.remote_id, gone.deleted) == ("t2", True)
    assert isinstance(aside, Aside)
    assert isinstance(next(read_hook([], TrustpilotOurs("t", UNIT), NOON)), BadItem)


@pytest.mark.parametrize(
    ("token", "verdict"), [("geheim", "good"), ("oud", "good"), ("", "forged"), ("x", "forged")]
)
def test_a_call_carries_the_secret_word(token: str, verdict: str) -> None:
    secrets = HookSecrets({"webhook_secret": ["geheim", "oud"]})
    request = HookRequest("POST", {"token": token}, {}, json.dumps(CALL).encode())
    assert TrustpilotHook().verify(request, secrets, NOON) == verdict
    assert TrustpilotHook().verify(request, HookSecrets({}), NOON) == "forged"
    assert len(TrustpilotHook().parse(request.body, About("t", NOON)).items) == 2


@given(mutated(GOOGLE))
def test_no_google_review_breaks_the_reading(review: object) -> None:
    assert_read(read_google(review, GoogleOurs("google", LOCATION)))


@given(mutated(TRUSTPILOT))
def test_no_trustpilot_review_breaks_the_reading(review: object) -> None:
    assert_read(read_trustpilot(review, TrustpilotOurs("t", UNIT), "reviews"))


@given(mutated(CALL))
def test_no_call_breaks_the_reading(body: object) -> None:
    assert_read(read_hook(body, TrustpilotOurs("t", UNIT), NOON))
