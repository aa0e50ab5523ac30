"""What changed, for whoever shows it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from desk import watching
from desk.views import Change
from tests.desk.acts import first, reply
from tests.desk.conftest import World, mention


async def next_of(changes: AsyncIterator[Change]) -> Change:
    """The next change, soon."""
    async with asyncio.timeout(30):
        return await anext(changes)


async def watched(world: World) -> tuple[AsyncIterator[Change], asyncio.Task[Change]]:
    """A watch that is under way."""
    changes = world.desk("ab").changes()
    waiting = asyncio.ensure_future(next_of(changes))
    await world.database.read(lambda c: c.execute("SELECT 1").fetchone())
    for _turn in range(20):
        await world.database.read(lambda c: c.execute("SELECT 1").fetchone())
    return changes, waiting


async def test_each_kind_of_change_says_what_it_is(world: World) -> None:
    """New mentions, claims, replies, writing, health."""
    await world.arrive(mention("waar?"))
    changes, waiting = await watched(world)
    desk = world.desk()
    conversation = await first(desk)
    await desk.claims.claim(conversation)
    change = await waiting
    assert (change.presence, change.conversations, change.outbox) == (True, frozenset({conversation}), False)
    await desk.claims.composing(conversation)
    change = await next_of(changes)
    assert (change.presence, change.conversations) == (True, frozenset())
    await reply(desk, conversation)
    change = await next_of(changes)
    assert change.outbox
    world.clock.advance(1)
    now = world.clock.now()
    await world.arrive(
        mention("b?", thread_key="b", created_at=now), mention("c?", thread_key="c", created_at=now)
    )
    change = await next_of(changes)
    assert (change.new_conversations, change.new_mentions, change.channels) == (2, 2, True)


async def test_what_nobody_shows_is_no_change(world: World) -> None:
    """A heartbeat wakes no screen; the next real change does."""
    await world.arrive(mention("waar?"))
    _changes, waiting = await watched(world)
    await world.desk().claims.heartbeat()
    await world.desk().triage.label(await first(world.desk()), "x")
    change = await waiting
    assert (change.presence, len(change.conversations)) == (False, 1)


async def test_too_much_to_name_means_look_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a flood everything shown is read again, once."""
    monkeypatch.setattr(watching, "LIMIT", 3)
    changes, waiting = await watched(world)
    await world.arrive(*(mention(f"{n}?", thread_key=f"t{n}") for n in range(9)))
    assert (await waiting).everything
    await world.desk().triage.label(1, "x")
    change = await next_of(changes)
    assert (change.everything, change.conversations) == (False, frozenset({1}))
