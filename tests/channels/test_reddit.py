"""Reddit: through the common suite, and what only it has."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import given

from channels.access import FixedAccess
from channels.base import Permanent, RateLimited
from channels.hooks import About
from channels.reddit import INBOX, Listening, RedditConnector
from channels.reddit_parse import Ours, read_thing
from channels.spec import Spec
from config import platforms
from domain.clock import MINUTE
from domain.inbound import Aside, Attachment, Inbound
from tests.channels.fake_platform import NOON, PolledWorld
from tests.channels.fake_reddit import US, FakeReddit
from tests.channels.mutations import assert_read, mutated
from tests.channels.suite import ConnectorSuite
from tests.channels.world import ConnectorWorld, Sent, answer_to, drain

OURS = Ours("reddit", US)
COMMENT = {
    "kind": "t1",
    "data": {
        "name": "t1_a", "author": "klaas", "body": "hoi u/gemeente", "created_utc": 1_763_031_600.0,
        "edited": 1_763_031_700.0, "parent_id": "t1_b", "context": "/r/buurt/comments/abc/x/a/?context=3",
        "subject": "comment reply", "author_fullname": "t2_k",
    },
}  # fmt: skip
POST = {
    "kind": "t3",
    "data": {
        "name": "t3_p", "author": "klaas", "title": "Kijk", "selftext": "", "created_utc": 1_763_031_600,
        "post_hint": "image", "url": "https://i.example/1.png", "locked": True,
        "permalink": "/r/b/comments/p/",
    },
}  # fmt: skip
MESSAGE = {
    "kind": "t4",
    "data": {"name": "t4_m", "author": "klaas", "body": "in vertrouwen", "created_utc": 1_763_031_600},
}


class RedditWorld(PolledWorld):
    """One account."""

    fake: FakeReddit
    stream = INBOX
    traits = frozenset({"edits", "deletes", "echoes", "tells_time", "spoils", "sends"})
    reads = (("GET", "/message/inbox"), ("POST", "/api/comment"))

    def __init__(self) -> None:
        super().__init__()
        self.fake = FakeReddit(self.clock, self.page)

    def make(self) -> RedditConnector:
        """With the token of now."""
        access = FixedAccess({"authorization": f"Bearer {self.token}"})
        listening = Listening(("buurt",), ("storing",))
        return RedditConnector(
            "reddit", access, clock=self.clock, listening=listening, page=self.page,
            base_url=self.fake.server.url,
        )  # fmt: skip

    async def let_someone_post(
        self, text: str, *, private: bool = False, attachments: Sequence[Attachment] = ()
    ) -> str:
        """A comment to us."""
        return self.fake.write("klaas", text, "t4" if private else "t1").name

    async def edit(self, remote_id: str, text: str) -> None:
        """By whoever wrote it."""
        thing = self.fake.find(remote_id)
        thing.text, thing.edited = text, self.clock.now()

    async def delete(self, remote_id: str) -> None:
        """It stays as `[deleted]`."""
        self.fake.find(remote_id).gone = True

    async def spoil(self, remote_id: str) -> None:
        """Without author or time."""
        self.fake.spoilt[remote_id] = {"kind": "t1", "data": {"name": remote_id, "created_utc": "x"}}

    async def post_as_us(self, text: str, in_reply_to: str) -> str:
        """In the browser."""
        return self.fake.write(US, text, "t1", in_reply_to).name

    def sent_on_server(self) -> Sequence[Sent]:
        """Ours."""
        return [Sent(each.name, each.text) for each in self.fake.things if each.author == US]


class TestReddit(ConnectorSuite):
    """All of it."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[ConnectorWorld]:
        """One account."""
        world = RedditWorld()
        async with world.fake.server:
            yield world
            await world.close()


@pytest.fixture
async def reddit() -> AsyncIterator[RedditWorld]:
    world = RedditWorld()
    async with world.fake.server:
        yield world
        await world.close()


async def test_a_private_message_is_read_and_cannot_be_answered(reddit: RedditWorld) -> None:
    await reddit.let_someone_post("in vertrouwen", private=True)
    connector = reddit.connector()
    (item,) = (await drain(connector, INBOX)).items
    assert (item.visibility, item.can_reply_public.ok, item.can_reply_private.ok) == ("private", False, False)
    assert "chat" in item.can_reply_private.reason
    with pytest.raises(Permanent):
        await connector.prepare(answer_to(item))


async def test_a_community_and_a_search(reddit: RedditWorld) -> None:
    post = reddit.fake.write("jan", "Storing in de buurt", "t3").name
    comment = reddit.fake.write("jan", "ook hier", "t1").name
    connector = reddit.connector()
    found = {stream: (await drain(connector, stream)).ids for stream in connector.streams[2:]}
    assert found == {"comments:buurt": [comment], "posts:buurt": [post], "search:storing": [post]}


@pytest.mark.parametrize(
    ("words", "after"),
    [
        ("Take a break. Try again in 9 minutes.", 9 * MINUTE),
        ("Try again in 5 seconds.", 5_000),
        ("Later.", None),
    ],
)
async def test_slowing_down_stands_in_the_answer(reddit: RedditWorld, words: str, after: int | None) -> None:
    await reddit.let_someone_post("vraag")
    connector = reddit.connector()
    (item,) = (await drain(connector, INBOX)).items
    reddit.fake.refusal = ["RATELIMIT", words, "ratelimit"]
    with pytest.raises(RateLimited) as caught:
        await connector.send(await connector.prepare(answer_to(item)))
    assert caught.value.after == after
    reddit.fake.refusal = ["THREAD_LOCKED", "Comments are locked.", "parent"]
    with pytest.raises(Permanent, match="Comments are locked") as refused:
        await connector.send(await connector.prepare(answer_to(item)))
    assert refused.value.code == "THREAD_LOCKED"


def test_a_comment_in_the_inbox_knows_its_thread() -> None:
    item = read_thing(COMMENT, OURS, INBOX, NOON)
    assert isinstance(item, Inbound)
    assert (item.thread_key, item.parent_id, item.kind) == ("t3_abc", "t1_b", "mention")
    assert item.edited_at == 1_763_031_700_000


def test_a_locked_post_says_so_and_shows_its_picture() -> None:
    item = read_thing(POST, OURS, INBOX, NOON)
    assert isinstance(item, Inbound)
    assert (item.kind, item.can_reply_public.ok, item.attachments[0].kind) == ("post", False, "image")


@pytest.mark.parametrize("kind", ["more", "t2", "t5"])
def test_what_asks_for_no_answer_is_left_alone(kind: str) -> None:
    assert isinstance(read_thing({"kind": kind, "data": {"name": "x"}}, OURS, INBOX, NOON), Aside)


def test_a_recorded_listing_is_read() -> None:
    spec = platforms.get("reddit")
    assert isinstance(spec, Spec)
    assert spec.read_body is not None
    listing = {"kind": "Listing", "data": {"children": [COMMENT, POST, MESSAGE]}}
    batch = spec.read_body(json.dumps(listing).encode(), About("r", NOON))
    assert [each.remote_id for each in batch.items] == ["t1_a", "t3_p", "t4_m"]
    assert len(spec.read_body(json.dumps([listing, COMMENT]).encode(), About("r", NOON)).items) == 3


@given(mutated(COMMENT, POST, MESSAGE))
def test_no_thing_breaks_the_reading(thing: object) -> None:
    assert_read([read_thing(thing, OURS, INBOX, NOON)])
