"""What happens to messages after they were stored: newer texts, other scores, taken down; many at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.clock import Millis
from storage import many


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A text that takes the place of another."""

    message_id: int
    old_text: str
    old_revision: str
    text: str
    revision: str
    edited_at: Millis


@dataclass(frozen=True, slots=True)
class Rescore:
    """What the engine makes of an edited text."""

    message_id: int
    sentiment: str
    unsure: bool
    value: float
    engine: str


def revisions(connection: sqlite3.Connection, message_ids: Sequence[int]) -> set[tuple[int, str]]:
    """(message id, revision) of every earlier text of the messages."""
    rows = many.select(
        connection,
        "SELECT message_id, revision FROM message_revision WHERE message_id IN ({marks})",
        message_ids,
    )
    return {(row["message_id"], row["revision"]) for row in rows}


def rewrite(connection: sqlite3.Connection, rewrites: Sequence[Rewrite]) -> None:
    """Replace texts, in order, by newer revisions; the old ones are kept beside them."""
    many.insert(
        connection,
        "message_revision",
        ("message_id", "revision", "text", "replaced_at"),
        [(one.message_id, one.old_revision, one.old_text, one.edited_at) for one in rewrites],
        verb="INSERT OR IGNORE",
    )
    # The index knows a text only by itself: the first one of each message goes and the last one comes. In
    # order of ids, because it writes out what it gathered whenever they run backwards.
    stood = {one.message_id: one.old_text for one in reversed(rewrites)}
    stands = {one.message_id: one.text for one in rewrites}
    many.insert(
        connection,
        "message_fts",
        ("message_fts", "rowid", "text"),
        [("delete", message_id, text) for message_id, text in sorted(stood.items())],
    )
    connection.executemany(
        "UPDATE message SET text = ?, revision = ?, edited_at = ? WHERE id = ?",
        [(one.text, one.revision, one.edited_at, one.message_id) for one in rewrites],
    )
    many.insert(connection, "message_fts", ("rowid", "text"), sorted(stands.items()))


def rescore(connection: sqlite3.Connection, rescores: Iterable[Rescore]) -> None:
    """Let the engine's opinion stand where no person corrected it."""
    connection.executemany(
        "UPDATE message SET sentiment = ?, sentiment_unsure = ?, sentiment_value = ?, engine = ?"
        " WHERE id = ? AND corrected = 0",
        [(one.sentiment, int(one.unsure), one.value, one.engine, one.message_id) for one in rescores],
    )


def mark_deleted(connection: sqlite3.Connection, message_ids: Iterable[int]) -> None:
    """Their authors took them down; the texts stay for the team, marked."""
    connection.executemany(
        "UPDATE message SET deleted = 1 WHERE id = ?", [(message_id,) for message_id in message_ids]
    )
