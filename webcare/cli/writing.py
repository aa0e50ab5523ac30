"""`reply`: answer or note from a script, through the same gate as on the screen."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Literal

import click

from desk.desk import Desk
from desk.views import Done
from domain.errors import Conflict
from i18n import _, ngettext
from webcare.cli.approved_reply import review_of, values_of
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
@click.option(
    "--template",
    "templates",
    multiple=True,
    metavar="NAME[/LANGUAGE]",
    help=_("A text that the platform approved, in place of one of your own; also after its window."),
)
@click.option(
    "--value",
    "values",
    multiple=True,
    metavar="PLACE=VALUE",
    help=_("What is filled in at a place of the --template."),
)
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object."))
@click.pass_context
def reply_command(
    ctx: click.Context,
    /,
    conversation: int,
    *,
    note: bool,
    private: bool,
    in_parts: bool,
    as_json: bool,
    **given: tuple[str, ...],
) -> None:
    """Queue the text on standard input as a reply; it goes out after the undo window."""
    files, alts, templates = given["files"], given["alts"], given["templates"]
    _refuse_mixed(given, free=note or in_parts)
    values = values_of(given["values"])
    text = "" if templates else sys.stdin.buffer.read().decode("utf-8", "replace")
    kind: Literal["public", "private", "note"] = "note" if note else "private" if private else "public"

    async def work(desk: Desk) -> tuple[Done, int]:
        if templates:
            review = await review_of(desk, conversation, templates[0], values)
        else:
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


def _refuse_mixed(given: Mapping[str, tuple[str, ...]], *, free: bool) -> None:
    """Raise UsageError for options that do not go together; `free` is for those of a text of one's own."""
    files, templates = given["files"], given["templates"]
    if len(files) != len(given["alts"]):
        raise click.UsageError(_("Give each --attach its --alt; '' sends it without a description."))
    if templates and (free or files or len(templates) > 1):
        raise click.UsageError(_("A --template goes alone: without --note, --split, --attach or another."))
    if given["values"] and not templates:
        raise click.UsageError(_("A --value is filled in at a place of a --template; name one."))
