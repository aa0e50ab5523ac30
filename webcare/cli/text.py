"""`measure` and `score`: JSON lines in, JSON lines out, for measuring and for other programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping

import click

from domain.errors import WebcareError
from domain.measure import measure
from i18n import _
from webcare.cli.session import program_of, say_json


class BadLine(WebcareError):
    """A line on standard input that is not what the command reads."""

    exit_code = 2


@click.command(
    "measure",
    help=_(
        "Read JSON lines with id and text; write id, used, limit, unit and ok in the platform's counting."
    ),
)
@click.option(
    "--channel", required=True, help=_("A platform (bluesky, mastodon, x, ...) or a configured channel.")
)
@click.option("--jsonl", "as_jsonl", is_flag=True, help=_("Read and write JSON lines (the only format)."))
@click.pass_context
def measure_command(ctx: click.Context, channel: str, as_jsonl: bool) -> None:  # noqa: ARG001 - the flag names the format
    """Read {"id","text"} lines; write {"id","used","limit","unit","ok"} in the platform's own counting."""
    configured = program_of(ctx).settings.channels.get(channel)
    platform = configured.platform if configured else channel

    def one(line: Mapping[str, object]) -> Mapping[str, object]:
        found = measure(platform, str(line.get("text", "")))
        return {
            "id": line.get("id"),
            "used": found.used,
            "limit": found.limit,
            "unit": found.unit,
            "ok": found.ok,
        }

    _each_line(one)


@click.command(
    "score",
    help=_("Read JSON lines with id, text, lang? and brand?; write what the sentiment engine makes of each."),
)
@click.option("--jsonl", "as_jsonl", is_flag=True, help=_("Read and write JSON lines (the only format)."))
@click.pass_context
def score_command(ctx: click.Context, as_jsonl: bool) -> None:  # noqa: ARG001 - the flag names the format
    """Read {"id","text","lang"?,"brand"?} lines; write what the sentiment engine makes of each."""
    from webcare.engines import engine_of  # noqa: PLC0415 - only whoever scores loads an engine

    program = program_of(ctx)
    engine = engine_of(program.settings)

    def one(line: Mapping[str, object]) -> Mapping[str, object]:
        brand = line.get("brand")
        brands = (str(brand),) if brand else program.settings.organisation.brands
        lang = line.get("lang")
        score = engine.score(str(line.get("text", "")), lang=str(lang) if lang else None, brands=brands)
        return {
            "id": line.get("id"),
            "sentiment": score.sentiment,
            "score": round(score.value, 4),
            "confidence": round(score.confidence, 4),
            "kind": score.kind,
            "language": score.language,
            "engine": f"{score.engine} {score.version}",
        }

    _each_line(one)


def _each_line(work: Callable[[Mapping[str, object]], Mapping[str, object]]) -> None:
    for line in _lines():
        say_json(work(line))


def _lines() -> Iterator[Mapping[str, object]]:
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        if not raw.strip():
            continue
        try:
            value = json.loads(raw.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise BadLine(_("Line {number} is not JSON; write one object a line.", number=number)) from error
        if not isinstance(value, dict):
            raise BadLine(_("Line {number} is not a JSON object.", number=number))
        yield value
