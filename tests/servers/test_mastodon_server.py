"""The Mastodon connector against a stateful server that is not ours."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any, cast

import pytest

from channels.base import (
    AuthFailed,
    Batch,
    Draft,
    Permanent,
    RateLimited,
    Retryable,
    Unknown,
)
from channels.mastodon import CONVERSATIONS, MENTIONS, OWN, Listening, MastodonConnector
from domain.clock import MINUTE, SECOND
from domain.inbound import Inbound
from tests.channels.world import answer_to, drain, stored_and_read
from tests.pictures import outbound, png, uploaded
from tests.servers.install import unavailable
from tests.servers.mastodon_server import OUR_TOKEN, PYTHON, THEIR_TOKEN, MastodonServer, mastodon_server
from tests.servers.proxy import Trick, proxy
from webcare.clock import SystemClock

pytestmark = pytest.mark.servers

STATUSES = "/api/v1/statuses"


@pytest.fixture(scope="module")
def server() -> Iterator[MastodonServer]:
    if reason := unavailable("mastodon"):
        pytest.skip(reason)
    assert PYTHON.exists(), "run: python -m tests.servers.install mastodon"
    with mastodon_server() as running:
        yield running


@pytest.fixture
async def connector(server: MastodonServer) -> AsyncIterator[MastodonConnector]:
    made = connector_of(server)
    yield made
    await asyncio.to_thread(server.mend)
    await made.close()


def connector_of(server: MastodonServer, token: str = OUR_TOKEN, url: str = "") -> MastodonConnector:
    listening = Listening(hashtags=("zwerfvuil",), searches=("stadhuis",))
    return MastodonConnector("mastodon", url or server.url, token, clock=SystemClock(), listening=listening)


async def post(server: MastodonServer, text: str, **more: str) -> dict[str, Any]:
    return cast("dict[str, Any]", await asyncio.to_thread(lambda: server.post(text, **more)))


async def heard(connector: MastodonConnector, remote_id: str, stream: str = MENTIONS) -> Inbound:
    found = [item for item in (await drain(connector, stream)).items if item.remote_id == remote_id]
    assert len(found) == 1
    return found[0]


async def ours_under(server: MastodonServer, status_id: str) -> list[dict[str, Any]]:
    below = await asyncio.to_thread(server.below, status_id)
    return [each for each in below if each["account"]["username"] == "webcare"]


def test_the_server_listens_on_loopback_only(server: MastodonServer) -> None:
    port = server.url.rpartition(":")[2]
    listening = subprocess.run(["ss", "-Hltn"], capture_output=True, text=True, check=True).stdout
    here = [line.split()[3] for line in listening.splitlines() if line.split()[3].endswith(f":{port}")]
    assert here == [f"127.0.0.1:{port}"]


async def test_a_mention_arrives_and_its_answer_stands_there_once(
    server: MastodonServer, connector: MastodonConnector
) -> None:
    asked = await post(server, "@webcare Wanneer wordt de container geleegd? 👍🏽 Zoë & <co>")
    item = await heard(connector, asked["id"])
    assert item.text == "@webcare Wanneer wordt de container geleegd? 👍🏽 Zoë & <co>"
    assert (item.kind, item.visibility, item.author.handle.partition("@")[0]) == (
        "mention",
        "public",
        "klant",
    )
    prepared = stored_and_read(await connector.prepare(answer_to(item, "Morgen. Groet! 🙂 ^SV")))
    result = await connector.send(prepared)
    (answer,) = await ours_under(server, asked["id"])
    assert answer["id"] == result.remote_id
    assert (answer["in_reply_to_id"], answer["visibility"]) == (asked["id"], "public")
    assert [mention["username"] for mention in answer["mentions"]] == ["klant"]
    found = await connector.find_sent(prepared)
    assert found is not None
    assert found.remote_id == result.remote_id
    echoes = (await drain(connector, OWN)).echoes
    assert result.remote_id in {echo.remote_id for echo in echoes}


async def test_fifty_mentions_arrive_without_gap_or_double(
    server: MastodonServer, connector: MastodonConnector
) -> None:
    """Also those that come while we walk; the server's pages hold forty."""
    cursor = (await drain(connector, MENTIONS)).cursor
    posted = [(await post(server, f"@webcare bericht {n}"))["id"] for n in range(50)]
    first = await connector.pull(MENTIONS, cursor)
    posted += [(await post(server, f"@webcare later {n}"))["id"] for n in range(5)]
    rest = await drain(connector, MENTIONS, first.cursor)
    assert [item.remote_id for item in first.items] + rest.ids == posted


async def test_a_private_talk(server: MastodonServer, connector: MastodonConnector) -> None:
    asked = await post(server, "@webcare mijn nummer is 12", visibility="direct")
    by_mention = await heard(connector, asked["id"])
    by_talk = await heard(connector, asked["id"], CONVERSATIONS)
    assert by_mention.kind == by_talk.kind == "dm"
    assert by_mention.thread_key == by_talk.thread_key
    assert by_mention.revision == by_talk.revision
    prepared = await connector.prepare(answer_to(by_mention, "Dank, wij kijken het na. ^SV"))
    result = await connector.send(prepared)
    found = await connector.find_sent(prepared)
    assert found is not None
    assert found.remote_id == result.remote_id
    (answer,) = await ours_under(server, asked["id"])
    assert answer["visibility"] == "direct"


async def test_hashtags_and_searches(server: MastodonServer, connector: MastodonConnector) -> None:
    tagged = await post(server, "Alweer #zwerfvuil in het park")
    assert (await heard(connector, tagged["id"], "tag:zwerfvuil")).kind == "post"
    named = await post(server, "Het stadhuis was dicht")
    assert (await heard(connector, named["id"], "search:stadhuis")).source == "search:stadhuis"


async def test_a_thread_has_one_key(server: MastodonServer, connector: MastodonConnector) -> None:
    first = await post(server, "@webcare een vraag")
    second = await post(server, "@webcare nog iets", in_reply_to_id=first["id"])
    third = await post(server, "@webcare en dit", in_reply_to_id=second["id"])
    item = await heard(connector, third["id"])
    assert (item.parent_id, item.root_id, item.thread_key) == (second["id"], first["id"], first["id"])


async def test_a_rate_limit_is_honoured(server: MastodonServer, connector: MastodonConnector) -> None:
    asked = await post(server, "@webcare bericht")
    await connector.check_auth()
    limit: dict[str, object] = {"type": "ratelimit", "headers": {"Retry-After": "7"}}
    await asyncio.to_thread(server.fail, limit, path="/api/v1/notifications", methods=["GET"], count=1)
    with pytest.raises(RateLimited) as caught:
        await connector.pull(MENTIONS, None)
    assert caught.value.after == 7 * SECOND
    await heard(connector, asked["id"])


async def test_a_busy_server_gets_the_reply_once(
    server: MastodonServer, connector: MastodonConnector
) -> None:
    asked = await post(server, "@webcare bericht")
    prepared = await connector.prepare(answer_to(await heard(connector, asked["id"])))
    busy: dict[str, object] = {"type": "status", "status": 503, "headers": {"Retry-After": "3"}}
    await asyncio.to_thread(server.fail, busy, path=STATUSES, methods=["POST"], count=1)
    with pytest.raises(Retryable) as caught:
        await connector.send(prepared)
    assert caught.value.after == 3 * SECOND
    await connector.send(prepared)
    assert len(await ours_under(server, asked["id"])) == 1


async def test_an_answer_that_was_lost_is_found(server: MastodonServer) -> None:
    """The server carries it out and its word never arrives; so too with a malformed one."""
    asked = await post(server, "@webcare bericht")
    with proxy(server.url) as line:
        connector = connector_of(server, url=line.url)
        prepared = stored_and_read(await connector.prepare(answer_to(await heard(connector, asked["id"]))))
        line.trick(Trick("POST", STATUSES, 1, "lose"))
        with pytest.raises(Unknown):
            await connector.send(prepared)
        found = await connector.find_sent(prepared)
        await connector.close()
    assert found is not None
    assert [each["id"] for each in await ours_under(server, asked["id"])] == [found.remote_id]


async def test_a_malformed_answer_is_unknown_and_absence_is_told(
    server: MastodonServer, connector: MastodonConnector
) -> None:
    asked = await post(server, "@webcare bericht")
    prepared = await connector.prepare(answer_to(await heard(connector, asked["id"])))
    await asyncio.to_thread(server.fail, {"type": "malformed"}, path=STATUSES, methods=["POST"], count=1)
    with pytest.raises(Unknown):
        await connector.send(prepared)
    assert await connector.find_sent(prepared) is None
    assert await ours_under(server, asked["id"]) == []


async def test_the_idempotency_key_is_sent(server: MastodonServer, connector: MastodonConnector) -> None:
    asked = await post(server, "@webcare bericht")
    prepared = await connector.prepare(answer_to(await heard(connector, asked["id"])))
    first = await connector.send(prepared)
    assert (await connector.send(prepared)).remote_id == first.remote_id


async def test_a_picture_goes_along(server: MastodonServer, connector: MastodonConnector) -> None:
    asked = await post(server, "@webcare hoe ziet dat eruit?")
    sent = outbound(png())
    picture = uploaded(sent, await connector.upload(sent))
    item = await heard(connector, asked["id"])
    draft = Draft(
        "Zo", "public", item.thread_key, item.remote_id, item.parent_ref, item.author, "nl",
        (picture,),
    )  # fmt: skip
    await connector.send(await connector.prepare(draft))
    (answer,) = await ours_under(server, asked["id"])
    assert [each["description"] for each in answer["media_attachments"]] == ["Een lege container"]


async def test_an_edit_and_a_deletion_are_seen(server: MastodonServer, connector: MastodonConnector) -> None:
    edited, deleted = await post(server, "@webcare eerste"), await post(server, "@webcare weg ermee")
    drained = await drain(connector, MENTIONS)
    change = {"status": "@webcare tweede"}
    await asyncio.to_thread(server._call, "PUT", f"{STATUSES}/{edited['id']}", THEIR_TOKEN, json=change)
    await asyncio.to_thread(server._call, "DELETE", f"{STATUSES}/{deleted['id']}", THEIR_TOKEN)
    connector._clock = Later()
    after = {item.remote_id: item for item in (await drain(connector, MENTIONS, drained.cursor)).items}
    assert after[edited["id"]].text == "@webcare tweede"
    assert after[deleted["id"]].deleted


class Later:
    """A minute from now: when a look back is due."""

    def now(self) -> int:
        """Two minutes ahead."""
        return SystemClock().now() + 2 * MINUTE


async def test_the_event_stream_hints(server: MastodonServer, connector: MastodonConnector) -> None:
    async with aclosing(cast("Any", connector.listen(MENTIONS, None))) as hints:
        waiting = asyncio.ensure_future(anext(hints))
        async with asyncio.timeout(60):
            while not waiting.done():
                await post(server, "@webcare hallo?")
                await asyncio.wait([waiting], timeout=0.5)
            assert await waiting == Batch()


async def test_a_wrong_token_is_said(server: MastodonServer) -> None:
    connector = connector_of(server, token="verkeerd")
    state = await connector.check_auth()
    assert not state.ok
    assert state.sentence
    with pytest.raises(AuthFailed):
        await connector.pull(MENTIONS, None)
    await connector.close()


async def test_a_text_too_long_for_the_server_is_refused_in_words(
    server: MastodonServer, connector: MastodonConnector
) -> None:
    asked = await post(server, "@webcare bericht")
    item = await heard(connector, asked["id"])
    with pytest.raises(Permanent):
        await connector.prepare(answer_to(item, "x" * 501))
    assert not connector.measure("x" * 501).ok
