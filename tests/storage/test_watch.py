"""The directory watch sees writes, and its absence is no error."""

from __future__ import annotations

import asyncio
import ctypes
import sys
from pathlib import Path

import pytest

from storage import watch as watch_module
from storage.watch import ChangeFeed, DirectoryWatch

linux = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")


@linux
def test_names_of_written_files_are_read_once(tmp_path: Path) -> None:
    watch = DirectoryWatch.open(tmp_path)
    assert watch is not None
    assert watch.read() == frozenset()
    (tmp_path / "a").write_text("1")
    (tmp_path / "b").touch()
    (tmp_path / "b").rename(tmp_path / "c")
    assert watch.read() == frozenset("abc")
    assert watch.read() == frozenset()
    watch.close()
    watch.close()


@linux
def test_no_watch_on_what_is_not_there(tmp_path: Path) -> None:
    assert DirectoryWatch.open(tmp_path / "none") is None


def test_a_system_without_inotify_has_no_watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Libc:
        pass

    monkeypatch.setattr(ctypes, "CDLL", lambda *_name, **_options: Libc())
    assert DirectoryWatch.open(tmp_path) is None


def test_no_watches_left_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Libc:
        def inotify_init1(self, _flags: int) -> int:
            return -1

    monkeypatch.setattr(ctypes, "CDLL", lambda *_name, **_options: Libc())
    assert DirectoryWatch.open(tmp_path) is None


async def test_a_commit_that_becomes_visible_late_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event comes when the WAL is written; the new version only after the disk has answered."""
    monkeypatch.setattr(watch_module, "POLL", 3600)
    asked = 0

    async def late() -> int:
        nonlocal asked
        asked += 1
        return 1 if asked >= 4 else 0

    feed = ChangeFeed(tmp_path / "webcare.db", late, 0)
    changes = feed.subscribe()
    feed.hint()
    async with asyncio.timeout(30):
        await anext(changes)
    assert asked == 4
    await feed.aclose()


async def test_a_closed_feed_ends_at_once(tmp_path: Path) -> None:
    async def never() -> int:
        return 0

    feed = ChangeFeed(tmp_path / "webcare.db", never, 0)
    await feed.aclose()
    with pytest.raises(StopAsyncIteration):
        await anext(feed.subscribe())
