"""`coach`: drafted replies in as JSON lines, the coach's remarks out; and how often they were left aside."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime

import click

from domain.coach.draft import Draft, Surroundings
from domain.conversation import KINDS
from i18n import _
from webcare.bootstrap import coach_source
from webcare.cli.session import program_of, say, say_json, with_desk
from webcare.cli.text import BadLine
from webcare.program import Program

_OPTIONAL = ("mention", "lang", "channel", "visibility", "contact_first_name", "mention_kind")
_AROUND = ("window_closed", "listen_only", "crisis")
"""What holds around a draft, true or false."""

_EXPIRED = "expired"
"""Sentences that may no longer be used, a list."""


@click.command(
    "coach",
    help=_(
        "Read JSON lines with reply, mention, channel and visibility; write the coach's remarks on each."
        " With --report: how often the team left each rule's remarks aside."
    ),
)
@click.option("--jsonl", "as_jsonl", is_flag=True, help=_("Read and write JSON lines (the only format)."))
@click.option(
    "--report", is_flag=True, help=_("Count remarks that were left aside, by rule; never by person.")
)
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help=_("For --report: from this day on (2026-11-23).")
)
@click.option("--json", "as_json", is_flag=True, help=_("For --report: one JSON object."))
@click.pass_context
def coach_command(
    ctx: click.Context,
    as_jsonl: bool,  # noqa: ARG001 - the flag names the format
    report: bool,
    since: datetime | None,
    as_json: bool,
) -> int:
    """Read drafted replies a line, write the remarks a line; or count what was left aside."""
    program = program_of(ctx)
    if report:
        _report(program, since, as_json=as_json)
        return 0
    if since is not None or as_json:
        raise click.UsageError(_("--since and --json belong to --report."), ctx=ctx)
    return _judge(program)


def _report(program: Program, since: datetime | None, *, as_json: bool) -> None:
    """One line a rule, most often left aside first."""
    day = None if since is None else since.date()
    counts = with_desk(program, lambda desk: desk.coaching.overrides(day))
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    if as_json:
        say_json({"since": None if day is None else day.isoformat(), "left_aside": dict(ordered)})
        return
    for rule, count in ordered:
        say(f"{count:>6} {rule}")
    if not ordered:
        say(_("No remark of the coach was left aside."))


def _judge(program: Program) -> int:
    """Remarks for each line; a bad line is named and the rest goes on."""
    coach = coach_source(program)()
    code = 0
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        if not raw.strip():
            continue
        try:
            line = _line(raw, number)
        except BadLine as error:
            click.echo(f"webcare: {error}", err=True)
            code = error.exit_code
            continue
        remarks = coach.remarks(_draft(line, program))
        say_json({"id": line.get("id"), "remarks": [_as_json(remark) for remark in remarks]})
    return code


def _as_json(remark: object) -> Mapping[str, object]:
    return {
        name: getattr(remark, name) for name in ("rule", "level", "start", "end", "message", "suggestion")
    }


def _line(raw: bytes, number: int) -> Mapping[str, object]:
    try:
        value = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadLine(_("Line {number} is not JSON; write one object a line.", number=number)) from error
    if not isinstance(value, dict):
        raise BadLine(_("Line {number} is not a JSON object.", number=number))
    for key in _faulty(value):
        raise BadLine(_("Line {number}: the value of '{key}' must be text.", number=number, key=key))
    for key in _AROUND:
        if value.get(key) is not None and not isinstance(value[key], bool):
            raise BadLine(_("Line {number}: '{key}' must be true or false.", number=number, key=key))
    if not _is_texts(value.get(_EXPIRED)):
        raise BadLine(_("Line {number}: '{key}' must be a list of sentences.", number=number, key=_EXPIRED))
    return value


def _is_texts(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(each, str) for each in value))


def _faulty(value: Mapping[str, object]) -> Iterator[str]:
    if not isinstance(value.get("reply"), str):
        yield "reply"
    yield from (key for key in _OPTIONAL if value.get(key) is not None and not isinstance(value[key], str))


def _draft(line: Mapping[str, object], program: Program) -> Draft:
    def said(key: str) -> str | None:
        value = line.get(key)
        return value if isinstance(value, str) and value else None

    channel = said("channel") or ""
    configured = program.settings.channels.get(channel)
    kind = said("mention_kind")
    return Draft(
        reply=said("reply") or "",
        mention=said("mention") or "",
        language=said("lang"),
        channel=(configured.platform if configured else channel).lower(),
        visibility=(said("visibility") or "public").lower(),
        first_name=said("contact_first_name"),
        kind=kind if kind in KINDS else None,
        around=_around(line, program),
    )


def _around(line: Mapping[str, object], program: Program) -> Surroundings:
    expired = line.get(_EXPIRED)
    return Surroundings(
        window_closed=line.get("window_closed") is True,
        listen_only=line.get("listen_only") is True,
        crisis=line.get("crisis") is True,
        expired=tuple(expired) if isinstance(expired, list) else (),
        own=program.settings.organisation.own,
    )
