"""`webcare promises`: the ledger from a script."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from desk.promise_views import NewPromise
from tests.webcare.conftest import Run
from tests.webcare.test_cli import imported, line
from webcare.bootstrap import desk_on, open_database
from webcare.program import start


def note(*new: NewPromise) -> None:
    """Promises in the one conversation, as the desk notes them."""

    async def work() -> None:
        program = start(None)
        async with open_database(program) as database:
            desk = desk_on(database, program)
            await desk.claims.start()
            (conversation,) = await desk.queues.ids("all")
            for one in new:
                await desk.promises.note(conversation, one)

    asyncio.run(work())


def test_the_ledger_as_json_and_for_people(run: Run, tmp_path: Path) -> None:
    """Open ones, how many are pressing, and the months; foreign text is harmless on a terminal."""
    assert run("promises").out == "Nothing is promised that is still to be done.\n"
    imported(run, tmp_path, line(1))
    note(NewPromise("call", None, words="bel\x1b[31m hem"))
    told = json.loads(run("promises", "--json").out)
    assert [(one["what"], one["due_at"], one["mine"]) for one in told["open"]] == [("call", None, True)]
    assert (told["over"], told["soon"]) == (0, 0)
    assert [(one["made"], one["kept"], one["late"], one["broken"]) for one in told["months"]] == [
        (1, 0, 0, 0)
    ]
    shown = run("promises", "--mine").out
    assert "call them" in shown
    assert "\x1b" not in shown
    assert "0 kept, 0 late, 0 broken of 1 made" in shown
