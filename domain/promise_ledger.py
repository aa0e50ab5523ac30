"""The life of a promise: open until somebody says that it was kept, kept too late, broken, or taken back.

open -> kept | late | broken | withdrawn
open -> open                       another owner, or another moment
any  -> undone                     it was never said: its reply was called back, or the noting undone

Nothing closes a promise by itself, neither the clock nor a “bedankt”.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from domain.clock import HOUR, MINUTE, Millis
from domain.conversation import Value
from domain.errors import NotAllowed
from i18n import N_, _

PromiseState = Literal["open", "kept", "late", "broken", "withdrawn", "undone"]

STATES: Mapping[PromiseState, str] = {
    "open": N_("open"),
    "kept": N_("kept"),
    "late": N_("kept late"),
    "broken": N_("broken"),
    "withdrawn": N_("withdrawn"),
    "undone": N_("never said"),
}
"""Each state in a word; msgids."""

SHORTEST_NOTICE: Millis = 15 * MINUTE
LONGEST_NOTICE: Millis = 2 * HOUR


@dataclass(frozen=True, slots=True)
class Promise:
    """The part of a promise that the rules of its life look at."""

    state: PromiseState
    owner: str
    made_at: Millis
    due_at: Millis | None


Changes = Mapping[str, Value]
"""Fields of a promise that an act sets."""


def soon_at(now: Millis, due_at: Millis | None) -> Millis | None:
    """When people are told that it is due soon: a fifth of its time before, a quarter of an hour to two."""
    if due_at is None:
        return None
    notice = min(max((due_at - now) // 5, SHORTEST_NOTICE), LONGEST_NOTICE)
    return max(now, due_at - notice)


def keep(promise: Promise, now: Millis, *, late: bool | None = None) -> Changes:
    """It was kept; whether in time the clock says, unless a person does."""
    _still_open(promise)
    after = promise.due_at is not None and now > promise.due_at
    state = "late" if (after if late is None else late) else "kept"
    return {"state": state, "closed_at": now}


def break_(promise: Promise, now: Millis) -> Changes:
    """It was not kept and will not be."""
    _still_open(promise)
    return {"state": "broken", "closed_at": now}


def withdraw(promise: Promise, now: Millis) -> Changes:
    """It no longer needs doing, and the contact knows or never counted on it."""
    _still_open(promise)
    return {"state": "withdrawn", "closed_at": now}


def move(promise: Promise, now: Millis, due_at: Millis) -> Changes:
    """The contact was told another moment."""
    _still_open(promise)
    if due_at <= now:
        raise NotAllowed(_("A promise needs a moment that is still to come."))
    return {"due_at": due_at, "soon_at": soon_at(now, due_at)}


def hand_over(promise: Promise, owner: str) -> Changes:
    """Somebody else sees to it."""
    _still_open(promise)
    if promise.owner == owner:
        raise NotAllowed(_("This promise is theirs already."))
    return {"owner": owner}


def _still_open(promise: Promise) -> None:
    if promise.state != "open":
        raise NotAllowed(_("This promise is no longer open: {state}.", state=_(STATES[promise.state])))
