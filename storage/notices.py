"""What the collector wants every desk to know: one row each in `meta`."""

from __future__ import annotations

import sqlite3

from domain.clock import Millis

_SCORING = "scoring_notice"
_FIRST_USE = "engine_first_used:"


def scoring(connection: sqlite3.Connection) -> str:
    """A sentence on the engine that reads; empty while all is well."""
    return _get(connection, _SCORING) or ""


def set_scoring(connection: sqlite3.Connection, sentence: str) -> None:
    """Let this sentence stand."""
    _set(connection, _SCORING, sentence)


def first_use(connection: sqlite3.Connection, engine: str) -> Millis | None:
    """When an engine was first used for this database; None before that."""
    value = _get(connection, _FIRST_USE + engine)
    return None if value is None else int(value)


def set_first_use(connection: sqlite3.Connection, engine: str, at: Millis) -> None:
    """Remember since when an engine is used."""
    _set(connection, _FIRST_USE + engine, str(at))


def _get(connection: sqlite3.Connection, key: str) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def _set(connection: sqlite3.Connection, key: str, value: str) -> None:
    connection.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )
