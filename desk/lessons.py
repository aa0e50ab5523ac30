"""From what operators did to lessons: corrections, and what they closed without correcting it.

Desks only record their acts; this reads the record. An undone act takes its lessons back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, cast

from domain.clock import Millis
from domain.learning import Field
from storage import events, learning
from storage.events import Event
from storage.learning import Text

CORRECTING: Final[Mapping[str, Field]] = {"sentiment_corrected": "sentiment", "kind_set": "kind"}
CLOSING: Final = frozenset({"resolved", "no_reply"})
UNREAD: Final = frozenset({"spam", "duplicate"})
"""Who closes for such a reason has not judged what was said."""

WINDOW: Final = 2_000
"""Events that are looked at in one go."""

MOST: Final = 40
"""Lessons in one go; so that no transaction takes long."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A lesson before the engine and the features were asked."""

    event_id: int
    conversation_id: int | None
    text: Text
    field: Field
    predicted: str
    final: str
    corrected: bool
    at: Millis
    withdrawn: bool = False


@dataclass(slots=True)
class Found:
    """What some events come to."""

    upto: int
    """The last event that was looked at."""

    caught_up: bool = True
    drafts: list[Draft] = field(default_factory=list)
    turns: list[tuple[int, bool]] = field(default_factory=list)
    """(event, withdrawn): earlier acts that were undone, or done again."""

    def of(self, conversation_id: int, field_: Field) -> set[int]:
        """The messages of a conversation that the drafts are about."""
        return {
            one.text.message_id
            for one in self.drafts
            if one.conversation_id == conversation_id and one.field == field_ and not one.withdrawn
        }


def find(connection: sqlite3.Connection, after: int) -> Found:
    """What operators did since an event."""
    last = events.last_id(connection)
    found = Found(min(last, after + WINDOW))
    rows = connection.execute(
        "SELECT id, at, actor, conversation_id, kind, payload FROM event WHERE id > ? AND id <= ?"
        " AND kind IN ('sentiment_corrected', 'kind_set', 'resolved', 'no_reply', 'undone', 'redone')"
        " ORDER BY id",
        (after, found.upto),
    ).fetchall()
    for event in map(events.of_row, rows):
        if len(found.drafts) >= MOST:
            found.upto = event.id - 1
            break
        _take(connection, event, found)
    found.caught_up = found.upto == last
    return found


def _take(connection: sqlite3.Connection, event: Event, found: Found) -> None:
    if event.kind in {"undone", "redone"}:
        _turn(event, found)
    elif event.kind in CORRECTING:
        found.drafts += list(_told(connection, event))
    elif event.kind in CLOSING:
        found.drafts += list(_left(connection, event, found))


def _turn(event: Event, found: Found) -> None:
    target, withdrawn = event.payload.get("event"), event.kind == "undone"
    if isinstance(target, int):
        found.turns.append((target, withdrawn))
        found.drafts = [
            replace(one, withdrawn=withdrawn) if one.event_id == target else one for one in found.drafts
        ]


def _told(connection: sqlite3.Connection, event: Event) -> Iterator[Draft]:
    message_id, field_ = event.payload.get("message"), CORRECTING[event.kind]
    changed = cast("Mapping[str, str]", event.payload.get("set", {}))
    text = learning.text_of(connection, message_id) if isinstance(message_id, int) else None
    if text is not None and field_ in changed:
        predicted = str(event.payload.get("predicted", ""))
        yield Draft(
            event.id,
            event.conversation_id,
            text,
            field_,
            predicted,
            changed[field_],
            corrected=True,
            at=event.at,
        )


def _left(connection: sqlite3.Connection, event: Event, found: Found) -> Iterator[Draft]:
    conversation_id = event.conversation_id
    outcome = cast("Mapping[str, object]", event.payload.get("set", {})).get("outcome")
    if conversation_id is None or outcome in UNREAD:
        return
    rows = learning.untouched(connection, conversation_id, event.at)
    known = learning.taught(connection, [row["id"] for row in rows], "sentiment")
    known |= found.of(conversation_id, "sentiment")
    for row in rows:
        if row["id"] not in known:
            yield from _weak(connection, event, "sentiment", row["id"], row["sentiment"])
    if found.of(conversation_id, "kind") or learning.taught_in(connection, conversation_id, "kind"):
        return
    bearer = learning.bearer(connection, conversation_id, event.at)
    if bearer is not None:
        yield from _weak(connection, event, "kind", bearer["id"], bearer["kind"])


def _weak(
    connection: sqlite3.Connection, event: Event, field_: Field, message_id: int, label: str
) -> Iterator[Draft]:
    text = learning.text_of(connection, message_id)
    if text is not None:
        yield Draft(event.id, event.conversation_id, text, field_, label, label, corrected=False, at=event.at)
