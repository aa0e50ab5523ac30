"""Queues in SQL: one pure function turns a filter into a query; counts come from a table kept by triggers."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from domain.queues import Order, QueueFilter
from storage.conversations import ROW_SQL

COUNT_CAP = 10_000
"""Own queues are counted up to here; beyond it the exact number helps nobody."""

MOST_HITS = 2_000
"""Messages that a search looks at, newest first."""

FIRST_HITS = 400
"""Those that its first page is made of, where they are enough for it."""

_IN_FLIGHT = "('queued', 'sending', 'retry_wait', 'unknown', 'ask_operator', 'refused')"
_ORDER: Mapping[Order, tuple[str, str, str]] = {
    "clock": ("c.due_sort", "ASC", ">"),
    "recent": ("c.last_at", "DESC", "<"),
    "shows": ("c.shows_sort", "ASC", ">"),
    "promise": ("c.promise_at", "ASC", ">"),
}


@dataclass(frozen=True, slots=True)
class Where:
    """A WHERE clause with its named parameters."""

    sql: str
    parameters: Mapping[str, object]


def where(queue: QueueFilter) -> Where:
    """The filter as SQL. The words are those of the partial indexes, so that SQLite finds them."""
    conditions = {
        "c.status = :status": queue.status,
        "c.sentiment = :sentiment": queue.sentiment,
        "c.kind = :kind": queue.kind,
        "c.channel = :channel": queue.channel,
        "c.owner = :owner": queue.owner,
        "EXISTS (SELECT 1 FROM json_each(c.labels) WHERE value = :label)": queue.label,
        "c.last_at < :before": queue.before,
        "c.last_at >= :after": queue.after,
        "c.contact_id IN (SELECT contact_id FROM contact_handle"
        " WHERE ltrim(handle, '@') = ltrim(:from_handle, '@') COLLATE NOCASE)": queue.from_handle,
        "c.id IN (SELECT m.conversation_id FROM message_fts f JOIN message m ON m.id = f.rowid"
        " WHERE message_fts MATCH :match ORDER BY f.rowid DESC LIMIT :hits)": queue.match,
    }
    flags = {
        "c.status = 'open' AND c.listen_only = 0": queue.active,
        "c.status = 'open' AND c.listen_only = 1": queue.listening,
        "c.owner IS NULL": queue.unassigned,
        "c.window_until IS NOT NULL": queue.has_window,
        "c.promise_at IS NOT NULL": queue.has_promise or queue.order == "promise",
        f"c.id IN (SELECT conversation_id FROM outbox WHERE status IN {_IN_FLIGHT})": queue.outbox,
    }
    if queue.status in {"waiting", "snoozed", "resolved"}:
        # A literal lets the partial index answer; the value is one of three.
        conditions = {
            (f"c.status = '{queue.status}'" if key == "c.status = :status" else key): value
            for key, value in conditions.items()
        }
    parts = [sql for sql, value in conditions.items() if value is not None]
    parts += [sql for sql, wanted in flags.items() if wanted]
    return Where(" AND ".join(parts) or "1", _parameters(queue))


def page(
    connection: sqlite3.Connection, queue: QueueFilter, after: tuple[int, int] | None, limit: int
) -> list[sqlite3.Row]:
    """A keyset page of list rows; `after` is the (sort value, id) of the row before it.

    The first page of a search is made of the newest hits alone, where they fill it.
    """
    if queue.match is not None and after is None:
        found = _page(connection, queue, after, limit, FIRST_HITS)
        if len(found) == limit:
            return found
    return _page(connection, queue, after, limit, MOST_HITS)


def _page(
    connection: sqlite3.Connection, queue: QueueFilter, after: tuple[int, int] | None, limit: int, hits: int
) -> list[sqlite3.Row]:
    clause = where(queue)
    column, direction, comparison = _ORDER[queue.order]
    start = f" AND ({column}, c.id) {comparison} (:sort, :id)" if after else ""
    parameters = {**clause.parameters, "limit": limit}
    if queue.match is not None:
        parameters["hits"] = hits
    if after:
        parameters |= {"sort": after[0], "id": after[1]}
    return connection.execute(
        f"{ROW_SQL} WHERE {clause.sql}{start} ORDER BY {column} {direction}, c.id {direction} LIMIT :limit",
        parameters,
    ).fetchall()


def sort_key(queue: QueueFilter, row: sqlite3.Row) -> tuple[int, int]:
    """The key that continues after this row."""
    column = _ORDER[queue.order][0].removeprefix("c.")
    return int(row[column]), int(row["id"])


def ids(connection: sqlite3.Connection, queue: QueueFilter, limit: int | None = None) -> array[int]:
    """All ids of a queue in its order, eight bytes each."""
    clause = where(queue)
    column, direction, _comparison = _ORDER[queue.order]
    found = connection.cursor()
    found.row_factory = None  # nearly a million rows need no names
    found.execute(
        f"SELECT c.id FROM conversation c WHERE {clause.sql}"
        f" ORDER BY {column} {direction}, c.id {direction} LIMIT :limit",
        {**clause.parameters, "limit": -1 if limit is None else limit},
    )
    return array("q", chain.from_iterable(found))


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """The counts that triggers keep, by queue; `mine:<login>` and `channel:<id>` among them."""
    return {
        row["queue"]: row["n"] for row in connection.execute("SELECT queue, n FROM queue_count").fetchall()
    }


def count(connection: sqlite3.Connection, queue: QueueFilter) -> int:
    """Count a queue that no trigger keeps, up to COUNT_CAP."""
    clause = where(queue)
    row = connection.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM conversation c WHERE {clause.sql} LIMIT {COUNT_CAP})",
        clause.parameters,
    ).fetchone()
    return int(row[0])


def _parameters(queue: QueueFilter) -> dict[str, object]:
    names = (
        "status",
        "sentiment",
        "kind",
        "channel",
        "owner",
        "label",
        "before",
        "after",
        "from_handle",
        "match",
    )
    given = {name: getattr(queue, name) for name in names if getattr(queue, name) is not None}
    return given if queue.match is None else {**given, "hits": MOST_HITS}
