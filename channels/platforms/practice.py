"""The practice channel: a simulated day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.spec import Making, Option, Spec
from domain.clock import SECOND
from i18n import N_

if TYPE_CHECKING:
    from channels.base import Connector


def _build(making: Making) -> Connector:
    from channels.practice import connector  # noqa: PLC0415 - made only where it is configured

    options = making.options
    return connector.PracticeConnector(
        making.channel.id,
        making.clock,
        making.beside.with_suffix(".practice.jsonl"),
        connector.PracticeOptions(seed=options["seed"], speed=options["speed"]),
    )


SPEC = Spec(
    name="practice",
    title="Practice",
    badge="PR",
    options=(
        Option("seed", N_("A number; the same one gives the same day."), "number", default=1),
        Option(
            "speed",
            N_("Minutes of the invented day per real minute; 10 is a mention every twenty seconds by day."),
            "number", default=10, least=1, most=3600,
        ),
    ),
    poll=SECOND,
    measure="practice",
    platform_templates=True,
    private_after_public="any",
    media="practice",
    build=_build,
)  # fmt: skip
