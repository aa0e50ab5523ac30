"""Somebody at the real full-screen desk in a terminal: walks, and now and then claims, lets go and replies.

press(seconds, acts): so long, measuring every move; the answer has their times.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from bench.actors.talk import answer, asked, commands
from bench.lib import proc, programs
from bench.lib.programs import Painted, Program, Seat
from bench.lib.pty import LINES
from bench.suites.storm import Arm

MOVES = 8
"""Between two acts."""

HELD = 5.0
"""Seconds for the composer to open; where somebody else holds the mention it asks instead."""

ESCAPES = 8

TO_PRACTICE = b"\x1b[Z"
"""Shift+Tab: from the first queue to the last one, the practice channel's; only there replies go out."""


class Walker:
    """Eyes and fingers."""

    def __init__(self, seat: Seat, random: Random) -> None:
        self._arm = Arm(seat)
        self._seat = seat
        self._random = random
        self._turn = 0
        self._gave_up = 0

    def walk(self, seconds: float, *, acts: bool) -> dict[str, Any]:
        """Press until the time is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._arm.press(self._random, MOVES)
            if acts:
                self._turn += 1
                (self._claim, self._reply, self._nothing)[self._turn % 3]()
        painted, lost = self._arm.painted_ms, sum(press is None for press in self._arm.presses)
        self._arm.presses.clear()
        gave_up, self._gave_up = self._gave_up, 0
        memory = proc.memory_mib(self._seat.terminal.pid)
        return {
            "first_ms": [round(one, 2) for one in painted],
            "never_painted": lost,
            "gave_up": gave_up,
            "rss_mib": memory["rss"],
        }

    async def drain(self) -> None:
        """Read what comes while nobody asks for anything, so that no desk stands before a full pipe."""
        while True:
            while (chunk := self._seat.terminal.chunk(0)) is not None:
                self._seat.screen.feed(chunk.data)
            await asyncio.sleep(0.05)

    def _claim(self) -> None:
        for _press in range(2):
            self._seat.terminal.send(b"c")
            self._arm.read(0.3)
        self._back()

    def _reply(self) -> None:
        """Write, look it over, send; a mention that somebody else answers first is left to them."""
        text = f"Dank je, we kijken het na. ({os.getpid()} {self._turn})"
        try:
            self._seat.wait_for(_foot("Ctrl+J"), b"r", patience=HELD)
            self._seat.wait_for(lambda screen: any(text in row for row in screen.rows), text.encode())
            self._seat.wait_for(_foot("y send"), b"\n")
            self._seat.terminal.send(b"y")
            self._arm.read(0.5)
        except TimeoutError:
            self._gave_up += 1
        self._back()

    def _back(self) -> None:
        """To the list, out of whatever asks something."""
        for _try in range(ESCAPES):
            if _foot("r reply")(self._seat.screen) and self._seat.cursor is not None:
                return
            self._seat.terminal.send(b"\x1b")
            self._arm.read(0.5)
        raise TimeoutError("no way back to the desk from:\n" + "\n".join(self._seat.screen.rows))

    def _nothing(self) -> None:
        """Only walk."""


def _foot(words: str) -> Painted:
    """Whether the keys in the last line are those of the screen that has this one."""
    return lambda screen: words in screen.row(LINES - 1)


def face(home: Path, database: Path, login: str) -> Program:
    """The real program under another login."""
    plain = programs.desk(home, database, name=login)
    command = (sys.executable, "-m", "bench.actors.face", login, *plain.command[1:])
    return replace(plain, command=command, environment={**plain.environment, "PYTHONPATH": str(proc.ROOT)})


async def main() -> None:
    """Sit there until nobody asks any more."""
    wanted = asked()
    seat = Seat(face(Path(os.environ["HOME"]), Path(wanted["database"]), wanted["login"]))
    try:
        seat.open(settle=0.8)
        seat.terminal.send(TO_PRACTICE)
        walker = Walker(seat, Random(wanted["login"]))
        draining = asyncio.create_task(walker.drain())
        async for command in commands():
            if command["do"] == "press":
                answer(**walker.walk(command["seconds"], acts=command["acts"]))
            else:
                answer(pid=seat.terminal.pid)
        draining.cancel()
        with suppress(asyncio.CancelledError):
            await draining
    finally:
        seat.close()


if __name__ == "__main__":
    asyncio.run(main())
