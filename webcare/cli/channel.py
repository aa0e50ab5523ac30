"""`channel add`: ask what a platform needs, write it and its credentials, and try them."""

from __future__ import annotations

import asyncio
import secrets
from typing import Final

import click

from channels.base import SetsWebhook
from config import platforms
from config.channel_settings import ChannelSettings
from config.platforms import CredentialField, Option, PlatformSpec
from config.write import Value, write_credential
from domain.errors import NotAllowed, NotFound, WebcareError
from i18n import _
from webcare.cli.session import program_of, say, setup_program_of
from webcare.connectors import credential_of, making, secret_of, spec_of
from webcare.program import Program

WORD_FIELD: Final = "webhook_secret"
"""The field of the credential with which a platform that we tell to call proves itself."""


@click.group("channel", help=_("Set up channels."))
def channel_command() -> None:
    """Set up channels."""


@channel_command.command(
    "add", help=_("Ask what PLATFORM needs, write it and its credentials, and try them.")
)
@click.argument("platform")
@click.option("--name", default=None, help=_("The channel's name; the platform's otherwise."))
@click.option("--set", "given", multiple=True, metavar="KEY=VALUE", help=_("An answer beforehand."))
@click.option("--yes", "quiet", is_flag=True, help=_("Ask nothing; use what was given and the defaults."))
@click.pass_context
def add_command(
    ctx: click.Context, platform: str, name: str | None, given: tuple[str, ...], quiet: bool
) -> None:
    """Ask what PLATFORM needs, write it and its credentials, and try them."""
    from config.write_channel import add_channel  # noqa: PLC0415 - YAML, only where something is written

    spec, program = platforms.get(platform), setup_program_of(ctx)
    channel = name or spec.name
    answers = dict(one.split("=", 1) for one in given if "=" in one)
    values: dict[str, Value] = {"platform": spec.name}
    for option in spec.options:
        if (value := _asked(option, answers.get(option.key), quiet=quiet)) is not None:
            values[option.key] = value
    path = add_channel(program.settings.places, channel, values)
    say(_("Written: {path}", path=path))
    _keep(program, spec, channel, quiet=quiet)
    if not quiet:
        _try(program_of(ctx), channel)


@channel_command.command(
    "webhook", help=_("Tell NAME's platform to call the receiver with what comes in, or to call no more.")
)
@click.argument("name")
@click.option("--remove", is_flag=True, help=_("Call no more."))
@click.pass_context
def webhook_command(ctx: click.Context, name: str, *, remove: bool) -> None:
    """Tell the platform of channel NAME to call the receiver, or to call no more."""
    program = program_of(ctx)
    if name not in program.settings.channels:
        raise NotFound(_("No channel is called {name}.", name=name))
    say(asyncio.run(_told(program, name, remove=remove)))


async def _told(program: Program, name: str, *, remove: bool) -> str:
    """What came of it, in a sentence; a word of our own is made where there is none."""
    settings = program.settings.channels[name]
    build = spec_of(settings).build
    connector = None if build is None else build(making(program, settings))
    if connector is None:
        raise NotAllowed(_no_webhook(settings.name))
    try:
        if not isinstance(connector, SetsWebhook):
            raise NotAllowed(_no_webhook(settings.name))
        return await (
            connector.remove_webhook() if remove else connector.set_webhook(_word_of(program, settings))
        )
    finally:
        await connector.close()


def _word_of(program: Program, settings: ChannelSettings) -> str:
    known = secret_of(program, settings, WORD_FIELD).split()
    if known:
        return known[0]
    made = secrets.token_urlsafe(32)
    field = next(each for each in spec_of(settings).credential if each.key == WORD_FIELD)
    path = write_credential(program.settings.places, credential_of(settings, field), made)
    say(_("Kept in {path}.", path=path))
    return made


def _no_webhook(name: str) -> str:
    return _("{name} is told on its platform's own pages where to call; docs/hooks.md says how.", name=name)


def _asked(option: Option, given: str | None, *, quiet: bool) -> Value | None:
    """The answer as it is written; None where nothing needs to be."""
    said = given
    if said is None and not quiet and (option.asked or option.required):
        default = _shown(option)
        question = f"{_(option.help)}\n{option.key}"
        said = str(click.prompt(question, default=default, show_default=bool(default)))
        said = None if said == default and not option.required else said
    if not said:
        return None
    return tuple(part.strip() for part in said.split(",") if part.strip()) if option.many else said


def _shown(option: Option) -> str | None:
    if option.required:
        return None
    if isinstance(option.default, bool):
        return "yes" if option.default else "no"
    return "" if option.many else str(option.default)


def _keep(program: Program, spec: PlatformSpec, channel: str, *, quiet: bool) -> None:
    """Each field of the credential into a file of its own."""
    for number, field in enumerate(spec.credential):
        name = channel if number == 0 else f"{channel}.{field.key}"
        if quiet:
            file = program.settings.places.credentials / name
            say(_("Put the credential in {file} with mode 0600.", file=file))
            continue
        value = _secret(field)
        if value:
            say(_("Kept in {path}.", path=write_credential(program.settings.places, name, value)))


def _secret(field: CredentialField) -> str:
    question = f"{_(field.help)}\n{field.key} " + _("(empty to do it later)")
    return str(click.prompt(question, hide_input=True, default="", show_default=False))


def _try(program: Program, channel: str) -> None:
    """Whether the platform lets us in; what is missing is said and breaks nothing."""
    settings = program.settings.channels[channel]
    build = spec_of(settings).build
    if build is None:
        return

    async def ask() -> str:
        connector = build(making(program, settings))
        try:
            state = await connector.check_auth()
        finally:
            await connector.close()
        return state.sentence or state.account

    try:
        said = asyncio.run(ask())
    except WebcareError as error:
        said = str(error)
    say(f"{settings.name}: {said}")
    if settings.options.get("webhook") and click.confirm(_("Shall its platform be told to call there?")):
        try:
            say(asyncio.run(_told(program, channel, remove=False)))
        except WebcareError as error:
            say(str(error))
