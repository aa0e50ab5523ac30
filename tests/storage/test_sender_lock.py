"""One sender at a time; the kernel frees the lock of a killed one, and the fence tells it apart."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from domain.errors import StorageError
from storage.database import Database
from storage.sender_lock import SenderLock, fence, lock_path, next_fence, owner
from tests.storage.workers import start


def test_the_second_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    database = tmp_path / "webcare.db"
    first = SenderLock.beside(database)
    assert first is not None
    held = [first.held]
    assert SenderLock.beside(database) is None
    first.release()
    first.release()
    assert [*held, first.held] == [True, False]
    second = SenderLock.beside(database)
    assert second is not None
    second.release()


def test_a_killed_sender_frees_the_lock_and_leaves_its_name(tmp_path: Path) -> None:
    database = tmp_path / "webcare.db"
    worker = start("sends", database)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "sender\n"
    assert SenderLock.beside(database) is None
    signed = owner(database)
    assert signed is not None
    assert (signed.pid, signed.host) == (worker.pid, socket.gethostname())
    assert signed.user
    worker.kill()
    worker.communicate()
    lock = SenderLock.beside(database)
    assert lock is not None
    again = owner(database)
    assert again is not None
    assert again.pid == os.getpid()
    lock.release()


def test_a_lock_file_without_a_name_says_nothing(tmp_path: Path) -> None:
    database = tmp_path / "webcare.db"
    assert owner(database) is None
    lock_path(database).write_text("{torn")
    assert owner(database) is None
    lock_path(database).write_text("[1, 2]")
    assert owner(database) is None


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be opened for writing"):
        SenderLock.beside(tmp_path / "none" / "webcare.db")


def test_a_link_in_place_of_the_lock_is_refused(tmp_path: Path) -> None:
    database = tmp_path / "webcare.db"
    (tmp_path / "victim").write_text("mine")
    lock_path(database).symlink_to(tmp_path / "victim")
    with pytest.raises(StorageError):
        SenderLock.beside(database)
    assert (tmp_path / "victim").read_text() == "mine"


@pytest.mark.parametrize(("folder", "mode"), [(0o700, 0o600), (0o2770, 0o660)])
def test_in_a_shared_directory_colleagues_can_take_over(tmp_path: Path, folder: int, mode: int) -> None:
    tmp_path.chmod(folder)
    lock = SenderLock.beside(tmp_path / "webcare.db")
    assert lock is not None
    assert lock.path.stat().st_mode & 0o777 == mode
    lock.release()


async def test_the_fence_only_rises(small: Database) -> None:
    assert await small.read(fence) == 0
    assert [await small.write(next_fence) for _time in range(3)] == [1, 2, 3]
    assert await small.read(fence) == 3
