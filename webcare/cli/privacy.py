"""`forget`: one person's words and name out of the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import click

from desk.forgetting import Forgotten, chosen, forget
from domain.errors import NotAllowed
from i18n import _, ngettext
from storage import forgetting
from storage.database import Database
from storage.forgetting import Person
from webcare import traces
from webcare.bootstrap import open_database
from webcare.cli.session import program_of, say, say_json
from webcare.program import Program

_TRIES = 20
_PAUSE = 0.25
"""Seconds between two tries to empty the WAL while somebody reads."""


@click.command("forget", help=_("Forget one person: their words and name go, counts and times stay."))
@click.argument("channel", required=False)
@click.argument("who", metavar="HANDLE_OR_ID", required=False)
@click.option("--sweep", is_flag=True, help=_("Only finish what an earlier one was kept from."))
@click.option("--dry-run", is_flag=True, help=_("Say what would go, and change nothing."))
@click.option("--yes", is_flag=True, help=_("Do not ask."))
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object."))
@click.pass_context
def forget_command(
    ctx: click.Context,
    channel: str | None,
    who: str | None,
    sweep: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Forget one person: their words and name go, counts and times stay."""
    program = program_of(ctx)
    if sweep:
        asyncio.run(_sweep(program))
        say(_("The file was written anew."))
        return
    if channel is None or who is None:
        raise click.UsageError(_("Name the channel, and the handle or id of the person."))
    person = asyncio.run(_chosen(program, channel, who))
    if not as_json:
        _tell(person)
    if dry_run:
        if as_json:
            say_json({"conversations": len(person.conversations), "messages": len(person.messages)})
        return
    if not yes and not click.confirm(_("This cannot be undone. Forget them?"), err=True):
        raise NotAllowed(_("Nothing was changed."))
    done, clean = asyncio.run(_forget(program, person))
    database = program.settings.database
    found = traces.holding(traces.places_of(database, program.settings.places.state), done.needles)
    if as_json:
        say_json({"gone": dict(done.gone), "wal_empty": clean, "still_in": [str(path) for path in found]})
    else:
        _report(done.gone, found, clean=clean)


async def _chosen(program: Program, channel: str, who: str) -> Person:
    async with open_database(program) as database:
        return await database.read(lambda connection: chosen(connection, channel, who))


async def _forget(program: Program, person: Person) -> tuple[Forgotten, bool]:
    actor, now = program.identity.login, program.clock.now()
    async with open_database(program) as database:
        done = await database.write(
            lambda connection: forget(
                connection, forgetting.person(connection, person.contact_id), actor=actor, now=now
            )
        )
        return done, await _swept(database)


async def _sweep(program: Program) -> None:
    async with open_database(program) as database:
        await _swept(database)


async def _swept(database: Database) -> bool:
    """Take the last bytes out of the file; whether none are left in its WAL either."""
    while await database.write(forgetting.merge):
        pass
    await database.rewrite()
    await database.write(forgetting.swept)
    for _try in range(_TRIES):
        if await database.empty_wal():
            return True
        await asyncio.sleep(_PAUSE)
    return False


def _tell(person: Person) -> None:
    for channel, remote_id, handle in person.accounts:
        say(
            _(
                "{name}: {handle} on {channel} ({id})",
                name=person.name,
                handle=handle,
                channel=channel,
                id=remote_id,
            )
        )
    conversations = ngettext("{n} conversation", "{n} conversations", len(person.conversations))
    messages = ngettext("{n} message", "{n} messages", len(person.messages))
    say(f"{conversations}, {messages}")


def _report(gone: Mapping[str, int], found: list[Path], *, clean: bool) -> None:
    say(_("Forgotten. Emptied or deleted:"))
    words = {
        "conversations": _("conversations"),
        "messages": _("messages"),
        "replies": _("replies on their way out, all settled"),
        "drafts": _("drafts"),
        "promises": _("promises"),
        "lessons": _("lessons of the reading engine"),
        "bodies": _("webhook bodies and quarantined items"),
    }
    for name, count in gone.items():
        if count:
            say(f"  {count} {words[name]}")
    if not clean:
        say(_("A desk is reading: the -wal file may hold their words until all has been quiet for a while."))
    for path in found:
        say(_("Their words still stand in {path}; delete it, or keep it until its term ends.", path=path))
    if clean and not found:
        say(_("No file beside the database holds their name or words any more."))
    say(_("What the platform itself keeps stays there."))
