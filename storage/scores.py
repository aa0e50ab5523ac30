"""What engines thought of a message, and what operators corrected; both are kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

from domain.clock import Millis

_FIELDS = (
    "message_id", "engine", "version", "sentiment", "value", "confidence", "kind", "language", "scored_at",
)  # fmt: skip


def insert_many(connection: sqlite3.Connection, scores: Iterable[Mapping[str, object]]) -> None:
    """Keep scores; a later score of the same engine and version replaces the earlier."""
    connection.executemany(
        f"INSERT OR REPLACE INTO score ({', '.join(_FIELDS)})"
        f" VALUES ({', '.join(':' + name for name in _FIELDS)})",
        scores,
    )


def correct(
    connection: sqlite3.Connection,
    message_id: int,
    *,
    operator: str,
    field: str,
    became: str,
    value: float | None,
    at: Millis,
) -> str:
    """A person says what it is; returns what it was. `value` is the sentiment as a number, -1 to 1."""
    row = connection.execute("SELECT sentiment FROM message WHERE id = ?", (message_id,)).fetchone()
    was = str(row["sentiment"])
    connection.execute(
        "INSERT INTO correction (message_id, operator, field, was, became, at) VALUES (?, ?, ?, ?, ?, ?)",
        (message_id, operator, field, was, became, at),
    )
    if field == "sentiment":
        connection.execute(
            "UPDATE message SET sentiment = ?, sentiment_value = ?, sentiment_unsure = 0, corrected = 1"
            " WHERE id = ?",
            (became, value, message_id),
        )
    return was
