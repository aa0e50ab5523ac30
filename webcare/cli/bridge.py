"""`import` and `export`: one mention a line, the bridge for everything without a connector."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import click

from channels.jsonl import format_inbound, read_lines
from desk.bridge import Bridge
from desk.intake import Taken
from desk.scoring import Scoring
from domain.errors import StorageError
from domain.inbound import Inbound
from i18n import _
from webcare.bootstrap import clocks_of, open_database
from webcare.cli.session import program_of, say, say_json, unwritable
from webcare.engines import engine_of
from webcare.program import Program


@click.command(
    "import", help=_("Bring in mentions from FILE (- for standard input). A second time changes nothing.")
)
@click.argument("file", type=click.File("rb"))
@click.option("--jsonl", "as_jsonl", is_flag=True, help=_("Lines of JSON (the only format)."))
@click.option("--json", "as_json", is_flag=True, help=_("The outcome as one JSON object."))
@click.pass_context
def import_command(ctx: click.Context, file: BinaryIO, as_jsonl: bool, as_json: bool) -> None:  # noqa: ARG001 - the flag names the format
    """Bring in mentions from FILE (- for standard input). A second time changes nothing."""
    program = program_of(ctx)
    taken = asyncio.run(_bring_in(program, file))
    outcome = {
        "stored": taken.stored,
        "duplicates": taken.duplicates,
        "edited": taken.edited,
        "quarantined": taken.quarantined,
    }
    if as_json:
        say_json(outcome)
    else:
        say(_("{stored} stored, {duplicates} known already, {edited} edited, {quarantined} in quarantine.",
              **outcome))  # fmt: skip


@click.command("export", help=_("Write every mention, one a line, as “import” reads it."))
@click.option("--jsonl", "as_jsonl", is_flag=True, help=_("Lines of JSON (the only format)."))
@click.option(
    "--output", type=click.Path(path_type=Path), default=None, help=_("A file; else standard output.")
)
@click.pass_context
def export_command(ctx: click.Context, as_jsonl: bool, output: Path | None) -> None:  # noqa: ARG001 - the flag names the format
    """Write every mention, one a line, as “import” reads it."""
    program = program_of(ctx)
    if output is not None and output.resolve() == program.settings.database.resolve():
        raise StorageError(_("{path} is the database itself; name another file.", path=output))
    items = asyncio.run(_take_out(program))
    lines = (format_inbound(item) + b"\n" for item in items)
    try:
        if output is None:
            sys.stdout.buffer.writelines(lines)
            sys.stdout.buffer.flush()
        else:
            _write_private(output, lines)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(output or _("standard output"), error) from error


def _write_private(path: Path, lines: Iterable[bytes]) -> None:
    """All lines or nothing, 0600: it is what customers wrote. Raises OSError."""
    if path.exists() and not path.is_file():  # a device or a pipe is written to, never replaced
        with path.open("wb") as stream:
            stream.writelines(lines)
        return
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(fresh, flags, 0o600), "wb") as stream:
            stream.writelines(lines)
        fresh.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise


async def _bring_in(program: Program, file: BinaryIO) -> Taken:
    async with open_database(program) as database:
        bridge = Bridge(
            database=database,
            clock=program.clock,
            settings=program.settings,
            clocks=clocks_of(program),
            scoring=Scoring(engine_of(program.settings), program.settings.organisation.brands),
        )
        return await bridge.bring_in(line for _number, line in read_lines(file))


async def _take_out(program: Program) -> list[Inbound]:
    async with open_database(program) as database:
        bridge = Bridge(
            database=database,
            clock=program.clock,
            settings=program.settings,
            clocks=clocks_of(program),
            scoring=Scoring(engine_of(program.settings)),
        )
        return await bridge.take_out()
