"""Replies on Mastodon: handles, visibility, pictures, limits, and finding them again."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import AuthFailed, Draft, Permanent, Retryable, Unknown
from channels.html import to_text
from channels.http import BoundedClient
from channels.mastodon import MENTIONS, MastodonConnector
from channels.mastodon_replies import Replies, normalised
from domain.attachment import MEDIA_LIMITS
from domain.clock import HOUR, MINUTE, ManualClock
from domain.inbound import ContactRef, Inbound
from domain.measure import Limits
from domain.mention import with_handle
from tests.channels.fake_mastodon import FakeMastodon, Flavour, render
from tests.channels.fault_server import Fault
from tests.channels.world import answer_to, drain, stored_and_read
from tests.pictures import gif, outbound, png, uploaded

NOON = 1_763_031_600_000
CONTRACT = Path(__file__).parents[3] / "shared" / "contracts" / "openapi" / "mastodon-4.7.json"


class Scene:
    """A server, us, a customer and a connector."""

    def __init__(self, flavour: Flavour = "mastodon") -> None:
        self.clock = ManualClock(NOON)
        self.fake = FakeMastodon(self.clock, flavour=flavour)
        self.us = self.fake.account("gemeente", "token")
        self.customer = self.fake.account("jan@elders.example")

    async def open(self) -> None:
        """Once the server listens."""
        self.connector = MastodonConnector("mastodon", self.fake.server.url, "token", clock=self.clock)

    async def mention(self, **how: Any) -> Inbound:
        """The customer writes to us."""
        await self.fake.post(self.customer, "@gemeente wanneer?", **how)
        return (await drain(self.connector, MENTIONS)).items[-1]

    @property
    def ours(self) -> list[dict[str, Any]]:
        """What we asked the server to post."""
        posts = [
            call
            for call in self.fake.server.calls
            if call.method == "POST" and call.path.endswith("statuses")
        ]
        return [call.json() for call in posts]


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    made = Scene()
    async with made.fake.server:
        await made.open()
        yield made
        await made.connector.close()


@pytest.mark.parametrize(
    ("text", "whom", "sent"),
    [
        ("Hallo", "jan@elders.example", "@jan@elders.example Hallo"),
        ("Hallo", "@jan@elders.example", "@jan@elders.example Hallo"),
        ("Dag @jan@elders.example!", "jan@elders.example", "Dag @jan@elders.example!"),
        ("Dag @JAN@Elders.example!", "jan@elders.example", "Dag @JAN@Elders.example!"),
        ("Dag @jan!", "jan@elders.example", "@jan@elders.example Dag @jan!"),
        (
            "Dag @jan@elders.example.org",
            "jan@elders.example",
            "@jan@elders.example Dag @jan@elders.example.org",
        ),
        ("Dag @jan!", "jan", "Dag @jan!"),
        ("Dag @jan@hier.example", "jan", "Dag @jan@hier.example"),
        ("Dag @jan@elders.example", "jan", "@jan Dag @jan@elders.example"),
        ("Dag @janneke", "jan", "@jan Dag @janneke"),
        ("mail mij@jan", "jan", "@jan mail mij@jan"),
        ("Hallo", "jan@hier.example", "@jan Hallo"),
        ("Hallo", "", "Hallo"),
    ],
)
def test_the_person_is_notified(text: str, whom: str, sent: str) -> None:
    assert with_handle(text, whom, "hier.example") == sent


@given(st.text(max_size=80))
def test_a_handle_is_added_once(text: str) -> None:
    once = with_handle(text, "jan@elders.example", "hier.example")
    assert with_handle(once, "jan@elders.example", "hier.example") == once


@pytest.mark.parametrize(
    "text",
    [
        "@jan@elders.example Er is plek om 10:00. Zie https://voorbeeld.nl/een/heel/lang/pad?x=1&y=2 ^SV",
        "@jan@elders.example Regel\n\nAlinea  met  spaties\nen nog een",
        "@jan Zoë's café: \"ja\" & <nee> 'x' \U0001f468‍\U0001f469‍\U0001f467",
        "@jan Zo\u0065\u0308 in losse letters",
    ],
)
def test_what_a_server_shows_is_recognised(text: str) -> None:
    assert normalised(to_text(render(text))) == normalised(text)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("public", "public"), ("unlisted", "unlisted"), ("private", "direct"), ("direct", "direct")],
)
async def test_a_reply_is_never_more_public_than_what_it_answers(
    scene: Scene, theirs: str, ours: str
) -> None:
    item = await scene.mention(visibility=theirs)
    await scene.connector.send(await scene.connector.prepare(answer_to(item)))
    assert scene.ours[0]["visibility"] == ours


async def test_a_public_answer_to_private_words_is_refused(scene: Scene) -> None:
    item = await scene.mention(visibility="direct")
    with pytest.raises(Permanent) as caught:
        await scene.connector.prepare(replace(answer_to(item), visibility="public"))
    assert caught.value.code == "WouldLeak"


async def test_going_on_in_private_from_a_public_question(scene: Scene) -> None:
    item = await scene.mention()
    prepared = await scene.connector.prepare(replace(answer_to(item), visibility="private"))
    result = await scene.connector.send(prepared)
    assert scene.ours[0]["visibility"] == "direct"
    assert scene.ours[0]["status"].startswith("@jan@elders.example ")
    assert scene.ours[0]["in_reply_to_id"] == item.remote_id
    assert result.ref == {"visibility": "direct"}


async def test_a_repeat_within_the_hour_is_one_post_on_mastodon(scene: Scene) -> None:
    item = await scene.mention()
    prepared = stored_and_read(await scene.connector.prepare(answer_to(item)))
    first = await scene.connector.send(prepared)
    assert (await scene.connector.send(prepared)).remote_id == first.remote_id
    assert len(scene.fake.of(scene.us)) == 1
    assert not scene.connector.caps.idempotent_send


async def test_two_replies_have_two_keys(scene: Scene) -> None:
    item = await scene.mention()
    one = await scene.connector.prepare(answer_to(item))
    scene.clock.advance(1)
    assert (await scene.connector.prepare(answer_to(item))).key != one.key


async def test_an_older_reply_with_the_same_words_is_not_taken_for_this_one(scene: Scene) -> None:
    item = await scene.mention()
    await scene.connector.send(await scene.connector.prepare(answer_to(item)))
    scene.clock.advance(HOUR)
    prepared = await scene.connector.prepare(answer_to(item))
    assert await scene.connector.find_sent(prepared) is None


async def test_a_reply_is_found_behind_many_newer_posts_of_ours(scene: Scene) -> None:
    item = await scene.mention()
    prepared = await scene.connector.prepare(answer_to(item))
    result = await scene.connector.send(prepared)
    for n in range(90):
        await scene.fake.post(scene.us, f"iets anders {n}")
    found = await scene.connector.find_sent(prepared)
    assert found is not None
    assert found.remote_id == result.remote_id


async def test_nothing_is_said_to_be_absent_that_was_not_looked_through(scene: Scene) -> None:
    item = await scene.mention()
    prepared = await scene.connector.prepare(answer_to(item))
    for n in range(401):
        await scene.fake.post(scene.us, f"iets anders {n}")
    with pytest.raises(Retryable):
        await scene.connector.find_sent(prepared)


async def test_a_reply_that_the_server_renders_oddly_is_found_by_its_source(scene: Scene) -> None:
    item = await scene.mention()
    prepared = await scene.connector.prepare(answer_to(item, "*dank* voor uw bericht"))
    result = await scene.connector.send(prepared)
    scene.fake.statuses[result.remote_id].extra["content"] = "<p><em>dank</em> voor uw bericht</p>"
    found = await scene.connector.find_sent(prepared)
    assert found is not None
    assert found.remote_id == result.remote_id


async def test_a_server_with_another_clock_hides_no_reply(scene: Scene) -> None:
    scene.fake.ahead = -3 * HOUR
    item = await scene.mention()
    prepared = await scene.connector.prepare(answer_to(item))
    scene.fake.server.fail(Fault("no_answer", method="POST", accepted=True))
    with pytest.raises(Unknown):
        await scene.connector.send(prepared)
    assert await scene.connector.find_sent(prepared) is not None


async def test_the_servers_refusal_is_repeated_in_words(scene: Scene) -> None:
    item = await scene.mention()
    prepared = await scene.connector.prepare(answer_to(item))
    scene.fake.server.fail(Fault(status=422, method="POST", body=b'{"error": "Spam is not allowed"}'))
    with pytest.raises(Permanent, match="Spam is not allowed"):
        await scene.connector.send(prepared)
    scene.fake.server.fail(
        Fault(status=403, method="POST", body=b'{"error": "This action is outside the authorized scopes"}')
    )
    with pytest.raises(AuthFailed):
        await scene.connector.send(prepared)


async def test_a_busy_server_is_sent_to_again(scene: Scene) -> None:
    """503 with a time to come back is a refusal; 503 without one may be anything."""
    item = await scene.mention()
    prepared = await scene.connector.prepare(answer_to(item))
    scene.fake.server.fail(Fault(status=503, method="POST", headers={"retry-after": "3"}))
    with pytest.raises(Retryable) as caught:
        await scene.connector.send(prepared)
    assert caught.value.after == 3_000
    scene.fake.server.fail(Fault(status=503, method="POST"))
    with pytest.raises(Unknown):
        await scene.connector.send(prepared)


async def test_the_handle_counts(scene: Scene) -> None:
    """A text that fits alone and not with the handle is refused before it leaves."""
    item = await scene.mention()
    text = "x" * 498
    assert scene.connector.measure(text).ok
    with pytest.raises(Permanent) as caught:
        await scene.connector.prepare(answer_to(item, text))
    assert caught.value.code == "TooLong"


async def test_a_servers_own_limit_holds(scene: Scene) -> None:
    client = BoundedClient(scene.fake.server.url, clock=scene.clock)
    replies = Replies(client, scene.clock)
    draft = Draft("x" * 900, "public", "t", None, None, ContactRef("2", "jan@elders.example"))
    assert (await replies.prepare(draft, Limits(maximum=1_000), "hier.example")).text.endswith("x")
    with pytest.raises(Permanent):
        await replies.prepare(draft, Limits(maximum=900), "hier.example")
    await client.close()


@pytest.mark.parametrize("text", ["a\ud800b", "\udfff"])
async def test_broken_letters_never_leave(scene: Scene, text: str) -> None:
    item = await scene.mention()
    with pytest.raises(Permanent) as caught:
        await scene.connector.prepare(answer_to(item, text))
    assert caught.value.code == "BrokenText"


async def no_pause(_seconds: float) -> None:
    """Time does not matter here."""


class TestPictures:
    """Pictures go first, each with its description."""

    async def test_a_picture_goes_out_with_its_description(self, scene: Scene) -> None:
        """Also when the server has to work it out first; its name stays with us."""
        client = BoundedClient(
            scene.fake.server.url, clock=scene.clock, headers={"authorization": "Bearer token"}
        )
        replies = Replies(client, scene.clock, no_pause)
        sent = outbound(gif(), "Een lege container – leeg", "geheime naam.gif")
        remote = json.loads(json.dumps(await replies.upload(sent, MEDIA_LIMITS["mastodon"])))
        assert remote["ready"] is False
        draft = Draft(
            "Kijk", "public", "t", None, None, ContactRef("2", "jan@elders.example"),
            attachments=(uploaded(sent, remote),),
        )  # fmt: skip
        prepared = await replies.prepare(draft, Limits(), "hier.example")
        assert prepared.payload["media_ids"] == [remote["id"]]
        assert scene.fake.media[remote["id"]]["description"] == "Een lege container – leeg"
        (upload,) = [call for call in scene.fake.server.calls if call.path == "/api/v2/media"]
        assert gif() in upload.body
        assert b"geheime" not in upload.body
        await client.close()

    async def test_a_picture_that_the_server_never_finishes_is_waited_for_without_another_upload(
        self, scene: Scene
    ) -> None:
        """The reply is tried again later, with the same picture."""
        client = BoundedClient(
            scene.fake.server.url, clock=scene.clock, headers={"authorization": "Bearer token"}
        )
        replies = Replies(client, scene.clock, no_pause)
        sent = outbound(gif())
        remote = await replies.upload(sent, MEDIA_LIMITS["mastodon"])
        entry = scene.fake.media[str(remote["id"])]
        draft = Draft(
            "Kijk", "public", "t", None, None, ContactRef("2", "jan@elders.example"),
            attachments=(uploaded(sent, remote),),
        )  # fmt: skip
        entry["slow"] = True
        with pytest.raises(Retryable, match="not done"):
            await replies.prepare(draft, Limits(), "hier.example")
        del entry["slow"]
        assert (await replies.prepare(draft, Limits(), "hier.example")).payload["media_ids"] == [remote["id"]]
        assert len(scene.fake.media) == 1
        await client.close()

    async def test_a_lost_answer_to_an_upload_leaves_no_doubt(self, scene: Scene) -> None:
        """Nobody sees what no reply names, so it is tried again."""
        scene.fake.server.fail(Fault("no_answer", path="/api/v2/media", accepted=True))
        with pytest.raises(Retryable):
            await scene.connector.upload(outbound(png()))

    async def test_what_cannot_be_sent_is_said(self, scene: Scene) -> None:
        """Too large for this server, too many, too long a description."""
        scene.fake.media_limits = {"image_size_limit": 100, "description_limit": 40}
        item = await scene.mention()
        small = outbound(png(), "kort")
        assert len(png()) < 100
        remote = await scene.connector.upload(small)
        assert scene.connector.media == {"count": 4, "picture_bytes": 100, "alt": 40}
        for one, sentence in (
            (outbound(png(notes=True)), "too large: at most 0 kB"),
            (outbound(png(), "a" * 41), "1 character too long"),
        ):
            with pytest.raises(Permanent, match=sentence):
                await scene.connector.upload(one)
        with pytest.raises(Permanent) as caught:
            await scene.connector.prepare(
                replace(answer_to(item), attachments=(uploaded(small, remote),) * 5)
            )
        assert caught.value.code == "TooManyPictures"


async def test_every_call_exists_in_the_published_contract(scene: Scene) -> None:
    """Paths, methods and parameters of all that a working day asks for."""
    if not CONTRACT.exists():
        pytest.skip("the published contract of Mastodon is not on this machine")
    contract = json.loads(CONTRACT.read_text())["paths"]
    item = await scene.mention()
    sent = outbound(gif())
    along = (uploaded(sent, await scene.connector.upload(sent)),)
    prepared = await scene.connector.prepare(replace(answer_to(item), attachments=along))
    await scene.connector.send(prepared)
    await scene.connector.find_sent(prepared)
    await scene.connector.check_auth()
    for stream in (*scene.connector.streams, "tag:zon", "search:zon"):
        await drain(scene.connector, stream, (await drain(scene.connector, stream)).cursor)
        scene.clock.advance(MINUTE)
    for call in scene.fake.server.calls:
        found = [known for known in contract if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", known), call.path)]
        known = next(iter(sorted(found, key=lambda each: each.count("{"))), None)
        assert known is not None, call.path
        operation = contract[known][call.method.lower()]
        allowed = {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}
        assert {name.removesuffix("[]") for name in call.query} <= allowed, call.path
    schemas = json.loads(CONTRACT.read_text())["components"]["schemas"]
    shapes = ("BaseStatus", "TextStatus", "MediaStatus")
    parts = [part for shape in shapes for part in (schemas[shape], *schemas[shape].get("allOf", []))]
    fields = {name for part in parts for name in part.get("properties", {})}
    assert set(scene.ours[0]) <= fields | {"status"}
