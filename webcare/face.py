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
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext

from domain.calendar import ALWAYS
from tui.app import DeskApp
from tui.look import Look
from webcare.bootstrap import open_desk
from webcare.own_collector import own_collector
from webcare.program import Program

LEAVING_SECONDS = 4

LOOK_AT_LINE = 1.0
"""Seconds between looks whether the terminal is still there."""

_ASCII_TERMINALS = frozenset({"vt52", "vt100", "vt102", "vt220", "ansi", "cons25"})
"""Terminals that have no UTF-8 of their own, whatever the locale says."""

_NO_SU = _ASCII_TERMINALS | {"linux"}
"""Terminals without SU and SD (`CSI S`, `CSI T`); console_codes(4) lists what Linux's own has."""

CRASHED = 70
"""EX_SOFTWARE, as the command line's."""


def run(program: Program, *, practice: tuple[int, int] | None = None, collect: bool = True) -> None:
    """Run the desk until the operator leaves; without `collect` something else has to bring mentions in.

    A desk that stopped by a fault of its own exits with 70.
    """
    beside = own_collector(program, practice) if collect else nullcontext()
    if asyncio.run(_run(program, beside)):
        sys.exit(CRASHED)


async def _run(program: Program, beside: AbstractAsyncContextManager[None]) -> bool:
    async with beside, open_desk(program) as desk:
        app = DeskApp(desk, look_of(program), crash_folder=program.settings.places.state)
        line = asyncio.create_task(_leave_when_told(app), name="line")
        await app.run_async()
        line.cancel()
        return app.return_code != 0


async def _leave_when_told(app: DeskApp) -> None:
    """A line that broke, or a machine that goes down, ends the desk as `q` does: drafts and terminal kept."""

    def leave() -> None:
        # Painting on a line that is gone can hang; the alarm ends us then, and the lease frees our claims.
        signal.alarm(LEAVING_SECONDS)
        app.exit()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGHUP, signal.SIGTERM):
        loop.add_signal_handler(number, leave)
    await _hung_up()
    leave()


async def _hung_up() -> None:
    """Wait until the line is gone: where it is not our controlling terminal, no signal tells us."""
    line = select.poll()
    line.register(0, 0)  # no events of ours: hanging up is always reported
    while not line.poll(0):  # noqa: ASYNC110 - a hang-up raises no event of asyncio
        await asyncio.sleep(LOOK_AT_LINE)


def look_of(program: Program) -> Look:
    """How the desk is drawn, by the settings and the terminal's environment."""
    settings, environment = program.settings, program.environment
    display = settings.display
    return Look(
        theme="terminal" if display.colours == "16" else "light" if display.theme == "light" else "dark",
        unicode=display.unicode if _speaks_utf8(environment) else "ascii",
        timezone=settings.timezone,
        keys=settings.keys,
        calendar=next(iter(settings.calendars.values()), ALWAYS),
        editor=environment.get("VISUAL") or environment.get("EDITOR") or "vi",
        width=display.width,
        scrolls=display.scrolling == "auto" and environment.get("TERM") not in _NO_SU,
        simulated=any(channel.platform == "practice" for channel in settings.channels.values()),
    )


def _speaks_utf8(environment: Mapping[str, str]) -> bool:
    """Whether terminal and locale can show more than ASCII; an empty locale is Python's own UTF-8."""
    if environment.get("TERM") in _ASCII_TERMINALS:
        return False
    named = environment.get("LC_ALL") or environment.get("LC_CTYPE") or environment.get("LANG") or ""
    return named in {"", "C", "POSIX"} or "utf" in named.casefold()
