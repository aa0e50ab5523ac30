"""Operators and their running desks."""

from __future__ import annotations

import sqlite3

from domain.clock import Millis


def ensure(
    connection: sqlite3.Connection, *, login: str, uid: int, names: tuple[str, str, str], at: Millis
) -> None:
    """Remember an operator; `names` is (name, first name, initials)."""
    connection.execute(
        "INSERT INTO operator (login, uid, name, first_name, initials, seen_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (login) DO UPDATE SET uid = excluded.uid, name = excluded.name,"
        " first_name = excluded.first_name, initials = excluded.initials, seen_at = excluded.seen_at",
        (login, uid, *names, at),
    )


def everyone(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    """All operators, by name."""
    return connection.execute("SELECT * FROM operator ORDER BY name").fetchall()


def get(connection: sqlite3.Connection, login: str) -> sqlite3.Row | None:
    """One operator; None for an unknown login."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM operator WHERE login = ?", (login,)
    ).fetchone()
    return row


def start_session(connection: sqlite3.Connection, session: str, login: str, pid: int, at: Millis) -> None:
    """A desk was opened."""
    connection.execute(
        "INSERT INTO session (id, operator, pid, started_at, heartbeat_at) VALUES (?, ?, ?, ?, ?)",
        (session, login, pid, at, at),
    )


def heartbeat(connection: sqlite3.Connection, session: str, at: Millis) -> bool:
    """The desk is alive; False when its session is gone."""
    return connection.execute("UPDATE session SET heartbeat_at = ? WHERE id = ?", (at, session)).rowcount == 1


def set_composing(connection: sqlite3.Connection, session: str, conversation_id: int | None) -> None:
    """Which conversation has this desk's composer open."""
    connection.execute("UPDATE session SET composing = ? WHERE id = ?", (conversation_id, session))


def end_session(connection: sqlite3.Connection, session: str) -> None:
    """The desk was closed."""
    connection.execute("DELETE FROM session WHERE id = ?", (session,))


def end_dead_sessions(connection: sqlite3.Connection, alive_since: Millis) -> int:
    """Forget desks without a heartbeat since a moment; returns how many."""
    return connection.execute("DELETE FROM session WHERE heartbeat_at < ?", (alive_since,)).rowcount


def composing(connection: sqlite3.Connection, alive_since: Millis) -> dict[int, str]:
    """Conversations with an open composer, with the operator's initials."""
    rows = connection.execute(
        "SELECT s.composing, o.initials FROM session s JOIN operator o ON o.login = s.operator"
        " WHERE s.composing IS NOT NULL AND s.heartbeat_at >= ?",
        (alive_since,),
    ).fetchall()
    return {int(row["composing"]): row["initials"] for row in rows}


def lease_alive(connection: sqlite3.Connection, session: str | None, alive_since: Millis) -> bool:
    """Whether the session behind a lease has shown a heartbeat since a moment."""
    if session is None:
        return False
    row = connection.execute(
        "SELECT 1 FROM session WHERE id = ? AND heartbeat_at >= ?", (session, alive_since)
    ).fetchone()
    return row is not None
