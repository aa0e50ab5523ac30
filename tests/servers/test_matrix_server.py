"""The Matrix connector against Synapse."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace
from urllib.parse import quote

import pytest

from channels.base import AuthFailed, Permanent, Prepared, RateLimited, Unknown
from channels.matrix import SYNC, MatrixConnector
from tests.channels.world import TEXTS, Drained, answer_to, drain, stored_and_read
from tests.servers.install import unavailable
from tests.servers.matrix_server import PYTHON, MatrixServer, matrix_server
from tests.servers.proxy import Trick, proxy
from webcare.clock import SystemClock

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def server() -> Iterator[MatrixServer]:
    if reason := unavailable("matrix"):
        pytest.skip(reason)
    assert PYTHON.exists(), "run: python -m tests.servers.install matrix"
    with matrix_server() as running:
        yield running


@pytest.fixture
async def connector(server: MatrixServer) -> AsyncIterator[MatrixConnector]:
    made = connector_of(server)
    yield made
    await made.close()


@pytest.fixture
async def again(server: MatrixServer) -> AsyncIterator[MatrixConnector]:
    """As after a restart."""
    made = connector_of(server)
    yield made
    await made.close()


def connector_of(server: MatrixServer, url: str = "", token: str = "") -> MatrixConnector:
    return MatrixConnector("matrix", url or server.url, token or server.ours, clock=SystemClock(), page=10)


async def ready(
    server: MatrixServer, connector: MatrixConnector, *, public: bool = False
) -> tuple[str, Drained]:
    """A new room that we are in, and how far everything was read by then."""
    room = await asyncio.to_thread(lambda: server.room(public=public))
    drained = await drain(connector, SYNC)
    return room, await drain(connector, SYNC, drained.cursor)


def test_the_server_listens_on_loopback_only(server: MatrixServer) -> None:
    port = server.url.rpartition(":")[2]
    listening = subprocess.run(["ss", "-Hltn"], capture_output=True, text=True, check=True).stdout
    here = [line.split()[3] for line in listening.splitlines() if line.split()[3].endswith(f":{port}")]
    assert here == [f"127.0.0.1:{port}"]


async def test_a_hole_is_filled_and_nothing_comes_twice(
    server: MatrixServer, connector: MatrixConnector, again: MatrixConnector
) -> None:
    """Forty messages where ten fit into an answer."""
    room, before = await ready(server, connector)
    said = [await asyncio.to_thread(server.say, room, f"bericht {number}") for number in range(40)]
    after = await drain(connector, SYNC, before.cursor)
    assert after.ids == said
    assert (await drain(again, SYNC, after.cursor)).ids == []


@pytest.mark.parametrize("name", TEXTS)
async def test_texts_come_and_go_whole(server: MatrixServer, connector: MatrixConnector, name: str) -> None:
    room, before = await ready(server, connector)
    await asyncio.to_thread(server.say, room, TEXTS[name])
    (item,) = (await drain(connector, SYNC, before.cursor)).items
    assert item.text == TEXTS[name]
    assert (item.visibility, item.thread_key) == ("private", f"room:{room}")
    await connector.send(await connector.prepare(answer_to(item, TEXTS[name])))
    (ours,) = await asyncio.to_thread(server.said, room)
    assert ours["content"]["body"] == TEXTS[name]


async def test_a_repeat_is_one_event_and_can_be_read_back(
    server: MatrixServer, connector: MatrixConnector, again: MatrixConnector
) -> None:
    room, before = await ready(server, connector, public=True)
    await asyncio.to_thread(server.say, room, "wie helpt mij?")
    (item,) = (await drain(connector, SYNC, before.cursor)).items
    assert (item.visibility, item.can_reply_public.ok) == ("public", True)
    prepared = stored_and_read(await connector.prepare(answer_to(item)))
    assert await connector.find_sent(prepared) is None
    first = await connector.send(prepared)
    second = await again.send(prepared)
    found = await again.find_sent(prepared)
    assert found is not None
    assert first.remote_id == second.remote_id == found.remote_id
    (ours,) = await asyncio.to_thread(server.said, room)
    assert ours["content"]["m.relates_to"] == {"m.in_reply_to": {"event_id": item.remote_id}}
    (echo,) = (await drain(connector, SYNC, before.cursor)).echoes
    assert (echo.remote_id, echo.parent_id) == (first.remote_id, item.remote_id)


async def test_an_answer_that_is_lost_is_one_event_in_the_end(
    server: MatrixServer, connector: MatrixConnector
) -> None:
    room, before = await ready(server, connector)
    await asyncio.to_thread(server.say, room, "vraag")
    (item,) = (await drain(connector, SYNC, before.cursor)).items
    prepared = stored_and_read(await connector.prepare(answer_to(item)))
    path = f"/_matrix/client/v3/rooms/{quote(room, safe='')}/send/m.room.message/{prepared.key}"
    with proxy(server.url) as tricky:
        tricky.trick(Trick("PUT", path, times=1, do="lose"))
        behind = connector_of(server, tricky.url)
        with pytest.raises(Unknown):
            await behind.send(prepared)
        await behind.close()
    await connector.send(prepared)
    assert len(await asyncio.to_thread(server.said, room)) == 1


async def test_an_edit_and_a_deletion_are_seen(server: MatrixServer, connector: MatrixConnector) -> None:
    room, before = await ready(server, connector)
    said = await asyncio.to_thread(server.say, room, "eerste lezing")
    first = await drain(connector, SYNC, before.cursor)
    related = {"rel_type": "m.replace", "event_id": said}
    new = {"msgtype": "m.text", "body": "tweede lezing"}
    more = {"m.relates_to": related, "m.new_content": new}
    await asyncio.to_thread(lambda: server.say(room, "* tweede lezing", content=more))
    second = await drain(connector, SYNC, first.cursor)
    assert [(item.remote_id, item.text) for item in second.items] == [(said, "tweede lezing")]
    await asyncio.to_thread(server.redact, room, said)
    third = await drain(connector, SYNC, second.cursor)
    assert [(item.remote_id, item.deleted) for item in third.items] == [(said, True)]


async def test_the_server_says_when_something_happens(
    server: MatrixServer, connector: MatrixConnector
) -> None:
    room, _before = await ready(server, connector)
    async with aclosing(connector.listen(SYNC, None)) as heard:  # type: ignore[type-var]
        await anext(heard)
        await asyncio.to_thread(server.say, room, "hallo")
        await anext(heard)


async def test_a_message_that_is_too_large_is_refused(
    server: MatrixServer, connector: MatrixConnector
) -> None:
    room, before = await ready(server, connector)
    await asyncio.to_thread(server.say, room, "vraag")
    (item,) = (await drain(connector, SYNC, before.cursor)).items
    with pytest.raises(Permanent):
        await connector.send(await connector.prepare(answer_to(item, "\x01" * 15_000)))


async def test_credentials(server: MatrixServer, connector: MatrixConnector) -> None:
    state = await connector.check_auth()
    assert (state.ok, state.account) == (True, "@webcare:localhost")
    wrong = connector_of(server, token="syt_wrong")
    assert not (await wrong.check_auth()).ok
    with pytest.raises(AuthFailed):
        await wrong.pull(SYNC, None)
    await wrong.close()


async def test_a_rate_limit_names_its_time() -> None:
    """On a server that lets somebody say little."""
    if reason := unavailable("matrix"):
        pytest.skip(reason)
    with matrix_server(messages=0.1, burst=3) as slow:
        connector = connector_of(slow)
        room, before = await ready(slow, connector)
        await asyncio.to_thread(slow.say, room, "vraag")
        (item,) = (await drain(connector, SYNC, before.cursor)).items
        prepared = [await connector.prepare(answer_to(item, f"antwoord {number}")) for number in range(10)]
        with pytest.raises(RateLimited) as caught:
            await all_of(connector, prepared)
        assert caught.value.after is not None
        await connector.close()


async def all_of(connector: MatrixConnector, prepared: list[Prepared]) -> None:
    for each in prepared:
        await connector.send(each)


async def test_who_wrote_in_a_public_room_gets_a_room_of_their_own(
    server: MatrixServer, connector: MatrixConnector, again: MatrixConnector
) -> None:
    """Made once, whoever asks; they are invited, and answer there in private."""
    room, before = await ready(server, connector, public=True)
    await asyncio.to_thread(server.say, room, "waar blijft het?")
    (item,) = (await drain(connector, SYNC, before.cursor)).items
    assert (item.visibility, item.can_reply_private.ok) == ("public", True)
    private = replace(answer_to(item, "Wat is je klantnummer?"), visibility="private")
    prepared = stored_and_read(await connector.prepare(private))
    direct = str(prepared.payload["room"])
    assert direct != room
    assert stored_and_read(await again.prepare(private)).payload["room"] == direct
    assert await connector.find_sent(prepared) is None
    first = await connector.send(prepared)
    assert (await again.send(prepared)).remote_id == first.remote_id
    found = await again.find_sent(prepared)
    assert found is not None
    assert found.remote_id == first.remote_id
    await asyncio.to_thread(server.call, "POST", f"/join/{quote(direct)}", server.theirs, json={})
    (ours,) = await asyncio.to_thread(server.said, direct)
    assert ours["content"]["body"] == "Wat is je klantnummer?"
    assert await asyncio.to_thread(server.said, room) == []
    drained = await drain(again, SYNC)
    await asyncio.to_thread(server.say, direct, "12")
    (answer,) = (await drain(again, SYNC, drained.cursor)).items
    assert (answer.visibility, answer.thread_key, answer.text) == ("private", f"room:{direct}", "12")
    path = f"/rooms/{quote(direct)}/leave"
    await asyncio.to_thread(server.call, "POST", path, server.theirs, json={})
    assert (await again.prepare(private)).payload["room"] == direct
    await asyncio.to_thread(server.call, "POST", f"/join/{quote(direct)}", server.theirs, json={})
