"""What commands share: the program, a desk to work with, and output that cannot harm a terminal."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TypeVar

import click

from desk.desk import Desk
from domain.text import clean
from webcare.bootstrap import Program, desk_on, open_database, start

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


def say(text: str) -> None:
    """Print a line for a person; foreign text is made harmless."""
    click.echo(clean(text))


def say_json(value: object) -> None:
    """Print one JSON value; ASCII, so that nothing in it can reach the terminal raw."""
    sys.stdout.write(json.dumps(value, ensure_ascii=True) + "\n")
