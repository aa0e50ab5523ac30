"""`webcare learning` and `webcare rescore` from a script."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from tests.webcare.conftest import Run
from tests.webcare.test_cli import imported, line
from webcare.bootstrap import desk_on, open_database
from webcare.learning import learner_on, scoring_of
from webcare.program import start


def correct(sentiment: str) -> None:
    """An operator corrects the one mention, and a collector learns from it."""

    async def work() -> None:
        program = start(None)
        async with open_database(program) as database:
            desk = desk_on(database, program)
            await desk.claims.start()
            (conversation,) = await desk.queues.ids("all")
            await desk.triage.sentiment(conversation, sentiment)  # type: ignore[arg-type]
            learner = learner_on(database, scoring_of(program))
            while await learner.step():
                pass

    asyncio.run(work())


def test_a_desk_that_learned_nothing_says_so(run: Run) -> None:
    told = run("learning")
    assert told.code == 0
    assert "sentiment: on trial" in told.out
    assert "0 corrected, 0 closed without a correction" in told.out


def test_what_was_learned_is_shown_exported_replayed_and_switched_off(run: Run, tmp_path: Path) -> None:
    imported(run, tmp_path, line(1))
    correct("negative")
    told = json.loads(run("learning", "--json").out)
    assert (told["sentiment"]["corrected"], told["sentiment"]["mode"]) == (1, "shadow")
    assert told["sentiment"]["features"] > 0
    exported = [json.loads(row) for row in run("learning", "--export").out.splitlines()]
    assert exported[0]["what"] == "lesson"
    assert (exported[0]["final"], exported[0]["corrected"]) == ("negative", 1)
    assert {one["what"] for one in exported[1:]} == {"learned"}
    text = json.loads(line(1))["text"]
    assert not any(word in json.dumps(exported) for word in text.split() if len(word) > 4)
    assert run("learning", "--replay").out == "The log comes to the very numbers that stand here.\n"
    assert "switched off" in run("learning", "--off").out
    assert "on trial" in run("learning", "--on").out


def test_numbers_that_somebody_changed_are_found_out(run: Run, tmp_path: Path) -> None:
    imported(run, tmp_path, line(1))
    correct("negative")

    async def spoil() -> None:
        async with open_database(start(None)) as database:
            await database.write(lambda c: c.execute("DELETE FROM learned").rowcount)

    asyncio.run(spoil())
    assert "came to other numbers" in run("learning", "--replay").out
    assert "very numbers" in run("learning", "--replay").out


def test_messages_are_read_anew_once(run: Run, tmp_path: Path) -> None:
    imported(run, tmp_path, line(1))

    async def forget_scores() -> None:
        async with open_database(start(None)) as database:
            await database.write(lambda c: c.execute("DELETE FROM score").rowcount)

    asyncio.run(forget_scores())
    assert run("rescore").out == "1 message was read anew.\n"
    assert run("rescore").out == "0 messages were read anew.\n"
    told = run("rescore", "--since", "ooit")
    assert told.code != 0
    assert "is not a day" in told.err
