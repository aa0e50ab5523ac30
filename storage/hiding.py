"""Which comments are to be hidden on their platform, and how far that is."""

from __future__ import annotations

import sqlite3

from domain.clock import Millis


def subject(connection: sqlite3.Connection, conversation_id: int) -> sqlite3.Row | None:
    """(id, wanted or NULL, state or NULL) of the contact's newest public message that stands, if any."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT m.id, h.wanted, h.state FROM message m LEFT JOIN hiding h ON h.message_id = m.id"
        " WHERE m.conversation_id = ? AND m.direction = 'in' AND m.visibility = 'public' AND m.deleted = 0"
        " AND m.remote_id IS NOT NULL ORDER BY m.created_at DESC, m.id DESC LIMIT 1",
        (conversation_id,),
    ).fetchone()
    return row


def ask(connection: sqlite3.Connection, message_id: int, *, wanted: bool, operator: str, at: Millis) -> None:
    """Have it hidden, or shown; takes the place of what was asked before."""
    connection.execute(
        "INSERT INTO hiding (message_id, wanted, state, operator, at, next_at)"
        " VALUES (?, ?, 'asked', ?, ?, ?) ON CONFLICT (message_id) DO UPDATE SET wanted = excluded.wanted,"
        " state = 'asked', operator = excluded.operator, at = excluded.at, next_at = excluded.next_at,"
        " tries = 0, sentence = ''",
        (message_id, int(wanted), operator, at, at),
    )


def due(connection: sqlite3.Connection, now: Millis) -> sqlite3.Row | None:
    """(message_id, wanted, at, tries, channel, remote_id, conversation_id) of what is to be done next."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT h.message_id, h.wanted, h.at, h.tries, m.channel, m.remote_id, m.conversation_id"
        " FROM hiding h JOIN message m ON m.id = h.message_id"
        " WHERE h.state = 'asked' AND h.next_at <= ? ORDER BY h.next_at LIMIT 1",
        (now,),
    ).fetchone()
    return row


def settle(connection: sqlite3.Connection, asked: sqlite3.Row, state: str, sentence: str = "") -> bool:
    """It was done, or refused; False where something else was asked meanwhile, which stands."""
    return bool(
        connection.execute(
            "UPDATE hiding SET state = ?, sentence = ? WHERE message_id = ? AND at = ? AND wanted = ?",
            (state, sentence, asked["message_id"], asked["at"], asked["wanted"]),
        ).rowcount
    )


def later(connection: sqlite3.Connection, asked: sqlite3.Row, *, next_at: Millis, sentence: str) -> None:
    """It could not be done now and is tried again."""
    connection.execute(
        "UPDATE hiding SET next_at = ?, tries = tries + 1, sentence = ? WHERE message_id = ? AND at = ?",
        (next_at, sentence, asked["message_id"], asked["at"]),
    )
