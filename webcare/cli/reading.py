"""`ls`, `show` and `why`: the desk read from a script."""

from __future__ import annotations

from dataclasses import asdict

import click

from desk.desk import Desk
from desk.queue_views import Row
from desk.views import ConversationView
from domain.sla_words import duration
from i18n import _
from tui.arc import in_words
from webcare.cli.session import CONVERSATION, program_of, say, say_json, with_desk

PAGE = 500


@click.command("ls", help=_("List the conversations of a queue, most urgent first."))
@click.option("--queue", default="open", help=_("A queue's id, such as open, mine, negative or channel:ID."))
@click.option("--search", default=None, help=_("Words and filters: from: channel: is: before: sentiment:"))
@click.option("--limit", default=50, type=click.IntRange(1, 1_000_000), help=_("At most so many."))
@click.option("--json", "as_json", is_flag=True, help=_("One JSON array."))
@click.pass_context
def ls_command(ctx: click.Context, queue: str, search: str | None, limit: int, as_json: bool) -> None:
    """List the conversations of a queue, most urgent first."""
    program = program_of(ctx)

    async def work(desk: Desk) -> list[Row]:
        rows: list[Row] = []
        key: tuple[int, int] | None = None
        while len(rows) < limit:
            page = await desk.queues.page(queue, key, min(PAGE, limit - len(rows)), search=search)
            rows += page.rows
            key = page.next_key
            if key is None:
                break
        return rows

    rows = with_desk(program, work)
    if as_json:
        say_json([asdict(row) for row in rows])
        return
    now = program.clock.now()
    for row in rows:
        due = duration(row.due_at - now) if row.due_at is not None else "-"
        say(f"{row.id:>6} {due:>9} {_(row.sentiment):<8} {row.channel} {row.contact_name}: {row.preview}")
    if not rows:
        say(_("Nothing in this queue."))


@click.command("show", help=_("Show one conversation with its thread. Takes nothing."))
@click.argument("conversation", type=CONVERSATION)
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object."))
@click.pass_context
def show_command(ctx: click.Context, conversation: int, as_json: bool) -> None:
    """Show one conversation with its thread. Takes nothing."""

    async def work(desk: Desk) -> ConversationView:
        return await desk.conversations.view(conversation)

    view = with_desk(program_of(ctx), work)
    if as_json:
        say_json(asdict(view))
        return
    row = view.row
    say(f"{row.id} · {view.channel_name} · {row.contact_name} {row.handle} · {_(row.status)} · {_(row.kind)}")
    if view.arc is not None and view.arc.before:
        say(in_words(view.arc))
    for message in view.messages:
        arrow = {"in": "<", "out": ">", "note": "#"}[message.direction]
        say(f"{arrow} {message.author}: {message.text}")


@click.command("why", help=_("Explain, line by line, why a conversation is due when it is."))
@click.argument("conversation", type=CONVERSATION)
@click.option("--json", "as_json", is_flag=True, help=_("One JSON array of sentences."))
@click.pass_context
def why_command(ctx: click.Context, conversation: int, as_json: bool) -> None:
    """Explain, line by line, why a conversation is due when it is."""

    async def work(desk: Desk) -> tuple[str, ...]:
        return await desk.conversations.why(conversation)

    lines = with_desk(program_of(ctx), work)
    if as_json:
        say_json(list(lines))
        return
    for line in lines:
        say(line)
