"""Make docs/screenshot.svg with the program itself: `python -m tools.screenshot [FILE] [COLUMNSxROWS]`.

A practice day is fetched into a throw-away database and the real desk draws it, with a clock that stands
still, so that the picture changes only when the program does.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import sys
import tempfile
from pathlib import Path

PAGE = Path("docs/screenshot.svg")
REPLY = "Hoi Linda, dat hoort niet zo. Stuur je ons je klantnummer in een bericht? Dan kijk ik meteen mee."
_NAMES = {" ": "space", ",": "comma", ".": "full_stop", "?": "question_mark"}

MORNING = 1_795_421_100_000
"""Monday 23 November 2026, 09:05 in Amsterdam."""


async def draw(target: Path, size: tuple[int, int], folder: Path) -> None:
    """Fetch, open, press a few keys, and write the picture."""
    from config.settings import Organisation  # noqa: PLC0415 - after the environment is set
    from desk.collector import Collector  # noqa: PLC0415
    from desk.scoring import Scoring  # noqa: PLC0415
    from desk.sender import Sender  # noqa: PLC0415
    from domain.clock import ManualClock  # noqa: PLC0415
    from storage import sender_lock  # noqa: PLC0415
    from tui.app import DeskApp  # noqa: PLC0415
    from webcare import bootstrap  # noqa: PLC0415
    from webcare.connectors import connectors_of  # noqa: PLC0415
    from webcare.engines import engine_of  # noqa: PLC0415
    from webcare.face import look_of  # noqa: PLC0415

    program = bootstrap.start(None, {"HOME": str(folder), "WEBCARE_DATABASE": str(folder / "desk.db")})
    settings = dataclasses.replace(program.settings, organisation=Organisation("Heldervonk", ("heldervonk",)))
    clock = ManualClock(MORNING)
    program = dataclasses.replace(program, clock=clock, settings=settings)
    async with bootstrap.open_database(program) as database:
        connectors, _faults = connectors_of(program)
        clocks = bootstrap.clocks_of(program)
        fence = await database.write(sender_lock.next_fence)
        sender = Sender(database, clock, clocks, connectors, fence)
        scoring = Scoring(engine_of(settings), settings.organisation.brands)
        collector = Collector(database, clock, settings, clocks, connectors, scoring, sender)
        connector = connectors["practice"]
        for _page in range(3):
            await collector.pull(connector, connector.streams[0])
        desk = bootstrap.desk_on(database, program, collecting=lambda: True)
        await desk.claims.start()
        app = DeskApp(desk, look_of(program))
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await pilot.press("G", "k", "k", "r", *(_NAMES.get(letter, letter) for letter in REPLY))
            await pilot.pause()
            target.write_text(app.export_screenshot(title="webcare"), encoding="utf-8")


def main() -> None:
    """Parse the two words and draw."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    columns, rows = (sys.argv[2] if len(sys.argv) > 2 else "120x34").split("x")
    os.environ.update({"TEXTUAL_ANIMATIONS": "none", "TEXTUAL_COLOR_SYSTEM": "truecolor"})
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(draw(target, (int(columns), int(rows)), Path(folder)))


if __name__ == "__main__":
    main()
