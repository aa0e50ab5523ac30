"""Pictures and films on Meta's channels: handed over first, then named; within each one's limits."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from channels.base import Draft, OutboundAttachment, Permanent, Retryable, TemplateUse, Uploaded
from channels.meta_connector import MetaConnector
from domain.clock import ManualClock
from tests.channels.fake_graph import NUMBER, FakeGraph
from tests.channels.fault_server import Fault
from tests.channels.test_meta import NOON, PERSON, private, whatsapp
from tests.pictures import gif, jpeg, mp4, outbound, png, uploaded, webp


@pytest.fixture
async def graph() -> AsyncIterator[FakeGraph]:
    fake = FakeGraph(ManualClock(NOON))
    fake.wrote_at[PERSON] = NOON
    async with fake.server:
        yield fake


async def handed(connector: MetaConnector, sent: OutboundAttachment) -> Uploaded:
    """Handed over, as the database keeps the platform's word for it."""
    return uploaded(sent, json.loads(json.dumps(await connector.upload(sent))))


def in_private(content: bytes) -> OutboundAttachment:
    return outbound(content, private=True)


def with_along(draft: Draft, *along: Uploaded) -> Draft:
    return replace(draft, attachments=along)


# -- WhatsApp --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("content", "kind"), [(png(), "image"), (jpeg(), "image"), (mp4(), "video")])
async def test_whatsapp_gets_the_file_first_and_the_text_as_its_caption(
    graph: FakeGraph, content: bytes, kind: str
) -> None:
    connector = whatsapp(graph)
    along = await handed(connector, in_private(content))
    prepared = await connector.prepare(with_along(private("Zo gaat het deksel dicht."), along))
    await connector.send(prepared)
    await connector.close()
    (line,) = graph.talks[PERSON]
    assert (line.text, graph.files[line.picture].content) == ("Zo gaat het deksel dicht.", content)
    assert prepared.payload["body"]["type"] == kind  # type: ignore[index]
    assert graph.keys[line.id] == prepared.key


async def test_a_picture_alone_has_no_caption_and_still_answers(graph: FakeGraph) -> None:
    connector = whatsapp(graph)
    draft = replace(private(""), parent_id="wamid.in1")
    prepared = await connector.prepare(with_along(draft, await handed(connector, in_private(png()))))
    await connector.send(prepared)
    await connector.close()
    body = prepared.payload["body"]
    assert body["context"] == {"message_id": "wamid.in1"}  # type: ignore[index]
    assert "caption" not in body["image"]  # type: ignore[index]


async def test_nothing_of_the_file_s_own_name_is_told(graph: FakeGraph) -> None:
    connector = whatsapp(graph)
    await connector.upload(outbound(png(), name="geheim dossier.png", private=True))
    await connector.close()
    assert b"geheim" not in graph.server.calls[-1].body


@pytest.mark.parametrize(
    ("content", "says"), [(gif(), "takes no GIF"), (webp(), "takes no WebP"), (png(1_700, 1_000), "")]
)
async def test_what_whatsapp_does_not_take_never_leaves(graph: FakeGraph, content: bytes, says: str) -> None:
    one = in_private(content)
    if not says:
        facts = replace(one.attached.facts, size=5_000_001)
        one, says = replace(one, attached=replace(one.attached, facts=facts)), "1 kB too large"
    connector = whatsapp(graph)
    with pytest.raises(Permanent, match=says):
        await connector.upload(one)
    await connector.close()
    assert graph.server.calls == []


async def test_a_text_too_long_for_a_caption_is_refused_before_it_leaves(graph: FakeGraph) -> None:
    connector = whatsapp(graph)
    along = await handed(connector, in_private(png()))
    await connector.prepare(with_along(private("a" * 1_024), along))
    with pytest.raises(Permanent, match="1024 characters and this text has 1025"):
        await connector.prepare(with_along(private("a" * 1_025), along))
    with pytest.raises(Permanent, match="at most 1 picture"):
        await connector.prepare(with_along(private(), along, along))
    with pytest.raises(Permanent, match="template"):
        await connector.prepare(with_along(replace(private(), template=TemplateUse("a", "nl", {})), along))
    await connector.close()


async def test_a_lost_answer_to_an_upload_leaves_no_doubt(graph: FakeGraph) -> None:
    """It is made again; nobody has seen a file that no message names."""
    graph.server.fail(Fault("no_answer", accepted=True, path=f"/v25.0/{NUMBER}/media"))
    connector = whatsapp(graph)
    with pytest.raises(Retryable):
        await connector.upload(in_private(png()))
    await handed(connector, in_private(png()))
    await connector.close()
    assert len(graph.files) == 2


async def test_an_upload_that_gets_no_name_is_made_again(graph: FakeGraph) -> None:
    graph.server.fail(Fault(status=200, body=b"{}"))
    connector = whatsapp(graph)
    with pytest.raises(Retryable):
        await connector.upload(in_private(png()))
    await connector.close()


async def test_a_channel_that_listens_hands_nothing_over(graph: FakeGraph) -> None:
    connector = type(whatsapp(graph))(
        "wa", NUMBER, graph.token, clock=graph.clock, server=graph.server.url, listen_only=True
    )
    assert (connector.caps.reply_private, connector.caps.attachments) == (False, 0)
    with pytest.raises(Permanent, match="listens"):
        await connector.upload(in_private(png()))
    await connector.close()
