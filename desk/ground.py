"""What every service of the desk stands on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from config.settings import Settings
from desk.clocks import Clocks
from desk.rows import LEASE
from desk.views import Operator
from domain.clock import SECOND, Clock, Millis
from storage.database import Database

T = TypeVar("T")

HEARTBEAT: Millis = 15 * SECOND


@dataclass(frozen=True, slots=True)
class Ground:
    """Database, clock, settings and who is acting; handed to each service by the composition root."""

    database: Database
    clock: Clock
    settings: Settings
    clocks: Clocks
    operator: Operator
    session: str
    """Id of this running desk; its heartbeat keeps its claims alive."""

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in one write transaction."""
        return await self.database.write(work)

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` on one consistent snapshot."""
        return await self.database.read(work)

    def alive_since(self) -> Millis:
        """A session whose heartbeat is older than this is dead."""
        return self.clock.now() - LEASE
