"""`audit`: whether the record is as it was written."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

import click

from domain.errors import StorageError
from i18n import _, ngettext
from storage import chain
from storage.chain import ChainReport
from webcare.bootstrap import open_database
from webcare.cli.session import program_of, say, say_json
from webcare.program import Program


@click.group("audit", help=_("The append-only record of who did what."))
def audit_command() -> None:
    """The append-only record of who did what."""


@audit_command.command(
    "verify", help=_("Check the hash chain and its anchors; exit 3 when something was altered or is missing.")
)
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object."))
@click.pass_context
def verify(ctx: click.Context, as_json: bool) -> None:
    """Check the hash chain and its anchors; exit 3 when something was altered or is missing."""
    report = asyncio.run(_verify(program_of(ctx)))
    if as_json:
        say_json({**asdict(report), "whole": report.whole})
    elif report.whole:
        say(ngettext("{n} event, all as written.", "{n} events, all as written.", report.count))
    if not report.whole:
        raise StorageError(_("The record is not whole: {reason}", reason=report.reason))


async def _verify(program: Program) -> ChainReport:
    async with open_database(program) as database:
        anchors = chain.read_anchors(chain.anchors_path(database.path))
        return await database.read(lambda connection: chain.verify(connection, anchors=anchors))
