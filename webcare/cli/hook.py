"""`hook`: the receiver of webhooks, and a look at what a body says."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click

from channels.base import Batch
from channels.hooks import About
from channels.http_answer import NotJson, parse_json
from channels.jsonl import format_inbound
from channels.spec import Spec
from config import platforms
from domain.errors import NotFound, WebcareError
from domain.inbound import Inbound
from i18n import _
from webcare.cli.session import program_of, say_json

MOST = 16_000_000
"""Bytes of a body; the receiver takes far less."""


Parser = Callable[[bytes, About], Batch]


class NoJson(WebcareError):
    """What was given is no JSON."""

    exit_code = 1


@click.group(
    "hook", invoke_without_command=True, help=_("Receive what platforms send by themselves (webhooks).")
)
@click.option(
    "--spool", type=click.Path(path_type=Path), default=None,
    help=_("Keep what comes in under this directory, for a collector elsewhere, instead of in the database."),
)  # fmt: skip
@click.option(
    "--listen", default=None, metavar="HOST:PORT", help=_("Where to listen; 127.0.0.1:8765 otherwise.")
)
@click.pass_context
def hook_command(ctx: click.Context, spool: Path | None, listen: str | None) -> None:
    """Receive what platforms send by themselves (webhooks)."""
    if ctx.invoked_subcommand is not None:
        return
    from webcare.receiving import receive  # noqa: PLC0415 - the server, where one is wanted

    receive(program_of(ctx), spool=spool, listen=listen)


@hook_command.command(
    "parse", help=_("Read one body from standard input and print what is in it, a line each.")
)
@click.option("--channel", required=True, help=_("A platform, or a configured channel."))
@click.pass_context
def parse_command(ctx: click.Context, channel: str) -> None:
    """Read one body from standard input and print what is in it, a line each."""
    program = program_of(ctx)
    configured = program.settings.channels.get(channel)
    spec = platforms.get(configured.platform if configured else channel)
    raw = sys.stdin.buffer.read(MOST + 1)
    if len(raw) > MOST:
        raise NoJson(_("That is more than {most} bytes; nothing was read.", most=MOST))
    about = About(
        channel=channel,
        received_at=program.clock.now(),
        options=configured.options if configured else {},
        listen_only=configured.listen_only if configured else False,
    )
    parse = _parser(spec)
    for case, body in _bodies(raw):
        for line in lines_of(parse(body, about)):
            say_json({**line, **({"case": case} if case else {})})


def _parser(spec: platforms.PlatformSpec) -> Parser:
    assert isinstance(spec, Spec)
    if spec.hook is not None:
        return spec.hook().parse
    if spec.read_body is not None:
        return spec.read_body
    raise NotFound(_("{platform} sends nothing by itself; there is no body to read.", platform=spec.title))


def _bodies(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The body; or, from a file that holds several under names of their own, each with its name."""
    try:
        value = parse_json(raw)
    except NotJson as error:
        raise NoJson(_("This is no JSON.")) from error
    cases = value if isinstance(value, dict) else {}
    if cases and all(isinstance(case, dict) and "entry" in case for case in cases.values()):
        for name, case in cases.items():
            yield name, json.dumps(case).encode("ascii")
    else:
        yield "", raw


def lines_of(batch: Batch) -> Iterator[Mapping[str, object]]:
    """Everything in a body, an object each; `type` says what it is."""
    for item in batch.items:
        yield {"type": "item", **_item(item)}
    for echo in batch.echoes:
        yield {
            "type": "echo",
            "remote_id": echo.remote_id,
            "in_reply_to": echo.parent_id,
            "thread": echo.thread_key,
            "text": echo.text,
            "created_at": echo.created_at,
            "permalink": echo.permalink,
        }
    for status in batch.statuses:
        yield {
            "type": "status", "remote_id": status.remote_id, "state": status.state, "at": status.at,
            "key": status.key, "reason": status.sentence, "recipient": status.recipient,
        }  # fmt: skip
    for aside in batch.aside:
        yield {"type": "set_aside", "reason": aside.reason, "remote_id": aside.remote_id}
    for bad in batch.bad:
        yield {"type": "quarantine", "reason": bad.reason, "remote_id": bad.remote_id}


def _item(item: Inbound) -> Mapping[str, object]:
    """As `webcare export` writes it, with what a webhook says beyond that."""
    line: dict[str, object] = json.loads(format_inbound(item))
    line["author"] = {
        "id": item.author.remote_id, "handle": item.author.handle, "name": item.author.name,
        **dict(item.author.alt_ids),
    }  # fmt: skip
    line |= {
        "account": item.account,
        "kind": item.kind,
        "revision": item.revision,
        "edited": item.edited_at is not None,
        "deleted": item.deleted,
        "attachments": [
            {"kind": one.kind, "url": one.url, "mime": one.mime, "alt": one.alt} for one in item.attachments
        ],
    }
    for name, cap in (("public", item.can_reply_public), ("private", item.can_reply_private)):
        line[f"can_reply_{name}"] = {
            "ok": cap.ok, "reason": cap.reason, "until": cap.until, "needs": cap.needs,
            "needed_until": cap.needed_until,
        }  # fmt: skip
    return line
