"""Events and the projection that is written in the same transaction.

An event's payload keeps `set` and `was` (the projection's fields after and before), `facts` (what the clocks
should know), and references by id and hash; never personal text. Undo is therefore one general act: an
`undone` event that names another and puts `was` back.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.clock import Millis
from domain.conversation import Value
from storage import chain, many

PROJECTED = frozenset(
    {
        "status", "outcome", "kind", "sentiment", "sentiment_unsure", "priority", "labels", "assignee",
        "holder", "holder_session", "last_at", "last_inbound_at", "preview", "due_at", "soon_at", "due_what",
        "due_sort", "window_until", "shows_at", "snooze_due_at", "until_reply", "late_arrivals", "before",
        "after", "first_reply_at", "came_back", "visibility", "contact_name", "handle",
    }
)  # fmt: skip
"""Columns of `conversation` that an event may change."""

PERSONAL = frozenset({"preview", "contact_name", "handle"})
"""Of those, what a contact wrote or is called: projected, never recorded, so that it can be forgotten."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the append-only record."""

    id: int
    at: Millis
    actor: str
    """An operator's login, or `system`."""

    conversation_id: int | None
    kind: str
    payload: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordedFact:
    """Something a clock starts, stops or pauses at."""

    at: Millis
    what: str
    event_id: int
    note: str


def record(
    connection: sqlite3.Connection,
    *,
    at: Millis,
    actor: str,
    conversation_id: int | None,
    kind: str,
    payload: Mapping[str, object],
) -> int:
    """Append one event to the chain and return its id."""
    return chain.append(
        connection, at=at, actor=actor, conversation_id=conversation_id, kind=kind, payload=payload
    )


def project(
    connection: sqlite3.Connection,
    conversation_id: int,
    changes: Mapping[str, Value],
    *,
    touches_thread: bool = False,
) -> None:
    """Write changed fields into the projection and move its version."""
    unknown = set(changes) - PROJECTED
    if unknown:
        raise ValueError(f"not a projected column: {sorted(unknown)}")
    columns = "".join(f"{name} = :{name}, " for name in changes)
    thread = ", thread_version = thread_version + 1" if touches_thread else ""
    connection.execute(
        f"UPDATE conversation SET {columns}version = version + 1{thread} WHERE id = :id",
        {**changes, "id": conversation_id},
    )


def move(
    connection: sqlite3.Connection,
    *,
    at: Millis,
    actor: str,
    conversation_id: int,
    kind: str,
    changes: Mapping[str, Value],
    facts: tuple[str, ...] = (),
    touches_thread: bool = False,
    details: Mapping[str, object] | None = None,
) -> int:
    """Record an act and project it; `details` go into its payload. Returns the event's id."""
    was = current(connection, conversation_id, recorded(changes))
    event_id = record(
        connection, at=at, actor=actor, conversation_id=conversation_id, kind=kind,
        payload=moved(changes, was, facts, details),
    )  # fmt: skip
    project(connection, conversation_id, changes, touches_thread=touches_thread)
    return event_id


def recorded(changes: Mapping[str, Value]) -> dict[str, Value]:
    """Of an act's changes, those that its event may say."""
    return {name: value for name, value in changes.items() if name not in PERSONAL}


def moved(
    changes: Mapping[str, Value],
    was: Mapping[str, Value],
    facts: tuple[str, ...] = (),
    details: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """The payload of an act that changes the projection."""
    payload: dict[str, object] = {**(details or {}), "set": recorded(changes), "was": was}
    if facts:
        payload["facts"] = list(facts)
    return payload


def current(connection: sqlite3.Connection, conversation_id: int, fields: Iterable[str]) -> dict[str, Value]:
    """The named fields as they are now."""
    names = [name for name in fields if name in PROJECTED]
    if not names:
        return {}
    row = connection.execute(
        f"SELECT {', '.join(names)} FROM conversation WHERE id = ?",
        (conversation_id,),
    ).fetchone()
    return {name: row[name] for name in names}


def of_conversation(connection: sqlite3.Connection, conversation_id: int) -> list[Event]:
    """All events of a conversation, oldest first."""
    rows = connection.execute(
        "SELECT id, at, actor, conversation_id, kind, payload FROM event WHERE conversation_id = ?"
        " ORDER BY id",
        (conversation_id,),
    ).fetchall()
    return [of_row(row) for row in rows]


def of_conversations(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, list[Event]]:
    """All events of each of the conversations, oldest first."""
    found: dict[int, list[Event]] = {conversation_id: [] for conversation_id in ids}
    rows = many.select(
        connection,
        "SELECT id, at, actor, conversation_id, kind, payload FROM event WHERE conversation_id IN ({marks})"
        " ORDER BY conversation_id, id",
        ids,
    )
    for row in rows:
        found[row["conversation_id"]].append(of_row(row))
    return found


def by_actor(connection: sqlite3.Connection, actor: str, limit: int = 400) -> list[Event]:
    """The last acts of one operator, oldest first."""
    rows = connection.execute(
        "SELECT id, at, actor, conversation_id, kind, payload FROM event WHERE actor = ?"
        " ORDER BY id DESC LIMIT ?",
        (actor, limit),
    ).fetchall()
    return [of_row(row) for row in reversed(rows)]


def since(connection: sqlite3.Connection, event_id: int, limit: int = 2_000) -> list[sqlite3.Row]:
    """(id, actor, conversation_id, kind) of the events after one id, oldest first."""
    return connection.execute(
        "SELECT id, actor, conversation_id, kind FROM event WHERE id > ? ORDER BY id LIMIT ?",
        (event_id, limit),
    ).fetchall()


def last_id(connection: sqlite3.Connection) -> int:
    """Id of the newest event; 0 for none."""
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM event").fetchone()[0])


def facts(events: Iterable[Event]) -> tuple[RecordedFact, ...]:
    """What the clocks should know, with undone acts taken out as if they had never happened."""
    kept: dict[int, list[RecordedFact]] = {}
    hidden: dict[int, list[RecordedFact]] = {}
    for event in events:
        target = event.payload.get("event")
        if event.kind == "undone" and isinstance(target, int):
            hidden[target] = kept.pop(target, [])
        elif event.kind == "redone" and isinstance(target, int):
            kept[target] = hidden.pop(target, [])
        else:
            kept[event.id] = _facts_of(event)
    found = [fact for group in kept.values() for fact in group]
    # In the order in which they happened; moments may run backwards, ids do not.
    return tuple(sorted(found, key=lambda fact: fact.event_id))


def writers(events: Iterable[Event]) -> dict[str, list[int]]:
    """By field, the ids of the acts behind its value, the last one deciding; undone ones left out."""
    standing: dict[str, list[int]] = {}
    sets: dict[int, tuple[str, ...]] = {}
    for event in events:
        target = event.payload.get("event")
        if event.kind == "undone" and isinstance(target, int):
            for name in sets.get(target, ()):
                standing[name] = [one for one in standing[name] if one != target]
            continue
        author = target if event.kind == "redone" and isinstance(target, int) else event.id
        names = fields_of(event)
        sets[author] = names
        for name in names:
            standing.setdefault(name, []).append(author)
    return standing


def fields_of(event: Event) -> tuple[str, ...]:
    """What an act set: fields of the conversation, and `promise <id>` for a promise as a whole."""
    changed, promise = event.payload.get("set"), event.payload.get("promise")
    names = tuple(changed) if isinstance(changed, Mapping) else ()
    return names if promise is None else (*names, f"promise {promise}")


def _facts_of(event: Event) -> list[RecordedFact]:
    whats = event.payload.get("facts")
    if not isinstance(whats, list):
        return []
    at = event.payload.get("moment")
    moment = at if isinstance(at, int) else event.at
    note = str(event.payload.get("note", "") or event.kind)
    return [RecordedFact(moment, str(what), event.id, note) for what in whats]


def of_row(row: sqlite3.Row) -> Event:
    """An event from its row."""
    return Event(
        row["id"], row["at"], row["actor"], row["conversation_id"], row["kind"], json.loads(row["payload"])
    )
