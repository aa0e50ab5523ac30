"""Import and export: the bridge for every channel that has no connector."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from channels.base import Batch
from config.channel_settings import ChannelSettings
from config.settings import Settings
from desk.clocks import Clocks
from desk.intake import Intake, Taken
from desk.scoring import Scoring
from domain.clock import Clock
from domain.inbound import BadItem, ContactRef, Inbound
from domain.measure import PLATFORM_LIMITS
from storage.database import Database

BATCH = 200
"""Lines a transaction: long enough to be fast, short enough that nobody waits."""

BAD_LINES = "jsonl"
"""The channel under which lines without a readable channel stand in quarantine."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """Brings lines in and takes mentions out."""

    database: Database
    clock: Clock
    settings: Settings
    clocks: Clocks
    scoring: Scoring

    async def bring_in(self, lines: Iterable[Inbound | BadItem]) -> Taken:
        """Store all lines; a bad one is quarantined. A second time changes nothing."""
        total = Taken()
        for chunk in _chunks(lines, BATCH):
            for channel, batch in _by_channel(chunk).items():
                total.add(await self._store(channel, batch))
        return total

    async def take_out(self) -> list[Inbound]:
        """Every mention that came in, oldest first."""
        return await self.database.read(_mentions)

    async def _store(self, channel: str, batch: Batch) -> Taken:
        settings = self.settings.channels.get(channel) or _unconfigured(channel)
        intake = Intake(settings, self.clocks, self.scoring.score, self.scoring.score_many)
        prepared = intake.prepare(batch)
        now = self.clock.now()
        return await self.database.write(
            lambda connection: intake.store(connection, batch, prepared, stream="import", now=now)
        )


def _unconfigured(channel: str) -> ChannelSettings:
    """A channel that only lives in imported lines; its limits follow its name where that is a platform's."""
    platform = channel if channel in PLATFORM_LIMITS else "jsonl"
    return ChannelSettings(id=channel, platform=platform, options={}, name=channel)


def _chunks(lines: Iterable[Inbound | BadItem], size: int) -> Iterator[list[Inbound | BadItem]]:
    chunk: list[Inbound | BadItem] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _by_channel(chunk: Iterable[Inbound | BadItem]) -> dict[str, Batch]:
    items: dict[str, list[Inbound]] = {}
    bad: dict[str, list[BadItem]] = {}
    for line in chunk:
        if isinstance(line, BadItem):
            bad.setdefault(BAD_LINES, []).append(line)
        else:
            items.setdefault(line.channel, []).append(line)
    return {
        channel: Batch(items=tuple(items.get(channel, ())), bad=tuple(bad.get(channel, ())))
        for channel in items.keys() | bad.keys()
    }


def _mentions(connection: sqlite3.Connection) -> list[Inbound]:
    rows = connection.execute(
        "SELECT m.*, c.thread_key, h.remote_id AS author_id, h.handle AS author_handle, p.name AS author_name"
        " FROM message m JOIN conversation c ON c.id = m.conversation_id"
        " JOIN contact p ON p.id = m.contact_id"
        " JOIN contact_handle h ON h.contact_id = m.contact_id AND h.channel = m.channel"
        " WHERE m.direction = 'in' ORDER BY m.created_at, m.id"
    ).fetchall()
    return [_inbound(row) for row in rows]


def _inbound(row: sqlite3.Row) -> Inbound:
    name = row["author_name"]
    handle = row["author_handle"]
    return Inbound(
        channel=row["channel"],
        account=row["account"],
        remote_id=row["remote_id"],
        kind=row["kind"] or "mention",
        visibility=row["visibility"],
        thread_key=row["thread_key"],
        author=ContactRef(row["author_id"], handle, "" if name == handle else name),
        text=row["text"],
        created_at=row["created_at"],
        revision=row["revision"],
        parent_id=row["parent_id"],
        parent_ref=json.loads(row["parent_ref"]) if row["parent_ref"] else None,
        edited_at=row["edited_at"],
        deleted=bool(row["deleted"]),
        rating=row["rating"],
        permalink=row["permalink"],
    )
