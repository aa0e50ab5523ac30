"""The outbox: replies on their way. Every step is a conditional update that says whether it was taken."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from domain.clock import Millis
from domain.outbox import TRANSITIONS, OutboxStatus

_FIELDS = (
    "conversation_id", "operator", "channel", "visibility", "text", "text_key", "recipient", "thread_key",
    "parent_id", "parent_ref", "lang", "client_key", "status", "queued_at", "undo_until", "next_at",
)  # fmt: skip
_CHANGEABLE = frozenset(
    {
        "prepared",
        "sending_at",
        "attempts",
        "fence",
        "next_at",
        "sentence",
        "remote_id",
        "message_id",
        "undo_until",
    }
)


def insert(connection: sqlite3.Connection, values: Mapping[str, object]) -> int:
    """Queue a reply and return its id. Raises sqlite3.IntegrityError for the same text twice."""
    cursor = connection.execute(
        f"INSERT INTO outbox ({', '.join(_FIELDS)}) VALUES ({', '.join(':' + name for name in _FIELDS)})",
        values,
    )
    return int(cursor.lastrowid or 0)


def get(connection: sqlite3.Connection, outbox_id: int) -> sqlite3.Row | None:
    """One reply; None for an unknown id."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT o.*, c.contact_name FROM outbox o JOIN conversation c ON c.id = o.conversation_id"
        " WHERE o.id = ?",
        (outbox_id,),
    ).fetchone()
    return row


def step(
    connection: sqlite3.Connection,
    outbox_id: int,
    before: OutboxStatus,
    after: OutboxStatus,
    **changes: object,
) -> bool:
    """Move one reply from one state to the next; False when it was not in `before` any more."""
    if after not in TRANSITIONS[before]:
        raise ValueError(f"the outbox has no step from {before} to {after}")
    strange = set(changes) - _CHANGEABLE
    if strange:
        raise ValueError(f"not changeable: {sorted(strange)}")
    extra = "".join(f", {name} = :{name}" for name in changes)
    cursor = connection.execute(
        f"UPDATE outbox SET status = :after{extra} WHERE id = :id AND status = :before",
        {**changes, "id": outbox_id, "before": before, "after": after},
    )
    return cursor.rowcount == 1


def update(connection: sqlite3.Connection, outbox_id: int, **changes: object) -> None:
    """Change fields without a step, such as when to look again."""
    strange = set(changes) - _CHANGEABLE
    if strange:
        raise ValueError(f"not changeable: {sorted(strange)}")
    fields = ", ".join(f"{name} = :{name}" for name in changes)
    connection.execute(f"UPDATE outbox SET {fields} WHERE id = :id", {**changes, "id": outbox_id})


def due(connection: sqlite3.Connection, now: Millis, limit: int = 20) -> list[sqlite3.Row]:
    """Replies whose next step is due, oldest first and at most the first of each conversation.

    A later reply waits while an earlier one of its conversation is on its way or in doubt.
    """
    return connection.execute(
        "SELECT o.* FROM outbox o WHERE o.status IN ('queued', 'retry_wait', 'unknown')"
        " AND coalesce(o.next_at, 0) <= :now AND NOT EXISTS ("
        "  SELECT 1 FROM outbox e WHERE e.conversation_id = o.conversation_id AND e.id < o.id"
        "  AND e.status IN ('queued', 'sending', 'retry_wait', 'unknown', 'ask_operator'))"
        " ORDER BY o.id LIMIT :limit",
        {"now": now, "limit": limit},
    ).fetchall()


def next_due(connection: sqlite3.Connection) -> Millis | None:
    """When the next step of any reply is due; None when nothing is on its way."""
    row = connection.execute(
        "SELECT min(coalesce(next_at, 0)) FROM outbox WHERE status IN ('queued', 'retry_wait', 'unknown')"
    ).fetchone()
    return None if row[0] is None else int(row[0])


def left_sending(connection: sqlite3.Connection) -> list[int]:
    """Ids that a dead sender left in `sending`; their outcome is unknown."""
    rows = connection.execute("SELECT id FROM outbox WHERE status = 'sending' ORDER BY id").fetchall()
    return [int(row["id"]) for row in rows]


def in_doubt(connection: sqlite3.Connection, channel: str, thread_key: str) -> list[sqlite3.Row]:
    """Replies of a thread whose outcome is not settled; an echo may settle them."""
    return connection.execute(
        "SELECT * FROM outbox WHERE channel = ? AND thread_key = ? AND status IN ('sending', 'unknown',"
        " 'ask_operator') ORDER BY id",
        (channel, thread_key),
    ).fetchall()


def shown(connection: sqlite3.Connection, limit: int = 200) -> list[sqlite3.Row]:
    """What the outbox screen lists: everything not yet settled, then the refused."""
    return connection.execute(
        "SELECT o.*, c.contact_name FROM outbox o JOIN conversation c ON c.id = o.conversation_id"
        " WHERE o.status IN ('queued', 'sending', 'retry_wait', 'unknown', 'ask_operator', 'refused')"
        " ORDER BY o.id LIMIT ?",
        (limit,),
    ).fetchall()


def of_conversation(connection: sqlite3.Connection, conversation_id: int) -> list[sqlite3.Row]:
    """All replies of a conversation, oldest first."""
    return connection.execute(
        "SELECT * FROM outbox WHERE conversation_id = ? ORDER BY id", (conversation_id,)
    ).fetchall()


def last_to_call_back(connection: sqlite3.Connection, operator: str, now: Millis) -> sqlite3.Row | None:
    """The operator's newest reply that can still be called back."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM outbox WHERE operator = ? AND status = 'queued' AND undo_until > ?"
        " ORDER BY id DESC LIMIT 1",
        (operator, now),
    ).fetchone()
    return row
