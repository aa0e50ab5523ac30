"""Forgetting a person: who it is, whether it can be done now, and the one transaction that does it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from desk.rows import LEASE
from domain.clock import Millis
from domain.conversation import Value
from domain.errors import Conflict, NotFound
from i18n import N_, _
from storage import events, forgetting
from storage.forgetting import Person

_FIRST: Final = {
    "reply": N_("A reply in conversation {id} is still on its way; wait until it is sent, or call it back."),
    "writing": N_("{operator} is writing in conversation {id}; ask them to leave it first."),
    "promise": N_("A promise in conversation {id} is open; keep it or take it back first."),
}
_CLOSED: Final[Mapping[str, Value]] = {
    "status": "resolved", "outcome": "resolved", "assignee": None, "holder": None, "holder_session": None,
    "due_at": None, "soon_at": None, "due_what": "", "due_sort": 9_000_000_000_000_000, "window_until": None,
    "shows_at": None, "snooze_due_at": None, "until_reply": 0, "late_arrivals": 0, "handle": "",
    "preview": "",
}  # fmt: skip

_FRAGMENTS: Final = 5
_FRAGMENT_LENGTH: Final = 24


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was done."""

    gone: Mapping[str, int]
    """Counts of what was emptied or deleted, by what it was."""

    needles: tuple[str, ...]
    """Words of theirs to look for in files afterwards. Not to be kept."""


def chosen(connection: sqlite3.Connection, channel: str, who: str) -> Person:
    """The one contact that is meant. Raises NotFound, and Conflict where a handle was used by several."""
    found = forgetting.find(connection, channel, who)
    if not found:
        raise NotFound(
            _("Nobody is known as {who} on {channel}; webcare ls shows names.", who=who, channel=channel)
        )
    if len(found) > 1:
        raise Conflict(_("{who} was used by {n} people; name the platform's own id.", who=who, n=len(found)))
    return forgetting.person(connection, found[0])


def forget(connection: sqlite3.Connection, who: Person, *, actor: str, now: Millis) -> Forgotten:
    """Empty all of it. Raises Conflict while a reply to them is not settled or somebody writes one."""
    blocked = forgetting.in_the_way(connection, who, now - LEASE)
    if blocked is not None:
        raise Conflict(_(_FIRST[blocked["what"]], id=blocked["conversation"], operator=blocked["operator"]))
    needles = needles_of(connection, who)
    channel, remote_id = who.ids()[0]
    mark = forgetting.mark_of(connection, channel, remote_id)
    name = _("[forgotten]")
    for conversation_id in who.conversations:
        changes = {**_CLOSED, "contact_name": name}
        events.move(
            connection, at=now, actor=actor, conversation_id=conversation_id, kind="forgotten",
            changes=changes, touches_thread=True,
        )  # fmt: skip
    gone = forgetting.erase(connection, who, name=name, at=now)
    payload = {"mark": mark[:16], "gone": dict(gone)}
    events.record(
        connection, at=now, actor=actor, conversation_id=None, kind="contact_forgotten", payload=payload
    )
    return Forgotten(gone, needles)


def needles_of(connection: sqlite3.Connection, who: Person) -> tuple[str, ...]:
    """Their names, handles and ids, and pieces of a few of their messages, long enough to mean them."""
    words = [
        who.name,
        *(word for _channel, remote_id, handle in who.accounts for word in (remote_id, handle)),
    ]
    words += [value for _channel, value in who.aliases]
    pieces = [text.strip()[:_FRAGMENT_LENGTH] for text in forgetting.texts(connection, who)]
    long_ones = [piece for piece in pieces if len(piece) == _FRAGMENT_LENGTH][:_FRAGMENTS]
    return tuple(dict.fromkeys(word for word in [*words, *long_ones] if len(word) >= forgetting.SHORTEST))
