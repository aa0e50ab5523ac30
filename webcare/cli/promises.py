"""`promises`: what was promised and is still to be done, and what became of the rest."""

from __future__ import annotations

from dataclasses import asdict

import click

from desk.desk import Desk
from desk.promise_views import PromiseAlert, PromiseMonth, PromiseView
from domain.sla_words import duration
from i18n import _
from webcare.cli.session import program_of, say, say_json, with_desk

Ledger = tuple[tuple[PromiseView, ...], PromiseAlert, tuple[PromiseMonth, ...]]


@click.command("promises", help=_("List what was promised and is still to be done, first due first."))
@click.option("--mine", is_flag=True, help=_("Only your own."))
@click.option(
    "--json", "as_json", is_flag=True, help=_("One JSON object, with kept, late and broken per month.")
)
@click.pass_context
def promises_command(ctx: click.Context, mine: bool, as_json: bool) -> None:
    """List what was promised and is still to be done, first due first."""
    program = program_of(ctx)

    async def work(desk: Desk) -> Ledger:
        return (
            await desk.promises.queue(mine=mine),
            await desk.promises.alert(mine=mine),
            await desk.promises.months(),
        )

    found, alert, months = with_desk(program, work)
    if as_json:
        say_json(
            {
                "open": [asdict(one) for one in found],
                "over": alert.over,
                "soon": alert.soon,
                "months": [asdict(month) for month in months],
            }
        )
        return
    now = program.clock.now()
    for one in found:
        due = duration(one.due_at - now) if one.due_at is not None else "-"
        say(f"{one.id:>6} {due:>9} {one.owner_initials:<3} {one.contact}: {one.label} “{one.said}”")
    if not found:
        say(_("Nothing is promised that is still to be done."))
    for month in months:
        say(_("{month}: {kept} kept, {late} late, {broken} broken of {made} made.", **asdict(month)))
