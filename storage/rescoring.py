"""Stored messages that an engine has not read yet, and what comes of its reading."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from domain.clock import Millis
from storage import many

_PLACE: Final = "rescoring"

_UNREAD: Final = (
    "FROM message m WHERE m.id > :after AND m.direction = 'in'"
    " AND (:since IS NULL OR m.created_at >= :since)"
    " AND NOT EXISTS (SELECT 1 FROM score s WHERE s.message_id = m.id AND s.engine = :engine"
    " AND s.version = :version)"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which messages are to be read by which engine."""

    engine: str
    version: str
    since: Millis | None

    def values(self, after: int) -> dict[str, object]:
        """As the statements name them."""
        return {"engine": self.engine, "version": self.version, "since": self.since, "after": after}


def unread(connection: sqlite3.Connection, asked: Asked, after: int, limit: int) -> list[sqlite3.Row]:
    """(id, conversation_id, text, lang, revision) of the next messages without a score of this engine."""
    return connection.execute(
        f"SELECT m.id, m.conversation_id, m.text, m.lang, m.revision {_UNREAD} ORDER BY m.id LIMIT :limit",
        {**asked.values(after), "limit": limit},
    ).fetchall()


def left(connection: sqlite3.Connection, asked: Asked, after: int) -> int:
    """How many of them there are."""
    return int(connection.execute(f"SELECT count(*) {_UNREAD}", asked.values(after)).fetchone()[0])


def got_to(connection: sqlite3.Connection, asked: Asked) -> int:
    """The last message that the same run, killed or ended, has read; 0 for none.

    An engine of several models writes other versions into its scores than its own, so the scores alone do not
    tell.
    """
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_PLACE,)).fetchone()
    place = {} if row is None else json.loads(row["value"])
    return int(place["after"]) if {**place, **asdict(asked)} == place else 0


def set_got_to(connection: sqlite3.Connection, asked: Asked, after: int) -> None:
    """Remember it, in the transaction that keeps the scores."""
    connection.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (_PLACE, json.dumps({**asdict(asked), "after": after})),
    )


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
