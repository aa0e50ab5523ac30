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
from bench.lib.programs import Program, Seat
from bench.suites.storm import Arm

MOVES = 8
"""Between two acts."""

TO_PRACTICE = b"\x1b[Z"
"""Shift+Tab: from the first queue to the last one, the practice channel's; only there replies go out."""


class Walker:
    """Eyes and fingers."""

    def __init__(self, seat: Seat, random: Random) -> None:
        self._arm = Arm(seat)
        self._seat = seat
        self._random = random
        self._turn = 0

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
        memory = proc.memory_mib(self._seat.terminal.pid)
        return {
            "first_ms": [round(one, 2) for one in painted],
            "never_painted": lost,
            "rss_mib": memory["rss"],
        }

    async def drain(self) -> None:
        """Read what comes while nobody asks for anything, so that no desk stands before a full pipe."""
        while True:
            while (chunk := self._seat.terminal.chunk(0)) is not None:
                self._seat.screen.feed(chunk.data)
            await asyncio.sleep(0.05)

    def _claim(self) -> None:
        self._type(b"c", 0.3)
        self._type(b"c", 0.3)

    def _reply(self) -> None:
        text = f"Dank je, we kijken het na. ({os.getpid()} {self._turn})"
        for keys, seconds in (
            (b"r", 0.5),
            (text.encode(), 0.3),
            (b"\n", 0.5),
            (b"y", 0.5),
            (b"\x1b", 0.3),
            (b"\x1b", 0.3),
        ):
            self._type(keys, seconds)

    def _nothing(self) -> None:
        """Only walk."""

    def _type(self, keys: bytes, seconds: float) -> None:
        self._seat.terminal.send(keys)
        self._arm.read(seconds)


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
