"""The desk itself, and practising on an invented day."""

from __future__ import annotations

import os

import click

from i18n import _
from webcare.cli.session import program_of
from webcare.opening import run_face
from webcare.program import practising
from webcare.terminal import refuse_no_terminal


@click.command("practise", help=_("Practise on an invented day of mentions, in a database of its own."))
@click.option("--speed", default=10, type=click.IntRange(1, 600), help=_("Script minutes per real minute."))
@click.option("--seed", default=1, help=_("The same seed gives the same day."))
@click.option("--fresh", is_flag=True, help=_("Begin the day anew."))
@click.pass_context
def practise_command(ctx: click.Context, speed: int, seed: int, fresh: bool) -> None:
    """Practise on an invented day of mentions, in a database of its own."""
    refuse_no_terminal(os.environ)
    program = program_of(ctx)
    database = program.settings.database.with_name(f"practice-{seed}.db")
    if fresh:
        for path in database.parent.glob(f"{database.stem}.*"):
            path.unlink()
    run_face(practising(program, database, seed=seed, speed=speed), practice=(seed, speed))
