"""`coach`: drafted replies in as JSON lines, the coach's remarks out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping

import click

from domain.coach.draft import Draft, Surroundings
from domain.conversation import KINDS
from i18n import _
from webcare.bootstrap import coach_source
from webcare.cli.session import program_of, say_json
from webcare.cli.text import BadLine
from webcare.program import Program

_OPTIONAL = ("mention", "lang", "channel", "visibility", "contact_first_name", "mention_kind")


@click.command(
    "coach",
    help=_("Read JSON lines with reply, mention, channel and visibility; write the coach's remarks on each."),
)
@click.option("--jsonl", "as_jsonl", is_flag=True, help=_("Read and write JSON lines (the only format)."))
@click.pass_context
def coach_command(ctx: click.Context, as_jsonl: bool) -> int:  # noqa: ARG001 - the flag names the format
    """Read drafted replies a line, write the remarks a line; a bad line is named and the rest goes on."""
    program = program_of(ctx)
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
    return value


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
        around=Surroundings(own=program.settings.organisation.own),
    )
