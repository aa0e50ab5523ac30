"""What engines thought of a message, and what operators corrected; both are kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.clock import Millis
from storage import many

_FIELDS = (
    "message_id", "engine", "version", "sentiment", "value", "confidence", "kind", "language", "scored_at",
)  # fmt: skip


def insert_many(connection: sqlite3.Connection, scores: Iterable[Mapping[str, object]]) -> None:
    """Keep scores; a later score of the same engine and version replaces the earlier."""
    values = [tuple(map(score.__getitem__, _FIELDS)) for score in scores]
    many.insert(connection, "score", _FIELDS, values, verb="INSERT OR REPLACE")


@dataclass(frozen=True, slots=True)
class Judged:
    """How a message's sentiment stands."""

    sentiment: str
    value: float | None
    """-1 to 1; None for unknown."""

    unsure: bool
    corrected: bool
    """Whether a person said it."""


def judged(connection: sqlite3.Connection, message_id: int) -> Judged:
    """How a message's sentiment stands now."""
    row = connection.execute(
        "SELECT sentiment, sentiment_value, sentiment_unsure, corrected FROM message WHERE id = ?",
        (message_id,),
    ).fetchone()
    return Judged(
        row["sentiment"], row["sentiment_value"], bool(row["sentiment_unsure"]), bool(row["corrected"])
    )


def judge(connection: sqlite3.Connection, message_id: int, judged: Judged) -> None:
    """Let a message's sentiment stand like this."""
    connection.execute(
        "UPDATE message SET sentiment = ?, sentiment_value = ?, sentiment_unsure = ?, corrected = ?"
        " WHERE id = ?",
        (judged.sentiment, judged.value, int(judged.unsure), int(judged.corrected), message_id),
    )


def keep_correction(
    connection: sqlite3.Connection,
    message_id: int,
    *,
    operator: str,
    field: str,
    was: str,
    became: str,
    at: Millis,
) -> None:
    """Remember that a person corrected `sentiment` or `kind`; the desk learns from these."""
    connection.execute(
        "INSERT INTO correction (message_id, operator, field, was, became, at) VALUES (?, ?, ?, ?, ?, ?)",
        (message_id, operator, field, was, became, at),
    )


def drop_correction(
    connection: sqlite3.Connection, message_id: int, *, operator: str, field: str, became: str
) -> None:
    """Forget the newest such correction, because it was undone."""
    connection.execute(
        "DELETE FROM correction WHERE id = (SELECT max(id) FROM correction WHERE message_id = ?"
        " AND operator = ? AND field = ? AND became = ?)",
        (message_id, operator, field, became),
    )
