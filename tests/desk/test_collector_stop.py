"""A collector that is told to stop does stop, whatever happens in the same moment."""

from __future__ import annotations

import asyncio

import pytest

from desk.collector import _set_within
from domain.clock import MINUTE


@pytest.mark.parametrize("turns", range(4))
async def test_a_cancellation_is_not_lost_to_a_wake_up(turns: int) -> None:
    """The service is stopped when it has just sent a reply: both within a few turns of the loop."""
    woken = asyncio.Event()

    async def work() -> None:
        while True:
            await _set_within(woken, MINUTE)
            woken.clear()

    working = asyncio.create_task(work())
    for _turn in range(3):
        await asyncio.sleep(0)
    woken.set()
    for _turn in range(turns):
        await asyncio.sleep(0)
    working.cancel()
    await asyncio.wait({working}, timeout=5)
    assert working.cancelled()


async def test_a_wait_ends_by_its_event_and_by_its_time() -> None:
    woken = asyncio.Event()
    await _set_within(woken, 1)
    woken.set()
    await _set_within(woken, MINUTE)
