"""`reply`: answer or note from a script, through the same gate as on the screen."""

from __future__ import annotations

import sys
from typing import Literal

import click

from desk.desk import Desk
from desk.views import Done
from domain.errors import Conflict
from i18n import _, ngettext
from webcare.cli.session import CONVERSATION, program_of, say, say_json, with_desk


@click.command(
    "reply", help=_("Queue the text on standard input as a reply; it goes out after the undo window.")
)
@click.argument("conversation", type=CONVERSATION)
@click.option("--note", is_flag=True, help=_("An internal note; never leaves the desk."))
@click.option("--private", is_flag=True, help=_("A private reply where the platform allows it."))
@click.option(
    "--split",
    "in_parts",
    is_flag=True,
    help=_("In parts where one message is too short; each answers the last."),
)
@click.option(
    "--attach",
    "files",
    multiple=True,
    metavar="FILE",
    help=_("A picture or film that goes along; give each its --alt."),
)
@click.option(
    "--alt",
    "alts",
    multiple=True,
    metavar="TEXT",
    help=_("What the picture shows, for who does not see it; '' for none."),
)
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object."))
@click.pass_context
def reply_command(
    ctx: click.Context,
    conversation: int,
    note: bool,
    private: bool,
    in_parts: bool,
    files: tuple[str, ...],
    alts: tuple[str, ...],
    as_json: bool,
) -> None:
    """Queue the text on standard input as a reply; it goes out after the undo window."""
    if len(files) != len(alts):
        raise click.UsageError(_("Give each --attach its --alt; '' sends it without a description."))
    text = sys.stdin.buffer.read().decode("utf-8", "replace")
    kind: Literal["public", "private", "note"] = "note" if note else "private" if private else "public"

    async def work(desk: Desk) -> tuple[Done, int]:
        along = [await desk.attachments.keep(file, alt) for file, alt in zip(files, alts, strict=True)]
        review = await desk.replies.review(conversation, kind, text, along, in_parts=in_parts)
        if review.changed:
            raise Conflict(review.changed[0])
        return await desk.replies.send(review), len(review.parts) or 1

    done, parts = with_desk(program_of(ctx), work)
    if as_json:
        queued = {"outbox": done.outbox, "undo_until": done.undo_until, "attachments": len(files)}
        say_json({"conversation": conversation, **queued, "parts": parts})
    elif note:
        say(done.sentence)
    else:
        words = ngettext(
            "Queued; the collector sends it.",
            "Queued in {n} parts; the collector sends them in order.",
            parts,
        )
        say(words)
