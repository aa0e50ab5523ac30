"""Other ids of contacts: who it is that a platform names in another way today."""

from __future__ import annotations

import sqlite3

from domain.clock import Millis


def owner(connection: sqlite3.Connection, channel: str, kind: str, value: str) -> str | None:
    """The contact's remote id behind another id of theirs; None for an unknown one."""
    row = connection.execute(
        "SELECT remote_id FROM contact_alias WHERE channel = ? AND kind = ? AND value = ?",
        (channel, kind, value),
    ).fetchone()
    return None if row is None else str(row["remote_id"])


def of(connection: sqlite3.Connection, channel: str, remote_id: str) -> dict[str, str]:
    """The other ids of a contact by kind, the latest of each."""
    rows = connection.execute(
        "SELECT kind, value FROM contact_alias WHERE channel = ? AND remote_id = ? ORDER BY seen_at",
        (channel, remote_id),
    ).fetchall()
    return {row["kind"]: row["value"] for row in rows}


def put(
    connection: sqlite3.Connection, channel: str, kind: str, value: str, remote_id: str, *, at: Millis
) -> None:
    """From now on this id is this contact's."""
    connection.execute(
        "INSERT INTO contact_alias (channel, kind, value, remote_id, seen_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (channel, kind, value) DO UPDATE SET remote_id = excluded.remote_id,"
        " seen_at = excluded.seen_at",
        (channel, kind, value, remote_id, at),
    )


def drop(connection: sqlite3.Connection, channel: str, kind: str, remote_id: str) -> None:
    """A contact's ids of one kind hold no longer."""
    connection.execute(
        "DELETE FROM contact_alias WHERE channel = ? AND kind = ? AND remote_id = ?",
        (channel, kind, remote_id),
    )
