"""A backup is whole, checked, private, and never half there."""

# ruff: noqa: ASYNC240 - a test may look at its files on the loop

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from domain.clock import ManualClock
from domain.errors import StorageError
from storage import backup as backup_module
from storage.backup import back_up
from storage.chain import append
from storage.database import Database
from storage.transaction import connect
from tests.storage.workers import SMALL


def fill(connection: sqlite3.Connection) -> None:
    connection.executemany("INSERT INTO item (body) VALUES (?)", [("x" * 300,)] * 200)
    append(connection, at=1, actor="anna", conversation_id=None, kind="noted", payload={})


def damage(path: Path) -> None:
    """Overwrite the middle of a page, as a failing disk would."""
    with path.open("r+b") as file:
        file.seek(4096 * 8 + 100)
        file.write(b"\xff" * 2000)


async def test_a_backup_holds_everything_and_is_private(small: Database, tmp_path: Path) -> None:
    await small.write(fill)
    before = os.umask(0o022)
    try:
        report = await small.back_up(tmp_path / "copy.db")
    finally:
        os.umask(before)
    assert report.counts == {"conversation": 0, "event": 1, "item": 200, "meta": 0}
    assert report.size == report.path.stat().st_size
    assert stat.S_IMODE(report.path.stat().st_mode) == 0o600
    copy = connect(report.path)
    assert copy.execute("SELECT count(*) FROM item").fetchone()[0] == 200
    assert copy.execute("PRAGMA user_version").fetchone()[0] == 1
    copy.close()
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_file()] == ["copy.db"]


async def test_a_backup_can_be_opened_as_a_database(
    small: Database, tmp_path: Path, clock: ManualClock
) -> None:
    await small.write(fill)
    report = await small.back_up(tmp_path / "copy.db")
    async with await Database.open(report.path, clock=clock, migrations=SMALL) as copy:
        assert await copy.write(lambda c: c.execute("PRAGMA journal_mode").fetchone()[0]) == "wal"


async def test_a_backup_beside_a_busy_writer_is_one_moment(small: Database, tmp_path: Path) -> None:
    """Each write adds one item and one event; in the copy they are as many."""

    def both(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO item (body) VALUES ('y')")
        append(connection, at=1, actor="anna", conversation_id=None, kind="noted", payload={})

    async def keep_writing(stop: asyncio.Event) -> int:
        written = 0
        while not stop.is_set():
            await small.write(both)
            written += 1
        return written

    for _number in range(500):
        await small.write(both)
    stop = asyncio.Event()
    writer = asyncio.create_task(keep_writing(stop))
    for number in range(3):
        report = await small.back_up(tmp_path / f"copy{number}.db")
        assert report.counts["item"] == report.counts["event"] >= 500
    stop.set()
    assert await writer > 0


async def test_an_existing_file_is_not_overwritten(small: Database, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(StorageError, match="exists already"):
        await small.back_up(tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"


async def test_a_place_that_is_not_there_is_one_sentence(small: Database, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        await small.back_up(tmp_path / "none" / "copy.db")


async def test_a_backup_that_is_short_of_rows_is_not_kept(
    small: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await small.write(fill)
    honest = backup_module.row_counts
    monkeypatch.setattr(backup_module, "_judge", lambda copy: {**honest(connect(copy)), "item": 199})
    with pytest.raises(StorageError, match="misses rows of item"):
        await small.back_up(tmp_path / "copy.db")
    assert [entry for entry in tmp_path.iterdir() if entry.is_file()] == []


async def test_a_copy_that_fails_its_check_is_not_kept(
    small: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await small.write(fill)
    honest = backup_module._judge

    def judge(copy: Path) -> dict[str, int]:
        damage(copy)
        return honest(copy)

    monkeypatch.setattr(backup_module, "_judge", judge)
    with pytest.raises(StorageError, match=r"damaged"):
        await small.back_up(tmp_path / "copy.db")
    assert [entry for entry in tmp_path.iterdir() if entry.is_file()] == []


async def test_what_a_killed_backup_left_is_swept(small: Database, tmp_path: Path) -> None:
    dead = tmp_path / f".{small.path.name}.old.db.{2**22 + 1}.partial"
    living = tmp_path / f".{small.path.name}.new.db.{os.getppid()}.partial"
    dead.touch()
    living.touch()
    back_up(small.path, tmp_path / "copy.db")
    assert not dead.exists()
    assert living.exists()
