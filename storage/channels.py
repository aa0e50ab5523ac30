"""What is remembered of each channel: cursors, health, and items that could not be read."""

from __future__ import annotations

import hashlib
import sqlite3

from domain.clock import Millis
from domain.inbound import BadItem
from domain.text import clean_for_store


def cursor(connection: sqlite3.Connection, channel: str, stream: str) -> str | None:
    """Where a stream was left; None for never."""
    row = connection.execute(
        "SELECT cursor FROM channel_state WHERE channel = ? AND stream = ?", (channel, stream)
    ).fetchone()
    return None if row is None else row["cursor"]


def set_cursor(connection: sqlite3.Connection, channel: str, stream: str, value: str) -> None:
    """Remember where a stream is, in the transaction of its items."""
    connection.execute(
        "INSERT INTO channel_state (channel, stream, cursor) VALUES (?, ?, ?)"
        " ON CONFLICT (channel, stream) DO UPDATE SET cursor = excluded.cursor",
        (channel, stream, value),
    )


def listening_since(connection: sqlite3.Connection, channel: str, stream: str, now: Millis) -> Millis:
    """When this stream was first fetched; now, and remembered, where it never was."""
    connection.execute(
        "INSERT INTO channel_state (channel, stream, cursor) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (channel, f"since:{stream}", str(now)),
    )
    return int(cursor(connection, channel, f"since:{stream}") or now)


def set_health(
    connection: sqlite3.Connection,
    channel: str,
    *,
    at: Millis,
    error: str = "",
    item_at: Millis | None = None,
    remaining: str = "",
) -> None:
    """Remember how the last contact with a platform went; an empty error means well."""
    connection.execute(
        "INSERT INTO channel_health (channel, last_item_at, last_ok_at, error, error_at, remaining)"
        " VALUES (:channel, :item_at, :ok_at, :error, :error_at, :remaining)"
        " ON CONFLICT (channel) DO UPDATE SET last_item_at = coalesce(excluded.last_item_at, last_item_at),"
        " last_ok_at = coalesce(excluded.last_ok_at, last_ok_at), error = excluded.error,"
        " error_at = excluded.error_at, remaining = excluded.remaining",
        {
            "channel": channel,
            "item_at": item_at,
            "ok_at": None if error else at,
            "error": error,
            "error_at": at if error else None,
            "remaining": remaining,
        },
    )


def health(connection: sqlite3.Connection) -> dict[str, sqlite3.Row]:
    """Health by channel."""
    return {row["channel"]: row for row in connection.execute("SELECT * FROM channel_health").fetchall()}


def quarantine(
    connection: sqlite3.Connection, channel: str, bad: BadItem, *, source: str, at: Millis
) -> bool:
    """Keep an item that could not be read, with its reason; False when it is there already."""
    digest = hashlib.sha256(bad.raw).hexdigest()
    remote_id = None if bad.remote_id is None else clean_for_store(bad.remote_id)
    done = connection.execute(
        "INSERT OR IGNORE INTO quarantine (channel, remote_id, source, reason, raw, raw_hash, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (channel, remote_id, source, clean_for_store(bad.reason), bad.raw, digest, at),
    )
    return done.rowcount == 1


def quarantined(connection: sqlite3.Connection, limit: int = 200) -> list[sqlite3.Row]:
    """The newest items in quarantine."""
    return connection.execute("SELECT * FROM quarantine ORDER BY id DESC LIMIT ?", (limit,)).fetchall()


def quarantine_count(connection: sqlite3.Connection) -> int:
    """How many items wait in quarantine."""
    return int(connection.execute("SELECT count(*) FROM quarantine").fetchone()[0])
