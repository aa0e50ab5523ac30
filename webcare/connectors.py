"""Connectors for the configured channels, with their credentials; only the collector makes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from channels.base import Connector
from config.channel_settings import (
    BlueskyOptions,
    ChannelSettings,
    FeedOptions,
    MastodonOptions,
    PracticeOptions,
)
from domain.errors import WebcareError
from webcare.program import Program

Fault = tuple[ChannelSettings, WebcareError]
Options = TypeVar("Options")


def connectors_of(program: Program) -> tuple[Mapping[str, Connector], tuple[Fault, ...]]:
    """A connector for each channel that can be opened, and the channels that cannot with the reason."""
    made: dict[str, Connector] = {}
    faults: list[Fault] = []
    for channel in program.settings.channels.values():
        make = _MAKERS.get(channel.platform)
        if make is None:
            continue
        try:
            made[channel.id] = make(program, channel)
        except WebcareError as error:
            faults.append((channel, error))
    return made, tuple(faults)


def _practice(program: Program, channel: ChannelSettings) -> Connector:
    from channels.practice import connector  # noqa: PLC0415 - a desk imports only the channels it has

    options = _options(channel, PracticeOptions)
    ledger = program.settings.database.with_suffix(".practice.jsonl")
    chosen = connector.PracticeOptions(seed=options.seed, speed=options.speed)
    return connector.PracticeConnector(channel.id, program.clock, ledger, chosen)


def _bluesky(program: Program, channel: ChannelSettings) -> Connector:
    from channels.bluesky import BlueskyConnector  # noqa: PLC0415 - as above
    from webcare.session_file import SessionFile  # noqa: PLC0415

    options = _options(channel, BlueskyOptions)
    return BlueskyConnector(
        channel.id,
        options.server,
        options.handle,
        _credential(program, channel),
        clock=program.clock,
        mentions=options.mentions,
        searches=options.searches,
        listen_only=channel.listen_only,
        session_store=SessionFile(program.settings.places.state / "sessions" / f"{channel.id}.json"),
    )


def _mastodon(program: Program, channel: ChannelSettings) -> Connector:
    from channels.mastodon import Listening, MastodonConnector  # noqa: PLC0415 - as above

    options = _options(channel, MastodonOptions)
    return MastodonConnector(
        channel.id,
        options.server,
        _credential(program, channel),
        clock=program.clock,
        listening=Listening(
            mentions=options.mentions, hashtags=options.hashtags, streaming=options.streaming
        ),
        listen_only=channel.listen_only,
    )


def _feed(program: Program, channel: ChannelSettings) -> Connector:
    from channels.feed import FeedConnector  # noqa: PLC0415 - as above

    return FeedConnector(channel.id, _options(channel, FeedOptions).feeds, clock=program.clock)


def _options(channel: ChannelSettings, kind: type[Options]) -> Options:
    assert isinstance(channel.options, kind)
    return channel.options


def _credential(program: Program, channel: ChannelSettings) -> str:
    return program.credentials.get(credential_name(channel)).reveal()


def credential_name(channel: ChannelSettings) -> str:
    """What the channel's credential is called; its own id where the configuration names none."""
    return channel.credential or channel.id


_MAKERS: Mapping[str, Callable[[Program, ChannelSettings], Connector]] = {
    "practice": _practice,
    "bluesky": _bluesky,
    "mastodon": _mastodon,
    "feed": _feed,
}
