"""What goes wrong on the practice platform, on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal, Protocol

from channels.base import Permanent, Prepared, Retryable, Unknown
from domain.clock import SECOND, Millis
from i18n import _

Fate = Literal["answered", "answer_lost"]


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares of all sends between 0 and 1, drawn in this order, and delays."""

    refuse: float = 0.0
    """Refused for good: `Permanent`."""

    busy: float = 0.0
    """Surely not taken, try again: `Retryable`."""

    drop: float = 0.0
    """Lost on the way there: `Unknown`, and nothing is posted."""

    mute: float = 0.0
    """Posted, but the answer is lost: `Unknown`."""

    lag: Millis = 0
    """How long a post stays invisible to `find_sent`."""

    hold: Millis = 0
    """Real time between the post being on disk and the answer: room to be killed in."""


class Weather(Protocol):
    """Decides what happens to each request."""

    def on_pull(self) -> None:
        """Before a page is given; may raise any error of `channels.base`."""
        ...

    def on_send(self, prepared: Prepared, now: Millis) -> Fate:
        """Before a reply is posted; may raise, then it is not posted."""
        ...


@dataclass(frozen=True, slots=True)
class RandomWeather:
    """Dice by `Faults`; the same for the same seed, reply and moment."""

    seed: int
    faults: Faults

    def on_pull(self) -> None:
        """Reading never fails by chance."""

    def on_send(self, prepared: Prepared, now: Millis) -> Fate:
        """Raise what the dice say, or tell whether the answer gets lost."""
        faults = self.faults
        roll = Random(f"{self.seed}:{prepared.key}:{now}").random()  # noqa: S311 - a die, no secret
        if roll < faults.refuse:
            raise Permanent(_("The practice platform refused this reply (on purpose)."), code="practice")
        roll -= faults.refuse
        if roll < faults.busy:
            raise Retryable(_("The practice platform is busy (on purpose)."), after=2 * SECOND)
        roll -= faults.busy
        if roll < faults.drop:
            raise Unknown(_("The way to the practice platform broke (on purpose)."))
        return "answer_lost" if roll - faults.drop < faults.mute else "answered"
