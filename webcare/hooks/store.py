"""Where the receiver keeps bodies: in the database, or in a spool on a host that has none."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from domain.clock import Clock
from storage import hooks
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Kept:
    """One body on its way into a store."""

    channel: str
    event_id: str
    """The platform's own name for it; empty where it has none."""

    received_at: int
    body: bytes


Counts = Mapping[tuple[str, str], int]
"""Refused calls by channel and reason."""


class Store(Protocol):
    """Keeps what came in. What `keep` has returned for is on the disk."""

    async def keep(self, kept: Kept) -> bool:
        """Keep a body; False where it is there already. Raises StorageError or OSError."""
        ...

    async def count(self, counts: Counts) -> None:
        """Add to the counts of refused calls."""
        ...


@dataclass(frozen=True, slots=True)
class DatabaseStore:
    """The desk's own database: one transaction a body."""

    database: Database
    clock: Clock

    async def keep(self, kept: Kept) -> bool:
        """Keep a body, committed."""
        return await self.database.write(
            lambda connection: hooks.keep(
                connection, kept.channel, kept.event_id, kept.body, received_at=kept.received_at
            )
        )

    async def count(self, counts: Counts) -> None:
        """Add to the counts of refused calls."""
        now = self.clock.now()

        def work(connection: sqlite3.Connection) -> None:
            for (channel, reason), count in counts.items():
                hooks.count_refused(connection, channel, reason, count, at=now)

        await self.database.write(work)
