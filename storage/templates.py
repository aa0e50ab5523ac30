"""How often a template was used, and how much of it was changed."""

from __future__ import annotations

import sqlite3

from domain.clock import Millis


def used(
    connection: sqlite3.Connection,
    template: str,
    *,
    conversation_id: int,
    operator: str,
    edited_share: float,
    at: Millis,
) -> None:
    """A reply that started from a template was queued; `edited_share` is 0 (as it was) to 1."""
    connection.execute(
        "INSERT INTO template_use (template, conversation_id, operator, edited_share, at)"
        " VALUES (?, ?, ?, ?, ?)",
        (template, conversation_id, operator, edited_share, at),
    )


def uses(connection: sqlite3.Connection) -> dict[str, tuple[int, Millis]]:
    """(times used, last used at) by template."""
    rows = connection.execute(
        "SELECT template, count(*) AS n, max(at) AS last FROM template_use GROUP BY template"
    ).fetchall()
    return {row["template"]: (row["n"], row["last"]) for row in rows}
