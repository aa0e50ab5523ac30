"""Connectors for the configured channels, with their credentials; only the collector makes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from channels.base import Connector
from config.channel_settings import (
    ChannelSettings,
    PracticeOptions,
)
from domain.errors import WebcareError
from webcare.bootstrap import Program

Fault = tuple[ChannelSettings, WebcareError]


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

    options = channel.options
    assert isinstance(options, PracticeOptions)
    ledger = program.settings.database.with_suffix(".practice.jsonl")
    chosen = connector.PracticeOptions(seed=options.seed, speed=options.speed)
    return connector.PracticeConnector(channel.id, program.clock, ledger, chosen)


_MAKERS: Mapping[str, Callable[[Program, ChannelSettings], Connector]] = {
    "practice": _practice,
}
