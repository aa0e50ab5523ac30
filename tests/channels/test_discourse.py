"""Discourse: through the common suite, its webhooks, its contract, and what only it has."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.base import Permanent, Unknown
from channels.discourse import POSTS, PRIVATE, DiscourseConnector
from channels.discourse_parse import DiscourseHook, Ours, read_hook, read_post
from channels.hooks import About, HookRequest, HookSecrets
from domain.clock import HOUR
from domain.inbound import Aside, Attachment, Echo, Inbound
from tests.channels.fake_discourse import US, FakeDiscourse
from tests.channels.fake_platform import NOON, PolledWorld
from tests.channels.fault_server import Fault
from tests.channels.mutations import assert_read, mutated
from tests.channels.schema import Document
from tests.channels.suite import ConnectorSuite
from tests.channels.world import ConnectorWorld, Sent, answer_to, drain, stored_and_read

OURS = Ours("discourse", US, "https://forum.example")
POST = {
    "id": 12, "username": "klant", "name": "Klaas", "avatar_template": "/a/{size}.png", "raw": "hallo",
    "cooked": "<p>hallo</p>", "created_at": "2026-11-13T11:00:00Z", "updated_at": "2026-11-13T11:05:00Z",
    "post_number": 3, "topic_id": 7, "topic_slug": "vraag", "topic_title": "Vraag", "version": 2,
    "reply_to_post_number": 1, "reply_to_user": {"username": US}, "topic_archetype": "regular",
}  # fmt: skip


class DiscourseWorld(PolledWorld):
    """One forum."""

    fake: FakeDiscourse
    stream = POSTS
    traits = frozenset({"edits", "deletes", "echoes", "tells_time", "spoils", "sends"})
    refused = Fault(status=403, times=99)
    reads = (("GET", "/posts.json"), ("POST", "/posts.json"))

    def __init__(self) -> None:
        super().__init__()
        self.fake = FakeDiscourse(self.clock, self.page)

    def make(self) -> DiscourseConnector:
        """With the key of now."""
        return DiscourseConnector(
            "discourse", self.fake.server.url, US, self.token, clock=self.clock, window=self.page
        )

    async def let_someone_post(
        self, text: str, *, private: bool = False, attachments: Sequence[Attachment] = ()
    ) -> str:
        """In a topic, or in a conversation with us."""
        if private:
            self.fake.private.add(9)
        return str(self.fake.write("klant", text, 9 if private else 7).id)

    async def edit(self, remote_id: str, text: str) -> None:
        """By whoever wrote it."""
        post = self.fake.find(remote_id)
        post.raw, post.version, post.edited = text, 2, self.clock.now()

    async def delete(self, remote_id: str) -> None:
        """It is 404 from then on."""
        self.fake.find(remote_id).gone = True

    async def post_as_us(self, text: str, in_reply_to: str) -> str:
        """In the browser."""
        return str(self.fake.write(US, text, 7, self.fake.find(in_reply_to).number).id)

    def sent_on_server(self) -> Sequence[Sent]:
        """Ours."""
        return [
            Sent(str(each.id), each.raw, private=each.topic in self.fake.private)
            for each in self.fake.posts
            if each.username == US
        ]


class TestDiscourse(ConnectorSuite):
    """All of it."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[ConnectorWorld]:
        """One fake forum."""
        world = DiscourseWorld()
        async with world.fake.server:
            yield world
            await world.close()


@pytest.fixture
async def forum() -> AsyncIterator[DiscourseWorld]:
    world = DiscourseWorld()
    async with world.fake.server:
        yield world
        await world.close()


async def test_a_window_without_public_posts_hides_nothing(forum: DiscourseWorld) -> None:
    first = await forum.let_someone_post("openbaar")
    for number in range(12):
        await forum.let_someone_post(f"vertrouwelijk {number}", private=True)
    last = await forum.let_someone_post("openbaar 2")
    drained = await drain(forum.connector(), POSTS)
    assert drained.ids == [first, last]
    for number in range(12):
        await forum.let_someone_post(f"vertrouwelijk {number}", private=True)
    assert (await drain(forum.connector(), POSTS, drained.cursor)).ids == []
    forum.clock.advance(HOUR)
    later = await forum.let_someone_post("openbaar 3")
    assert (await drain(forum.connector(), POSTS, drained.cursor)).ids == [later]


async def test_a_private_conversation_and_its_answer(forum: DiscourseWorld) -> None:
    await forum.let_someone_post("in vertrouwen", private=True)
    connector = forum.connector()
    drained = await drain(connector, PRIVATE)
    (item,) = drained.items
    assert (item.visibility, item.kind, item.can_reply_public.ok) == ("private", "dm", False)
    assert item.text.startswith("Onderwerp\n\n")
    prepared = stored_and_read(await connector.prepare(answer_to(item)))
    result = await connector.send(prepared)
    found = await connector.find_sent(prepared)
    assert found is not None
    assert found.remote_id == result.remote_id
    (echo,) = (await drain(connector, PRIVATE, drained.cursor)).echoes
    assert (echo.remote_id, echo.parent_id) == (result.remote_id, item.remote_id)
    assert (await drain(connector, POSTS)).items == []


async def test_a_reply_that_a_moderator_must_see_is_not_known_yet(forum: DiscourseWorld) -> None:
    await forum.let_someone_post("vraag")
    connector = forum.connector()
    (item,) = (await drain(connector, POSTS)).items
    prepared = await connector.prepare(answer_to(item))
    forum.fake.moderated = True
    with pytest.raises(Unknown, match="moderator"):
        await connector.send(prepared)
    assert await connector.find_sent(prepared) is None
    forum.fake.write(US, prepared.text, 7, 1)
    assert await connector.find_sent(prepared) is not None


async def test_a_private_message_is_never_answered_in_public(forum: DiscourseWorld) -> None:
    await forum.let_someone_post("in vertrouwen", private=True)
    connector = forum.connector()
    (item,) = (await drain(connector, PRIVATE)).items
    with pytest.raises(Permanent) as caught:
        await connector.prepare(replace(answer_to(item), visibility="public"))
    assert caught.value.code == "WouldLeak"


async def test_who_wrote_in_public_is_written_to_in_private(forum: DiscourseWorld) -> None:
    """In a conversation of its own, called after the topic; and nobody else sees it."""
    await forum.let_someone_post("vraag")
    forum.fake.titles[7] = "Container " * 40
    connector = forum.connector()
    drained = await drain(connector, POSTS)
    (item,) = drained.items
    assert item.can_reply_private.ok
    draft = replace(answer_to(item, "Wat is je klantnummer?"), visibility="private")
    prepared = stored_and_read(await connector.prepare(draft))
    assert await connector.find_sent(prepared) is None
    result = await connector.send(prepared)
    ((topic, whom),) = forum.fake.with_whom.items()
    assert (whom, forum.fake.titles[topic][:14]) == (item.author.remote_id, "Re: Container ")
    assert (result.ref or {})["private"] is True
    found = await forum.connector().find_sent(prepared)
    assert found is not None
    assert found.remote_id == result.remote_id
    assert [one.private for one in forum.sent_on_server()] == [True]
    assert (await drain(connector, POSTS, drained.cursor)).items == []
    forum.fake.write(item.author.remote_id, "12", topic)
    (answered,) = (await drain(connector, PRIVATE)).items
    assert (answered.visibility, answered.text) == ("private", "12")


async def test_a_lost_answer_to_a_new_conversation_is_found(forum: DiscourseWorld) -> None:
    await forum.let_someone_post("vraag")
    connector = forum.connector()
    (item,) = (await drain(connector, POSTS)).items
    forum.fake.server.fail(Fault("no_answer", method="POST", accepted=True))
    prepared = await connector.prepare(replace(answer_to(item), visibility="private"))
    with pytest.raises(Unknown):
        await connector.send(prepared)
    found = await connector.find_sent(prepared)
    assert found is not None
    assert [one.remote_id for one in forum.sent_on_server()] == [found.remote_id]


async def test_who_takes_no_private_messages_is_said(forum: DiscourseWorld) -> None:
    await forum.let_someone_post("vraag")
    connector = forum.connector()
    (item,) = (await drain(connector, POSTS)).items
    forum.fake.closed_to.add(item.author.remote_id)
    with pytest.raises(Permanent, match="personal message"):
        await connector.send(await connector.prepare(replace(answer_to(item), visibility="private")))


async def test_the_forum_s_own_words_are_said(forum: DiscourseWorld) -> None:
    await forum.let_someone_post("vraag")
    connector = forum.connector()
    (item,) = (await drain(connector, POSTS)).items
    body = json.dumps({"errors": ["This topic is closed"]}).encode()
    forum.fake.server.fail(Fault(status=422, body=body, method="POST"))
    with pytest.raises(Permanent, match="This topic is closed"):
        await connector.send(await connector.prepare(answer_to(item)))


# Webhooks

SECRETS = HookSecrets({"webhook_secret": ["geheim", "oud"]})


def signed(body: bytes, secret: str = "geheim") -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (signed(b"{}"), "good"),
        (signed(b"{}", "oud"), "good"),
        (signed(b"{ }"), "forged"),
        (signed(b"{}", "anders"), "forged"),
        ("", "forged"),
        ("é", "forged"),
    ],
)
def test_a_signature_is_over_the_raw_body(given: str, verdict: str) -> None:
    request = HookRequest("POST", {}, {"x-discourse-event-signature": given}, b"{}")
    assert DiscourseHook().verify(request, SECRETS, NOON) == verdict


def test_a_call_says_what_was_posted() -> None:
    about = About("discourse", NOON, {"server": "https://forum.example", "username": US})
    body = json.dumps({"post": POST}).encode()
    (item,) = DiscourseHook().parse(body, about).items
    assert (item.remote_id, item.text, item.kind, item.account) == ("12", "hallo", "reply", "@gemeente")
    assert item.permalink == "https://forum.example/t/vraag/7/3"
    assert item.edited_at is not None
    request = HookRequest("POST", {}, {"x-discourse-event-id": "77"}, body)
    assert DiscourseHook().event_id(request) == "77"
    assert DiscourseHook().parse(b"no", about).bad


def test_a_post_that_was_taken_away() -> None:
    (gone,) = read_hook({"post": {**POST, "user_deleted": True}}, OURS, NOON)
    assert isinstance(gone, Inbound)
    assert gone.deleted


def test_a_private_call_is_private() -> None:
    (item,) = read_hook({"post": {**POST, "topic_archetype": "private_message"}}, OURS, NOON)
    assert isinstance(item, Inbound)
    assert item.visibility == "private"


def test_our_own_post_is_an_echo() -> None:
    (echo,) = read_hook({"post": {**POST, "username": US.title()}}, OURS, NOON)
    assert isinstance(echo, Echo)


@pytest.mark.parametrize("body", [{"topic": {}}, {"ping": "OK"}, {}])
def test_what_asks_for_no_answer_is_left_alone(body: object) -> None:
    (aside,) = read_hook(body, OURS, NOON)
    assert isinstance(aside, Aside)


@given(mutated({"post": POST}, {"post": {**POST, "deleted_at": "2026-11-13T11:00:00.000Z"}}))
def test_no_body_breaks_the_reading(body: object) -> None:
    assert_read(read_hook(body, OURS, NOON))


# The contract


async def test_every_request_is_legal_and_the_fake_answers_lawfully(forum: DiscourseWorld) -> None:
    judge = Document.named("discourse.json")
    for number in range(12):
        await forum.let_someone_post(f"bericht {number}")
        await forum.let_someone_post(f"vertrouwelijk {number}", private=True)
    connector = forum.connector()
    for stream in connector.streams:
        item = (await drain(connector, stream)).items[0]
        prepared = await connector.prepare(answer_to(item))
        await connector.send(prepared)
        await connector.find_sent(prepared)
    private = replace(answer_to(item, "tussen ons"), visibility="private", parent_ref={"topic": "7"})
    prepared = await connector.prepare(private)
    await connector.send(prepared)
    await connector.find_sent(prepared)
    await connector.check_auth()
    calls = forum.fake.server.calls
    assert len({call.path for call in calls}) > 5
    assert [fault for call in calls for fault in judge.faults_of_call(call)] == []


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(data=st.data())
def test_every_legal_post_is_read_or_set_apart(data: st.DataObject) -> None:
    judge = Document.named("discourse.json")
    said = data.draw(judge.legal(judge.answer_schema("GET", "/posts.json")))
    assert_read(read_post(each, OURS, POSTS, {}, NOON) for each in said.get("latest_posts", ()))
