"""Keys typed faster than the desk follows: each goes where it would have gone, had it been typed slowly.

Over a slow line a whole word arrives at once. Were its letters given out at once too, those behind `r` would
reach the list before the composer opens, and an `e` among them would resolve the conversation. So a key is
given when the one before it has had its effect: it was handled, and what it began is done or asks something.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from textual import events
from textual.app import App
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

LOOK_EVERY = 0.005
"""Seconds between looks whether the act that a key began is done; only then, and never before a paint."""

Press = events.Key | events.Paste


class TypedAhead:
    """Gives presses out one after the other; `busy` says that an act is at work and asks nothing."""

    def __init__(
        self, app: App[None], give: Callable[[Press], Awaitable[None]], busy: Callable[[], bool]
    ) -> None:
        self._app, self._give, self._busy = app, give, busy
        self._held: deque[Press] = deque()
        self._following: asyncio.Task[None] | None = None

    async def take(self, press: Press) -> None:
        """Give it out now, or after those before it."""
        if self._following is not None:
            self._held.append(press)
        else:
            await self._one(press)

    async def _one(self, press: Press) -> None:
        if not self._app.screen_stack:
            return  # the program is being closed
        target = self._app.focused or self._app.screen
        await self._give(press)
        if not _only_writes(target, press):
            self._following = asyncio.create_task(self._follow(target), name="typed-ahead")

    async def _follow(self, target: Widget) -> None:
        await _handled(target)
        while self._busy():  # noqa: ASYNC110 - a modal, a screen and a queue of acts would each need an event
            await asyncio.sleep(LOOK_EVERY)
        self._following = None
        while self._held and self._following is None:
            await self._one(self._held.popleft())


def _only_writes(target: Widget, press: Press) -> bool:
    """Whether it can do nothing but put characters down."""
    writing = isinstance(target, Input | TextArea)
    return writing and (isinstance(press, events.Paste) or press.is_printable)


async def _handled(target: Widget) -> None:
    """Until the target and all that the press may have bubbled up to have worked through their messages."""
    for node in target.ancestors_with_self:
        if not isinstance(node, Widget) or not node.is_running:
            return
        done = asyncio.Event()
        if node.call_later(done.set):
            await _soon(done)
        if isinstance(node, Screen):
            return


async def _soon(done: asyncio.Event) -> None:
    """A widget that is taken down meanwhile calls nobody back."""
    try:
        async with asyncio.timeout(1):
            await done.wait()
    except TimeoutError:
        return
