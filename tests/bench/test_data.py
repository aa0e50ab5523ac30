"""The generated file is one that the program could have written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bench.lib import counts, data
from storage import chain, queues
from storage.conversations import ROW_SQL

NOW = 1_795_420_800_000
ROWS = 500


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small file."""
    return data.ensure(tmp_path_factory.mktemp("data"), ROWS, say=lambda _sentence: None, now=NOW)


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    """It, opened."""
    with closing(sqlite3.connect(path)) as opened:
        opened.row_factory = sqlite3.Row
        yield opened


def one(connection: sqlite3.Connection, sql: str) -> object:
    return connection.execute(sql).fetchone()[0]


def test_it_has_so_many_messages_and_is_whole(connection: sqlite3.Connection) -> None:
    assert one(connection, "SELECT count(*) FROM message") == ROWS
    assert one(connection, "SELECT count(*) FROM conversation") == ROWS * 4 // 5
    assert one(connection, "PRAGMA integrity_check") == "ok"
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert one(connection, "PRAGMA journal_mode") == "wal"


def test_twelve_of_a_hundred_conversations_are_open(connection: sqlite3.Connection) -> None:
    assert (
        one(connection, "SELECT count(*) FROM conversation WHERE status = 'open'")
        == ROWS * 4 // 5 * 12 // 100
    )


def test_counts_chain_and_search_agree_with_the_rows(connection: sqlite3.Connection) -> None:
    assert counts.wrong(connection) == {}
    assert chain.verify(connection).whole
    hits = one(connection, "SELECT count(*) FROM message_fts WHERE message_fts MATCH 'kraan'")
    assert hits == one(connection, "SELECT count(*) FROM message WHERE text LIKE '%kraan%'") != 0


def test_triggers_keep_on_counting(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(path.read_bytes())
    with closing(sqlite3.connect(copy)) as opened:
        opened.execute(
            "UPDATE conversation SET status = 'resolved'"
            " WHERE id = (SELECT min(id) FROM conversation WHERE active)"
        )
        assert counts.wrong(opened) == {}


def test_the_same_plan_gives_the_same_rows(
    path: Path, tmp_path: Path, connection: sqlite3.Connection
) -> None:
    again = tmp_path / "again.db"
    data.build(again, data.Plan(ROWS, base=NOW))
    sql = f"{ROW_SQL} ORDER BY c.id"
    with closing(sqlite3.connect(again)) as opened:
        assert opened.execute(sql).fetchall() == [tuple(row) for row in connection.execute(sql).fetchall()]


def test_freshening_makes_the_first_rows_tick(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(path.read_bytes())
    later = NOW + 30 * 86_400_000
    data.freshen(copy, later)
    with closing(sqlite3.connect(copy)) as opened:
        opened.row_factory = sqlite3.Row
        first = queues.page(opened, dict(counts.counted())["open"], None, 20)
        assert all(0 < row["due_at"] - later < 600_000 for row in first)
        data.freshen(copy, later, head=False)
        first = queues.page(opened, dict(counts.counted())["open"], None, 20)
        assert all(row["due_at"] - later > 3_600_000 for row in first)
