"""`doctor` and `backup`: keeping the desk in health."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import asdict
from pathlib import Path

import click

from domain.errors import WebcareError
from i18n import _
from storage.backup import BackupReport
from storage.finding import Finding
from webcare.bootstrap import open_database
from webcare.cli.session import program_of, say, say_json
from webcare.doctor import examine
from webcare.line import examined
from webcare.program import Program

MARKS = {"ok": "+", "warning": "!", "error": "x"}


@click.command(
    "doctor",
    help=_("Check configuration, database, credentials and channels; exit 1 when something must be mended."),
)
@click.option("--json", "as_json", is_flag=True, help=_("One JSON array of findings."))
@click.option("--online", is_flag=True, help=_("Also ask each channel whether its credentials work."))
@click.pass_context
def doctor_command(ctx: click.Context, as_json: bool, online: bool) -> None:
    """Check configuration, database, credentials and channels; exit 1 when something must be mended."""
    findings = asyncio.run(examine(program_of(ctx), online=online))
    told = [asdict(finding) for finding in findings]
    if not as_json:
        for finding in findings:
            _say(finding)
    if os.isatty(0) and os.isatty(1):
        finding, line = examined(0, 1, os.environ)
        told.append(asdict(finding) | ({"line": line.figures} if line else {}))
        if not as_json:
            _say(finding)
    if as_json:
        say_json(told)
    if any(finding.level == "error" for finding in findings):
        raise WebcareError(_("Something must be mended before the desk can be relied on."))


@click.command("backup", help=_("Write a checked copy of the database while work goes on."))
@click.argument("target", type=click.Path(path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object."))
@click.pass_context
def backup_command(ctx: click.Context, target: Path | None, as_json: bool) -> None:
    """Write a checked copy of the database while work goes on."""
    program = program_of(ctx)
    database = program.settings.database
    stamp = time.strftime("%Y%m%d-%H%M%S")
    chosen = target or database.with_name(f"{database.stem}-{stamp}.backup.db")
    report = asyncio.run(_back_up(program, chosen.expanduser().absolute()))
    if as_json:
        say_json({"path": str(report.path), "bytes": report.size, "rows": report.counts})
    else:
        say(_("Backup of {bytes} bytes in {path}, checked.", bytes=report.size, path=report.path))


async def _back_up(program: Program, target: Path) -> BackupReport:
    async with open_database(program) as database:
        return await database.back_up(target)


def _say(finding: Finding) -> None:
    say(f"{MARKS[finding.level]} {finding.sentence}")
    if finding.fix:
        say(f"  {finding.fix}")
