"""A reply in parts: on which platforms, and how its parts stand.

Parts go out one after the other: a part begins only when the one before it is `sent`. So what is out is
always the beginning of the text, at most one part is on its way or in doubt, and the rest can be stopped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.clock import Millis
from domain.inbound import Visibility
from domain.outbox import OutboxStatus, allowed

MOST_PARTS: Final = 10
"""More messages than this are no reply to anybody."""

NOT_YET: Final[Millis] = 2**53
"""When a part is due whose part before it is not sent yet: never, until that one says so."""

STOPPABLE: Final[frozenset[OutboxStatus]] = frozenset({"queued", "retry_wait", "refused", "ask_operator"})
"""States from which a person can still call a reply back."""

STOPS: Final[frozenset[OutboxStatus]] = frozenset({"refused", "called_back"})
"""States of a part behind which the rest waits for a person, and holds up no other reply."""


@dataclass(frozen=True, slots=True)
class InParts:
    """How a platform takes a reply in parts."""

    each_answers: bool
    """Each part answers the one before it, as a thread; otherwise they are messages in a row."""

    numbered: bool
    """Readers may meet a part alone, so each says which it is."""


_THREAD: Final = InParts(each_answers=True, numbered=True)
_IN_A_ROW: Final = InParts(each_answers=False, numbered=False)

IN_PARTS: Final[Mapping[tuple[str, Visibility], InParts]] = {
    ("x", "public"): _THREAD,
    ("mastodon", "public"): _THREAD,
    ("bluesky", "public"): _THREAD,
    ("practice", "public"): _THREAD,
    ("mastodon", "private"): InParts(each_answers=True, numbered=False),
    ("practice", "private"): InParts(each_answers=True, numbered=False),
    ("whatsapp", "private"): _IN_A_ROW,
    ("messenger", "private"): _IN_A_ROW,
    ("facebook", "private"): _IN_A_ROW,
    ("instagram", "private"): _IN_A_ROW,
    ("telegram", "private"): _IN_A_ROW,
}
"""By platform and how it is seen; where nothing stands a reply is one message.

Comments and reviews have room enough, and an answer under one's own comment is lost to its reader.
"""


def in_parts(platform: str, visibility: Visibility) -> InParts | None:
    """How a reply in parts goes out there; None where it cannot."""
    return IN_PARTS.get((platform, visibility))


def may_step(parts: Sequence[OutboxStatus], part: int, after: OutboxStatus) -> bool:
    """Whether a part (from 1) may go to a state: its own machine allows it, and those before it are out."""
    if not allowed(parts[part - 1], after):
        return False
    goes_out = after in {"sending", "sent"}
    return not goes_out or all(status == "sent" for status in parts[: part - 1])


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a reply in parts stands, from its parts' states in order."""

    parts: tuple[OutboxStatus, ...]

    @property
    def out(self) -> int:
        """How many are on the platform."""
        return sum(status == "sent" for status in self.parts)

    @property
    def at(self) -> int | None:
        """The part (from 1) that it is about now; None once all are out or called back."""
        unsettled = (n for n, status in enumerate(self.parts, 1) if status not in {"sent", "called_back"})
        return next(unsettled, None)

    @property
    def stoppable(self) -> tuple[int, ...]:
        """The parts that can be called back: the end of the text, or all of it."""
        return tuple(n for n, status in enumerate(self.parts, 1) if status in STOPPABLE)
