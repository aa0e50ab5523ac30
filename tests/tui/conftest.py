"""A desk on a fake world, driven by keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.fake_desk import FakeDesk, World, row
from tui.app import DeskApp
from tui.floor import Floor
from tui.look import Look
from tui.screens.desk import DeskScreen

PATIENCE = 10.0
"""Seconds after which a condition that never comes true fails the test; no passing test waits so long."""


@dataclass
class Seat:
    """Somebody at the desk."""

    app: DeskApp
    pilot: Pilot[None]
    world: World

    @property
    def floor(self) -> Floor:
        """The floor of the desk's screen."""
        screen = self.app.screen_stack[0]
        assert isinstance(screen, DeskScreen)
        return screen.floor

    @property
    def screen(self) -> DeskScreen:
        """The desk's screen, below all modals."""
        screen = self.app.screen_stack[0]
        assert isinstance(screen, DeskScreen)
        return screen

    @property
    def current(self) -> int | None:
        """The conversation under the cursor."""
        return self.floor.parts.list.current

    @property
    def said(self) -> str:
        """The status line."""
        return self.floor.parts.status.plain

    @property
    def modal(self) -> str:
        """The class of the screen on top."""
        return type(self.app.screen).__name__

    def text(self) -> str:
        """All that is painted, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    async def press(self, *keys: str) -> None:
        """Press keys, and let the acts they start come to their end or to a question."""
        for key in keys:
            await self.pilot.press(key)
            await self.settled()

    async def write(self, text: str) -> None:
        """Type a text."""
        for char in text:
            await self.pilot.press("space" if char == " " else char)

    async def settled(self) -> None:
        """Every act is done, or a modal asks."""
        await self.until(lambda: self.screen._turns.idle or len(self.app.screen_stack) > 1)
        await self.pilot.pause()

    async def until(self, condition: Callable[[], Any]) -> None:
        """Wait for a condition."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while not condition():
            assert asyncio.get_running_loop().time() < deadline, (
                f"never came true; the screen:\n{self.text()}"
            )
            await self.pilot.pause()
            await asyncio.sleep(0.001)


@asynccontextmanager
async def sitting(
    world: World, *, size: tuple[int, int] = (120, 34), look: Look | None = None, crash: Path | None = None
) -> AsyncIterator[Seat]:
    """Sit down at a desk; on getting up nothing may have slipped past the door."""
    app = DeskApp(FakeDesk(world), look or Look(timezone="Europe/Amsterdam"), crash_folder=crash)
    async with app.run_test(size=size) as pilot:
        seat = Seat(app, pilot, world)
        await pilot.pause()
        yield seat
        assert app.guard_hits == 0


@pytest.fixture
def world() -> World:
    """Nine open conversations, 1 the most urgent."""
    made = World()
    for id_ in range(1, 10):
        made.add(row(id_), f"Vraag {id_}", f"En nog iets over vraag {id_}")
    return made
