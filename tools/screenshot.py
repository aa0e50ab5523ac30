"""Make docs/screenshot.svg with the program itself: `python -m tools.screenshot [FILE] [COLUMNSxROWS]`.

A practice day is fetched into a throw-away database and the real desk draws it, with a clock that stands
still, so that the picture changes only when the program does.
"""

from __future__ import annotations

import asyncio
import dataclasses
import sys
import tempfile
from pathlib import Path

from config.settings import Organisation
from desk.collector import Collector
from desk.scoring import Scoring
from desk.sender import Sender
from domain.clock import ManualClock
from storage import sender_lock
from storage.database import Database
from tui.app import DeskApp
from webcare import bootstrap
from webcare.connectors import connectors_of
from webcare.engines import engine_of
from webcare.program import Program, start
from webcare.terminal import look_of

PAGE = Path("docs/screenshot.svg")
REPLY = "Hoi Linda, dat hoort niet zo. Stuur je ons je klantnummer in een bericht? Dan kijk ik meteen mee."
MORNING = 1_795_421_100_000
"""Monday 23 November 2026, 09:05 in Amsterdam."""

_NAMES = {" ": "space", ",": "comma", ".": "full_stop", "?": "question_mark"}


def practising(folder: Path) -> Program:
    """The program as it starts without a configuration, on a clock that stands still."""
    program = start(None, {"HOME": str(folder), "WEBCARE_DATABASE": str(folder / "desk.db")})
    settings = dataclasses.replace(program.settings, organisation=Organisation("Heldervonk", ("heldervonk",)))
    return dataclasses.replace(program, clock=ManualClock(MORNING), settings=settings)


async def fetch(database: Database, program: Program) -> None:
    """The mentions that stand ready when a practice day begins."""
    connectors, _faults = connectors_of(program)
    clocks = bootstrap.clocks_of(program)
    fence = await database.write(sender_lock.next_fence)
    sender = Sender(database, program.clock, clocks, connectors, fence)
    scoring = Scoring(engine_of(program.settings), program.settings.organisation.brands)
    collector = Collector(database, program.clock, program.settings, clocks, connectors, scoring, sender)
    (connector,) = connectors.values()
    more = True
    while more:
        batch, _taken = await collector.pull(connector, connector.streams[0])
        more = batch.more


async def picture(folder: Path, size: tuple[int, int]) -> str:
    """The desk with a reply half written, as SVG."""
    program = practising(folder)
    async with bootstrap.open_database(program) as database:
        await fetch(database, program)
        desk = bootstrap.desk_on(database, program, collecting=lambda: True)
        await desk.claims.start()
        app = DeskApp(desk, look_of(program))
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await pilot.press("G", "k", "k", "r", *(_NAMES.get(letter, letter) for letter in REPLY))
            await pilot.pause()
            return app.export_screenshot(title="webcare")


def main() -> None:
    """Parse the two words and draw."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    columns, rows = (sys.argv[2] if len(sys.argv) > 2 else "120x34").split("x")
    with tempfile.TemporaryDirectory() as folder:
        drawn = asyncio.run(picture(Path(folder), (int(columns), int(rows))))
    target.write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
