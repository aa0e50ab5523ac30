"""Contacts and their handles."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence

from domain.clock import Millis
from domain.inbound import ContactRef
from storage import many


def next_id(connection: sqlite3.Connection) -> int:
    """The id the next contact will have; good within one write transaction."""
    return int(connection.execute("SELECT coalesce(max(id), 0) + 1 FROM contact").fetchone()[0])


def known(connection: sqlite3.Connection, channel: str, remote_ids: Sequence[str]) -> Iterator[sqlite3.Row]:
    """(remote_id, contact_id, handle, profile, name) of those platform accounts that have a contact."""
    return many.select(
        connection,
        "SELECT h.remote_id, h.contact_id, h.handle, h.profile, c.name FROM contact_handle h"
        " JOIN contact c ON c.id = h.contact_id WHERE h.channel = ? AND h.remote_id IN ({marks})",
        remote_ids,
        before=(channel,),
    )


def insert_many(connection: sqlite3.Connection, rows: Sequence[tuple[int, str, Millis]]) -> None:
    """Insert contacts, as (id, name, first seen at)."""
    many.insert(connection, "contact", ("id", "name", "first_seen_at"), rows)


def insert_handles(connection: sqlite3.Connection, rows: Sequence[tuple[str, str, str, int, str]]) -> None:
    """Insert platform accounts, as (channel, remote id, handle, contact id, profile as JSON)."""
    columns = ("channel", "remote_id", "handle", "contact_id", "profile")
    many.insert(connection, "contact_handle", columns, rows)


def rename(connection: sqlite3.Connection, names: Iterable[tuple[str, int]]) -> None:
    """Give contacts other names, as (name, contact id)."""
    connection.executemany("UPDATE contact SET name = ? WHERE id = ?", names)


def refresh_handles(connection: sqlite3.Connection, rows: Iterable[tuple[str, str, str, str]]) -> None:
    """What platforms now say of accounts, as (handle, profile as JSON, channel, remote id)."""
    connection.executemany(
        "UPDATE contact_handle SET handle = ?, profile = ? WHERE channel = ? AND remote_id = ?", rows
    )


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
