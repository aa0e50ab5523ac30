"""YouTube: through the common suite, its quota, recorded answers, and what only it has."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import given

from channels.access import FixedAccess
from channels.base import RateLimited
from channels.hooks import About
from channels.spec import Spec
from channels.youtube import COMMENTS, QUOTA, YouTubeConnector
from channels.youtube_parse import Ours, read_body, read_thread
from config import platforms
from domain.clock import HOUR, MINUTE
from domain.inbound import Aside, Attachment, Echo, Inbound
from tests.channels.fake_platform import NOON, PolledWorld
from tests.channels.fake_youtube import CUSTOMER, STRANGER, US, FakeYouTube
from tests.channels.mutations import assert_read, mutated
from tests.channels.schema import CONTRACTS
from tests.channels.suite import ConnectorSuite
from tests.channels.world import ConnectorWorld, Sent, answer_to, drain

OURS = Ours("youtube", US)
COMMENT = {
    "kind": "youtube#comment", "id": "c1",
    "snippet": {
        "textDisplay": "a &lt; b<br>hoi", "authorDisplayName": "@klaas",
        "authorChannelId": {"value": CUSTOMER}, "publishedAt": "2026-11-13T11:00:00Z",
        "updatedAt": "2026-11-13T12:00:00Z", "videoId": "v1",
    },
}  # fmt: skip
THREAD = {
    "kind": "youtube#commentThread", "id": "c1",
    "snippet": {"topLevelComment": COMMENT, "totalReplyCount": 1, "canReply": False, "videoId": "v1"},
    "replies": {"comments": [{**COMMENT, "id": "c1.c2"}]},
}  # fmt: skip


class YouTubeWorld(PolledWorld):
    """One channel."""

    fake: FakeYouTube
    stream = COMMENTS
    traits = frozenset({"edits", "deletes", "echoes", "tells_time", "spoils", "sends"})
    reads = (("GET", "/youtube/v3/commentThreads"), ("POST", "/youtube/v3/comments"))

    def __init__(self) -> None:
        super().__init__()
        self.fake = FakeYouTube(self.clock, self.page)

    def make(self) -> YouTubeConnector:
        """With the token of now."""
        access = FixedAccess({"authorization": f"Bearer {self.token}"})
        return YouTubeConnector(
            "youtube", access, clock=self.clock, page=self.page, base_url=self.fake.server.url
        )

    async def let_someone_post(
        self, text: str, *, private: bool = False, attachments: Sequence[Attachment] = ()
    ) -> str:
        """From two people in turn."""
        return self.fake.write((CUSTOMER, STRANGER)[len(self.fake.comments) % 2], text).id

    async def edit(self, remote_id: str, text: str) -> None:
        """By whoever wrote it."""
        comment = self.fake.find(remote_id)
        comment.text, comment.edited = text, self.clock.now()

    async def delete(self, remote_id: str) -> None:
        """It is gone."""
        self.fake.comments.remove(self.fake.find(remote_id))

    async def spoil(self, remote_id: str) -> None:
        """Without text."""
        self.fake.spoilt[remote_id] = {"id": remote_id, "snippet": {"publishedAt": 12}}

    async def post_as_us(self, text: str, in_reply_to: str) -> str:
        """In the browser."""
        return self.fake.write(US, text, in_reply_to).id

    def sent_on_server(self) -> Sequence[Sent]:
        """Ours."""
        return [Sent(each.id, each.text) for each in self.fake.comments if each.author == US]


class TestYouTube(ConnectorSuite):
    """All of it."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[ConnectorWorld]:
        """One channel."""
        world = YouTubeWorld()
        async with world.fake.server:
            yield world
            await world.close()


@pytest.fixture
async def youtube() -> AsyncIterator[YouTubeWorld]:
    world = YouTubeWorld()
    async with world.fake.server:
        yield world
        await world.close()


async def test_an_answer_to_an_old_thread_is_found_within_a_quarter(youtube: YouTubeWorld) -> None:
    """It does not move its thread up, so the walk goes further now and then."""
    old = await youtube.let_someone_post("oud")
    for number in range(12):
        youtube.clock.advance(MINUTE)
        await youtube.let_someone_post(f"nieuw {number}")
    connector = youtube.connector()
    drained = await drain(connector, COMMENTS)
    youtube.clock.advance(MINUTE)
    late = youtube.fake.write(STRANGER, "nog iets", top=old).id
    drained = await drain(connector, COMMENTS, drained.cursor)
    assert drained.ids == []
    youtube.clock.advance(15 * MINUTE)
    drained = await drain(connector, COMMENTS, drained.cursor)
    assert drained.ids == [late]
    assert (drained.items[0].thread_key, drained.items[0].parent_id) == (old, old)


async def test_more_answers_than_come_along_are_asked_for_once(youtube: YouTubeWorld) -> None:
    top = await youtube.let_someone_post("vraag")
    answers = [youtube.fake.write(STRANGER, f"antwoord {number}", top=top).id for number in range(9)]
    connector = youtube.connector()
    drained = await drain(connector, COMMENTS)
    assert sorted(drained.ids) == sorted([top, *answers])
    asked = len(youtube.fake.server.calls)
    await drain(connector, COMMENTS, drained.cursor)
    later = [call.path for call in youtube.fake.server.calls[asked:]]
    assert later.count("/youtube/v3/commentThreads") == 1


async def test_an_answer_to_an_answer_hangs_in_its_thread(youtube: YouTubeWorld) -> None:
    top = await youtube.let_someone_post("vraag")
    youtube.fake.write(STRANGER, "ik ook", top=top)
    connector = youtube.connector()
    (item,) = [each for each in (await drain(connector, COMMENTS)).items if each.parent_id]
    await connector.send(await connector.prepare(answer_to(item)))
    assert youtube.fake.comments[-1].top == top


async def test_listening_stops_in_time_for_answers(youtube: YouTubeWorld) -> None:
    await youtube.let_someone_post("vraag")
    connector = youtube.make()
    youtube.made.append(connector)
    drained = await drain(connector, COMMENTS)
    connector._spend(QUOTA * 9 // 10 - connector._units)
    with pytest.raises(RateLimited):
        await drain(connector, COMMENTS, drained.cursor)
    assert "units" in connector.notice
    await connector.send(await connector.prepare(answer_to(drained.items[0])))
    youtube.clock.advance(22 * HOUR)
    await drain(connector, COMMENTS, drained.cursor)
    assert connector.notice == ""


async def test_what_is_counted_is_what_is_billed(youtube: YouTubeWorld) -> None:
    await youtube.let_someone_post("vraag")
    connector = youtube.make()
    youtube.made.append(connector)
    (item,) = (await drain(connector, COMMENTS)).items
    await connector.send(await connector.prepare(answer_to(item)))
    assert connector._units == youtube.fake.units


def test_a_closed_thread_says_so_and_html_is_text() -> None:
    top, answer = read_thread(THREAD, Ours("youtube", US, plain=False))
    assert isinstance(top, Inbound)
    assert (top.text, top.can_reply_public.ok) == ("a < b\nhoi", False)
    assert isinstance(answer, Inbound)
    assert answer.parent_id == "c1"


def test_our_own_comment_is_an_echo() -> None:
    echo, _answer = read_thread(THREAD, Ours("youtube", CUSTOMER))
    assert isinstance(echo, Echo)


def spec() -> Spec:
    found = platforms.get("youtube")
    assert isinstance(found, Spec)
    return found


def test_a_recorded_answer_is_read() -> None:
    read = spec().read_body
    assert read is not None
    about = About("youtube", NOON)
    assert [each.remote_id for each in read(json.dumps({"items": [THREAD]}).encode(), about).items] == [
        "c1",
        "c1.c2",
    ]
    assert [each.remote_id for each in read(json.dumps(COMMENT).encode(), about).items] == ["c1"]
    (aside,) = read_body({"error": {"message": "no"}}, OURS, NOON)
    assert isinstance(aside, Aside)


def test_recorded_answers_of_others_are_read() -> None:
    folder = CONTRACTS / "payloads" / "youtube"
    if not folder.exists():
        pytest.skip("the folder with other projects' contracts is not here")
    read = spec().read_body
    assert read is not None
    found = {path.name: read(path.read_bytes(), About("youtube", NOON)) for path in folder.glob("*.json")}
    assert len(found) >= 5
    for name, batch in found.items():
        assert not batch.bad, name
        assert bool(batch.aside) == ("error" in name), name
        assert bool(batch.items) != ("error" in name), name


@given(mutated(THREAD, COMMENT, {"error": {"message": "no"}}))
def test_no_answer_breaks_the_reading(entry: object) -> None:
    assert_read(read_body(entry, OURS, NOON))
    assert_read(read_thread(entry, Ours("youtube", US, plain=False)))
