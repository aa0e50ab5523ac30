"""`init`: the few questions, and the files that follow from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from config.values import period
from config.write import Answers, Value, write_credential, write_settings
from domain.errors import ConfigError
from i18n import _, language
from webcare.cli.session import say, setup_program_of
from webcare.program import Program

HOURS = "09:00-17:30"


@click.command("init", help=_("Write a configuration file by asking a few questions."))
@click.option("--organisation", default=None, help=_("The organisation's name."))
@click.option(
    "--brand", "brands", multiple=True, help=_("A name that means us; may be given more than once.")
)
@click.option("--hours", default=None, help=_("Opening hours on weekdays, such as 09:00-17:30, or always."))
@click.option("--bluesky", default=None, metavar="HANDLE", help=_("A Bluesky account to work on."))
@click.option("--mastodon", default=None, metavar="SERVER", help=_("A Mastodon server with our account."))
@click.option("--feed", "feeds", multiple=True, metavar="URL", help=_("An RSS or Atom feed to listen to."))
@click.option(
    "--shared", default=None, type=click.Path(path_type=Path), help=_("Database of a team, to be made.")
)
@click.option("--group", default="webcare", help=_("The team's Unix group, with --shared."))
@click.option("--yes", "quiet", is_flag=True, help=_("Ask nothing; use what was given and the defaults."))
@click.pass_context
def init_command(
    ctx: click.Context, /, shared: Path | None, group: str, quiet: bool, **given: object
) -> None:
    """Write a configuration file by asking a few questions."""
    program = setup_program_of(ctx)
    places = program.settings.places
    if places.settings.exists():
        raise ConfigError(_("{file} exists already; change it with an editor.", file=places.settings))
    answers = _answers(given, shared, quiet=quiet)
    if shared is not None:  # first: where it cannot be made, the same command can be given again
        from storage.location import create_shared  # noqa: PLC0415 - only a team needs it

        create_shared(shared.absolute(), group)
        say(_("Shared database made: {path}", path=shared))
    path = write_settings(places, answers)
    say(_("Written: {path}", path=path))
    _keep_credentials(program, answers, quiet=quiet)
    say(_("Next: “webcare doctor --online” checks it, “webcare” opens the desk."))


def _answers(given: Mapping[str, object], shared: Path | None, *, quiet: bool) -> Answers:
    def ask(name: str, question: str, default: str = "", *, check: Callable[[str], str] = str) -> str:
        value = given.get(name)
        if value is not None or quiet:
            return str(value or default)
        return str(click.prompt(question, default=default, show_default=bool(default), value_proc=check))

    organisation = ask("organisation", _("Name of the organisation"))
    brands = given.get("brands")
    names = tuple(str(one) for one in brands) if isinstance(brands, tuple) and brands else ()
    hours = ask("hours", _("Opening hours on weekdays (always for 24/7)"), HOURS, check=_hours)
    feeds = given.get("feeds")
    channels = _channels(
        ask("bluesky", _("Bluesky handle (empty for none)")),
        ask("mastodon", _("Mastodon server (empty for none)")),
        tuple(str(one) for one in feeds) if isinstance(feeds, tuple) else (),
    )
    return Answers(
        organisation=organisation,
        brands=names or ((organisation,) if organisation else ()),
        language=language(),
        opening_hours={} if hours == "always" else {"weekdays": hours, "holidays": "NL"},
        channels=channels,
        database=str(shared.absolute()) if shared else "",
    )


def _hours(text: str) -> str:
    """Opening hours as they can be written in the file; a wrong one is asked again."""
    try:
        return text if text == "always" or period(text) else ""
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _channels(bluesky: str, mastodon: str, feeds: tuple[str, ...]) -> dict[str, Mapping[str, Value]]:
    channels: dict[str, Mapping[str, Value]] = {}
    if bluesky:
        channels["bluesky"] = {
            "platform": "bluesky", "handle": bluesky.lstrip("@"), "credential": "bluesky",
        }  # fmt: skip
    if mastodon:
        server = mastodon if re.match(r"https?://", mastodon) else f"https://{mastodon}"
        channels["mastodon"] = {"platform": "mastodon", "server": server, "credential": "mastodon"}
    if feeds:
        channels["feeds"] = {"platform": "feed", "feeds": feeds}
    return channels or {"practice": {"platform": "practice"}}


def _keep_credentials(program: Program, answers: Answers, *, quiet: bool) -> None:
    for channel in answers.channels.values():
        name = channel.get("credential")
        if not isinstance(name, str):
            continue
        places = program.settings.places
        if quiet:
            say(_("Put the credential in {file} with mode 0600.", file=places.credentials / name))
            continue
        value = click.prompt(
            _("App password or access token for {name} (empty to do it later)", name=name),
            hide_input=True, default="", show_default=False,
        )  # fmt: skip
        if value:
            say(_("Kept in {path}.", path=write_credential(places, name, value)))
