"""What platforms said later of messages that they had taken."""

from __future__ import annotations

import sqlite3

from domain.clock import Millis

ORDER = ("sent", "delivered", "read", "failed")
"""A later state never gives way to an earlier one: receipts come in any order."""


def put(
    connection: sqlite3.Connection, message_id: int, state: str, *, at: Millis, sentence: str = ""
) -> bool:
    """Remember a receipt; False where as much is known already."""
    row = connection.execute(
        "SELECT state FROM message_status WHERE message_id = ?", (message_id,)
    ).fetchone()
    if row is not None and ORDER.index(row["state"]) >= ORDER.index(state):
        return False
    connection.execute(
        "INSERT INTO message_status (message_id, state, at, sentence) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (message_id) DO UPDATE SET state = excluded.state, at = excluded.at,"
        " sentence = excluded.sentence",
        (message_id, state, at, sentence),
    )
    return True


def sent_message(connection: sqlite3.Connection, channel: str, remote_id: str) -> sqlite3.Row | None:
    """Our message with this id on a channel; None for one that did not go out from here."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM message WHERE channel = ? AND remote_id = ? AND direction = 'out' LIMIT 1",
        (channel, remote_id),
    ).fetchone()
    return row


def reply_in_doubt(
    connection: sqlite3.Connection, channel: str, key: str, remote_id: str
) -> sqlite3.Row | None:
    """The reply that was tried under this key, or under this id; None for none."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM outbox WHERE channel = ? AND attempts > 0"
        " AND (remote_id = ? OR (? <> '' AND json_extract(prepared, '$.key') = ?))"
        " AND status IN ('sending', 'unknown', 'ask_operator', 'retry_wait', 'refused') ORDER BY id LIMIT 1",
        (channel, remote_id, key, key),
    ).fetchone()
    return row
