"""What the doctor says about the file, and how to mend it."""

# ruff: noqa: ASYNC240 - a test may look at its files on the loop

from __future__ import annotations

from pathlib import Path

import pytest

from storage import health
from storage.database import Database
from storage.health import examine, permissions, quick_check, sqlite_version_advice, wal_size
from storage.transaction import connect


@pytest.mark.parametrize("version", [(3, 7, 0), (3, 40, 1), (3, 44, 5), (3, 50, 6), (3, 51, 2), (3, 46, 1)])
def test_a_sqlite_that_can_damage_the_file_is_named(version: tuple[int, int, int]) -> None:
    finding = sqlite_version_advice(version)
    assert finding.level == "warning"
    assert ".".join(map(str, version)) in finding.sentence
    assert "3.51.3" in finding.fix


@pytest.mark.parametrize("version", [(3, 6, 23), (3, 44, 6), (3, 50, 7), (3, 51, 3), (3, 53, 0), (4, 0, 0)])
def test_a_mended_sqlite_is_fine(version: tuple[int, int, int]) -> None:
    assert sqlite_version_advice(version).level == "ok"


async def test_a_whole_database_is_said_to_be_whole(small: Database) -> None:
    finding = await small.read(quick_check)
    assert finding.level == "ok"


async def test_a_damaged_database_is_an_error_with_a_way_out(small: Database) -> None:
    await small.write(
        lambda c: c.executemany("INSERT INTO item (body) VALUES (?)", [("x" * 500,)] * 500).rowcount
    )
    await small.close()
    with small.path.open("r+b") as file:
        file.seek(4096 * 12)
        file.write(b"\xff" * 4096)
    connection = connect(small.path)
    finding = quick_check(connection)
    connection.close()
    assert finding.level == "error"
    assert "backup" in finding.fix


async def test_all_that_needs_no_opening_is_examined(small: Database) -> None:
    findings = examine(small.path)
    assert all(finding.sentence for finding in findings)
    assert any("write-ahead log" in finding.sentence for finding in findings)
    assert any("MB free" in finding.sentence for finding in findings)


def test_wrong_rights_are_a_finding_not_an_exception(tmp_path: Path) -> None:
    database = tmp_path / "webcare.db"
    database.touch()
    database.chmod(0o620)
    (finding,) = permissions(database)
    assert finding.level == "error"
    assert "chmod g+rw" in finding.sentence


def test_a_missing_file_is_a_finding_too(tmp_path: Path) -> None:
    (finding,) = permissions(tmp_path / "none.db")
    assert finding.level == "error"


async def test_a_long_wal_names_who_keeps_it_long(small: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await small.write(lambda c: c.execute("INSERT INTO item (body) VALUES ('x')").rowcount)
    assert wal_size(small.path).level == "ok"
    monkeypatch.setattr(health, "WAL_WARN", 1)
    assert wal_size(small.path).level == "warning"
    monkeypatch.setattr(health, "WAL_NAME_READER", 1)
    finding = await small.read(
        lambda c: (c.execute("SELECT * FROM item").fetchall(), wal_size(small.path))[1]
    )
    if Path("/proc/locks").exists():
        assert "this very program" in finding.fix
    assert wal_size(small.path.with_name("none")).level == "ok"
