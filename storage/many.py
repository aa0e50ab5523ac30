"""Many rows a statement: triggers, the full-text index and the parser cost per statement, not per row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, repeat
from types import MappingProxyType

ROWS_PER_STATEMENT = 50
"""More gained nothing that could be measured."""

_VALUES_PER_QUERY = 500
_NONE: Mapping[str, object] = MappingProxyType({})


def insert(
    connection: sqlite3.Connection,
    into: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    verb: str = "INSERT",
    defaults: Mapping[str, object] = _NONE,
) -> None:
    """Insert rows whose values stand in the order of the columns; none is no statement.

    `defaults` are the schema's: a column in which every row has its default is left out, as each one costs.
    """
    if defaults and rows:
        columns, rows = _telling(columns, rows, defaults)
    one = f"({marks(len(columns))})"
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        part = rows[start : start + ROWS_PER_STATEMENT]
        connection.execute(
            f"{verb} INTO {into} ({', '.join(columns)}) VALUES {', '.join(repeat(one, len(part)))}",
            tuple(chain.from_iterable(part)),
        )


def _telling(
    columns: Sequence[str], rows: Sequence[Sequence[object]], defaults: Mapping[str, object]
) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
    """The columns in which some row differs from the default, and the rows with these alone."""
    by_column = zip(columns, zip(*rows, strict=True), strict=True)
    told = [
        (name, values)
        for name, values in by_column
        if name not in defaults or values.count(defaults[name]) < len(rows)
    ]
    return [name for name, _values in told], list(zip(*(values for _name, values in told), strict=True))


def select(
    connection: sqlite3.Connection, sql: str, values: Sequence[object], *, before: Sequence[object] = ()
) -> Iterator[sqlite3.Row]:
    """The rows of a query with `IN ({marks})` for any number of values; `before` fills the marks ahead."""
    for start in range(0, len(values), _VALUES_PER_QUERY):
        part = values[start : start + _VALUES_PER_QUERY]
        yield from connection.execute(sql.format(marks=marks(len(part))), (*before, *part)).fetchall()


def marks(count: int) -> str:
    """Question marks for so many values."""
    return ", ".join(repeat("?", count))
