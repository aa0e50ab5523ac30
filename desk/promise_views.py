"""What a face is shown of promises: found in a draft, in the ledger, close to their moment, and by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.clock import Millis
from domain.promise_ledger import PromiseState
from domain.promise_way import Certainty, What


@dataclass(frozen=True, slots=True)
class PromiseFound:
    """A promise in a text that is being written; places are code points of that text."""

    start: int
    end: int
    what: What
    label: str
    """What was promised, in a word of the reader's language."""

    due_at: Millis | None
    """By when, as it is understood; None when no moment is named."""

    certainty: Certainty
    when: tuple[int, int] | None
    """Where the moment is named, such as “uiterlijk dinsdag”; None where it is not."""


@dataclass(frozen=True, slots=True)
class NewPromise:
    """The answer to “when, and who?”; it goes into the ledger when its reply is sent."""

    what: What
    due_at: Millis | None
    owner: str | None = None
    """Login of who will see to it; None is who sends it."""

    start: int | None = None
    """Where it is said in the body of the reply, in code points; None where it was said elsewhere."""

    end: int | None = None
    words: str = ""
    """What was said, where no text of ours holds it: on the telephone, for instance."""


@dataclass(frozen=True, slots=True)
class PromiseView:
    """One promise of the ledger."""

    id: int
    version: int
    """Hand it back with an act, so that it is done to what was seen."""

    conversation: int
    contact: str
    handle: str
    channel: str
    what: What
    label: str
    said: str
    """The words of the reply, or the operator's own; raw, as all text from outside."""

    state: PromiseState
    made_at: Millis
    made_by: str
    """Login."""

    owner: str
    owner_initials: str
    mine: bool
    due_at: Millis | None
    soon_at: Millis | None
    closed_at: Millis | None
    reason: str
    kind: Literal["public", "private"]
    """How it was said, and so how to report back."""

    answered_at: Millis | None
    """When we last wrote to them after it was made; then the desk may ask whether it was kept."""


@dataclass(frozen=True, slots=True)
class PromiseAlert:
    """Open promises by the clock, for the status line."""

    over: int
    """Past their moment."""

    soon: int
    """Close to it."""

    next_at: Millis | None
    """When one of the two changes by itself; None when nothing will."""


@dataclass(frozen=True, slots=True)
class PromiseMonth:
    """What became of promises in one month, by the moment of each act."""

    month: str
    """`2026-11`, in the desk's time zone."""

    made: int = 0
    kept: int = 0
    late: int = 0
    broken: int = 0
    withdrawn: int = 0
