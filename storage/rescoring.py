"""Stored messages that an engine has not read yet, and what comes of its reading."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from domain.clock import Millis
from storage import many


def unread(
    connection: sqlite3.Connection, engine: str, version: str, *, after: int, since: Millis | None, limit: int
) -> list[sqlite3.Row]:
    """(id, conversation_id, text, lang) of the contacts' next messages without a score of this engine."""
    return connection.execute(
        "SELECT m.id, m.conversation_id, m.text, m.lang, m.revision FROM message m WHERE m.id > :after"
        " AND m.direction = 'in' AND (:since IS NULL OR m.created_at >= :since)"
        " AND NOT EXISTS (SELECT 1 FROM score s WHERE s.message_id = m.id AND s.engine = :engine"
        " AND s.version = :version) ORDER BY m.id LIMIT :limit",
        {"after": after, "since": since, "engine": engine, "version": version, "limit": limit},
    ).fetchall()


def left(connection: sqlite3.Connection, engine: str, version: str, *, since: Millis | None) -> int:
    """How many of them there are."""
    row = connection.execute(
        "SELECT count(*) FROM message m WHERE m.direction = 'in'"
        " AND (:since IS NULL OR m.created_at >= :since)"
        " AND NOT EXISTS (SELECT 1 FROM score s WHERE s.message_id = m.id AND s.engine = :engine"
        " AND s.version = :version)",
        {"since": since, "engine": engine, "version": version},
    ).fetchone()
    return int(row[0])


def unchanged(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> set[int]:
    """Those whose text is still the one that was read."""
    found = many.select(
        connection, "SELECT id, revision FROM message WHERE id IN ({marks})", [row["id"] for row in rows]
    )
    now = {row["id"]: row["revision"] for row in found}
    return {row["id"] for row in rows if now.get(row["id"]) == row["revision"]}


def shown(connection: sqlite3.Connection, conversation_ids: Sequence[int]) -> list[sqlite3.Row]:
    """Conversations whose badge is not what their newest message says: id, with what it should be."""
    return list(
        many.select(
            connection,
            "SELECT c.id, m.sentiment, m.sentiment_unsure FROM conversation c JOIN message m ON m.id = ("
            " SELECT id FROM message WHERE conversation_id = c.id AND direction = 'in'"
            " ORDER BY deleted, created_at DESC, id DESC LIMIT 1)"
            " WHERE c.id IN ({marks}) AND (c.sentiment <> m.sentiment"
            " OR c.sentiment_unsure <> m.sentiment_unsure)",
            conversation_ids,
        )
    )
