"""Bodies of webhooks that wait to be read, and calls that were refused."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection

from domain.clock import DAY, Millis

KEPT: Millis = 14 * DAY
"""How long a body is kept after it was read."""


def keep(
    connection: sqlite3.Connection, channel: str, event_id: str, body: bytes, *, received_at: Millis
) -> bool:
    """Keep a body; False where it is there already. Without an id of the platform's its hash names it."""
    done = connection.execute(
        "INSERT OR IGNORE INTO hook_event (channel, event_id, received_at, body) VALUES (?, ?, ?, ?)",
        (channel, event_id or hashlib.sha256(body).hexdigest(), received_at, body),
    )
    return done.rowcount == 1


def unread(connection: sqlite3.Connection, channels: Collection[str], limit: int = 50) -> list[sqlite3.Row]:
    """(id, channel, received_at, body) of what nobody has read yet, oldest first."""
    marks = ", ".join("?" * len(channels))
    return connection.execute(
        "SELECT id, channel, received_at, body FROM hook_event"
        f" WHERE read_at IS NULL AND channel IN ({marks}) ORDER BY id LIMIT ?",
        (*channels, limit),
    ).fetchall()


def set_read(connection: sqlite3.Connection, event: int, outcome: str, *, at: Millis) -> bool:
    """Note what came of a body; False when somebody else has read it."""
    done = connection.execute(
        "UPDATE hook_event SET read_at = ?, outcome = ? WHERE id = ? AND read_at IS NULL",
        (at, outcome, event),
    )
    return done.rowcount == 1


def count_refused(
    connection: sqlite3.Connection, channel: str, reason: str, count: int, *, at: Millis
) -> None:
    """Calls that were refused for a reason."""
    connection.execute(
        "INSERT INTO hook_refused (channel, reason, count, last_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (channel, reason) DO UPDATE SET count = count + excluded.count,"
        " last_at = max(last_at, excluded.last_at)",
        (channel, reason, count, at),
    )


def refused(connection: sqlite3.Connection) -> dict[str, dict[str, int]]:
    """Refused calls by channel and reason."""
    found: dict[str, dict[str, int]] = {}
    for row in connection.execute("SELECT channel, reason, count FROM hook_refused ORDER BY channel, reason"):
        found.setdefault(row["channel"], {})[row["reason"]] = row["count"]
    return found


def kept(connection: sqlite3.Connection) -> dict[str, tuple[int, int, Millis | None]]:
    """By channel: bodies kept, bodies that wait to be read, and when the oldest of those came in."""
    rows = connection.execute(
        "SELECT channel, count(*) AS kept, sum(read_at IS NULL) AS waiting,"
        " min(CASE WHEN read_at IS NULL THEN received_at END) AS oldest FROM hook_event GROUP BY channel"
    ).fetchall()
    return {row["channel"]: (row["kept"], row["waiting"], row["oldest"]) for row in rows}


def sweep(connection: sqlite3.Connection, *, now: Millis) -> int:
    """Let go of bodies that were read long ago. Returns how many."""
    return connection.execute("DELETE FROM hook_event WHERE read_at < ?", (now - KEPT,)).rowcount
