"""Little room stops fetching first; a full disk costs nothing acknowledged and heals by itself."""

# ruff: noqa: ASYNC240 - a test may look at its files on the loop

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.clock import ManualClock
from domain.errors import DatabaseFull, StorageError
from storage.database import Database
from storage.space import MEGABYTE, Room, free_bytes, room, space_finding
from tests.storage.workers import SMALL


@dataclass
class Disk:
    """A file system with so many free bytes."""

    free: int
    f_frsize: int = 1

    @property
    def f_bavail(self) -> int:
        """Free blocks."""
        return self.free


@pytest.mark.parametrize(
    ("megabytes", "expected", "level"),
    [
        (10_000, Room.ENOUGH, "ok"),
        (500, Room.ENOUGH, "ok"),
        (499, Room.LOW, "warning"),
        (200, Room.LOW, "warning"),
        (199, Room.STOP_INTAKE, "error"),
        (0, Room.STOP_INTAKE, "error"),
    ],
)
def test_what_the_room_allows(tmp_path: Path, megabytes: int, expected: Room, level: str) -> None:
    disk = Disk(megabytes * MEGABYTE)
    assert room(tmp_path, lambda _folder: disk) is expected
    finding = space_finding(tmp_path, lambda _folder: disk)
    assert finding.level == level
    assert f"{megabytes} MB" in finding.sentence
    assert bool(finding.fix) == (level != "ok")


def test_blocks_are_counted_in_their_size(tmp_path: Path) -> None:
    assert free_bytes(tmp_path, lambda _folder: Disk(3, f_frsize=4096)) == 12_288
    assert free_bytes(tmp_path) > 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    point = tmp_path / "disk"
    point.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", point], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip(f"no mounting here: {mounted.stderr!r}")
    yield point
    subprocess.run(["umount", "--lazy", point], check=True)


async def test_a_full_disk_costs_nothing_and_heals(small_disk: Path, clock: ManualClock) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"\0" * 1_500_000)
    acknowledged: list[int] = []

    async def insert(database: Database) -> None:
        rows = await database.write(
            lambda c: c.execute("INSERT INTO item (body) VALUES (?) RETURNING id", ("x" * 3000,)).fetchall()
        )
        acknowledged.append(rows[0]["id"])

    async def fill(database: Database) -> None:
        while True:
            await insert(database)

    async def stored(database: Database) -> list[int]:
        rows = await database.read(lambda c: c.execute("SELECT id FROM item ORDER BY id").fetchall())
        return [row["id"] for row in rows]

    async with await Database.open(small_disk / "webcare.db", clock=clock, migrations=SMALL) as database:
        with pytest.raises(DatabaseFull, match="is full: nothing of this act was saved") as full:
            await fill(database)
        assert "\n" not in str(full.value)
        assert len(acknowledged) > 10
        assert await stored(database) == acknowledged
        with pytest.raises(DatabaseFull):
            await insert(database)
        with pytest.raises(StorageError, match="full"):
            await database.back_up(small_disk / "copy.db")
        assert [entry.name for entry in small_disk.glob("*copy*")] == []
        ballast.unlink()
        await insert(database)
        assert await stored(database) == acknowledged
    async with await Database.open(small_disk / "webcare.db", clock=clock, migrations=SMALL) as database:
        assert await stored(database) == acknowledged
        assert await database.read(lambda c: c.execute("PRAGMA integrity_check").fetchone()[0]) == "ok"


async def test_a_disk_without_room_for_the_schema_is_one_sentence(
    small_disk: Path, clock: ManualClock
) -> None:
    ballast = small_disk / "ballast"
    with pytest.raises(OSError, match="No space"):
        ballast.write_bytes(b"\0" * 4_000_000)
    with pytest.raises(DatabaseFull):
        await Database.open(small_disk / "webcare.db", clock=clock, migrations=SMALL)
    ballast.unlink()
    await (await Database.open(small_disk / "webcare.db", clock=clock, migrations=SMALL)).close()
