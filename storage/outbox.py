"""The outbox: replies on their way. Every step is a conditional update that says whether it was taken."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from domain.chain import NOT_YET
from domain.clock import Millis
from domain.outbox import TRANSITIONS, OutboxStatus

_FIELDS = (
    "conversation_id", "operator", "channel", "visibility", "text", "body", "text_key", "recipient",
    "thread_key", "parent_id", "parent_ref", "lang", "client_key", "status", "queued_at", "undo_until",
    "next_at", "chain", "part", "parts", "after_id", "template",
)  # fmt: skip
_USUAL: Mapping[str, object] = {
    "chain": None, "part": None, "parts": None, "after_id": None, "template": None,
}  # fmt: skip
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
        "parent_id",
        "parent_ref",
    }
)

_FIRST_OF_ITS_CONVERSATION = (
    "o.status IN ('queued', 'retry_wait', 'unknown') AND NOT EXISTS ("
    "SELECT 1 FROM outbox e WHERE e.conversation_id = o.conversation_id AND e.id < o.id"
    " AND e.status IN ('queued', 'sending', 'retry_wait', 'unknown', 'ask_operator') AND NOT EXISTS ("
    "SELECT 1 FROM outbox h WHERE h.chain = e.chain AND h.part < e.part"
    " AND h.status IN ('refused', 'called_back')))"
)
"""What waits behind a refused part waits for a person, and nothing waits for it."""


def insert(connection: sqlite3.Connection, values: Mapping[str, object]) -> int:
    """Queue a reply, or one part of it, and return its id.

    Raises sqlite3.IntegrityError for the same text twice.
    """
    cursor = connection.execute(
        f"INSERT INTO outbox ({', '.join(_FIELDS)}) VALUES ({', '.join(':' + name for name in _FIELDS)})",
        {**_USUAL, **values},
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


def update(
    connection: sqlite3.Connection, outbox_id: int, *, status: OutboxStatus, **changes: object
) -> bool:
    """Change fields without a step, such as when to look again; False when it is not in `status` any more."""
    strange = set(changes) - _CHANGEABLE
    if strange:
        raise ValueError(f"not changeable: {sorted(strange)}")
    fields = ", ".join(f"{name} = :{name}" for name in changes)
    cursor = connection.execute(
        f"UPDATE outbox SET {fields} WHERE id = :id AND status = :status",
        {**changes, "id": outbox_id, "status": status},
    )
    return cursor.rowcount == 1


def due(connection: sqlite3.Connection, now: Millis, limit: int = 20) -> list[sqlite3.Row]:
    """Replies whose next step is due, oldest first and at most the first of each conversation.

    A later reply waits while an earlier one of its conversation is on its way or in doubt.
    """
    return connection.execute(
        f"SELECT o.* FROM outbox o WHERE {_FIRST_OF_ITS_CONVERSATION}"
        " AND coalesce(o.next_at, 0) <= :now ORDER BY o.id LIMIT :limit",
        {"now": now, "limit": limit},
    ).fetchall()


def next_due(connection: sqlite3.Connection) -> Millis | None:
    """When the next step of any reply is due, one that waits for another left out; None for nothing."""
    row = connection.execute(
        f"SELECT min(coalesce(o.next_at, 0)) FROM outbox o WHERE {_FIRST_OF_ITS_CONVERSATION}"
        " AND coalesce(o.next_at, 0) < ?",
        (NOT_YET,),
    ).fetchone()
    return None if row[0] is None else int(row[0])


def left_sending(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    """What a dead sender left in `sending`; their outcome is unknown."""
    return connection.execute("SELECT * FROM outbox WHERE status = 'sending' ORDER BY id").fetchall()


def may_be(
    connection: sqlite3.Connection, channel: str, thread_key: str, provisional: str
) -> list[sqlite3.Row]:
    """Replies of a thread that an echo may be: tried at least once, and without a platform's id yet.

    A reply that was refused or waits for another try may be there all the same: platforms err.
    `provisional` begins the ids that a person gave.
    """
    return connection.execute(
        "SELECT * FROM outbox WHERE channel = ? AND thread_key = ? AND attempts > 0"
        " AND (remote_id IS NULL OR remote_id = ? || id) AND status <> 'called_back'"
        " ORDER BY id",
        (channel, thread_key, provisional),
    ).fetchall()


def asked_since_queued(
    connection: sqlite3.Connection, outbox_id: int, conversation_id: int
) -> sqlite3.Row | None:
    """The contact's first question that came in after this reply was queued; None for none."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT m.id, m.created_at FROM event e JOIN message m ON m.id = json_extract(e.payload, '$.message')"
        " WHERE e.conversation_id = :conversation AND e.kind = 'mention_received' AND m.deleted = 0"
        " AND EXISTS (SELECT 1 FROM json_each(e.payload, '$.facts') WHERE value = 'question')"
        " AND e.id > (SELECT max(q.id) FROM event q WHERE q.conversation_id = :conversation"
        "  AND q.kind = 'reply_queued' AND json_extract(q.payload, '$.outbox') = :outbox)"
        " ORDER BY e.id LIMIT 1",
        {"conversation": conversation_id, "outbox": outbox_id},
    ).fetchone()
    return row


def has_private_answer(connection: sqlite3.Connection, conversation_id: int, parent_id: str) -> bool:
    """Whether a message was answered in private, or is about to be."""
    found = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM message WHERE conversation_id = :conversation AND parent_id = :parent"
        "  AND direction = 'out' AND visibility = 'private')"
        " OR EXISTS (SELECT 1 FROM outbox WHERE conversation_id = :conversation AND parent_id = :parent"
        "  AND visibility = 'private'"
        "  AND status IN ('queued', 'sending', 'retry_wait', 'unknown', 'ask_operator'))",
        {"conversation": conversation_id, "parent": parent_id},
    ).fetchone()
    return bool(found[0])


def shown(connection: sqlite3.Connection, limit: int = 200) -> list[sqlite3.Row]:
    """What the outbox screen lists: everything not yet settled, then the refused."""
    return connection.execute(
        "SELECT o.*, c.contact_name,"
        " (SELECT count(*) FROM outbox_attachment a WHERE a.outbox_id = o.id) AS attachments"
        " FROM outbox o JOIN conversation c ON c.id = o.conversation_id"
        " WHERE o.status IN ('queued', 'sending', 'retry_wait', 'unknown', 'ask_operator', 'refused')"
        " ORDER BY o.status = 'refused', o.id LIMIT ?",
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
