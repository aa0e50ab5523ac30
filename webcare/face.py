"""The full-screen desk as a program: the app, its database, and a collector of its own beside it.

The collector is another process, so that fetching, parsing and scoring never stand between a key and its
paint. It holds the other end of a pipe and ends with us, also when we are killed; where a colleague or a
service collects already, it waits for the lock and takes over when that one is gone.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tui.app import DeskApp

from webcare.bootstrap import Program, open_desk


def run(program: Program, *, practice: tuple[int, int] | None = None) -> None:
    """Run the desk until the operator leaves."""
    with own_collector(program, practice):
        asyncio.run(_run(program))


async def _run(program: Program) -> None:
    async with open_desk(program) as desk:
        app = DeskApp(desk)
        await app.run_async()


@contextmanager
def own_collector(program: Program, practice: tuple[int, int] | None) -> Iterator[subprocess.Popen[bytes]]:
    """A collector that lives as long as this process does."""
    environment = {**os.environ, "WEBCARE_DATABASE": str(program.settings.database)}
    # -P: a folder of the current directory must never stand in for one of our packages.
    command = [sys.executable, "-P", "-m", "webcare"]
    places = program.settings.places
    if places.chosen:
        command += ["--config", str(places.settings)]
    command += ["collect", "--with-parent"]
    if practice is not None:
        seed, speed = practice
        command += ["--practice", f"{seed}:{speed}"]
    process = subprocess.Popen(  # noqa: S603 - our own program
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    try:
        yield process
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
