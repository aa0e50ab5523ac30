"""Part of a transaction that is kept whole or not at all, for data that SQLite may refuse."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

REFUSALS = (
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
    OverflowError,
    UnicodeError,
)
"""What data, and never the disk or a lock, makes SQLite and its driver raise."""


class Refused(Exception):
    """The data could not be stored; nothing of this part was."""


def part(connection: sqlite3.Connection, work: Callable[[], T]) -> T:
    """Do `work` inside the running transaction. Raises Refused, with everything since its start undone."""
    connection.execute("SAVEPOINT part")
    try:
        result = work()
    except REFUSALS as error:
        connection.execute("ROLLBACK TO part")
        connection.execute("RELEASE part")
        raise Refused(f"{type(error).__name__}: {error}") from error
    connection.execute("RELEASE part")
    return result
