"""`suggest`: the team's best earlier answers to mentions like this one."""

from __future__ import annotations

from dataclasses import asdict

import click

from desk.desk import Desk
from desk.suggestion_views import Suggestion
from i18n import _
from webcare.cli.session import CONVERSATION, program_of, say, say_json, with_desk


@click.command("suggest", help=_("Show up to three earlier answers that fit a conversation. Sends nothing."))
@click.argument("conversation", type=CONVERSATION)
@click.option("--json", "as_json", is_flag=True, help=_("One JSON array."))
@click.pass_context
def suggest_command(ctx: click.Context, conversation: int, as_json: bool) -> None:
    """Show up to three earlier answers that fit a conversation. Sends nothing."""

    async def work(desk: Desk) -> tuple[Suggestion, ...]:
        return await desk.suggestions.suggest(conversation)

    found = with_desk(program_of(ctx), work)
    if as_json:
        say_json([asdict(one) for one in found])
        return
    for place, one in enumerate(found, 1):
        say(f"{place}. {one.text}")
        source = _("From conversation {id}.", id=one.source)
        say(f"   {' '.join((*one.why, source))}")
    if not found:
        say(_("Nothing like this was answered before."))
