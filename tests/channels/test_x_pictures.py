"""Pictures, GIFs and films on X: in pieces, described, waited for, and named once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from channels import x_media
from channels.access import FixedAccess
from channels.base import Draft, OutboundAttachment, Permanent, Retryable, Unknown, Uploaded
from channels.x import XConnector
from domain.clock import SECOND, ManualClock
from domain.inbound import ContactRef
from tests.channels.fake_platform import NOON
from tests.channels.fake_x import CUSTOMER, US, FakeX
from tests.channels.fault_server import Fault
from tests.channels.world import stored_and_read
from tests.pictures import gif, jpeg, mp4, outbound, png, uploaded, webp


@pytest.fixture
async def fake() -> AsyncIterator[FakeX]:
    made = FakeX(ManualClock(NOON))
    async with made.server:
        yield made


@pytest.fixture
async def connector(fake: FakeX) -> AsyncIterator[XConnector]:
    access = FixedAccess({"authorization": "Bearer token-0"})
    made = XConnector("x", access, clock=fake.clock, base_url=fake.server.url)
    yield made
    await made.close()


def answer(fake: FakeX, *along: Uploaded, text: str = "Zo gaat het dicht.", private: bool = False) -> Draft:
    """To a question of the customer's."""
    asked = fake.post(CUSTOMER, "@gemeente hoe gaat het deksel dicht?")
    ref = {"post": asked.id, "summoned": True}
    seen = "private" if private else "public"
    return Draft(text, seen, asked.id, asked.id, ref, ContactRef(CUSTOMER, "klant"), attachments=along)  # type: ignore[arg-type]


async def handed(connector: XConnector, sent: OutboundAttachment) -> Uploaded:
    """Handed over, as the database keeps X's word for it."""
    return uploaded(sent, json.loads(json.dumps(await connector.upload(sent))))


async def test_four_pictures_go_with_a_post_each_with_its_description(
    fake: FakeX, connector: XConnector
) -> None:
    sent = [outbound(one, f"Foto {n}") for n, one in enumerate((png(), jpeg(), webp(), png(grey=9)))]
    along = [await handed(connector, one) for one in sent]
    assert [each for each in fake.posts if each.author == US] == []
    prepared = stored_and_read(await connector.prepare(answer(fake, *along)))
    result = await connector.send(prepared)
    (post,) = (each for each in fake.posts if each.author == US)
    assert [one["alt_text"] for one in post.media] == [f"Foto {n}" for n in range(4)]
    assert [one.content for one in fake.media.kept.values()] == [one.content for one in sent]
    found = await connector.find_sent(prepared)
    assert found is not None
    assert found.remote_id == result.remote_id


async def test_a_large_file_goes_in_pieces(
    fake: FakeX, connector: XConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(x_media, "PIECE", 100)
    await handed(connector, outbound(mp4()))
    (media,) = fake.media.kept.values()
    assert len(media.pieces) == -(-len(mp4()) // 100)
    assert (media.content, media.finished, media.category) == (mp4(), True, "tweet_video")


async def test_a_film_that_x_still_works_is_waited_for_without_another_upload(
    fake: FakeX, connector: XConnector
) -> None:
    fake.media.works = 2
    along = await handed(connector, outbound(mp4(), "Zo sluit het deksel"))
    draft = answer(fake, along)
    with pytest.raises(Retryable) as caught:
        await connector.prepare(draft)
    assert caught.value.after == 5 * SECOND
    await connector.send(await connector.prepare(draft))
    assert len(fake.media.kept) == 1


async def test_what_x_cannot_use_is_said(fake: FakeX, connector: XConnector) -> None:
    fake.media.works, fake.media.breaks = 1, True
    along = await handed(connector, outbound(gif(frames=2), name="hoera.gif"))
    with pytest.raises(Permanent, match="X cannot use hoera"):
        await connector.prepare(answer(fake, along))


async def test_a_message_takes_one_that_was_handed_over_for_it(fake: FakeX, connector: XConnector) -> None:
    along = await handed(connector, outbound(png(), private=True))
    (media,) = fake.media.kept.values()
    assert media.category == "dm_image"
    for text in ("Zo.", ""):
        prepared = await connector.prepare(answer(fake, along, text=text, private=True))
        await connector.send(prepared)
        assert ("text" in prepared.payload["body"]) == bool(text)  # type: ignore[operator]
    assert [len(each.media) for each in fake.messages] == [1, 1]
    with pytest.raises(Permanent, match="at most 1 picture"):
        await connector.prepare(answer(fake, along, along, private=True))
    with pytest.raises(Permanent):
        await connector.send(await connector.prepare(answer(fake, along)))


async def test_what_x_does_not_take_never_leaves(fake: FakeX, connector: XConnector) -> None:
    large = outbound(png())
    large = replace(
        large, attached=replace(large.attached, facts=replace(large.attached.facts, size=5_000_001))
    )
    for one, words in (
        (large, "1 kB too large"), (outbound(png(), "a" * 1_001), "1 character too long for X"),
    ):  # fmt: skip
        with pytest.raises(Permanent, match=words):
            await connector.upload(one)
    moving = uploaded(outbound(gif(frames=2)), {"id": "1", "ready": True})
    still = uploaded(outbound(png()), {"id": "2", "ready": True})
    film = uploaded(outbound(mp4()), {"id": "3", "ready": True})
    for along, words in (
        ((moving, still), "GIF goes alone"), ((film, still), "film goes alone"), ((still,) * 5, "at most 4"),
    ):  # fmt: skip
        with pytest.raises(Permanent, match=words):
            await connector.prepare(answer(fake, *along))
    assert fake.server.calls == []


@pytest.mark.parametrize("step", ["initialize", "append", "finalize", "metadata"])
async def test_a_lost_answer_to_any_step_leaves_no_doubt(
    fake: FakeX, connector: XConnector, step: str
) -> None:
    """The upload is made again from its beginning, and the post names only what is whole."""
    ways = {"initialize": 1, "append": 2, "finalize": 3, "metadata": 4}
    fault = Fault("no_answer", method="POST", path="/2/media", accepted=True, after=ways[step] - 1)
    fake.server.fail(fault)
    with pytest.raises(Retryable) as caught:
        await connector.upload(outbound(png()))
    assert not isinstance(caught.value, Unknown)
    along = await handed(connector, outbound(png()))
    await connector.send(await connector.prepare(answer(fake, along)))
    (post,) = (each for each in fake.posts if each.author == US)
    assert post.media[0]["alt_text"] == "Een lege container"


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"data": []}', b'{"data": {"id": 3.5}}'])
async def test_an_upload_that_gets_no_name_is_made_again(
    fake: FakeX, connector: XConnector, body: bytes
) -> None:
    fake.server.fail(Fault(status=200, body=body))
    with pytest.raises(Retryable):
        await connector.upload(outbound(png()))


async def test_the_file_s_own_name_stays_here(fake: FakeX, connector: XConnector) -> None:
    await connector.upload(outbound(png(), name="geheim.png"))
    assert not any(b"geheim" in call.body for call in fake.server.calls)
