"""`learning` and `rescore`: what the desk learned from its operators, and reading stored messages anew."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Callable, Coroutine, Mapping
from typing import TypeVar

import click

from desk.learner import Learner
from desk.rescoring import Rescoring
from desk.scoring import Scoring
from domain import period
from domain.calendar import zone_of
from domain.learning import WINDOW, Field
from domain.text import clean
from i18n import N_, _, ngettext
from storage import learning
from storage.database import Database
from storage.learning import FIELDS, Standing
from tui import format as fmt
from webcare.bootstrap import clocks_of, open_database
from webcare.cli.session import program_of, say, say_json
from webcare.engines import Announcer
from webcare.learning import learner_on, scoring_of
from webcare.program import Program

T = TypeVar("T")

FIELD_WORDS = {"sentiment": N_("sentiment"), "kind": N_("kind")}


@click.command("learning", help=_("Show what the desk learned from corrections, and whether it is used."))
@click.option("--show", is_flag=True, help=_("How it stands (also without any option)."))
@click.option("--json", "as_json", is_flag=True, help=_("The same as one JSON object."))
@click.option("--export", is_flag=True, help=_("Every lesson and every learned number, as JSON lines."))
@click.option(
    "--replay", is_flag=True, help=_("Learn everything anew from the log, and say whether it agrees.")
)
@click.option("--off", "wanted", flag_value="off", help=_("Go on learning, but show what the engine says."))
@click.option("--on", "wanted", flag_value="on", help=_("Use what was learned wherever it is ahead."))
@click.pass_context
def learning_command(
    ctx: click.Context, show: bool, as_json: bool, export: bool, replay: bool, wanted: str | None
) -> None:
    """Show what the desk learned from corrections, and whether it is used."""
    program = program_of(ctx)
    if export:
        for line in _on_file(program, lambda connection: list(learning.exported(connection))):
            say_json(line)
        return
    if wanted is not None:
        _on_file(program, lambda connection: learning.want(connection, wanted=wanted == "on"), write=True)
    if replay:
        other = _with_scoring(program, lambda learner, _database, _scoring: learner.replay())
        say(_("The log came to other numbers than stood here; they are mended.") if other
            else _("The log comes to the very numbers that stand here."))  # fmt: skip
    if as_json or show or not replay:
        told = _on_file(program, _standing)
        say_json(told) if as_json else _tell(told)


@click.command(
    "rescore", help=_("Read stored messages with the engine at work where it has not; both scores are kept.")
)
@click.option("--since", default=None, help=_("Only those written since a day or month."))
@click.pass_context
def rescore_command(ctx: click.Context, since: str | None) -> None:
    """Read stored messages with the engine at work where it has not; both scores are kept."""
    program = program_of(ctx)
    zone = zone_of(program.settings.timezone)
    start = None if since is None else period.written(since).bounds(zone)[0]

    async def work(learner: Learner, database: Database, scoring: Scoring) -> tuple[int, int]:
        await learner.load()
        run = Rescoring(database, program.clock, clocks_of(program), scoring)
        read = await run.run(since=start, said=_progress)
        for sentence in Announcer(program.settings, scoring).news():
            click.echo(f"webcare: {clean(sentence)}", err=True)
        return read, await learner.rebase()

    read, lessons = _with_scoring(program, work)
    say(ngettext("{n} message was read anew.", "{n} messages were read anew.", read))
    if lessons:
        say(ngettext("{n} lesson goes on to count.", "{n} lessons go on to count.", lessons))


def _progress(done: int, whole: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{fmt.number(done)} / {fmt.number(whole)} ", nl=done >= whole, err=True)


def _with_scoring(
    program: Program, work: Callable[[Learner, Database, Scoring], Coroutine[object, object, T]]
) -> T:
    scoring = scoring_of(program, patient=True)

    async def run() -> T:
        async with open_database(program) as database:
            return await work(learner_on(database, scoring), database, scoring)

    return asyncio.run(run())


def _on_file(program: Program, work: Callable[[sqlite3.Connection], T], *, write: bool = False) -> T:
    async def run() -> T:
        async with open_database(program) as database:
            return await (database.write if write else database.read)(work)

    return asyncio.run(run())


def _standing(connection: sqlite3.Connection) -> Mapping[str, object]:
    now, counts = learning.standing(connection), learning.counts(connection)
    return {
        "engine": now.engine,
        "window": WINDOW,
        **{field: _field(connection, now, field, counts[field]) for field in FIELDS},
    }


def _field(
    connection: sqlite3.Connection, now: Standing, field: Field, counted: tuple[int, int]
) -> Mapping[str, object]:
    lately = learning.lately(connection, now.engine, field)
    weight = sum(lesson.weight for lesson, _guess in lately) or 1.0
    engine = sum(lesson.weight for lesson, guess in lately if guess.engine == lesson.final)
    desk = sum(lesson.weight for lesson, guess in lately if guess.desk == lesson.final)
    return {
        "mode": "off" if not now.wanted else "on" if now.on[field] else "shadow",
        "corrected": counted[0],
        "untouched": counted[1],
        "compared": len(lately),
        "engine_right": round(engine / weight, 4),
        "desk_right": round(desk / weight, 4),
        "features": len(learning.numbers(connection, field)),
    }


_MODES = {
    "on": N_("used: it is ahead of the engine"),
    "shadow": N_("on trial: not ahead of the engine yet"),
    "off": N_("switched off: it goes on learning unseen"),
}


def _tell(told: Mapping[str, object]) -> None:
    say(_("Engine: {engine}", engine=told["engine"]))
    for field in FIELDS:
        one = told[field]
        if not isinstance(one, dict):
            continue
        say(f"{_(FIELD_WORDS[field])}: {_(_MODES[one['mode']])}")
        counted = _(
            "{corrected} corrected, {untouched} closed without a correction",
            corrected=fmt.number(one["corrected"]),
            untouched=fmt.number(one["untouched"]),
        )
        say(f"  {counted}")
        if one["compared"]:
            compared = _(
                "of the last {n}: the engine right in {engine}, with what was learned {desk}",
                n=one["compared"],
                engine=fmt.percent(one["engine_right"]),
                desk=fmt.percent(one["desk_right"]),
            )
            say(f"  {compared}")
