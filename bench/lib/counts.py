"""Queue counts: made at once for a generated file, and compared with COUNT after every run."""

from __future__ import annotations

import sqlite3

from domain.queues import DEFAULT_QUEUES, QueueFilter
from storage import queues

_COUNTED = """
INSERT INTO queue_count (queue, n)
SELECT 'all', count(*) FROM conversation
UNION ALL SELECT 'open', count(*) FROM conversation WHERE active
UNION ALL SELECT 'unassigned', count(*) FROM conversation WHERE active AND owner IS NULL
UNION ALL SELECT 'negative', count(*) FROM conversation WHERE active AND sentiment = 'negative'
UNION ALL SELECT 'complaints', count(*) FROM conversation WHERE active AND kind = 'complaint'
UNION ALL SELECT 'compliments', count(*) FROM conversation WHERE active AND kind = 'compliment'
UNION ALL SELECT 'windows', count(*) FROM conversation WHERE active AND window_until IS NOT NULL
UNION ALL SELECT 'waiting', count(*) FROM conversation WHERE status = 'waiting'
UNION ALL SELECT 'snoozed', count(*) FROM conversation WHERE status = 'snoozed'
UNION ALL SELECT 'listening', count(*) FROM conversation WHERE status = 'open' AND listen_only
UNION ALL SELECT 'channel:' || channel, count(*) FROM conversation WHERE active GROUP BY channel
UNION ALL SELECT 'mine:' || owner, count(*) FROM conversation
  WHERE active AND owner IS NOT NULL GROUP BY owner
"""


def count(connection: sqlite3.Connection) -> None:
    """Count every queue anew, as the triggers would have."""
    connection.execute("DELETE FROM queue_count")
    connection.execute(_COUNTED)


def counted() -> list[tuple[str, QueueFilter]]:
    """The shipped queues that triggers count and that belong to nobody, with their filters."""
    own = {"mine", "outbox"}
    return [(one.id, one.filter) for one in DEFAULT_QUEUES if one.counted and one.id not in own]


def check(connection: sqlite3.Connection) -> None:
    """The kept counts are those that counting gives. Raises ValueError."""
    unlike = wrong(connection)
    if unlike:
        raise ValueError(f"the counts do not agree: {unlike}")


def wrong(connection: sqlite3.Connection) -> dict[str, tuple[int, int]]:
    """Queues whose kept count differs from COUNT, with both numbers."""
    kept = dict(connection.execute("SELECT queue, n FROM queue_count").fetchall())
    unlike: dict[str, tuple[int, int]] = {}
    for queue, wanted in counted():
        clause = queues.where(wanted)
        (found,) = connection.execute(
            f"SELECT count(*) FROM conversation c WHERE {clause.sql}", dict(clause.parameters)
        ).fetchone()
        if kept.get(queue, 0) != found:
            unlike[queue] = (kept.get(queue, 0), found)
    return unlike
