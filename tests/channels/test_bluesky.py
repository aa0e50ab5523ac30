"""Listening on Bluesky, against a loopback server that keeps the platform's facts."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from channels.base import (
    Malformed,
    Retryable,
)
from channels.bluesky import NOTIFICATIONS
from domain.clock import DAY, SECOND
from domain.errors import NotFound
from tests.channels.bluesky_world import (
    FAMILY,
    LIST,
    World,
    new_world,
    texts,
)
from tests.channels.fake_wire import Effect, Fault


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


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


async def test_nothing_streams_and_an_old_mention_is_left_to_history(world: World) -> None:
    world.says("@gemeente.test lang geleden")
    world.clock.advance(8 * DAY)
    connector = world.connector()
    assert [batch async for batch in connector.listen(NOTIFICATIONS, None)] == []
    assert (await connector.pull(NOTIFICATIONS, None)).items == ()
