"""What the coach needs of the file: what we wrote lately, and how often its remarks were left aside."""

from __future__ import annotations

import sqlite3
from collections import Counter

LATELY = 120
"""Replies that are looked at for worn words; the latest ones."""


def overridden(connection: sqlite3.Connection, rule: str, day: str) -> None:
    """Count one remark that was left aside; nobody's name is kept with it."""
    connection.execute(
        "INSERT INTO coach_override (day, rule, n) VALUES (?, ?, 1)"
        " ON CONFLICT (day, rule) DO UPDATE SET n = n + 1",
        (day, rule),
    )


def overrides(connection: sqlite3.Connection, since: str = "") -> Counter[str]:
    """How often each rule was left aside, from a local day (`2026-11-23`) on or ever."""
    rows = connection.execute(
        "SELECT rule, sum(n) AS n FROM coach_override WHERE day >= ? GROUP BY rule", (since,)
    ).fetchall()
    return Counter({row["rule"]: row["n"] for row in rows})


def last_sent(connection: sqlite3.Connection) -> int:
    """Id of the latest reply that went out; 0 for none."""
    row = connection.execute("SELECT max(id) FROM outbox WHERE status = 'sent'").fetchone()
    return int(row[0] or 0)


def sent_lately(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    """(operator, conversation_id, body, queued_at) of the latest replies that went out, newest first."""
    return connection.execute(
        "SELECT operator, conversation_id, body, queued_at FROM outbox WHERE status = 'sent'"
        " ORDER BY id DESC LIMIT ?",
        (LATELY,),
    ).fetchall()
