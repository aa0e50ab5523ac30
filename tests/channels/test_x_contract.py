"""X's own OpenAPI document: every request of ours is legal, the fake is lawful, every legal answer parses."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.access import FixedAccess
from channels.x import Listening, XConnector
from channels.x_parse import Included, Ours, read_message, read_post
from domain.clock import DAY, ManualClock
from tests.channels.fake_platform import NOON
from tests.channels.fake_x import CUSTOMER, US, FakeX
from tests.channels.mutations import assert_read
from tests.channels.schema import Document
from tests.channels.world import answer_to, drain
from tests.pictures import gif, mp4, outbound, png, uploaded

OURS = Ours("x", US, "gemeente")
SLOW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@cache
def document() -> Document:
    return Document.named("x-v2.json")


async def test_every_request_is_legal_and_the_fake_answers_lawfully() -> None:
    judge, clock = document(), ManualClock(NOON)
    fake = FakeX(clock, page=5)
    async with fake.server:
        access = FixedAccess({"authorization": "Bearer token-0"})
        connector = XConnector(
            "x", access, clock=clock, base_url=fake.server.url, bearer="token-0",
            listening=Listening(searches=("energie",)),
        )  # fmt: skip
        for number in range(12):
            fake.post(CUSTOMER, f"@gemeente energie {number}")
            fake.message(CUSTOMER, f"in vertrouwen {number}")
        await _sent_with_pictures(connector, fake)
        for stream in connector.streams:
            drained = await drain(connector, stream)
            clock.advance(DAY)
            await drain(connector, stream, drained.cursor)
            for item in drained.items[:1]:
                prepared = await connector.prepare(answer_to(item))
                await connector.find_sent(prepared)
                await connector.send(prepared)
                clock.advance(DAY)
                fake.posts = [each for each in fake.posts if each.author != US]
        async for _batch in connector.listen("mentions", None):
            break
        await connector.check_auth()
        await connector.close()
        calls = fake.server.calls
        assert len({re.sub(r"\d{9,}", "", call.path) for call in calls}) >= 14
        assert [fault for call in calls for fault in judge.faults_of_call(call)] == []
        for call in calls:
            if "stream" not in call.path and (call.method == "GET" or "/media/" in call.path):
                said = fake._answer(call)
                schema = judge.answer_schema(call.method, call.path)
                assert judge.faults(_value(said.body), schema) == []


async def _sent_with_pictures(connector: XConnector, fake: FakeX) -> None:
    """A post and a message, each with what X works before it takes it."""
    item = (await drain(connector, "mentions")).items[0]
    fake.media.works = 1
    for private in (False, True):
        for content in (png(), gif(frames=2), mp4()):
            sent = outbound(content, private=private)
            along = (uploaded(sent, dict(await connector.upload(sent))),)
            draft = replace(answer_to(item, f"Zo {len(fake.media.kept)}"), attachments=along)
            draft = replace(draft, visibility="private" if private else "public", parent_ref=item.parent_ref)
            await connector.send(await connector.prepare(draft))
    fake.posts = [each for each in fake.posts if each.author != US]


@SLOW
@given(data=st.data())
def test_every_legal_post_is_read_or_set_apart(data: st.DataObject) -> None:
    said = data.draw(document().legal(document().answer_schema("GET", "/2/users/1/mentions")))
    included = Included.of(said)
    assert_read(read_post(each, included, OURS, "mentions") for each in said.get("data") or ())


@SLOW
@given(data=st.data())
def test_every_legal_message_is_read_or_set_apart(data: st.DataObject) -> None:
    said = data.draw(document().legal(document().answer_schema("GET", "/2/dm_events")))
    included = Included.of(said)
    assert_read(read_message(each, included, OURS, "messages") for each in said.get("data") or ())


def _value(body: bytes) -> Any:
    import json  # noqa: PLC0415

    return json.loads(body)


@pytest.fixture(autouse=True)
def _only_with_the_document() -> None:
    document()
