"""Conversations: the projection, as rows for lists and as one record."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from domain.clock import Millis
from domain.errors import NotFound
from i18n import _

_INSERT = (
    "channel", "account", "platform", "thread_key", "contact_id", "contact_name", "handle", "preview",
    "visibility", "status", "outcome", "kind", "sentiment", "sentiment_unsure", "listen_only", "proactive",
    "opened_at", "last_at", "last_inbound_at", "due_at", "soon_at", "due_what", "due_sort", "window_until",
)  # fmt: skip

ROW_SQL = (
    "SELECT c.id, c.version, c.thread_version, c.channel, c.platform, c.contact_name, c.handle, c.preview,"
    " c.status, c.kind, c.sentiment, c.sentiment_unsure, c.labels, c.priority, c.visibility, c.due_at,"
    " c.soon_at, c.due_what, c.holder, c.holder_session, c.assignee, c.late_arrivals, c.shows_at,"
    " c.shows_sort, c.window_until, c.last_at, c.due_sort, c.promise_at,"
    " h.initials AS holder_initials, a.initials AS assignee_initials"
    " FROM conversation c LEFT JOIN operator h ON h.login = c.holder"
    " LEFT JOIN operator a ON a.login = c.assignee"
)
"""What one line of a list needs."""


def insert(connection: sqlite3.Connection, values: Mapping[str, object]) -> int:
    """Insert a conversation and return its id."""
    names = [name for name in _INSERT if name in values]
    cursor = connection.execute(
        f"INSERT INTO conversation ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})",
        values,
    )
    return int(cursor.lastrowid or 0)


def latest_of_thread(
    connection: sqlite3.Connection, channel: str, thread_key: str, contact_id: int
) -> sqlite3.Row | None:
    """The newest conversation with this contact in this thread; None for a new one."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM conversation WHERE channel = ? AND thread_key = ? AND contact_id = ?"
        " ORDER BY last_at DESC LIMIT 1",
        (channel, thread_key, contact_id),
    ).fetchone()
    return row


def get(connection: sqlite3.Connection, conversation_id: int) -> sqlite3.Row:
    """One conversation with all its fields. Raises NotFound."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM conversation WHERE id = ?", (conversation_id,)
    ).fetchone()
    if row is None:
        raise NotFound(_("There is no conversation {id}.", id=conversation_id))
    return row


def rows(connection: sqlite3.Connection, ids: Sequence[int]) -> list[sqlite3.Row]:
    """List rows of these conversations, in no particular order."""
    found: list[sqlite3.Row] = []
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        marks = ", ".join("?" * len(part))
        found += connection.execute(f"{ROW_SQL} WHERE c.id IN ({marks})", tuple(part)).fetchall()
    return found


def waking(connection: sqlite3.Connection, now: Millis, limit: int = 200) -> list[int]:
    """Ids of snoozed conversations whose time has come."""
    found = connection.execute(
        "SELECT id FROM conversation WHERE status = 'snoozed' AND shows_sort <= ?"
        " ORDER BY shows_sort, id LIMIT ?",
        (now, limit),
    ).fetchall()
    return [int(row["id"]) for row in found]


def held_by_session(connection: sqlite3.Connection, session: str) -> list[int]:
    """Ids that a session holds a lease on."""
    found = connection.execute("SELECT id FROM conversation WHERE holder_session = ?", (session,)).fetchall()
    return [int(row["id"]) for row in found]


def with_dead_lease(connection: sqlite3.Connection, alive_since: Millis, limit: int = 200) -> list[int]:
    """Ids whose lease's session has shown no heartbeat since a moment."""
    found = connection.execute(
        "SELECT c.id FROM conversation c LEFT JOIN session s ON s.id = c.holder_session"
        " WHERE c.holder_session IS NOT NULL AND (s.id IS NULL OR s.heartbeat_at < ?) LIMIT ?",
        (alive_since, limit),
    ).fetchall()
    return [int(row["id"]) for row in found]


def most_urgent(
    connection: sqlite3.Connection, operator: str, *, after: tuple[int, int] | None
) -> int | None:
    """The open conversation that is due first and that nobody else holds; after one, the next of them."""
    due, last = after or (-1, 0)
    row = connection.execute(
        "SELECT id FROM conversation WHERE status = 'open' AND listen_only = 0 AND (due_sort, id) > (?, ?)"
        " AND (owner IS NULL OR owner = ?) ORDER BY due_sort, id LIMIT 1",
        (due, last, operator),
    ).fetchone()
    return None if row is None else int(row["id"])
