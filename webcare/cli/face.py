"""The desk itself, and practising on an invented day."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import click

from domain.errors import WebcareError
from i18n import _
from webcare.cli.session import program_of
from webcare.program import Program, practising, start


class NoTerminal(WebcareError):
    """The desk was started where nobody can see it or press a key."""

    exit_code = 2


def open_the_desk(config: Path | None, *, collect: bool = True) -> None:
    """Open the full-screen desk, with a collector of its own unless told otherwise."""
    refuse_no_terminal(os.environ)
    run_face(start(config), collect=collect)


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


def refuse_no_terminal(environment: Mapping[str, str]) -> None:
    """Raise NoTerminal unless keys can be read and the screen be painted; Textual paints on standard error.

    Without a keyboard Textual reads the end of its input for ever, and nothing but kill -9 ends it.
    """
    if not (os.isatty(0) and os.isatty(2)):
        raise NoTerminal(
            _("The desk needs a terminal; for scripts there are “webcare ls”, “show” and “collect”.")
        )
    if environment.get("TERM") == "dumb":
        raise NoTerminal(_("This terminal cannot be painted on (TERM=dumb); open the desk in another one."))


def run_face(program: Program, *, practice: tuple[int, int] | None = None, collect: bool = True) -> None:
    """Run the full-screen program until the operator leaves."""
    for name, value in (("FPS", "240"), ("ANIMATIONS", "none"), ("SMOOTH_SCROLL", "0")):
        # Read by Textual at its import: no frame limiter between a key and its paint, nothing that glides.
        os.environ.setdefault(f"TEXTUAL_{name}", value)
    from webcare.face import run  # noqa: PLC0415 - after the environment is set

    run(program, practice=practice, collect=collect)
