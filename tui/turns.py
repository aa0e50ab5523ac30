"""Acts one after the other, in the order their keys were pressed.

A key typed while an act is still being written waits for it, so that typing ahead means the same as typing
slowly, and an act always hits what the act before it left under the cursor.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tui.keymap import Pressed


class Turns:
    """A queue of presses with one taker."""

    def __init__(self, perform: Callable[[Pressed], Awaitable[None]]) -> None:
        self._perform = perform
        self._waiting: asyncio.Queue[Pressed] = asyncio.Queue()
        self._busy = False

    @property
    def idle(self) -> bool:
        """Nothing is being done and nothing waits."""
        return not self._busy and self._waiting.empty()

    def put(self, pressed: Pressed) -> None:
        """Let an act wait for its turn."""
        self._waiting.put_nowait(pressed)

    async def run(self) -> None:
        """Take turns for ever; runs in a worker."""
        while True:
            pressed = await self._waiting.get()
            self._busy = True
            try:
                await self._perform(pressed)
            finally:
                self._busy = False
