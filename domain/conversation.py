"""The states of a conversation and the moves between them.

A conversation is `open` (it needs us), `waiting` (for the contact), `snoozed` or `resolved`. Every move is
a set of changed fields plus, where a clock cares, one `fact`; the event that records it keeps both, together
with what the fields were, so that undo, audit and the explanation of a clock all read the same record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from domain.clock import HOUR, Millis
from domain.errors import NotAllowed
from i18n import N_, _

Status = Literal["open", "waiting", "snoozed", "resolved"]
FactKind = Literal["question", "reply", "paused", "resumed", "handed_over", "resolved", "reopened"]
Value = str | int | float | None

KINDS = (
    N_("question"),
    N_("complaint"),
    N_("compliment"),
    N_("suggestion"),
    N_("cancellation"),
    N_("commercial"),
    N_("chatter"),
    N_("spam"),
)
SENTIMENTS = ("negative", "neutral", "positive", "unknown")
PRIORITIES = (N_("normal"), N_("high"), N_("urgent"))
NO_REPLY_REASONS: Mapping[str, str] = {
    "vents_only": N_("only vents, asks nothing"),
    "spam": N_("spam"),
    "duplicate": N_("duplicate"),
    "answered_elsewhere": N_("answered elsewhere"),
    "nothing_asked": N_("nothing asked"),
}
DEFAULT_CONVERSATION_HOURS = 72
"""How long after its last message a conversation goes on by itself."""


@dataclass(frozen=True, slots=True)
class State:
    """The part of a conversation that the rules of its moves look at."""

    status: Status = "open"
    outcome: str = ""
    assignee: str | None = None
    until_reply: bool = False
    shows_at: Millis | None = None
    snooze_due_at: Millis | None = None
    late_arrivals: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """What an act changes: projection fields, and what the clocks should know."""

    changes: Mapping[str, Value] = field(default_factory=dict)
    facts: tuple[FactKind, ...] = ()


_SHOWN: Mapping[str, Value] = {"shows_at": None, "until_reply": 0}
"""Back from a snooze; by when it must be done still holds."""

_AWAKE: Mapping[str, Value] = {**_SHOWN, "snooze_due_at": None}


def continues(last_at: Millis, at: Millis, hours: int = DEFAULT_CONVERSATION_HOURS) -> bool:
    """Whether a message at `at` belongs to a conversation whose last one was at `last_at`."""
    return at - last_at <= hours * HOUR


def mention(state: State, *, closing_thanks: bool) -> Move:
    """The contact wrote. A closing thanks moves nothing and starts no clock."""
    if closing_thanks and state.status != "open":
        return Move({"late_arrivals": state.late_arrivals + 1})
    if state.status == "open":
        return Move({}, ("question",))
    changes: dict[str, Value] = {"status": "open", "outcome": "", **_SHOWN}
    return Move(changes, (*_leaving(state), "question"))


def question_made(state: State) -> Move:
    """An operator says that a late arrival was a question after all."""
    changes: dict[str, Value] = {"status": "open", "outcome": "", "late_arrivals": 0, **_SHOWN}
    return Move(changes, (*_leaving(state), "question"))


def reply_confirmed(state: State, *, asked_since: bool = False) -> Move:
    """The platform has our reply: the ball is with the contact, unless they asked more since we wrote it.

    What somebody resolved or snoozed meanwhile stays so: a reply on its way must not undo it.
    """
    if state.status in {"resolved", "snoozed"} or (asked_since and state.status == "open"):
        return Move({}, ("reply",))
    facts: tuple[FactKind, ...] = ("reply",) if state.status == "waiting" else ("reply", "paused")
    return Move({"status": "waiting", "late_arrivals": 0, **_AWAKE}, facts)


def resolve(state: State, outcome: str = "resolved") -> Move:
    """Done; `outcome` is `resolved` or a reason for not replying."""
    if state.status == "resolved":
        raise NotAllowed(_("This conversation is already resolved."))
    if outcome != "resolved" and outcome not in NO_REPLY_REASONS:
        raise NotAllowed(_("“{reason}” is not a reason for not replying.", reason=outcome))
    return Move({"status": "resolved", "outcome": outcome, "late_arrivals": 0, **_AWAKE}, ("resolved",))


def reopen(state: State) -> Move:
    """It needs us again; a new clock starts here and the old one stays in the history."""
    if state.status == "open":
        raise NotAllowed(_("This conversation is already open."))
    return Move({"status": "open", "outcome": "", **_AWAKE}, _leaving(state))


def snooze(state: State, shows_at: Millis | None, due_at: Millis | None, *, until_reply: bool) -> Move:
    """Out of sight until a moment or until the contact writes; only the latter stops a clock."""
    if state.status == "resolved":
        raise NotAllowed(_("A resolved conversation cannot be snoozed; reopen it first."))
    if shows_at is None and not until_reply:
        raise NotAllowed(_("A snooze needs a moment, or “until they reply”."))
    facts: tuple[FactKind, ...] = ()
    if until_reply and not _paused(state):
        facts = ("paused",)
    elif not until_reply and _paused(state):
        facts = ("resumed",)
    return Move(
        {
            "status": "snoozed",
            "shows_at": shows_at,
            "snooze_due_at": due_at,
            "until_reply": int(until_reply),
        },
        facts,
    )


def wake(state: State) -> Move:
    """A snoozed conversation comes back, because its time came or somebody fetched it."""
    if state.status != "snoozed":
        raise NotAllowed(_("This conversation is not snoozed."))
    return Move({"status": "open", **_SHOWN}, _leaving(state))


def _paused(state: State) -> bool:
    return state.status == "waiting" or (state.status == "snoozed" and state.until_reply)


def _leaving(state: State) -> tuple[FactKind, ...]:
    if state.status == "resolved":
        return ("reopened",)
    return ("resumed",) if _paused(state) else ()
