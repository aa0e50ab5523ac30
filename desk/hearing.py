"""Reading what the receiver kept: bodies of webhooks become items, echoes and receipts by the usual intake.

A body is read after it was answered, in the order of arrival, and marked as read in the transaction of what
was found in it: a killed collector reads it again and stores it once.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from channels.base import Batch
from channels.hooks import About, Hook
from config.settings import Settings
from desk.clocks import Clocks
from desk.intake import Intake
from desk.scoring import Scoring
from domain.clock import Clock
from domain.inbound import BadItem
from i18n import _
from storage import hooks as store
from storage.database import Database

STREAM = "webhook"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hearing:
    """Reads the bodies of the channels whose platforms call us."""

    database: Database
    clock: Clock
    settings: Settings
    clocks: Clocks
    scoring: Scoring
    hooks: Mapping[str, Hook]
    """By channel."""

    async def step(self) -> int:
        """Read what waits, oldest first. Returns how many bodies were read. Raises StorageError."""
        if not self.hooks:
            return 0
        waiting = await self.database.read(lambda connection: store.unread(connection, tuple(self.hooks)))
        for row in waiting:
            await self._read(row)
        return len(waiting)

    async def _read(self, row: sqlite3.Row) -> None:
        settings = self.settings.channels[row["channel"]]
        about = About(settings.id, row["received_at"], settings.options, listen_only=settings.listen_only)
        batch = await asyncio.to_thread(self._parsed, row, about)
        intake = Intake(settings, self.clocks, self.scoring.score)
        prepared = await asyncio.to_thread(intake.prepare, batch)
        now = self.clock.now()

        def work(connection: sqlite3.Connection) -> None:
            if store.set_read(connection, row["id"], outcome_of(batch), at=now):
                intake.store(connection, batch, prepared, stream=STREAM, now=now)

        await self.database.write(work)

    def _parsed(self, row: sqlite3.Row, about: About) -> Batch:
        try:
            return self.hooks[row["channel"]].parse(row["body"], about)
        except Exception:
            _log.exception("a webhook's body of %s broke its reader", row["channel"])
            return Batch(bad=(BadItem(_("This body cannot be read; the log says why."), row["body"]),))


def outcome_of(batch: Batch) -> str:
    """In words, what was found in a body; reasons of what was set aside first."""
    reasons = [aside.reason for aside in batch.aside] + [bad.reason for bad in batch.bad]
    counted = _(
        "{items} items, {echoes} echoes, {receipts} receipts.",
        items=len(batch.items), echoes=len(batch.echoes), receipts=len(batch.statuses),
    )  # fmt: skip
    return " ".join([*dict.fromkeys(reasons), counted])[:2_000]
