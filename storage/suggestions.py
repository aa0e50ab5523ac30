"""What the desk learned from suggestions: weights, choices and refusals; all of it a fold over the record."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from domain.suggest_learning import FEATURES, STARTS, Learned, Lesson, Taught, Weights
from storage import events

CHOSEN, REFUSED = "suggestion_chosen", "suggestion_refused"
_MESSAGE = "message:"
_TEMPLATE = "template:"
_FINE = 1_000
"""Figures stand in the record as whole thousandths, so that they are read back as they were."""


def weights(connection: sqlite3.Connection) -> Weights:
    """What each figure weighs now; one that is new to this file weighs what it starts with."""
    rows = connection.execute("SELECT feature, value FROM suggestion_weight").fetchall()
    known = {row["feature"]: row["value"] for row in rows}
    return Weights(tuple(known.get(name, STARTS[name]) for name in FEATURES))


def taught(connection: sqlite3.Connection, names: Sequence[str]) -> dict[str, Taught]:
    """Choices and refusals of these answers, where there were any."""
    found: dict[str, Taught] = {}
    for start in range(0, len(names), 500):
        part = names[start : start + 500]
        rows = connection.execute(
            "SELECT name, taken, refused, at FROM suggestion_taught"
            f" WHERE name IN ({', '.join('?' * len(part))})",
            tuple(part),
        ).fetchall()
        found |= {row["name"]: Taught(row["taken"], row["refused"], row["at"]) for row in rows}
    return found


def teach(connection: sqlite3.Connection, lesson: Lesson, *, conversation_id: int, operator: str) -> int:
    """Record a choice or refusal and learn from it, inside the caller's write. Returns the event's id."""
    event_id = events.record(
        connection,
        at=lesson.at,
        actor=operator,
        conversation_id=conversation_id,
        kind=REFUSED if lesson.took is None else CHOSEN,
        payload=_payload(lesson),
    )
    before = Learned(weights(connection), taught(connection, lesson.names))
    _save(connection, before.after(lesson))
    if lesson.took is not None:
        name = lesson.names[lesson.took]
        connection.execute(
            "INSERT INTO suggestion_pick (conversation_id, message_id, template, operator, at)"
            " VALUES (?, ?, ?, ?, ?)",
            (conversation_id, _message_of(connection, name), _template_of(name), operator, lesson.at),
        )
    return event_id


def picks(connection: sqlite3.Connection, conversation_ids: Sequence[int]) -> dict[int, sqlite3.Row]:
    """The last suggestion taken in each conversation, with its text where it was an answer."""
    rows = connection.execute(
        "SELECT p.conversation_id, p.template, p.at, m.text FROM suggestion_pick p"
        " LEFT JOIN message m ON m.id = p.message_id"
        f" WHERE p.conversation_id IN ({', '.join('?' * len(conversation_ids))}) ORDER BY p.id",
        tuple(conversation_ids),
    ).fetchall()
    return {row["conversation_id"]: row for row in rows}


def template_uses(connection: sqlite3.Connection, conversation_ids: Sequence[int]) -> dict[int, sqlite3.Row]:
    """The last template that a reply in each conversation began as, and how much of it was changed."""
    rows = connection.execute(
        "SELECT conversation_id, template, edited_share, at FROM template_use"
        f" WHERE conversation_id IN ({', '.join('?' * len(conversation_ids))}) ORDER BY id",
        tuple(conversation_ids),
    ).fetchall()
    return {row["conversation_id"]: row for row in rows}


def lessons(connection: sqlite3.Connection) -> Iterator[Lesson]:
    """Every choice and refusal of the record, oldest first. Reads all events: for repair, not for a key."""
    rows = connection.execute(
        "SELECT id, at, actor, conversation_id, kind, payload FROM event WHERE kind IN (?, ?) ORDER BY id",
        (CHOSEN, REFUSED),
    ).fetchall()
    return (_lesson(events.of_row(row)) for row in rows)


def replay(connection: sqlite3.Connection) -> Learned:
    """Learn everything again from the record, and keep it instead of what is there."""
    learned = Learned()
    for lesson in lessons(connection):
        learned = learned.after(lesson)
    connection.execute("DELETE FROM suggestion_weight")
    connection.execute("DELETE FROM suggestion_taught")
    _save(connection, learned)
    return learned


def forget(connection: sqlite3.Connection, contact_id: int) -> None:
    """Drop what was taught by answers to one person; what the desk then knows says nothing about them.

    Their messages go elsewhere; a message that is deleted takes its lines here along.
    """
    connection.execute(
        "DELETE FROM suggestion_taught WHERE message_id IN (SELECT m.id FROM message m"
        " JOIN conversation c ON c.id = m.conversation_id WHERE c.contact_id = ?)",
        (contact_id,),
    )
    connection.execute(
        "DELETE FROM suggestion_pick WHERE conversation_id IN"
        " (SELECT id FROM conversation WHERE contact_id = ?)"
        " OR message_id IN (SELECT m.id FROM message m JOIN conversation c ON c.id = m.conversation_id"
        " WHERE c.contact_id = ?)",
        (contact_id, contact_id),
    )


def _save(connection: sqlite3.Connection, learned: Learned) -> None:
    connection.executemany(
        "INSERT INTO suggestion_weight (feature, value) VALUES (?, ?)"
        " ON CONFLICT (feature) DO UPDATE SET value = excluded.value",
        list(zip(FEATURES, learned.weights.values, strict=True)),
    )
    connection.executemany(
        "INSERT INTO suggestion_taught (name, message_id, taken, refused, at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET taken = excluded.taken, refused = excluded.refused,"
        " at = excluded.at",
        [
            (name, message_id, one.taken, one.refused, one.at)
            for name, one in learned.taught.items()
            for message_id in (_message_of(connection, name),)
            if message_id is not None or not name.startswith(_MESSAGE)
        ],
    )


def _message_of(connection: sqlite3.Connection, name: str) -> int | None:
    """The message behind a name, while it is there."""
    if not name.startswith(_MESSAGE):
        return None
    row = connection.execute(
        "SELECT id FROM message WHERE id = ?", (int(name.removeprefix(_MESSAGE)),)
    ).fetchone()
    return None if row is None else int(row["id"])


def _template_of(name: str) -> str | None:
    return name.removeprefix(_TEMPLATE) if name.startswith(_TEMPLATE) else None


def _payload(lesson: Lesson) -> Mapping[str, object]:
    return {
        "offered": list(lesson.names),
        "features": [
            {name: round(value * _FINE) for name, value in zip(FEATURES, one, strict=True)}
            for one in lesson.features
        ],
        "took": lesson.took,
    }


def _lesson(event: events.Event) -> Lesson:
    features = cast("list[dict[str, int]]", event.payload["features"])
    took = event.payload["took"]
    return Lesson(
        event.at,
        tuple(cast("list[str]", event.payload["offered"])),
        tuple(tuple(one.get(name, 0) / _FINE for name in FEATURES) for one in features),
        took if isinstance(took, int) else None,
    )
