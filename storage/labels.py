"""The labels a team knows."""

from __future__ import annotations

import sqlite3


def remember(connection: sqlite3.Connection, name: str) -> None:
    """Add a label to the known ones."""
    connection.execute("INSERT OR IGNORE INTO label (name) VALUES (?)", (name,))


def known(connection: sqlite3.Connection) -> tuple[str, ...]:
    """All labels, by name."""
    return tuple(row["name"] for row in connection.execute("SELECT name FROM label ORDER BY name").fetchall())
