"""What changed, for whoever shows it: one coalescing message per burst, ours and everybody's alike."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

from desk.ground import Ground
from desk.views import Change
from storage import events

LIMIT = 2_000
"""More events than this since the last look: re-read what is shown instead of naming it."""

PRESENCE = frozenset({"claimed", "released", "stolen", "lease_expired"})
OUTBOX = frozenset(
    {"reply_queued", "reply_sent", "reply_called_back", "reply_refused", "reply_unknown", "reply_waits",
     "reply_asked", "reply_sent_again"}
)  # fmt: skip
MENTIONS = frozenset({"conversation_opened", "mention_received", "late_arrival"})


@dataclass(frozen=True, slots=True)
class _Small:
    """What changes without an event: presence and health."""

    sessions: tuple[tuple[str, int | None], ...]
    channels: tuple[tuple[object, ...], ...]


class Watching:
    """Turns commits into changes."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def changes(self) -> AsyncIterator[Change]:
        """A change for every burst of commits that touched something a desk shows."""
        hints = self._ground.database.changes()
        seen = await self._ground.read(events.last_id)
        small = await self._ground.read(_small)
        async for _hint in hints:
            rows, now = await self._ground.read(partial(_look, after=seen))
            change = _change(rows, before=small, after=now)
            if rows:
                seen = rows[-1]["id"]
            if len(rows) == LIMIT:
                seen = await self._ground.read(events.last_id)
            small = now
            if change is not None:
                yield change


def _change(rows: list[sqlite3.Row], *, before: _Small, after: _Small) -> Change | None:
    presence = before.sessions != after.sessions
    channels = before.channels != after.channels
    if not rows and not presence and not channels:
        return None
    kinds = {row["kind"] for row in rows}
    return Change(
        conversations=frozenset(row["conversation_id"] for row in rows if row["conversation_id"]),
        new_conversations=sum(row["kind"] == "conversation_opened" for row in rows),
        new_mentions=sum(row["kind"] in MENTIONS for row in rows),
        presence=presence or bool(kinds & PRESENCE),
        outbox=bool(kinds & OUTBOX),
        channels=channels,
        everything=len(rows) == LIMIT,
    )


def _look(connection: sqlite3.Connection, *, after: int) -> tuple[list[sqlite3.Row], _Small]:
    return events.since(connection, after, LIMIT), _small(connection)


def _small(connection: sqlite3.Connection) -> _Small:
    sessions = connection.execute("SELECT id, composing FROM session ORDER BY id").fetchall()
    health = connection.execute(
        "SELECT channel, last_item_at, error FROM channel_health ORDER BY 1"
    ).fetchall()
    return _Small(
        tuple((row["id"], row["composing"]) for row in sessions), tuple(tuple(row) for row in health)
    )
