"""Replies in parts: which part waits for which, and what each one answers."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from domain.chain import NOT_YET
from domain.clock import Millis
from storage import many


def of_reply(connection: sqlite3.Connection, outbox_id: int) -> list[sqlite3.Row]:
    """All parts of the reply that this is a part of, in order; the reply itself where it has none."""
    return connection.execute(
        "SELECT o.*, c.contact_name FROM outbox o JOIN conversation c ON c.id = o.conversation_id"
        " WHERE o.id = :id OR o.chain = (SELECT chain FROM outbox WHERE id = :id) ORDER BY o.part",
        {"id": outbox_id},
    ).fetchall()


def of_chains(connection: sqlite3.Connection, chains: Sequence[str]) -> dict[str, list[sqlite3.Row]]:
    """The parts of each of these, in order."""
    found: dict[str, list[sqlite3.Row]] = {}
    rows = many.select(
        connection,
        "SELECT id, chain, part, text, visibility, status, sentence FROM outbox"
        " WHERE chain IN ({marks}) ORDER BY part",
        list(dict.fromkeys(chains)),
    )
    for row in rows:
        found.setdefault(row["chain"], []).append(row)
    return found


def release(connection: sqlite3.Connection, outbox_id: int, *, at: Millis) -> None:
    """A part is out: the one behind it is due now."""
    connection.execute(
        "UPDATE outbox SET next_at = :at WHERE after_id = :id AND status = 'queued' AND next_at = :not_yet",
        {"id": outbox_id, "at": at, "not_yet": NOT_YET},
    )


def release_left(connection: sqlite3.Connection, *, at: Millis) -> int:
    """The same for parts that an older program confirmed, which knows nothing of those behind."""
    cursor = connection.execute(
        "UPDATE outbox SET next_at = :at WHERE status = 'queued' AND next_at = :not_yet"
        " AND EXISTS (SELECT 1 FROM outbox b WHERE b.id = outbox.after_id AND b.status = 'sent')",
        {"at": at, "not_yet": NOT_YET},
    )
    return cursor.rowcount


def before(connection: sqlite3.Connection, after_id: int) -> sqlite3.Row:
    """The part before: its id on the platform, what is needed to answer it (`ref`), and the platform."""
    row: sqlite3.Row = connection.execute(
        "SELECT b.id, b.status, b.remote_id, b.prepared, b.visibility, c.platform, m.parent_ref AS ref"
        " FROM outbox b JOIN conversation c ON c.id = b.conversation_id"
        " LEFT JOIN message m ON m.id = b.message_id WHERE b.id = ?",
        (after_id,),
    ).fetchone()
    return row


def changed_since_queued(connection: sqlite3.Connection, row: sqlite3.Row) -> str | None:
    """What the contact did to a message since the reply was queued, or queued again; None for nothing.

    `mention_edited` or `mention_deleted`, of a message that was there by then.
    """
    found = connection.execute(
        "WITH queued (id) AS (SELECT max(q.id) FROM event q WHERE q.conversation_id = :conversation"
        "  AND q.kind IN ('reply_queued', 'reply_sent_again')"
        "  AND json_extract(q.payload, '$.outbox') = :outbox)"
        " SELECT e.kind FROM event e, queued WHERE e.conversation_id = :conversation AND e.id > queued.id"
        " AND e.kind IN ('mention_edited', 'mention_deleted')"
        " AND NOT EXISTS (SELECT 1 FROM event n WHERE n.conversation_id = :conversation AND n.id > queued.id"
        "  AND n.kind IN ('mention_received', 'late_arrival')"
        "  AND json_extract(n.payload, '$.message') = json_extract(e.payload, '$.message'))"
        " ORDER BY e.id DESC LIMIT 1",
        {"conversation": row["conversation_id"], "outbox": row["id"]},
    ).fetchone()
    return None if found is None else str(found["kind"])
