"""Pictures and films on Meta's channels: handed over first, then named; within each one's limits."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from channels.base import Draft, OutboundAttachment, Permanent, Retryable, TemplateUse, Unknown, Uploaded
from channels.meta_connector import MetaConnector
from domain.clock import ManualClock
from tests.channels.fake_graph import NUMBER, PAGE, FakeGraph
from tests.channels.fault_server import Fault
from tests.channels.test_meta import (
    NOON,
    PERSON,
    commented,
    facebook,
    instagram,
    messenger,
    private,
    under,
    whatsapp,
)
from tests.channels.world import stored_and_read
from tests.pictures import gif, jpeg, mp4, outbound, png, uploaded, webp

Make = Callable[[FakeGraph], MetaConnector]


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


# -- Messenger and comments ------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [messenger, facebook])
@pytest.mark.parametrize(("content", "kind"), [(png(), "image"), (gif(frames=2), "image"), (mp4(), "video")])
async def test_messenger_gets_a_picture_as_a_message_of_its_own(
    graph: FakeGraph, make: Make, content: bytes, kind: str
) -> None:
    connector = make(graph)
    along = await handed(connector, outbound(content, private=True))
    prepared = stored_and_read(await connector.prepare(with_along(private(""), along)))
    assert await connector.find_sent(prepared) is None
    result = await connector.send(prepared)
    (line,) = graph.talks[PERSON]
    assert (line.id, graph.files[line.picture].content) == (result.remote_id, content)
    assert prepared.payload["body"]["message"]["attachment"]["type"] == kind  # type: ignore[index]
    found = await connector.find_sent(prepared)
    assert found is not None
    assert found.remote_id == result.remote_id
    await connector.close()


async def test_a_picture_in_doubt_is_told_from_the_one_before_it(graph: FakeGraph) -> None:
    """Both went to the same person within a minute, and neither has words."""
    connector = messenger(graph)
    first = await connector.prepare(with_along(private(""), await handed(connector, in_private(png(grey=1)))))
    await connector.send(first)
    second = await connector.prepare(
        with_along(private(""), await handed(connector, in_private(png(grey=2))))
    )
    graph.server.fail(Fault("reset", method="POST"))
    with pytest.raises(Unknown):
        await connector.send(second)
    assert await connector.find_sent(second) is None
    graph.server.fail(Fault("no_answer", method="POST", accepted=True))
    with pytest.raises(Unknown):
        await connector.send(second)
    found = await connector.find_sent(second)
    await connector.close()
    assert found is not None
    assert found.remote_id == graph.talks[PERSON][1].id


async def test_words_and_a_picture_never_share_a_message(graph: FakeGraph) -> None:
    connector = messenger(graph)
    along = await handed(connector, in_private(png()))
    with pytest.raises(Permanent, match="of its own"):
        await connector.prepare(with_along(private("Zo."), along))
    to_comment = replace(under(commented(graph), "", visibility="private"), attachments=(along,))
    with pytest.raises(Permanent, match="no picture"):
        await connector.prepare(to_comment)
    await connector.close()


async def test_a_comment_takes_a_photo_with_its_description(graph: FakeGraph) -> None:
    connector, comment = facebook(graph), commented(graph)
    along = await handed(connector, outbound(jpeg(), "Het deksel, dicht"))
    assert [line for line in graph.comments if line.author == PAGE] == []
    prepared = stored_and_read(await connector.prepare(with_along(under(comment, "Zo."), along)))
    result = await connector.send(prepared)
    (line,) = (line for line in graph.comments if line.author == PAGE)
    assert (line.id, line.text, line.parent) == (result.remote_id, "Zo.", comment)
    assert (graph.files[line.picture].content, graph.files[line.picture].alt) == (jpeg(), "Het deksel, dicht")
    with pytest.raises(Permanent, match="at most 1 picture"):
        await connector.prepare(with_along(under(comment), along, along))
    with pytest.raises(Permanent, match="takes no films"):
        await connector.upload(outbound(mp4()))
    await connector.close()


async def test_what_was_handed_over_for_one_use_is_not_taken_for_the_other(graph: FakeGraph) -> None:
    """A photo of the Page is no attachment of its Messenger; the upload knows which reply it is for."""
    connector = facebook(graph)
    photo = await handed(connector, outbound(png()))
    prepared = await connector.prepare(with_along(private(""), photo))
    with pytest.raises(Permanent):
        await connector.send(prepared)
    await connector.close()


async def test_instagram_takes_none(graph: FakeGraph) -> None:
    connector = instagram(graph)
    assert connector.caps.attachments == 0
    for one in (outbound(png()), in_private(png())):
        with pytest.raises(Permanent, match="takes no pictures"):
            await connector.upload(one)
    await connector.close()
    assert graph.server.calls == []
