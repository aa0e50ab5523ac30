"""A database in a temporary directory, with a schema of its own where the desk's is not the subject."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from domain.clock import ManualClock
from storage.database import Database
from tests.storage.workers import SMALL, STARTED


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_700_000_000_000)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the test's database goes; nothing is there yet."""
    return tmp_path / "desk" / "webcare.db"


@pytest.fixture
async def small(place: Path, clock: ManualClock) -> AsyncIterator[Database]:
    """An open database with the small schema."""
    async with await Database.open(place, clock=clock, migrations=SMALL) as database:
        yield database


@pytest.fixture(autouse=True)
def _no_worker_outlives_its_test() -> Iterator[None]:
    yield
    while STARTED:
        with STARTED.pop() as worker:
            worker.kill()
