"""Answering on Bluesky: once, whatever happens to the answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from channels.base import (
    Permanent,
    RateLimited,
    Unknown,
)
from channels.bluesky import NOTIFICATIONS
from channels.tid import moment
from tests.channels.bluesky_world import (
    FAMILY,
    PUT,
    World,
    draft,
    new_world,
    stored,
)
from tests.channels.fake_wire import Fault
from tests.pictures import mp4, outbound, png, uploaded


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


async def test_a_reply_stands_once_in_the_thread_with_its_facets(world: World) -> None:
    root = world.says("Een draadje", by=world.klant)
    world.says("@gemeente.test weet u het?", reply_to=root)
    connector = world.connector()
    (asked,) = (await connector.pull(NOTIFICATIONS, None)).items
    text = "Dag @klant.test 👋, zie gemeente.nl/afval #service @niemand.test"
    prepared = stored(await connector.prepare(draft(text, asked)))
    result = await connector.send(prepared)
    again = await connector.send(prepared)
    assert result == again
    (post,) = world.server.posts_of(world.us)
    assert (post.rkey, post.uri) == (prepared.key, result.remote_id)
    assert moment(prepared.key) == world.clock.now()
    assert post.value["text"] == text
    assert post.value["langs"] == ["nl"]
    assert post.value["reply"] == {
        "root": {"uri": root.uri, "cid": root.cid},
        "parent": {"uri": asked.remote_id, "cid": asked.revision},
    }
    cut = [
        (
            text.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(),
            facet["features"][0],
        )
        for facet in post.value["facets"]
    ]
    assert [(shown, feature["$type"].partition("#")[2]) for shown, feature in cut] == [
        ("@klant.test", "mention"),
        ("gemeente.nl/afval", "link"),
        ("#service", "tag"),
    ]
    assert cut[0][1]["did"] == world.klant.did
    assert result.ref == {"uri": post.uri, "cid": post.cid, "root": {"uri": root.uri, "cid": root.cid}}
    assert result.sent_at == world.clock.now()
    assert result.permalink == f"https://bsky.app/profile/{world.us.did}/post/{post.rkey}"


@pytest.mark.parametrize(
    "fault",
    [
        Fault("drop_before"),
        Fault("drop_after"),
        Fault("broken_json"),
        Fault("truncated"),
        Fault("html"),
        Fault("endless"),
        Fault("status", 500),
        Fault("status", 502, error="UpstreamFailure"),
        Fault("status", 503),
        Fault("status", 504),
        Fault("status", 200),
        Fault("status", 400, error="InvalidSwap"),
    ],
    ids=lambda fault: f"{fault.effect}-{fault.status}-{fault.error}",
)
async def test_an_uncertain_outcome_is_unknown_and_settles_to_exactly_one_post(
    world: World, fault: Fault
) -> None:
    asked = world.says("@gemeente.test?")
    connector = world.connector()
    prepared = stored(await connector.prepare(draft("Dank", asked)))
    world.server.fail(PUT, fault)
    with pytest.raises(Unknown):
        await connector.send(prepared)
    found = await connector.find_sent(prepared)
    assert (found is not None) == (len(world.server.posts_of(world.us)) == 1)
    result = await connector.send(prepared)
    assert found is None or found == result
    assert [post.value["text"] for post in world.server.posts_of(world.us)] == ["Dank"]
    assert await connector.find_sent(prepared) == result


async def test_something_else_under_our_key_is_found_and_not_overwritten(world: World) -> None:
    asked = world.says("@gemeente.test?")
    connector = world.connector()
    prepared = await connector.prepare(draft("Dank", asked))
    await connector.send(prepared)
    (post,) = world.server.posts_of(world.us)
    post.value["text"], post.cid = "Elders verbeterd", "bafyedited"
    with pytest.raises(Unknown):
        await connector.send(prepared)
    found = await connector.find_sent(prepared)
    assert found is not None
    assert (found.remote_id, post.value["text"]) == (post.uri, "Elders verbeterd")


@pytest.mark.parametrize("status", [400, 403, 413])
async def test_a_refusal_is_final_and_says_why(world: World, status: int) -> None:
    connector = world.connector()
    prepared = await connector.prepare(draft("Dank", world.says("@gemeente.test?")))
    world.server.fail(PUT, Fault("status", status, error="InvalidRequest"))
    with pytest.raises(Permanent, match="InvalidRequest") as caught:
        await connector.send(prepared)
    assert caught.value.code == "InvalidRequest"


async def test_a_token_that_expires_while_sending_costs_nothing(world: World) -> None:
    connector = world.connector()
    prepared = await connector.prepare(draft("Dank", world.says("@gemeente.test?")))
    world.server.expire()
    await connector.send(prepared)
    assert len(world.server.posts_of(world.us)) == 1


async def test_a_rate_limit_while_sending_is_no_doubt(world: World) -> None:
    connector = world.connector()
    prepared = await connector.prepare(draft("Dank", world.says("@gemeente.test?")))
    world.server.fail(PUT, Fault("status", 429, {"retry-after": "3"}, "RateLimitExceeded"))
    with pytest.raises(RateLimited):
        await connector.send(prepared)
    assert await connector.find_sent(prepared) is None


async def test_without_refs_the_platform_is_asked_for_parent_and_root(world: World) -> None:
    root = world.says("Een draadje")
    asked = world.says("@gemeente.test?", reply_to=root)
    connector = world.connector()
    prepared = await connector.prepare(draft("Dank", asked))
    record = prepared.payload["record"]
    assert isinstance(record, dict)
    assert record["reply"] == {
        "root": {"uri": root.uri, "cid": root.cid},
        "parent": {"uri": asked.uri, "cid": asked.cid},
    }
    world.server.delete(asked)
    with pytest.raises(Permanent, match="gone"):
        await connector.prepare(draft("Dank", asked))


async def test_keys_of_replies_never_meet(world: World) -> None:
    connector = world.connector()
    asked = world.says("@gemeente.test?")
    keys = [(await connector.prepare(draft("Dank", asked))).key for _n in range(5)]
    assert keys == sorted(set(keys))


async def test_pictures_go_along_with_their_description(world: World) -> None:
    connector = world.connector()
    contents = [png(n + 1, 2) for n in range(4)]
    sent = [outbound(content, f"Beeld {n}") for n, content in enumerate(contents)]
    pictures = [uploaded(one, json.loads(json.dumps(await connector.upload(one)))) for one in sent]
    asked = world.says("@gemeente.test?")
    await connector.send(await connector.prepare(draft("Zie", asked, attachments=tuple(pictures))))
    (post,) = world.server.posts_of(world.us)
    images = post.value["embed"]["images"]
    assert [image["alt"] for image in images] == [f"Beeld {n}" for n in range(4)]
    sizes = [world.server.blobs[image["image"]["ref"]["$link"]] for image in images]
    assert sizes == [("image/png", len(content)) for content in contents]
    assert [image["aspectRatio"] for image in images] == [{"width": n + 1, "height": 2} for n in range(4)]
    with pytest.raises(Permanent, match="at most 4"):
        await connector.prepare(draft("Zie", asked, attachments=(*pictures, pictures[0])))


async def test_a_picture_that_the_lexicon_forbids_never_leaves(world: World) -> None:
    connector = world.connector()
    whole = png()
    large = outbound(whole)
    facts = replace(large.attached.facts, size=2_000_001)
    for one, sentence in (
        (replace(large, attached=replace(large.attached, facts=facts)), "foto.png is 1 kB too large"),
        (outbound(mp4(), name="film.mp4"), "takes no films"),
        (outbound(whole, "a" * 2_001), "1 character too long"),
    ):
        with pytest.raises(Permanent, match=sentence):
            await connector.upload(one)
    assert world.server.blobs == {}


@pytest.mark.parametrize("text", [FAMILY * 121, "a" * 301, "half \ud800"])
async def test_a_text_that_cannot_go_is_refused_before_anything_is_sent(world: World, text: str) -> None:
    connector = world.connector()
    with pytest.raises(Permanent):
        await connector.prepare(draft(text, world.says("@gemeente.test?")))
    assert PUT not in world.server.calls


async def test_the_measure_and_the_server_agree(world: World) -> None:
    connector = world.connector()
    asked = world.says("@gemeente.test?")
    for text in (FAMILY * 100, "a" * 300, "é" * 300):
        assert connector.measure(text).ok
        await connector.send(await connector.prepare(draft(text, asked)))
    assert not connector.measure(FAMILY * 121).ok
    assert not connector.measure("a" * 301).ok


async def test_a_private_reply_is_refused_in_words(world: World) -> None:
    with pytest.raises(Permanent, match="Private"):
        await world.connector().prepare(draft("Psst", world.says("@gemeente.test?"), visibility="private"))


async def test_a_channel_that_only_listens_sends_nothing(world: World) -> None:
    asked = world.says("@gemeente.test?")
    prepared = await world.connector().prepare(draft("Dank", asked))
    quiet = world.connector(listen_only=True)
    assert not quiet.caps.reply_public
    assert not (await quiet.pull(NOTIFICATIONS, None)).items[0].can_reply_public.ok
    with pytest.raises(Permanent, match="only listens"):
        await quiet.prepare(draft("Dank", asked))
    with pytest.raises(Permanent, match="only listens"):
        await quiet.send(prepared)
    assert world.server.posts_of(world.us) == []
