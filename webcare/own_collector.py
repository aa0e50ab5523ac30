"""A collector beside the desk, in a process of its own, for as long as the desk is open.

It holds the other end of a pipe and ends with us, also when we are killed. Where it ends before us, killed
or by a fault, another is started; what it left half done is in the database.
"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from webcare.program import Program

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
"""Seconds before another one is started; longer each time."""

PATIENCE = 5.0
"""Seconds for it to end when we do."""


@asynccontextmanager
async def own_collector(program: Program, practice: tuple[int, int] | None) -> AsyncIterator[None]:
    """Keep a collector running while the block runs; `practice` is the seed and speed of a practice day."""
    keeping = asyncio.create_task(_keep(_command(program, practice), _environment(program)))
    try:
        yield
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping


async def _keep(command: list[str], environment: dict[str, str]) -> None:
    pause = FIRST_PAUSE
    while True:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, env=environment
        )
        try:
            await process.wait()
        finally:
            await asyncio.shield(_end(process))
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def _end(process: Process) -> None:
    """Let go of our end of the pipe: that is its sign."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(PATIENCE):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _command(program: Program, practice: tuple[int, int] | None) -> list[str]:
    # -P: a folder of the current directory must never stand in for one of our packages.
    command = [sys.executable, "-P", "-m", "webcare"]
    places = program.settings.places
    if places.chosen:
        command += ["--config", str(places.settings)]
    command += ["collect", "--with-parent"]
    if practice is not None:
        seed, speed = practice
        command += ["--practice", f"{seed}:{speed}"]
    return command


def _environment(program: Program) -> dict[str, str]:
    return {**os.environ, "WEBCARE_DATABASE": str(program.settings.database)}
