"""A meter in memory: the numbers of the sketch for last month, nothing for this one."""

# ruff: noqa: D101, D102 - what each method does stands in the desk it stands in for

from __future__ import annotations

from datetime import date

from desk.meter_views import ALL, MeterView, Only, Part
from domain import period as periods
from domain.meter import Sums, Tally
from domain.period import Period
from tests.tui.world import World

LARGE = Tally(
    turned=171, kept=96, worsened=14, silent=131, unknown=0,
    before_sums=Sums(-115.2, 98.0), after_sums=Sums(61.8, 95.0), change_sums=Sums(177.0, 210.0),
)  # fmt: skip
SMALL = Tally(
    turned=1, silent=3, before_sums=Sums(-0.8, 0.64), after_sums=Sums(0.5, 0.25), change_sums=Sums(1.3, 1.69)
)


class FakeMeter:
    def __init__(self, world: World) -> None:
        self.world = world

    def month(self, back: int = 0) -> Period:
        return periods.month(date(2026, 11, 23), back)

    async def read(self, period: Period, only: Only = ALL) -> MeterView:
        self.world.did("meter", period.first.isoformat())
        total = LARGE + SMALL if period.first.month == 10 else Tally()
        labels = (
            Part("storing", "storing", LARGE),
            Part("", "zonder label, en met een heel lange naam", SMALL),
        )
        channels = (Part("gemeente", "Bluesky gemeente", LARGE), Part("x", "X [bold]x[/]", SMALL))
        kinds = (Part("complaint", "complaint", LARGE), Part("question", "question", SMALL))
        return MeterView(period, only, total, (("label", labels), ("channel", channels), ("kind", kinds)))
