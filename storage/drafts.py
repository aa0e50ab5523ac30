"""Drafts: one per conversation, operator and type, saved as they are typed."""

from __future__ import annotations

import sqlite3

from domain.clock import Millis


def get(connection: sqlite3.Connection, conversation_id: int, operator: str, kind: str) -> sqlite3.Row | None:
    """The draft, or None where nothing has been typed yet."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM draft WHERE conversation_id = ? AND operator = ? AND kind = ?",
        (conversation_id, operator, kind),
    ).fetchone()
    return row


def save(
    connection: sqlite3.Connection,
    *,
    conversation_id: int,
    operator: str,
    kind: str,
    text: str,
    template: str | None,
    base_version: int,
    at: Millis,
) -> None:
    """Keep the text as it is now."""
    connection.execute(
        "INSERT INTO draft (conversation_id, operator, kind, text, template, base_version, saved_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (conversation_id, operator, kind) DO UPDATE SET"
        " text = excluded.text, template = excluded.template, base_version = excluded.base_version,"
        " saved_at = excluded.saved_at",
        (conversation_id, operator, kind, text, template, base_version, at),
    )


def begin(
    connection: sqlite3.Connection,
    *,
    conversation_id: int,
    operator: str,
    kind: str,
    base_version: int,
    at: Millis,
) -> None:
    """Have a draft, without words where nothing has been typed yet."""
    connection.execute(
        "INSERT INTO draft (conversation_id, operator, kind, text, template, base_version, saved_at)"
        " VALUES (?, ?, ?, '', NULL, ?, ?) ON CONFLICT DO NOTHING",
        (conversation_id, operator, kind, base_version, at),
    )


def discard(connection: sqlite3.Connection, conversation_id: int, operator: str, kind: str) -> None:
    """Throw the draft away, with what was to go along."""
    for table in ("draft", "draft_attachment"):
        connection.execute(
            f"DELETE FROM {table} WHERE conversation_id = ? AND operator = ? AND kind = ?",
            (conversation_id, operator, kind),
        )


def on_conversation(connection: sqlite3.Connection, conversation_id: int) -> list[tuple[str, str]]:
    """(operator's initials, kind) of the drafts with text or pictures that are left on a conversation."""
    rows = connection.execute(
        "SELECT coalesce(o.initials, d.operator) AS who, d.kind FROM draft d"
        " LEFT JOIN operator o ON o.login = d.operator WHERE d.conversation_id = ? AND (d.text <> ''"
        "  OR EXISTS (SELECT 1 FROM draft_attachment a WHERE a.conversation_id = d.conversation_id"
        "   AND a.operator = d.operator AND a.kind = d.kind))"
        " ORDER BY d.saved_at",
        (conversation_id,),
    ).fetchall()
    return [(row["who"], row["kind"]) for row in rows]
