"""The full-screen desk as a program: the app, its database, and a collector of its own beside it.

The collector is another process, so that fetching, parsing and scoring never stand between a key and its
paint. Where a colleague or a service collects already, it waits for the lock and takes over when that one
is gone.
"""

from __future__ import annotations

import asyncio
import select
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext

from tui.app import DeskApp
from tui.first_light import FirstLight
from webcare.bootstrap import open_desk
from webcare.own_collector import own_collector
from webcare.program import Program
from webcare.terminal import look_of

LEAVING_SECONDS = 4

_STARTING = 0.02
"""Seconds between looks whether the program has started, when it is told to leave before."""

LOOK_AT_LINE = 1.0
"""Seconds between looks whether the terminal is still there."""

CRASHED = 70
"""EX_SOFTWARE, as the command line's."""


def run(
    program: Program,
    *,
    practice: tuple[int, int] | None = None,
    collect: bool = True,
    light: FirstLight | None = None,
) -> None:
    """Run the desk until the operator leaves; without `collect` something else has to bring mentions in.

    `light` is the terminal with its first rows on it.

    A desk that stopped by a fault of its own exits with 70.
    """
    beside = own_collector(program, practice) if collect else nullcontext()
    if asyncio.run(_run(program, beside, light)):
        sys.exit(CRASHED)


async def _run(program: Program, beside: AbstractAsyncContextManager[None], light: FirstLight | None) -> bool:
    async with beside, open_desk(program) as desk:
        app = DeskApp(desk, look_of(program), crash_folder=program.settings.places.state, light=light)
        line = asyncio.create_task(_leave_when_told(app), name="line")
        await app.run_async()
        line.cancel()
        return app.return_code != 0


async def _leave_when_told(app: DeskApp) -> None:
    """A line that broke, or a machine that goes down, ends the desk as `q` does: drafts and terminal kept."""
    told = asyncio.Event()

    def leave() -> None:
        # Painting on a line that is gone can hang; the alarm ends us then, and the lease frees our claims.
        signal.alarm(LEAVING_SECONDS)
        told.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, leave)
    gone = asyncio.create_task(_hung_up(leave))
    await told.wait()
    gone.cancel()
    while not app.is_running:  # noqa: ASYNC110 - one that is still starting forgets that it was told
        await asyncio.sleep(_STARTING)
    app.exit()


async def _hung_up(leave: Callable[[], None]) -> None:
    """Leave when the line is gone: where it is not our controlling terminal, no signal tells us."""
    line = select.poll()
    line.register(0, 0)  # no events of ours: hanging up is always reported
    while not line.poll(0):  # noqa: ASYNC110 - a hang-up raises no event of asyncio
        await asyncio.sleep(LOOK_AT_LINE)
    leave()
