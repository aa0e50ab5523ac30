"""The before/after meter of a period: how contacts felt before we answered, and how after."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from desk.ground import Ground
from desk.meter_views import ALL, MeterView, Only, Part
from domain import period as periods
from domain.calendar import zone_of
from domain.meter import Tally
from domain.period import Period
from i18n import _
from storage import meter


class Meter:
    """Reads; changes nothing."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._zone = zone_of(ground.settings.timezone)

    def month(self, back: int = 0) -> Period:
        """The month that it is, or so many months ago."""
        return periods.month(periods.today(self._ground.clock.now(), self._zone), back)

    def period(self, since: str | None, until: str | None) -> Period:
        """The period that somebody typed. Raises NotAllowed."""
        return periods.period(since, until, self._ground.clock.now(), self._zone)

    async def read(self, period: Period, only: Only = ALL) -> MeterView:
        """The numbers of a period, whole and by label, channel and kind."""
        since, until = period.bounds(self._zone)
        asked = meter.Asked(since, until, only.channel, only.label, only.kind)

        def work(
            connection: sqlite3.Connection,
        ) -> tuple[dict[tuple[str, str], Tally], dict[str, Tally]]:
            return meter.by_channel_and_kind(connection, asked), meter.by_label(connection, asked)

        crossed, labels = await self._ground.read(work)
        channels = _folded((channel, tally) for (channel, _kind), tally in crossed.items())
        kinds = _folded((kind, tally) for (_channel, kind), tally in crossed.items())
        return MeterView(
            period,
            only,
            sum(crossed.values(), Tally()),
            (
                ("label", _parts(labels, {name: name or _("without a label") for name in labels})),
                ("channel", _parts(channels, {one: self._channel(one) for one in channels})),
                ("kind", _parts(kinds, {kind: _(kind) for kind in kinds})),
            ),
        )

    def _channel(self, channel: str) -> str:
        known = self._ground.settings.channels.get(channel)
        return channel if known is None else known.name


def _folded(tallies: Iterable[tuple[str, Tally]]) -> dict[str, Tally]:
    found: dict[str, Tally] = {}
    for name, tally in tallies:
        found[name] = found.get(name, Tally()) + tally
    return found


def _parts(tallies: dict[str, Tally], names: dict[str, str]) -> tuple[Part, ...]:
    ordered = sorted(tallies, key=lambda one: (-tallies[one].n, names[one]))
    return tuple(Part(one, names[one], tallies[one]) for one in ordered)
