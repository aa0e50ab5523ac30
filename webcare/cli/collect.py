"""`collect`: the desk without a face, for a service account."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys

import click

from domain.errors import Conflict
from i18n import _
from webcare.cli.session import program_of, say
from webcare.collecting import collect
from webcare.log import keep_log
from webcare.program import Program, practising


@click.command(
    "collect", help=_("Fetch, score, store and send for this database until stopped. One process at a time.")
)
@click.option("--with-parent", is_flag=True, hidden=True, help=_("End when standard input ends."))
@click.option(
    "--practice", default=None, hidden=True, help=_("SEED:SPEED of a practice day instead of the channels.")
)
@click.pass_context
def collect_command(ctx: click.Context, with_parent: bool, practice: str | None) -> None:
    """Fetch, score, store and send for this database until stopped. One process at a time."""
    program = program_of(ctx)
    if practice is not None:
        seed, speed = practice.split(":")
        program = practising(program, program.settings.database, seed=int(seed), speed=int(speed))
    keep_log(program, to_file=with_parent)
    try:
        asyncio.run(_until_stopped(program, with_parent=with_parent))
    except Conflict:
        if not with_parent:
            raise


async def _until_stopped(program: Program, *, with_parent: bool) -> None:
    loop = asyncio.get_running_loop()
    work = asyncio.create_task(collect(program, patient=with_parent))
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, work.cancel)
    if with_parent:
        # The desk that started us holds the other end; when it dies, however it dies, we stop.
        loop.add_reader(sys.stdin.fileno(), work.cancel)
    else:
        say(_("Collecting; stop with Ctrl+C."))
    with contextlib.suppress(asyncio.CancelledError):
        await work
