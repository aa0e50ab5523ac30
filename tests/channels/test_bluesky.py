"""The Bluesky connector against a loopback server that keeps the platform's facts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path

import pytest

from channels.base import (
    AuthFailed,
    Batch,
    Draft,
    Malformed,
    OutboundAttachment,
    Permanent,
    Prepared,
    RateLimited,
    Retryable,
    Unknown,
)
from channels.bluesky import NOTIFICATIONS, BlueskyConnector
from channels.bluesky_session import MemoryStore
from channels.tid import moment
from domain.clock import DAY, MINUTE, SECOND, ManualClock
from domain.errors import NotFound
from domain.inbound import ContactRef, Inbound
from tests.channels.fake_bluesky import Account, FakeBluesky, Record
from tests.channels.fake_wire import Effect, Fault

NOW = 1_795_400_000_000
LIST = "app.bsky.notification.listNotifications"
PUT = "com.atproto.repo.putRecord"
SIGN_IN = "com.atproto.server.createSession"
REFRESH = "com.atproto.server.refreshSession"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


class World:
    """A platform with us and a customer on it."""

    def __init__(self, server: FakeBluesky, clock: ManualClock) -> None:
        self.server = server
        self.clock = clock
        self.store = MemoryStore()
        self.us = server.account("gemeente.test", name="Gemeente")
        self.klant = server.account("klant.test", name="Klant")
        self._made: list[BlueskyConnector] = []

    def connector(
        self, *, searches: tuple[str, ...] = (), listen_only: bool = False, password: str = "app-password"
    ) -> BlueskyConnector:
        """A connector as after a start of the program."""
        made = BlueskyConnector(
            "bluesky",
            self.server.url,
            self.us.handle,
            password,
            clock=self.clock,
            searches=searches,
            listen_only=listen_only,
            session_store=self.store,
        )
        self._made.append(made)
        return made

    def says(self, text: str, *, reply_to: Record | None = None, by: Account | None = None) -> Record:
        """A post, a second later."""
        self.clock.advance(SECOND)
        return self.server.post(by or self.klant, text, reply_to=reply_to)

    async def close(self) -> None:
        """Close all connectors."""
        for each in self._made:
            await each.close()


@pytest.fixture
async def world() -> AsyncIterator[World]:
    clock = ManualClock(NOW)
    async with FakeBluesky(clock) as server:
        made = World(server, clock)
        yield made
        await made.close()


def texts(batch: Batch) -> list[str]:
    """What the items say."""
    return [item.text for item in batch.items]


def draft(text: str, parent: Inbound | Record | None = None, **more: object) -> Draft:
    """A public reply."""
    ref, parent_id = None, None
    if isinstance(parent, Inbound):
        parent_id, ref = parent.remote_id, parent.parent_ref
    elif parent is not None:
        parent_id = parent.uri
    fields: dict[str, object] = {"visibility": "public", "lang": "nl", **more}
    return Draft(
        text=text,
        thread_key="thread",
        parent_id=parent_id,
        parent_ref=ref,
        recipient=ContactRef("did:plc:klant", "klant.test"),
        **fields,  # type: ignore[arg-type]
    )


def stored(prepared: Prepared) -> Prepared:
    """What comes back from the database."""
    return Prepared(**json.loads(json.dumps(asdict(prepared))))


# Receiving


async def test_a_mention_a_reply_and_a_quote_come_in_order(world: World) -> None:
    ours = world.says("Vandaag wordt het oud papier gehaald", by=world.us)
    world.says("Hoi @gemeente.test, wanneer?")
    world.says("Dat klopt niet", reply_to=ours)
    world.clock.advance(SECOND)
    world.server.post(world.klant, "Kijk nou", quote=ours)
    connector = world.connector()
    batch = await connector.pull(NOTIFICATIONS, None)
    assert [(item.kind, item.text) for item in batch.items] == [
        ("mention", "Hoi @gemeente.test, wanneer?"),
        ("reply", "Dat klopt niet"),
        ("quote", "Kijk nou"),
    ]
    assert {item.account for item in batch.items} == {"@gemeente.test"}
    assert (batch.bad, batch.more, batch.gap) == ((), False, "")
    assert (await connector.pull(NOTIFICATIONS, batch.cursor)).items == ()


async def test_a_backlog_of_pages_comes_whole_and_then_only_what_is_new(world: World) -> None:
    world.server.page_size = 3
    for number in range(8):
        world.says(f"@gemeente.test {number}")
    connector = world.connector()
    batch = await connector.pull(NOTIFICATIONS, None)
    assert texts(batch) == [f"@gemeente.test {n}" for n in range(8)]
    world.says("@gemeente.test nieuw")
    assert texts(await connector.pull(NOTIFICATIONS, batch.cursor)) == ["@gemeente.test nieuw"]


async def test_a_reply_that_also_mentions_us_comes_once(world: World) -> None:
    ours = world.says("Bericht", by=world.us)
    world.says("@gemeente.test hallo", reply_to=ours)
    assert texts(await world.connector().pull(NOTIFICATIONS, None)) == ["@gemeente.test hallo"]


async def test_a_search_finds_posts_that_do_not_name_us_and_each_stream_has_its_cursor(world: World) -> None:
    connector = world.connector(searches=("kliko", "afval"))
    assert connector.streams == (NOTIFICATIONS, "search:kliko", "search:afval")
    world.says("Mijn kliko is vol")
    batch = await connector.pull("search:kliko", None)
    assert [(item.kind, item.source, item.text) for item in batch.items] == [
        ("post", "search:kliko", "Mijn kliko is vol")
    ]
    assert (await connector.pull("search:kliko", batch.cursor)).items == ()
    assert (await connector.pull("search:afval", None)).items == ()
    with pytest.raises(NotFound):
        await connector.pull("search:", None)
    with pytest.raises(NotFound):
        await connector.pull("elsewhere", None)


async def test_an_answer_given_outside_the_desk_follows_its_question_as_an_echo(world: World) -> None:
    asked = world.says("@gemeente.test hoe laat?")
    answered = world.says("Om acht uur", reply_to=asked, by=world.us)
    world.says("Los bericht", by=world.us)
    connector = world.connector(searches=("uur",))
    batch = await connector.pull(NOTIFICATIONS, None)
    assert texts(batch) == ["@gemeente.test hoe laat?"]
    assert [(e.remote_id, e.parent_id, e.thread_key, e.text) for e in batch.echoes] == [
        (answered.uri, asked.uri, asked.uri, "Om acht uur")
    ]
    assert (await connector.pull(NOTIFICATIONS, batch.cursor)).echoes == ()
    found = await connector.pull("search:uur", None)
    assert (found.items, [echo.remote_id for echo in found.echoes]) == ((), [answered.uri])


async def test_one_broken_item_is_quarantined_once_and_the_rest_comes(world: World) -> None:
    broken = world.says("@gemeente.test stuk")
    world.says("@gemeente.test heel")
    world.server.injected[broken.uri] = {"uri": broken.uri, "cid": broken.cid, "record": "\ud800"}
    connector = world.connector()
    batch = await connector.pull(NOTIFICATIONS, None)
    assert texts(batch) == ["@gemeente.test heel"]
    assert [bad.remote_id for bad in batch.bad] == [broken.uri]
    assert (await connector.pull(NOTIFICATIONS, batch.cursor)).bad == ()


async def test_hard_text_comes_through_as_it_was_written(world: World) -> None:
    hard = [
        FAMILY * 20,
        "e\u0301\u0308",
        "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
        "x" * 10_000,
    ]
    for text in hard:
        world.says(f"@gemeente.test {text}")
    assert texts(await world.connector().pull(NOTIFICATIONS, None)) == [f"@gemeente.test {t}" for t in hard]


@pytest.mark.parametrize("effect", ["html", "broken_json", "truncated", "endless", "drop_before"])
async def test_an_answer_that_is_none_costs_nothing(world: World, effect: Effect) -> None:
    world.says("@gemeente.test een")
    connector = world.connector()
    batch = await connector.pull(NOTIFICATIONS, None)
    world.says("@gemeente.test twee")
    world.server.fail(LIST, Fault(effect))
    with pytest.raises(Retryable):
        await connector.pull(NOTIFICATIONS, batch.cursor)
    assert texts(await connector.pull(NOTIFICATIONS, batch.cursor)) == ["@gemeente.test twee"]


async def test_a_json_answer_of_another_shape_is_malformed(world: World) -> None:
    connector = world.connector()
    await connector.check_auth()
    world.server.fail(LIST, Fault("status", 200))
    with pytest.raises(Malformed):
        await connector.pull(NOTIFICATIONS, None)


# Sessions and limits


async def test_one_session_serves_all_calls_and_the_next_start(world: World) -> None:
    connector = world.connector()
    for _round in range(3):
        await connector.pull(NOTIFICATIONS, None)
    await world.connector().pull(NOTIFICATIONS, None)
    assert world.server.calls.count(SIGN_IN) == 1
    assert world.server.calls.count(REFRESH) == 0


async def test_an_expired_token_is_renewed_in_the_middle_of_the_pages(world: World) -> None:
    world.server.page_size = 2
    for number in range(6):
        world.says(f"@gemeente.test {number}")
    connector = world.connector()
    await connector.check_auth()
    world.server.fail(LIST, Fault("status", 400, error="ExpiredToken"))
    world.server.expire()
    assert len((await connector.pull(NOTIFICATIONS, None)).items) == 6
    assert (world.server.calls.count(SIGN_IN), world.server.calls.count(REFRESH)) == (1, 1)
    assert world.store.session is not None
    assert "access-2" in world.store.session


async def test_sessions_that_the_server_forgot_are_replaced_by_signing_in(world: World) -> None:
    connector = world.connector()
    await connector.check_auth()
    world.server.forget_sessions()
    assert (await connector.check_auth()).ok
    assert world.server.calls.count(SIGN_IN) == 2


async def test_a_revoked_password_is_said_and_tried_once_a_call(world: World) -> None:
    connector = world.connector()
    state = await connector.check_auth()
    assert (state.ok, state.account) == (True, "@gemeente.test")
    world.server.revoke(world.us)
    before = len(world.server.calls)
    with pytest.raises(AuthFailed, match="app password"):
        await connector.pull(NOTIFICATIONS, None)
    assert world.server.calls[before:] == [LIST, REFRESH, SIGN_IN]
    state = await connector.check_auth()
    assert not state.ok
    assert "app password" in state.sentence


async def test_a_token_that_is_refused_straight_after_signing_in_ends_it(world: World) -> None:
    connector = world.connector()
    refused = Fault("status", 400, error="InvalidToken")
    world.server.fail(LIST, refused, refused)
    with pytest.raises(AuthFailed):
        await connector.pull(NOTIFICATIONS, None)
    assert world.server.calls.count(LIST) == 2


@pytest.mark.parametrize("kept", ["", "{", "[]", "7", '{"did": 1}'])
async def test_an_unreadable_kept_session_is_replaced(world: World, kept: str) -> None:
    world.store.session = kept
    assert (await world.connector().check_auth()).ok


async def test_a_session_of_another_account_is_not_used(world: World) -> None:
    await world.connector().check_auth()
    assert world.store.session is not None
    kept = json.loads(world.store.session)
    world.store.session = json.dumps(kept | {"identifier": "ander.test", "did": "did:plc:ander"})
    await world.connector().check_auth()
    assert world.server.calls.count(SIGN_IN) == 2


def test_no_secret_shows_in_a_repr(world: World) -> None:
    assert "app-password" not in repr(world.connector())


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "7"}, 7 * SECOND),
        (
            {"ratelimit-limit": "30", "ratelimit-remaining": "0", "ratelimit-reset": str(NOW // 1000 + 120)},
            2 * MINUTE,
        ),
        ({}, None),
    ],
)
async def test_a_rate_limit_names_its_wait(world: World, headers: dict[str, str], wait: int | None) -> None:
    connector = world.connector()
    await connector.check_auth()
    world.server.fail(LIST, Fault("status", 429, headers, "RateLimitExceeded"))
    with pytest.raises(RateLimited) as caught:
        await connector.pull(NOTIFICATIONS, None)
    assert caught.value.after == wait


async def test_what_is_left_is_known_after_an_answer(world: World) -> None:
    connector = world.connector()
    before = connector.rate
    await connector.pull(NOTIFICATIONS, None)
    after = connector.rate
    assert before is None
    assert after is not None
    assert (after.limit, after.resets_at) == (3_000, NOW + 5 * MINUTE)


# Sending


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


async def test_pictures_go_along_with_their_description(world: World, tmp_path: Path) -> None:
    connector = world.connector()
    pictures = []
    for number in range(4):
        path = tmp_path / f"{number}.png"
        path.write_bytes(b"picture" * (number + 1))
        pictures.append(OutboundAttachment(str(path), "image/png", f"Beeld {number}"))
    asked = world.says("@gemeente.test?")
    await connector.send(await connector.prepare(draft("Zie", asked, attachments=tuple(pictures))))
    (post,) = world.server.posts_of(world.us)
    images = post.value["embed"]["images"]
    assert [image["alt"] for image in images] == [f"Beeld {n}" for n in range(4)]
    sizes = [world.server.blobs[image["image"]["ref"]["$link"]] for image in images]
    assert sizes == [("image/png", 7 * (n + 1)) for n in range(4)]
    with pytest.raises(Permanent, match="at most 4"):
        await connector.prepare(draft("Zie", asked, attachments=(*pictures, pictures[0])))


async def test_a_picture_too_large_or_gone_is_refused_before_anything_is_sent(
    world: World, tmp_path: Path
) -> None:
    connector = world.connector()
    asked = world.says("@gemeente.test?")
    large = tmp_path / "groot.png"
    large.write_bytes(b"x" * 2_000_001)
    for path, sentence in (
        (large, r"groot\.png is larger"),
        (tmp_path / "weg.png", r"weg\.png cannot be read"),
    ):
        picture = OutboundAttachment(str(path), "image/png", "")
        with pytest.raises(Permanent, match=sentence):
            await connector.prepare(draft("Zie", asked, attachments=(picture,)))
    large.write_bytes(b"x" * 2_000_000)
    await connector.prepare(
        draft("Zie", asked, attachments=(OutboundAttachment(str(large), "image/png", ""),))
    )


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


async def test_nothing_streams_and_an_old_mention_is_left_to_history(world: World) -> None:
    world.says("@gemeente.test lang geleden")
    world.clock.advance(8 * DAY)
    connector = world.connector()
    assert [batch async for batch in connector.listen(NOTIFICATIONS, None)] == []
    assert (await connector.pull(NOTIFICATIONS, None)).items == ()
