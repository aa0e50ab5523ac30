"""Connectors for the configured channels, with their credentials; only the collector makes them."""

from __future__ import annotations

from collections.abc import Mapping

from channels.base import Connector
from channels.spec import Making, Spec
from config import platforms
from config.channel_settings import ChannelSettings
from config.platforms import CredentialField
from domain.errors import WebcareError
from webcare.program import Program

Fault = tuple[ChannelSettings, WebcareError]


def connectors_of(program: Program) -> tuple[Mapping[str, Connector], tuple[Fault, ...]]:
    """A connector for each channel that can be opened, and the channels that cannot with the reason."""
    made: dict[str, Connector] = {}
    faults: list[Fault] = []
    for channel in program.settings.channels.values():
        spec = spec_of(channel)
        if spec.build is None:
            continue
        try:
            made[channel.id] = spec.build(making(program, channel))
        except WebcareError as error:
            faults.append((channel, error))
    return made, tuple(faults)


def spec_of(channel: ChannelSettings) -> Spec:
    """What the channel's platform says of itself."""
    spec = platforms.get(channel.platform)
    assert isinstance(spec, Spec)
    return spec


def making(program: Program, channel: ChannelSettings) -> Making:
    """What the channel's connector is made from."""
    from webcare.session_file import SessionFile  # noqa: PLC0415 - only where a channel keeps a session

    return Making(
        channel=channel,
        clock=program.clock,
        secret=lambda key: secret_of(program, channel, key),
        beside=program.settings.database,
        session=lambda: SessionFile(program.settings.places.state / "sessions" / f"{channel.id}.json"),
    )


def secret_of(program: Program, channel: ChannelSettings, key: str) -> str:
    """A field of a channel's credential; empty for an optional one that is not there. Raises ConfigError."""
    field = next(each for each in spec_of(channel).credential if each.key == key)
    name = credential_of(channel, field)
    if not field.required and not program.credentials.available(name):
        return ""
    return program.credentials.get(name).reveal()


def credentials_of(channel: ChannelSettings) -> tuple[tuple[CredentialField, str], ...]:
    """Every field of a channel's credential, with the name under which it is kept."""
    return tuple((field, credential_of(channel, field)) for field in spec_of(channel).credential)


def credential_of(channel: ChannelSettings, field: CredentialField) -> str:
    """The name of one field: the credential's own for the first, `<credential>.<key>` for the others."""
    name = channel.credential or channel.id
    return name if field is spec_of(channel).credential[0] else f"{name}.{field.key}"


def is_closed(program: Program, channel: ChannelSettings) -> bool:
    """Whether something is missing here without which nobody reads or writes the channel."""
    return any(
        field.required and not field.hook_only and not program.credentials.available(name)
        for field, name in credentials_of(channel)
    )
