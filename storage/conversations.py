"""Conversations: the projection, as rows for lists and as one record."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from domain.clock import Millis
from domain.conversation import Value
from domain.errors import NotFound
from i18n import _
from storage import many

_THREADS_PER_QUERY = 250

Fields = sqlite3.Row | Mapping[str, Any]
"""A conversation by column, as it was read or as it is about to be written."""

FAR_AWAY: Millis = 9_000_000_000_000_000
"""Where a conversation without a clock sorts."""

NEW: Mapping[str, Value] = {
    "preview": "", "outcome": "", "kind": "chatter", "sentiment": "unknown",
    "sentiment_unsure": 1, "priority": 0, "labels": "[]", "assignee": None, "holder": None,
    "holder_session": None, "listen_only": 0, "proactive": 0, "last_inbound_at": None, "due_at": None,
    "soon_at": None, "due_what": "", "window_until": None, "due_sort": FAR_AWAY, "shows_at": None,
    "snooze_due_at": None, "until_reply": 0, "late_arrivals": 0, "before": None, "after": None,
    "first_reply_at": None, "came_back": 0, "version": 1, "thread_version": 1,
}  # fmt: skip
"""What a conversation begins with where nothing else is said; the schema says the same."""

COLUMNS = (
    "id", "channel", "account", "platform", "thread_key", "contact_id", "contact_name", "handle",
    "visibility", "status", "opened_at", "last_at", *NEW,
)  # fmt: skip

_in_order = itemgetter(*COLUMNS)

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


def next_id(connection: sqlite3.Connection) -> int:
    """The id the next conversation will have; good within one write transaction."""
    return int(connection.execute("SELECT coalesce(max(id), 0) + 1 FROM conversation").fetchone()[0])


def insert_many(connection: sqlite3.Connection, rows: Iterable[Mapping[str, object]]) -> None:
    """Insert conversations, each with all of COLUMNS."""
    many.insert(connection, "conversation", COLUMNS, list(map(_in_order, rows)), defaults=NEW)


def update_many(connection: sqlite3.Connection, changes: Iterable[tuple[int, Mapping[str, object]]]) -> None:
    """Write changed columns, given as (id, value by column); the same columns are one prepared statement."""
    alike: dict[tuple[str, ...], list[tuple[object, ...]]] = {}
    for conversation_id, values in changes:
        names = tuple(sorted(values))
        alike.setdefault(names, []).append((*map(values.__getitem__, names), conversation_id))
    for names, rows in alike.items():
        columns = ", ".join(f"{name} = ?" for name in names)
        connection.executemany(f"UPDATE conversation SET {columns} WHERE id = ?", rows)


def latest_of_threads(
    connection: sqlite3.Connection, channel: str, threads: Sequence[tuple[str, int]]
) -> list[sqlite3.Row]:
    """The newest conversation of each (thread key, contact id), where there is one."""
    found: list[sqlite3.Row] = []
    for start in range(0, len(threads), _THREADS_PER_QUERY):
        part = threads[start : start + _THREADS_PER_QUERY]
        found += connection.execute(
            f"WITH wanted (thread_key, contact_id) AS (VALUES {', '.join(['(?, ?)'] * len(part))})"
            " SELECT c.* FROM wanted w JOIN conversation c ON c.id = (SELECT id FROM conversation"
            " WHERE channel = ? AND thread_key = w.thread_key AND contact_id = w.contact_id"
            " ORDER BY last_at DESC, id DESC LIMIT 1)",
            (*chain.from_iterable(part), channel),
        ).fetchall()
    return found


def with_ids(connection: sqlite3.Connection, ids: Sequence[int]) -> list[sqlite3.Row]:
    """Conversations with all their fields, in no particular order."""
    return list(many.select(connection, "SELECT * FROM conversation WHERE id IN ({marks})", ids))


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
    return list(many.select(connection, f"{ROW_SQL} WHERE c.id IN ({{marks}})", ids))


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
