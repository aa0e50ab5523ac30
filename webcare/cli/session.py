"""What commands share: the program, a desk to work with, and output that cannot harm a terminal."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TypeVar

import click

from desk.desk import Desk
from domain.errors import WebcareError
from domain.text import clean
from i18n import _
from webcare.bootstrap import desk_on, open_database
from webcare.program import Program, start

T = TypeVar("T")

pass_config = click.make_pass_decorator(object, ensure=True)


def program_of(ctx: click.Context) -> Program:
    """The program under the `--config` of the command line. Raises ConfigError."""
    root = ctx.find_root().obj
    return start(root if isinstance(root, Path) else None)


def setup_program_of(ctx: click.Context) -> Program:
    """As `program_of`, before there is a configuration file where one was pointed at."""
    root = ctx.find_root().obj
    return start(root if isinstance(root, Path) else None, making=True)


def with_desk(program: Program, work: Callable[[Desk], Coroutine[object, object, T]]) -> T:
    """Run one piece of work on a desk that nobody sees: it has no session and holds no claims."""

    async def run() -> T:
        async with open_database(program) as database:
            return await work(desk_on(database, program))

    return asyncio.run(run())


class Unwritable(WebcareError):
    """Our output could not be written: a full disk, a file that may not be made."""


CONVERSATION = click.IntRange(max=2**63 - 1)
"""A conversation's id, as large as the database can hold."""


def say(text: str) -> None:
    """Print a line for a person; foreign text is made harmless. Raises Unwritable."""
    _print(clean(text))


def say_json(value: object) -> None:
    """Print one JSON value; ASCII, so that nothing in it can reach the terminal raw. Raises Unwritable."""
    _print(json.dumps(value, ensure_ascii=True))


def _print(line: str) -> None:
    try:
        click.echo(line)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(_("standard output"), error) from error


def unwritable(place: object, error: OSError) -> Unwritable:
    """The error for a place that our output could not be written to."""
    return Unwritable(_("Writing to {place} failed ({reason}).", place=place, reason=error.strerror or error))
