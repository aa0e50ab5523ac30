"""What the before/after meter shows, and what its numbers mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from domain.meter import Tally
from domain.period import Period
from i18n import N_

Split = Literal["label", "channel", "kind"]
SPLITS: Final[tuple[Split, ...]] = ("label", "channel", "kind")


@dataclass(frozen=True, slots=True)
class Only:
    """A part of the conversations; None for all."""

    channel: str | None = None
    label: str | None = None
    kind: str | None = None


ALL: Final = Only()


@dataclass(frozen=True, slots=True)
class Part:
    """The conversations of one label, channel or kind."""

    id: str
    """Empty for conversations without a label."""

    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class MeterView:
    """A period, whole and in parts."""

    period: Period
    only: Only
    total: Tally
    parts: tuple[tuple[Split, tuple[Part, ...]], ...]
    """Each split with its parts, the largest first."""

    def by(self, split: Split) -> tuple[Part, ...]:
        """The parts of one split."""
        return dict(self.parts)[split]


DEFINITIONS: Final = (
    N_("Counted are the conversations that we answered for the first time in the period, each once."),
    N_(
        "Before: the mean of what the contact wrote before our first reply. After: the same after our last"
        " one, of the same conversations. A message counts from −1 (negative) to +1 (positive), as the engine"
        " reads it or as a colleague corrected it; one that the engine doubts about does not count."
    ),
    N_(
        "Turned, kept, worsened: the mood rose, stayed or fell a step; minus is below −0.25, plus above"
        " +0.25, neutral lies between."
    ),
    N_(
        "Silent: the contact did not come back after our last reply. Unknown: they did, but before or after"
        " no message could be read for certain. Neither is in the means: those who stay silent may feel"
        " otherwise than those who write again."
    ),
    N_("±: in 95 of 100 such periods the true mean lies within it."),
)
"""Stand under the numbers, wherever those are."""

LABELS_OVERLAP: Final = N_("A conversation with two labels stands under both.")
