"""Contacts and their handles."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from domain.clock import Millis
from domain.inbound import ContactRef


def ensure(connection: sqlite3.Connection, channel: str, ref: ContactRef, at: Millis) -> int:
    """The contact behind a platform account, made when new; name, handle and profile kept fresh."""
    found = connection.execute(
        "SELECT h.contact_id, h.handle, h.profile, c.name FROM contact_handle h"
        " JOIN contact c ON c.id = h.contact_id WHERE h.channel = ? AND h.remote_id = ?",
        (channel, ref.remote_id),
    ).fetchone()
    profile = json.dumps(dict(ref.profile), ensure_ascii=False, sort_keys=True)
    name = ref.name or ref.handle
    if found is None:
        return _insert(connection, channel, ref, profile=profile, at=at)
    contact_id = int(found["contact_id"])
    if (found["handle"], found["profile"]) != (ref.handle, profile):
        connection.execute(
            "UPDATE contact_handle SET handle = ?, profile = ? WHERE channel = ? AND remote_id = ?",
            (ref.handle, profile, channel, ref.remote_id),
        )
    if found["name"] != name:
        connection.execute("UPDATE contact SET name = ? WHERE id = ?", (name, contact_id))
    return contact_id


def _insert(
    connection: sqlite3.Connection, channel: str, ref: ContactRef, *, profile: str, at: Millis
) -> int:
    cursor = connection.execute(
        "INSERT INTO contact (name, first_seen_at) VALUES (?, ?)", (ref.name or ref.handle, at)
    )
    contact_id = int(cursor.lastrowid or 0)
    connection.execute(
        "INSERT INTO contact_handle (channel, remote_id, handle, contact_id, profile) VALUES (?, ?, ?, ?, ?)",
        (channel, ref.remote_id, ref.handle, contact_id, profile),
    )
    return contact_id


def name(connection: sqlite3.Connection, contact_id: int) -> str:
    """The contact's name."""
    return str(connection.execute("SELECT name FROM contact WHERE id = ?", (contact_id,)).fetchone()[0])


def handles(connection: sqlite3.Connection, contact_id: int) -> list[sqlite3.Row]:
    """(channel, remote_id, handle, profile) of the contact."""
    return connection.execute(
        "SELECT channel, remote_id, handle, profile FROM contact_handle WHERE contact_id = ?"
        " ORDER BY channel",
        (contact_id,),
    ).fetchall()


def ref_on(connection: sqlite3.Connection, contact_id: int, channel: str) -> ContactRef:
    """The contact as one channel names them; for a recipient."""
    row = connection.execute(
        "SELECT h.remote_id, h.handle, h.profile, c.name FROM contact_handle h"
        " JOIN contact c ON c.id = h.contact_id WHERE h.contact_id = ? AND h.channel = ?",
        (contact_id, channel),
    ).fetchone()
    profile: Mapping[str, str] = json.loads(row["profile"])
    return ContactRef(row["remote_id"], row["handle"], row["name"], None, profile)


def past(connection: sqlite3.Connection, contact_id: int, *, but: int, limit: int = 8) -> list[sqlite3.Row]:
    """Earlier conversations of the contact, newest first, with who answered last."""
    return connection.execute(
        "SELECT c.*, (SELECT m.operator FROM message m WHERE m.conversation_id = c.id AND m.direction = 'out'"
        " ORDER BY m.id DESC LIMIT 1) AS answered_by"
        " FROM conversation c WHERE c.contact_id = ? AND c.id <> ? ORDER BY c.opened_at DESC LIMIT ?",
        (contact_id, but, limit),
    ).fetchall()


def conversations_since(connection: sqlite3.Connection, contact_id: int, at: Millis) -> int:
    """How many conversations the contact opened since a moment."""
    row = connection.execute(
        "SELECT count(*) FROM conversation WHERE contact_id = ? AND opened_at >= ?", (contact_id, at)
    ).fetchone()
    return int(row[0])
