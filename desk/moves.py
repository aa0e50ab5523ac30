"""Acts on one conversation inside a write transaction: record, project, and let the clocks catch up."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from desk.clocks import Clocks
from domain.clock import Millis
from domain.conversation import Move, State
from storage import conversations, events, meter
from storage.conversations import Fields


def state_of(row: Fields) -> State:
    """The part of a conversation's row that the rules look at."""
    return State(
        status=row["status"],
        outcome=row["outcome"],
        assignee=row["assignee"],
        until_reply=bool(row["until_reply"]),
        shows_at=row["shows_at"],
        snooze_due_at=row["snooze_due_at"],
        late_arrivals=row["late_arrivals"],
    )


def make(
    connection: sqlite3.Connection,
    clocks: Clocks,
    conversation_id: int,
    move: Move,
    *,
    at: Millis,
    actor: str,
    kind: str,
    touches_thread: bool = False,
    details: Mapping[str, object] | None = None,
) -> int:
    """Record a move and bring the clocks and the meter up to date. Returns the event's id."""
    event_id = events.move(
        connection,
        at=at,
        actor=actor,
        conversation_id=conversation_id,
        kind=kind,
        changes=move.changes,
        facts=move.facts,
        touches_thread=touches_thread,
        details=details,
    )
    refresh(connection, clocks, conversation_id)
    return event_id


def refresh(connection: sqlite3.Connection, clocks: Clocks, conversation_id: int) -> None:
    """Compute what follows from the events: the due moment, and what the meter counts."""
    row = conversations.get(connection, conversation_id)
    due = clocks.due(row, events.of_conversation(connection, conversation_id))
    derived = {**due, **meter.of_conversation(connection, conversation_id).fields()}
    if any(row[name] != value for name, value in derived.items()):
        events.project(connection, conversation_id, derived)
