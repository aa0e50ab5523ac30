"""Several programs on one file: nobody wins twice, nothing acknowledged is lost, the holder is named."""

# ruff: noqa: ASYNC240 - a test may look at its files on the loop

from __future__ import annotations

import asyncio
import grp
import os
import signal
import sqlite3
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from domain.clock import ManualClock
from domain.errors import DatabaseBusy
from storage import transaction
from storage.database import Database
from storage.holder import Holder, write_lock_holder
from storage.location import create_shared
from storage.transaction import connect
from tests.storage.workers import SMALL, start

CONVERSATIONS = 300
PROCESSES = 4

linux = pytest.mark.skipif(not Path("/proc/locks").exists(), reason="only Linux tells who holds a lock")


def count(connection: sqlite3.Connection) -> int:
    (rows,) = connection.execute("SELECT count(*) FROM item").fetchone()
    return int(rows)


async def test_no_conversation_is_won_twice_and_none_is_left(small: Database) -> None:
    await small.write(
        lambda c: (
            c.executemany(
                "INSERT INTO conversation (id) VALUES (?)",
                [(number,) for number in range(1, CONVERSATIONS + 1)],
            ).rowcount
        )
    )
    workers = [start("claims", small.path, f"desk{number}", CONVERSATIONS) for number in range(PROCESSES)]
    for worker in workers:
        assert line_from(worker) == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    outputs = [await asyncio.to_thread(worker.communicate) for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * PROCESSES
    won = {
        f"desk{number}": [int(line) for line in output.split()] for number, (output, _e) in enumerate(outputs)
    }
    claims = Counter(conversation for rows in won.values() for conversation in rows)
    assert len(claims) == CONVERSATIONS
    assert set(claims.values()) == {1}
    owners = await small.read(lambda c: c.execute("SELECT id, owner FROM conversation").fetchall())
    assert {row["id"] for row in owners} == set(claims)
    assert all(row["id"] in won[row["owner"]] for row in owners)


@pytest.mark.parametrize("after", [1, 20, 75])
async def test_kill_9_loses_nothing_acknowledged(place: Path, clock: ManualClock, after: int) -> None:
    worker = start("writes", place)
    acknowledged = [int(line_from(worker)) for _number in range(after)]
    worker.kill()
    acknowledged += [
        int(line) for line in worker.communicate()[0].splitlines(keepends=True) if line.endswith("\n")
    ]
    async with await Database.open(place, clock=clock, migrations=SMALL) as database:
        rows = await database.read(lambda c: c.execute("SELECT id FROM item ORDER BY id").fetchall())
        verdict = await database.read(lambda c: c.execute("PRAGMA integrity_check").fetchone()[0])
        await database.write(lambda c: c.execute("INSERT INTO item (body) VALUES ('on')").rowcount)
    stored = [row["id"] for row in rows]
    assert verdict == "ok"
    assert stored[: len(acknowledged)] == acknowledged
    assert len(stored) <= len(acknowledged) + 1  # at most the one that was being acknowledged


async def test_a_program_that_crashes_ends_and_keeps_what_it_wrote(place: Path, clock: ManualClock) -> None:
    worker = start("forgets", place)
    output = await asyncio.to_thread(worker.communicate, timeout=60)
    assert output[0] == "kept\n"
    async with await Database.open(place, clock=clock, migrations=SMALL) as database:
        assert await database.read(count) == 1


async def test_two_programs_notice_each_others_commits(small: Database) -> None:
    other = start("write_once", small.path)
    assert other.stdin is not None
    assert line_from(other) == "ready\n"
    changes = small.changes()
    async with asyncio.timeout(60):
        for expected in (1, 2, 3):
            other.stdin.write("go\n")
            other.stdin.flush()
            while await small.read(count) < expected:
                await anext(changes)
    other.communicate()
    assert other.returncode == 0


@linux
async def test_a_stopped_writer_is_named(small: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody pressed Ctrl-Z inside a write; nobody waits for ever, and everybody hears whom to wake."""
    monkeypatch.setattr(transaction, "PATIENCE", 0.1)
    worker = start("holds", small.path)
    try:
        assert line_from(worker) == "holding\n"
        worker.send_signal(signal.SIGSTOP)
        await asyncio.to_thread(os.waitid, os.P_PID, worker.pid, os.WSTOPPED)
        with pytest.raises(DatabaseBusy) as busy:
            await small.write(lambda c: c.execute("INSERT INTO item (body) VALUES ('x')").rowcount)
        sentence = str(busy.value)
        assert f"process {worker.pid} (" in sentence
        assert "tests.storage.workers holds" in sentence
        assert f"kill -CONT {worker.pid}" in sentence
    finally:
        worker.kill()
        worker.communicate()
    await small.write(lambda c: c.execute("INSERT INTO item (body) VALUES ('x')").rowcount)
    assert await small.read(count) == 1


@linux
async def test_a_running_writer_is_named_without_advice_to_wake_it(small: Database) -> None:
    assert write_lock_holder(small.path) is None
    worker = start("holds", small.path)
    try:
        assert line_from(worker) == "holding\n"
        holder = write_lock_holder(small.path)
        assert holder is not None
        assert (holder.pid, holder.stopped) == (worker.pid, False)
        assert "try again" in holder.sentence()
    finally:
        worker.kill()
        worker.communicate()
    assert write_lock_holder(small.path) is None


@linux
def test_our_own_lock_is_named_as_ours(place: Path) -> None:
    place.parent.mkdir()
    place.touch()
    connection = connect(place)
    connection.execute("PRAGMA journal_mode=WAL").fetchone()
    connection.execute("BEGIN IMMEDIATE")
    holder = write_lock_holder(place)
    assert holder is not None
    assert "this very program" in holder.sentence()
    connection.close()


def test_where_the_kernel_tells_nothing_nobody_is_named(tmp_path: Path) -> None:
    (tmp_path / "webcare.db-shm").touch()
    assert write_lock_holder(tmp_path / "webcare.db", proc=tmp_path / "none") is None


def test_a_name_on_a_command_line_cannot_talk_to_the_terminal(tmp_path: Path) -> None:
    shm = tmp_path / "webcare.db-shm"
    shm.touch()
    proc = tmp_path / "proc"
    (proc / "77").mkdir(parents=True)
    inode = shm.stat().st_ino
    (proc / "locks").write_text(
        f"1: FLOCK  ADVISORY  WRITE 11 08:01:{inode} 0 EOF\n"
        f"2: POSIX  ADVISORY  READ  12 08:01:{inode} 123 123\n"
        f"3: -> POSIX  ADVISORY  WRITE 13 08:01:{inode} 120 120\n"
        f"4: POSIX  ADVISORY  WRITE 14 08:01:{inode + 1} 120 120\n"
        f"5: POSIX  ADVISORY  WRITE 77 08:01:{inode} 120 120\n"
    )
    (proc / "77" / "status").write_text("Name:\tx\nState:\tS (sleeping)\nUid:\t4294967294\t0\t0\t0\n")
    (proc / "77" / "cmdline").write_bytes(b"/usr/bin/evil\x1b]52;c;x\x07\0--y\0")
    holder = write_lock_holder(tmp_path / "webcare.db", proc=proc)
    assert holder == Holder(pid=77, login="4294967294", command="evil?]52;c;x? --y", stopped=False)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can play two users")
async def test_two_users_of_one_group_share_a_file(tmp_path: Path, clock: ManualClock) -> None:
    """A colleague with another login writes to the shared file, and a stranger cannot."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o2771)
        create_shared(folder / "webcare.db", grp.getgrgid(os.getgid()).gr_name)
        async with await Database.open(folder / "webcare.db", clock=clock, migrations=SMALL) as database:
            colleague = start("write_once", database.path, user=(65534, os.getgid()))
            assert line_from(colleague) == "ready\n"
            output = await asyncio.to_thread(colleague.communicate, "go\n")
            assert (colleague.returncode, output[0]) == (0, "")
            assert await database.read(count) == 1
            stranger = start("write_once", database.path, user=(65534, 65534))
            output = await asyncio.to_thread(stranger.communicate, "go\n")
            assert stranger.returncode == 3
            assert "may not write" in output[0]
            assert await database.read(count) == 1


def line_from(worker: subprocess.Popen[str]) -> str:
    """The next line that a worker prints."""
    assert worker.stdout is not None
    return worker.stdout.readline()
