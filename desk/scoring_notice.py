"""What every desk should know of the engine that reads: why another one does, and under which terms.

The collector knows it and writes it down; desks are other processes and read it with their health.
"""

from __future__ import annotations

from desk.scoring import Scoring
from domain.clock import DAY, Millis
from storage import notices
from storage.database import Database

TERMS_FOR: Millis = DAY
"""How long the terms of a newly chosen engine stand on the screen."""


class ScoringNotice:
    """Writes the notice when it changes."""

    def __init__(self) -> None:
        self._said: str | None = None

    async def tell(self, database: Database, scoring: Scoring, now: Millis) -> None:
        """Write the notice down if it is another than the last time."""
        sentence = scoring.trouble
        if not sentence and scoring.terms and await self._new(database, scoring, now):
            sentence = scoring.terms
        if sentence != self._said:
            await database.write(lambda connection: notices.set_scoring(connection, sentence))
            self._said = sentence

    async def _new(self, database: Database, scoring: Scoring, now: Millis) -> bool:
        """Whether the engine was first used less than a day ago."""
        name = scoring.engine.name
        first = await database.read(lambda connection: notices.first_use(connection, name))
        if first is None:
            await database.write(lambda connection: notices.set_first_use(connection, name, now))
        return first is None or now - first < TERMS_FOR
