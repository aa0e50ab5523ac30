"""The plain way to bring messages in: `executemany` table by table, with full-text search by trigger.

The rows are those that the desk would keep: contact, handle, conversation, message, event and score, in the
same schema with the same indexes and counters. It threads nothing, drops no duplicate, hashes no chain and
keeps no cursor.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from domain.inbound import Inbound
from storage.transaction import connect

FTS_TRIGGER = (
    "CREATE TRIGGER message_fts_insert AFTER INSERT ON message BEGIN"
    " INSERT INTO message_fts (rowid, text) VALUES (NEW.id, NEW.text); END"
)


def open_raw(path: Path) -> sqlite3.Connection:
    """A connection with the desk's own settings."""
    connection = connect(path)
    connection.execute("PRAGMA trusted_schema=ON")  # a trigger may write to a virtual table only with it
    return connection


def messages_only(connection: sqlite3.Connection, items: Sequence[Inbound], per_transaction: int) -> None:
    """Messages and their search index alone, all in one conversation that is there already."""
    connection.execute(FTS_TRIGGER)
    _conversations(connection, items[:1], 1)
    for start in range(0, len(items), per_transaction):
        part = items[start : start + per_transaction]
        connection.execute("BEGIN IMMEDIATE")
        _messages(connection, part, start + 1, lambda _number: 1)
        connection.execute("COMMIT")


def everything(connection: sqlite3.Connection, items: Sequence[Inbound], per_transaction: int) -> None:
    """All tables that an item touches."""
    connection.execute(FTS_TRIGGER)
    for start in range(0, len(items), per_transaction):
        part = items[start : start + per_transaction]
        connection.execute("BEGIN IMMEDIATE")
        _conversations(connection, part, start + 1)
        _messages(connection, part, start + 1, lambda number: number)
        _beside(connection, part, start + 1)
        connection.execute("COMMIT")


def _conversations(connection: sqlite3.Connection, items: Sequence[Inbound], first: int) -> None:
    numbered = list(enumerate(items, first))
    connection.executemany(
        "INSERT INTO contact (id, name, first_seen_at) VALUES (?, ?, ?)",
        [(number, item.author.name, item.created_at) for number, item in numbered],
    )
    connection.executemany(
        "INSERT INTO contact_handle (channel, remote_id, handle, contact_id) VALUES (?, ?, ?, ?)",
        [(item.channel, item.author.remote_id, item.author.handle, number) for number, item in numbered],
    )
    connection.executemany(
        "INSERT INTO conversation (id, channel, account, platform, thread_key, contact_id, contact_name,"
        " handle, preview, visibility, status, kind, sentiment, opened_at, last_at, last_inbound_at, due_at,"
        " due_sort)"
        " VALUES (?, ?, ?, 'practice', ?, ?, ?, ?, ?, 'public', 'open', 'question', 'neutral', ?, ?, ?, ?,"
        " ?)",
        [
            (
                number, item.channel, item.account, item.thread_key, number, item.author.name,
                item.author.handle, item.text[:160], item.created_at, item.created_at, item.created_at,
                item.created_at + 3_600_000, item.created_at + 3_600_000,
            )
            for number, item in numbered
        ],
    )  # fmt: skip


def _messages(
    connection: sqlite3.Connection,
    items: Sequence[Inbound],
    first: int,
    conversation_of: Callable[[int], int],
) -> None:
    connection.executemany(
        "INSERT INTO message (id, conversation_id, direction, channel, account, remote_id, revision, kind,"
        " contact_id, text, visibility, created_at, received_at, sentiment, sentiment_value, engine)"
        " VALUES (?, ?, 'in', ?, ?, ?, ?, ?, ?, ?, 'public', ?, ?, 'neutral', 0.0, 'raw')",
        [
            (
                number, conversation_of(number), item.channel, item.account, item.remote_id, item.revision,
                item.kind, conversation_of(number), item.text, item.created_at, item.created_at,
            )
            for number, item in enumerate(items, first)
        ],
    )  # fmt: skip


def _beside(connection: sqlite3.Connection, items: Sequence[Inbound], first: int) -> None:
    numbered = list(enumerate(items, first))
    connection.executemany(
        "INSERT INTO event (at, actor, conversation_id, kind, payload, prev_hash, hash)"
        " VALUES (?, 'system', ?, 'conversation_opened', ?, '', '')",
        [(item.created_at, number, json.dumps({"message": number})) for number, item in numbered],
    )
    connection.executemany(
        "INSERT INTO score (message_id, engine, version, sentiment, value, confidence, kind, scored_at)"
        " VALUES (?, 'raw', '1', 'neutral', 0.0, 0.5, 'question', ?)",
        [(number, item.created_at) for number, item in numbered],
    )
