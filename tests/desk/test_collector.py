"""The collector's loop: one channel in trouble says so and stops nobody."""

# ruff: noqa: D102 - a connector's methods are described in channels/base.py

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from channels.base import AuthFailed, Batch, Capabilities, Cursor, Rate, RateLimited
from desk import collector as collecting
from desk.collector import Collector
from desk.health import Health
from desk.sender import Overtaken
from domain.clock import SECOND
from domain.errors import DatabaseFull
from storage import chain, sender_lock, space
from tests.desk.acts import first, reply
from tests.desk.conftest import FakeConnector, World, mention


class Scripted(FakeConnector):
    """Does one thing after another when it is asked for a page; then nothing."""

    closed = False

    def __init__(self, *steps: Batch | Exception, caps: Capabilities | None = None) -> None:
        super().__init__()
        self.steps = list(steps)
        self.asked: list[Cursor | None] = []
        self.caps = caps or self.caps

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:
        self.asked.append(cursor)
        step = self.steps.pop(0) if self.steps else Batch()
        if isinstance(step, Exception):
            raise step
        return step

    async def close(self) -> None:
        self.closed = True


def collector_with(world: World, connector: FakeConnector) -> Collector:
    """The world's collector on another connector."""
    sender = replace(world.collector.sender, connectors={"practice": connector})
    return replace(world.collector, connectors={"practice": connector}, sender=sender)


async def until(world: World, condition: str) -> None:
    """Wait for a row; every commit is a reason to look."""
    changes = world.database.changes()
    async with asyncio.timeout(30):
        while not await world.database.read(lambda c: c.execute(condition).fetchall()):
            await anext(changes)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits of seconds become waits of milliseconds."""
    monkeypatch.setattr(collecting, "FIRST_WAIT", 1)
    monkeypatch.setattr(collecting, "LONGEST_WAIT", 20)
    monkeypatch.setattr(collecting, "HOUSEKEEPING", 5)


async def test_it_fetches_sends_wakes_and_closes(world: World) -> None:
    """Pages one after another, troubles in between; a bug in a channel ends nothing."""
    scripted = Scripted(
        Batch(items=(mention("een?"),), cursor="1", more=True),
        RateLimited("slow down", after=1),
        AuthFailed("The token has expired."),
        KeyError("a bug"),
        Batch(items=(mention("twee?", thread_key="b"),), cursor="2", more=True),
        Batch(items=(mention("drie?", thread_key="c"),), more=True),
        caps=replace(FakeConnector().caps, streaming=True),
    )
    running = asyncio.create_task(collector_with(world, scripted).run())
    await until(world, "SELECT 1 FROM message WHERE text = 'een?'")
    world.clock.advance(2 * SECOND)
    await until(world, "SELECT 1 FROM message WHERE text = 'drie?'")
    assert scripted.asked[:6] == [None, "1", "1", "1", "1", "2"]
    desk = world.desk()
    conversation = await first(desk)
    await reply(desk, conversation)
    world.clock.advance(world.settings.undo)
    await until(world, "SELECT 1 FROM outbox WHERE status = 'sent'")
    await desk.triage.snooze(conversation, world.clock.now() + 1)
    world.clock.advance(1)
    await until(world, f"SELECT 1 FROM conversation WHERE id = {conversation} AND status = 'open'")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert scripted.closed
    anchors = chain.read_anchors(chain.anchors_path(world.database.path))
    report = await world.database.read(lambda c: chain.verify(c, anchors=anchors))
    assert (bool(anchors), report.whole) == (True, True)


async def test_trouble_stands_in_the_health_line(world: World) -> None:
    """In the platform's words; a bug in ours; what is left of the rate."""
    scripted = Scripted(*[AuthFailed("The token has expired.")] * 900)
    scripted.rate = Rate(300, 12, None)  # type: ignore[assignment]
    running = asyncio.create_task(collector_with(world, scripted).run())
    await until(world, "SELECT 1 FROM channel_health WHERE error LIKE '%expired%' AND remaining <> ''")
    (health,) = await world.desk().health.channels()
    assert (health.error, health.remaining) == ("The token has expired.", "12 of 300 calls left")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    scripted = Scripted(*[KeyError("a bug")] * 900)
    running = asyncio.create_task(collector_with(world, scripted).run())
    await until(world, "SELECT 1 FROM channel_health WHERE error LIKE '%webcare itself%'")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_stream_only_tells_to_look(world: World) -> None:
    """It breaks, in the platform's way and in ours, and is listened to again."""

    class Streaming(Scripted):
        troubles: list[Exception]

        async def listen(self, stream: str, cursor: Cursor | None) -> AsyncIterator[Batch]:
            if self.troubles:
                raise self.troubles.pop(0)
            self.steps.append(Batch(items=(mention("gehoord"),)))
            yield Batch()
            await asyncio.Event().wait()

    slow = replace(world.settings.channels["practice"], poll=3_600 * SECOND)
    world.settings = replace(world.settings, channels={"practice": slow})
    streaming = Streaming(caps=replace(FakeConnector().caps, streaming=True))
    streaming.troubles = [RateLimited("busy"), KeyError("a bug")]
    collector = replace(collector_with(world, streaming), settings=world.settings)
    running = asyncio.create_task(collector.run())
    await until(world, "SELECT 1 FROM message WHERE text = 'gehoord'")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_a_stream_tells_while_we_look_is_looked_for_again(world: World) -> None:
    """The page was read already when the news came."""

    class Late(Scripted):
        looked = asyncio.Event()
        told = asyncio.Event()

        async def pull(self, stream: str, cursor: Cursor | None) -> Batch:
            batch = await super().pull(stream, cursor)
            if not self.looked.is_set():
                self.looked.set()
                await self.told.wait()
            return batch

        async def listen(self, stream: str, cursor: Cursor | None) -> AsyncIterator[Batch]:
            await self.looked.wait()
            self.steps.append(Batch(items=(mention("net te laat"),)))
            yield Batch()
            self.told.set()
            await asyncio.Event().wait()

    slow = replace(world.settings.channels["practice"], poll=3_600 * SECOND)
    world.settings = replace(world.settings, channels={"practice": slow})
    late = Late(caps=replace(FakeConnector().caps, streaming=True))
    running = asyncio.create_task(replace(collector_with(world, late), settings=world.settings).run())
    await until(world, "SELECT 1 FROM message WHERE text = 'net te laat'")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_an_overtaken_collector_ends_with_the_reason(world: World) -> None:
    """Not in a loop, and not in a group of errors."""
    collector = collector_with(world, Scripted())
    await world.arrive(mention("waar?"))
    desk = world.desk()
    running = asyncio.create_task(collector.run())
    await until(world, "SELECT 1 FROM channel_health")
    await world.database.write(sender_lock.next_fence)
    await reply(desk, await first(desk))
    world.clock.advance(world.settings.undo)
    await desk.claims.heartbeat()
    with pytest.raises(Overtaken):
        async with asyncio.timeout(30):
            await running


async def test_on_a_full_disk_nothing_is_fetched(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cursor waits for room."""
    monkeypatch.setattr(space, "room", lambda _folder: space.Room.STOP_INTAKE)
    scripted = Scripted()
    with pytest.raises(DatabaseFull):
        await collector_with(world, scripted).pull(scripted, "mentions")
    assert scripted.asked == []


async def test_who_fetches_is_known(world: World) -> None:
    """Our process, another one, or nobody; the sentence says what to do."""
    desk = world.desk()
    assert (await desk.health.collector()).mine
    health = Health(desk.health._ground, lambda: False)
    assert "webcare collect" in (await health.collector()).sentence
    lock = sender_lock.SenderLock.beside(world.database.path)
    assert lock is not None
    state = await health.collector()
    assert (state.running, state.mine) == (True, False)
    lock.release()
    (channel,) = await health.channels()
    assert (channel.simulated, channel.last_ok_at) == (True, None)


async def test_a_stream_that_is_well_does_not_hide_one_in_trouble(world: World) -> None:
    """The health line says what is wrong until that very stream works again."""
    connector, collector = world.connector, world.collector

    async def health() -> str:
        (channel,) = await world.desk().health.channels()
        return channel.error

    collector._mind(connector, "search:x", "The search broke.")
    await collector.pull(connector, "mentions")
    assert await health() == "The search broke."
    await collector.pull(connector, "search:x")
    assert await health() == ""


async def test_a_collector_that_is_stopped_is_asked_after(world: World) -> None:
    """A frozen process keeps its lock; its silence is what gives it away."""
    health = world.desk().health
    await world.collector._beat()
    world.clock.advance(60 * SECOND)
    assert (await health.collector()).sentence == ""
    world.clock.advance(1)
    assert "not stirred" in (await health.collector()).sentence
    await world.collector._beat()
    assert (await health.collector()).sentence == ""


async def test_clocks_that_disagree_stand_in_the_health_line(world: World) -> None:
    """A channel that works and has something to say says it, behind real trouble."""
    world.connector.notice = "The clock of this machine is 3 minutes off."
    await world.collector.pull(world.connector, "mentions")
    (channel,) = await world.desk().health.channels()
    assert channel.error == "The clock of this machine is 3 minutes off."
