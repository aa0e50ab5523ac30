"""The whole program against real servers: from what somebody posts to a reply that stands there once."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from typing import Any

import pytest

from channels.html import to_text
from tests.servers.bluesky_network.bluesky_network import Network
from tests.servers.bluesky_town import POST, Person, Town, new_town, until
from tests.servers.figures import report
from tests.servers.mastodon_server import OUR_TOKEN, THEM, MastodonServer
from tests.servers.proxy import Trick, proxy
from tests.servers.sending import ask_a_person, hurry, queue, send_under_fire, statuses, tally
from tests.terminal.driver import Terminal
from tests.terminal.workplace import Workplace

pytestmark = pytest.mark.servers

SEED = 20261123
REPLIES = 200
STATUSES = "/api/v1/statuses"
PUT = "/xrpc/com.atproto.repo.putRecord"


@pytest.fixture
async def town(network: Network) -> AsyncIterator[Town]:
    """A team's and a customer's account on Bluesky."""
    async with new_town(network) as made:
        yield made


def bluesky(town: Town, server: str | None = None) -> str:
    """The configuration of our account."""
    return (
        f"  bsky:\n    platform: bluesky\n    name: Bluesky\n    handle: {town.us.handle}\n"
        f"    server: {server or town.network.pds_url}\n    poll: 5 s\n    sign_off: false\n"
    )


def mastodon_channel(server: str, *, streaming: bool = True) -> str:
    """The configuration of our account."""
    return (
        f"  toots:\n    platform: mastodon\n    name: Toots\n    server: {server}\n    poll: 5 s\n"
        f"    sign_off: false\n    streaming: {str(streaming).lower()}\n"
    )


def configuration(*channels: str, undo: int = 1) -> str:
    return f"undo_seconds: {undo}\nchannels:\n{''.join(channels)}"


async def at(terminal: Terminal, *texts: str) -> None:
    """Until all of these are painted; the people of the town go on meanwhile."""
    await asyncio.to_thread(terminal.wait_for, *texts)


async def answer(terminal: Terminal, text: str, *, key: str = "r", word: str = "PUBLIC") -> None:
    """Write and send a reply as an operator does."""
    terminal.press(key)
    await at(terminal, f"{word}, ")
    terminal.type(text)
    await at(terminal, text)
    terminal.press("ctrl+j")
    await at(terminal, "Goes out as it stands here", "nothing blocks")
    terminal.press("y")
    await at(terminal, "calls it back")


async def everything_of(person: Person) -> list[dict[str, Any]]:
    """All records of a repository: the outside ledger."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        query = {"repo": person.did, "collection": POST, "limit": 100} | (
            {"cursor": cursor} if cursor else {}
        )
        page = await person.call("GET", "com.atproto.repo.listRecords", params=query)
        found += page["records"]
        cursor = page.get("cursor")
        if cursor is None or not page["records"]:
            return found


def cursors(workplace: Workplace, channel: str) -> dict[str, str]:
    """Where each stream of a channel was left."""
    with closing(sqlite3.connect(workplace.database)) as connection:
        rows = connection.execute("SELECT stream, cursor FROM channel_state WHERE channel = ?", (channel,))
        return dict(rows.fetchall())


def outgoing(workplace: Workplace) -> list[str | None]:
    """The platform's ids of what the desk holds as sent."""
    with closing(sqlite3.connect(workplace.database)) as connection:
        rows = connection.execute("SELECT remote_id FROM message WHERE direction = 'out'").fetchall()
        return [remote_id for (remote_id,) in rows]


async def wait(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(condition):  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.05)


# -- from a mention to a reply ------------------------------------------------------------------------------


async def test_bluesky_from_a_mention_to_a_reply_that_stands_once(town: Town, workplace: Workplace) -> None:
    workplace.configure(configuration(bluesky(town)), bsky=town.us.password)
    with workplace.desk() as terminal:
        await at(terminal, "● Bluesky")
        mention = await town.klant.post(f"@{town.us.handle} hoe laat gaat het loket open?")
        await at(terminal, "hoe laat gaat het loket", "1 of 1")
        await answer(terminal, "Om negen uur 👋, zie gemeente.nl/loket.")
        thread = await until(
            lambda: town.klant.thread(mention["uri"]), lambda thread: bool(thread["replies"])
        )
        (reply,) = thread["replies"]
        assert reply["post"]["record"]["text"] == "Om negen uur 👋, zie gemeente.nl/loket."
        assert reply["post"]["author"]["did"] == town.us.did
        await at(terminal, "sent", "waiting 1", "open 0")
    records = await everything_of(town.us)
    assert [record["uri"] for record in records] == outgoing(workplace)
    assert len(records) == 1
    kept = workplace.state / "sessions" / "bsky.json"
    assert kept.stat().st_mode & 0o777 == 0o600


async def test_mastodon_public_and_private_replies_stand_once(
    mastodon: MastodonServer, workplace: Workplace
) -> None:
    workplace.configure(configuration(mastodon_channel(mastodon.url)), toots=OUR_TOKEN)
    with workplace.desk() as terminal:
        await at(terminal, "● Toots")
        asked = mastodon.post("@webcare hoe laat gaat het loket open?")
        await at(terminal, "hoe laat gaat het loket", "1 of 1")
        await answer(terminal, "Om negen uur.")
        await wait(lambda: mastodon.below(asked["id"]))
        await at(terminal, "sent", "waiting 1")
        aside = mastodon.post("@webcare mijn nummer is 12345", visibility="direct")
        await at(terminal, "open 1")
        terminal.press("g", "i")
        await at(terminal, "mijn nummer is 12345", "1 of 1")
        await answer(terminal, "Dank, wij kijken het na.", key="R", word="PRIVATE")
        await wait(lambda: len(mastodon.ours()) == 2)
        await at(terminal, "waiting 2")
    private, public = mastodon.ours()
    assert (public["in_reply_to_id"], public["visibility"]) == (asked["id"], "public")
    assert to_text(public["content"]) == f"@{THEM} Om negen uur."
    assert (private["in_reply_to_id"], private["visibility"]) == (aside["id"], "direct")
    assert to_text(private["content"]) == f"@{THEM} Dank, wij kijken het na."
    assert sorted(map(str, outgoing(workplace))) == sorted([public["id"], private["id"]])


# -- killed while sending -----------------------------------------------------------------------------------


async def test_bluesky_a_killed_sender_loses_and_doubles_nothing(town: Town, workplace: Workplace) -> None:
    workplace.configure(configuration(bluesky(town), undo=0), bsky=town.us.password)
    for number in range(20):
        await town.klant.post(f"@{town.us.handle} vraag {number}")
    await _brought_in(workplace, 20)
    texts = [f"antwoord {number:03} op uw vraag" for number in range(REPLIES)]
    await queue(workplace, texts)
    began = time.monotonic()
    kills = await asyncio.to_thread(send_under_fire, workplace, SEED, kills=40)
    records = await everything_of(town.us)
    told = tally(workplace, texts, [record["value"]["text"] for record in records])
    report("bluesky killed while sending", seed=SEED, **told.figures(kills, time.monotonic() - began))
    assert (told.posted, told.doubled, told.lost, told.asked) == (REPLIES, 0, 0, 0)
    assert statuses(workplace) == {"sent": REPLIES}
    assert kills > 5
    assert sorted(map(str, outgoing(workplace))) == sorted(record["uri"] for record in records)


async def test_mastodon_a_killed_sender_loses_and_doubles_nothing(
    mastodon: MastodonServer, workplace: Workplace
) -> None:
    workplace.configure(
        configuration(mastodon_channel(mastodon.url, streaming=False), undo=0), toots=OUR_TOKEN
    )
    for number in range(10):
        mastodon.post(f"@webcare vraag {number}")
    await _brought_in(workplace, 10)
    texts = [f"antwoord {number:03} op uw vraag" for number in range(60)]
    await queue(workplace, texts)
    began = time.monotonic()
    kills = asked = 0
    async with asyncio.timeout(180):
        while statuses(workplace) != {"sent": len(texts)}:
            kills += await asyncio.to_thread(send_under_fire, workplace, SEED + kills, kills=15, hurried=True)
            asked += statuses(workplace)["ask_operator"]
            await ask_a_person(workplace, _said(mastodon))
    told = tally(workplace, texts, _said(mastodon))
    figures = told.figures(kills, time.monotonic() - began) | {"asked": asked}
    report("mastodon killed while sending", seed=SEED, **figures)
    assert (told.posted, told.doubled, told.lost) == (len(texts), 0, 0)
    assert kills > 3


async def _brought_in(workplace: Workplace, number: int) -> None:
    """Run a collector until so many conversations are in the desk."""

    def count() -> int:
        if not workplace.database.exists():
            return 0
        with closing(sqlite3.connect(workplace.database, timeout=10)) as connection:
            tables = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'conversation'").fetchall()
            if not tables:
                return 0
            return int(connection.execute("SELECT count(*) FROM conversation").fetchone()[0])

    with workplace.collecting():
        await wait(lambda: count() == number)


def _said(mastodon: MastodonServer) -> list[str]:
    """The texts of all our replies, without the handle that the connector puts before them."""
    return [to_text(status["content"]).removeprefix(f"@{THEM} ") for status in mastodon.ours()]


# -- a server that asks to wait, or does not answer ---------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
async def test_mastodon_is_left_alone_as_long_as_it_asks(
    mastodon: MastodonServer, workplace: Workplace, status: int
) -> None:
    with proxy(mastodon.url) as line:
        workplace.configure(
            configuration(mastodon_channel(line.url, streaming=False), undo=0), toots=OUR_TOKEN
        )
        mastodon.post("@webcare hoe laat gaat het loket open?")
        await _brought_in(workplace, 1)
        await queue(workplace, ["Om negen uur."])
        effect = {"type": "status", "status": status, "headers": {"Retry-After": "4"}}
        mastodon.fail(effect, path=STATUSES, methods=["POST"], count=1)
        await _sends(workplace, 1)
        first, second = line.requests("POST", STATUSES)
        assert second.at - first.at >= 4.0
    assert _said(mastodon) == ["Om negen uur."]


async def test_bluesky_is_left_alone_as_long_as_it_asks(town: Town, workplace: Workplace) -> None:
    with proxy(town.network.pds_url) as line:
        workplace.configure(configuration(bluesky(town, line.url), undo=0), bsky=town.us.password)
        await town.klant.post(f"@{town.us.handle} hoe laat gaat het loket open?")
        await _brought_in(workplace, 1)
        await queue(workplace, ["Om negen uur."])
        reset = str(int(time.time()) + 5)
        headers = {
            "content-type": "application/json", "ratelimit-limit": "30", "ratelimit-remaining": "0",
            "ratelimit-reset": reset, "ratelimit-policy": "30;w=300",
        }  # fmt: skip
        line.trick(Trick("POST", PUT, 1, "answer", 429, headers))
        await _sends(workplace, 1)
        assert len(line.requests("POST", PUT)) == 2
        # The moment that the server named, in whole seconds of the wall clock that both share here.
        assert time.time() >= int(reset)
    assert [record["value"]["text"] for record in await everything_of(town.us)] == ["Om negen uur."]


async def test_mastodon_an_answer_that_is_lost_is_read_back(
    mastodon: MastodonServer, workplace: Workplace
) -> None:
    with proxy(mastodon.url) as line:
        workplace.configure(
            configuration(mastodon_channel(line.url, streaming=False), undo=0), toots=OUR_TOKEN
        )
        mastodon.post("@webcare hoe laat gaat het loket open?")
        await _brought_in(workplace, 1)
        await queue(workplace, ["Om negen uur."])
        line.trick(Trick("POST", STATUSES, 1, "lose"))
        with workplace.collecting():
            await wait(lambda: statuses(workplace) in ({"unknown": 1}, {"sent": 1}))
            hurry(workplace)
            await wait(lambda: statuses(workplace) == {"sent": 1})
        assert len(line.requests("POST", STATUSES)) == 1
    assert _said(mastodon) == ["Om negen uur."]
    assert outgoing(workplace) == [mastodon.ours()[0]["id"]]


async def test_bluesky_an_answer_that_is_lost_is_settled(town: Town, workplace: Workplace) -> None:
    with proxy(town.network.pds_url) as line:
        workplace.configure(configuration(bluesky(town, line.url), undo=0), bsky=town.us.password)
        await town.klant.post(f"@{town.us.handle} hoe laat gaat het loket open?")
        await _brought_in(workplace, 1)
        await queue(workplace, ["Om negen uur."])
        line.trick(Trick("POST", PUT, 1, "lose"))
        await _sends(workplace, 1)
    records = await everything_of(town.us)
    assert [record["value"]["text"] for record in records] == ["Om negen uur."]
    assert outgoing(workplace) == [records[0]["uri"]]


async def _sends(workplace: Workplace, number: int) -> None:
    """Run a collector until so many replies are sent."""
    with workplace.collecting():
        await wait(lambda: statuses(workplace) == {"sent": number})


# -- a channel in trouble -----------------------------------------------------------------------------------


async def test_a_revoked_token_and_a_dead_server_are_said_while_the_other_channel_goes_on(
    town: Town, mastodon: MastodonServer, workplace: Workplace
) -> None:
    dead = "  fora:\n    platform: feed\n    name: Fora\n    feeds: ['http://127.0.0.1:9/feed.xml']\n"
    channels = (bluesky(town), mastodon_channel(mastodon.url, streaming=False), dead)
    workplace.configure(configuration(*channels), bsky=town.us.password, toots=OUR_TOKEN)
    with workplace.desk(size=(160, 34)) as terminal:
        mastodon.post("@webcare de eerste vraag")
        await at(terminal, "de eerste vraag", "● Bluesky")
        await at(terminal, "○ Fora")
        before = cursors(workplace, "toots")
        revoked = {"type": "status", "status": 401, "body": {"error": "The access token was revoked"}}
        mastodon.fail(revoked, path="/api/v1/*", methods=["GET", "POST"], count=None)
        await at(terminal, "○ Toots")
        mastodon_says = terminal.line_with("○ Toots")
        await town.klant.post(f"@{town.us.handle} de tweede vraag")
        await at(terminal, "open 2")
        assert "127.0.0.1 does not accept our credentials" in mastodon_says
        assert cursors(workplace, "toots") == before
        mastodon.mend()
        mastodon.post("@webcare de derde vraag")
    with workplace.desk(size=(160, 34)) as terminal:
        await at(terminal, "de eerste vraag", "de tweede vraag", "de derde vraag", "● Toots", "○ Fora")
        assert "127.0.0.1" in terminal.line_with("○ Fora")
    assert json.loads(workplace.run("ls", "--json"))


async def test_a_missing_credential_is_said_while_the_other_channel_goes_on(
    mastodon: MastodonServer, workplace: Workplace
) -> None:
    lonely = "  bsky:\n    platform: bluesky\n    name: Bluesky\n    handle: gemeente.test\n"
    workplace.configure(configuration(lonely, mastodon_channel(mastodon.url)), toots=OUR_TOKEN)
    with workplace.desk(size=(160, 34)) as terminal:
        mastodon.post("@webcare hoe laat gaat het loket open?")
        await at(terminal, "hoe laat gaat het loket", "○ Bluesky", "There is no credential 'bsky'")
