"""The before/after meter: how a contact felt before our first reply, and how after our last one.

A feeling is p(positive) - p(negative) of one message, -1 to 1. A message that the engine doubts about has
none, until a person says what it is. Each conversation that we answered counts once:

- `silent`: the contact never came back. It says nothing about them, so it is counted apart;
- `unknown`: they did, but before or after there is no message of which the feeling is known;
- `turned`, `kept`, `worsened`: the mood (minus, neutral, plus) rose, stayed, or fell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Final, Literal

Outcome = Literal["turned", "kept", "worsened", "silent", "unknown"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("turned", "kept", "worsened", "silent", "unknown")
UNMEASURED: Final[frozenset[Outcome]] = frozenset({"silent", "unknown"})

EDGE: Final = 0.25
"""Below minus this it is minus, above it plus, between them neutral."""

_SURE: Final = 1.959964
"""Of a normal distribution 95 % lies within so many deviations."""

_FEW: Final[Mapping[int, float]] = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776}
"""The same of Student's distribution, by degrees of freedom, where the series below is not near enough."""


def mood(feeling: float) -> int:
    """-1 minus, 0 neutral, 1 plus."""
    return -1 if feeling < -EDGE else int(feeling > EDGE)


@dataclass(frozen=True, slots=True)
class Arc:
    """One conversation."""

    before: tuple[float | None, ...]
    """The contact's messages before our first reply, oldest first; None for one whose feeling is unknown."""

    after: tuple[float | None, ...]
    """Those after our last."""

    answered: bool

    @property
    def start(self) -> float | None:
        """Mean before our first reply."""
        return mean_of(self.before)

    @property
    def end(self) -> float | None:
        """Mean after our last one; None while they are silent."""
        return mean_of(self.after)

    @property
    def came_back(self) -> bool:
        """Whether they wrote after our last reply."""
        return bool(self.after)

    @property
    def outcome(self) -> Outcome | None:
        """What became of it; None while we have not answered."""
        if not self.answered:
            return None
        return outcome_of(self.start, self.end, came_back=self.came_back)


def arc_of(exchange: Sequence[tuple[str, float | None]]) -> Arc:
    """From (direction, feeling) of each message, oldest first, without notes and what was taken down."""
    replies = [place for place, (direction, _feeling) in enumerate(exchange) if direction == "out"]
    first, last = (replies[0], replies[-1]) if replies else (len(exchange), len(exchange))
    feelings = [feeling for _direction, feeling in exchange]
    return Arc(tuple(feelings[:first]), tuple(feelings[last + 1 :]), bool(replies))


def mean_of(feelings: Iterable[float | None]) -> float | None:
    """Mean of the known ones; None where there is none."""
    known = [feeling for feeling in feelings if feeling is not None]
    return sum(known) / len(known) if known else None


def outcome_of(before: float | None, after: float | None, *, came_back: bool) -> Outcome:
    """What became of a conversation that we answered."""
    if not came_back:
        return "silent"
    if before is None or after is None:
        return "unknown"
    step = mood(after) - mood(before)
    return "turned" if step > 0 else "worsened" if step < 0 else "kept"


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with its uncertainty."""

    value: float
    margin: float | None
    """Half of the 95 % interval; None for fewer than two."""


@dataclass(frozen=True, slots=True)
class Sums:
    """A sum and a sum of squares."""

    total: float = 0.0
    squares: float = 0.0

    def __add__(self, other: Sums) -> Sums:
        """Both together."""
        return Sums(self.total + other.total, self.squares + other.squares)

    def mean(self, n: int) -> Mean | None:
        """Of `n` values; the interval is Student's, and None for none."""
        if n == 0:
            return None
        value = self.total / n
        if n == 1:
            return Mean(value, None)
        variance = max(0.0, self.squares - n * value * value) / (n - 1)
        return Mean(value, student(n - 1) * sqrt(variance / n))


@dataclass(frozen=True, slots=True)
class Tally:
    """Answered conversations, counted."""

    turned: int = 0
    kept: int = 0
    worsened: int = 0
    silent: int = 0
    unknown: int = 0
    before_sums: Sums = Sums()
    after_sums: Sums = Sums()
    change_sums: Sums = Sums()
    """Sums over the measured ones only."""

    def __add__(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(
            self.turned + other.turned,
            self.kept + other.kept,
            self.worsened + other.worsened,
            self.silent + other.silent,
            self.unknown + other.unknown,
            self.before_sums + other.before_sums,
            self.after_sums + other.after_sums,
            self.change_sums + other.change_sums,
        )

    @staticmethod
    def of(before: float | None, after: float | None, *, came_back: bool) -> Tally:
        """One conversation that we answered."""
        outcome = outcome_of(before, after, came_back=came_back)
        counted = Tally.counted(outcome, 1)
        if before is None or after is None or outcome in UNMEASURED:
            return counted
        change = after - before
        return replace(
            counted,
            before_sums=Sums(before, before * before),
            after_sums=Sums(after, after * after),
            change_sums=Sums(change, change * change),
        )

    @staticmethod
    def counted(outcome: Outcome, n: int) -> Tally:
        """So many of one outcome, without their sums."""
        turned, kept, worsened, silent, unknown = (n if one == outcome else 0 for one in OUTCOMES)
        return Tally(turned, kept, worsened, silent, unknown)

    @property
    def n(self) -> int:
        """All that we answered."""
        return self.measured + self.silent + self.unknown

    @property
    def measured(self) -> int:
        """Those with a known feeling on both sides: the ones that the means are about."""
        return self.turned + self.kept + self.worsened

    @property
    def before(self) -> Mean | None:
        """Before our first reply."""
        return self.before_sums.mean(self.measured)

    @property
    def after(self) -> Mean | None:
        """After our last one, of the same conversations."""
        return self.after_sums.mean(self.measured)

    @property
    def change(self) -> Mean | None:
        """After less before, conversation by conversation."""
        return self.change_sums.mean(self.measured)


def share(part: int, whole: int) -> tuple[float, float, float] | None:
    """A share with its 95 % interval (Wilson), as (share, low, high); None of nothing."""
    if whole == 0:
        return None
    p, z2 = part / whole, _SURE * _SURE
    centre = p + z2 / (2 * whole)
    spread = _SURE * sqrt(p * (1 - p) / whole + z2 / (4 * whole * whole))
    scale = 1 + z2 / whole
    return p, max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def student(freedom: int) -> float:
    """Within so many standard errors lie 95 %, at so many degrees of freedom (Fisher's series)."""
    if freedom in _FEW:
        return _FEW[freedom]
    return _SURE + 2.3723 / freedom + 2.8225 / freedom**2 + 2.5558 / freedom**3
