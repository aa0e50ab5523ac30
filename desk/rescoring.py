"""Reading stored messages with the engine at work, when it is another one than read them first.

Both scores are kept. What a person said stands. Each batch is one transaction and leaves nothing half done,
so that a killed run goes on where it stopped.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desk import mention_rows as rows
from desk import moves
from desk.clocks import Clocks
from desk.scoring import Scoring
from domain.clock import Clock, Millis
from domain.conversation import Move
from domain.errors import NotAllowed
from sentiment.protocol import Score
from storage import edits, rescoring, scores
from storage.database import Database
from storage.edits import Rescore
from storage.rescoring import Asked

BATCH = 100
"""Messages a transaction."""

Said = Callable[[int, int], None]
"""Told after each batch: how many are done, of how many."""


@dataclass(frozen=True, slots=True)
class Rescoring:
    """One run over the stored messages."""

    database: Database
    clock: Clock
    clocks: Clocks
    scoring: Scoring

    async def run(self, *, since: Millis | None = None, said: Said | None = None) -> int:
        """Read what this engine has not read; returns how many messages that were.

        Raises NotAllowed, with what is kept so far, where another engine would read in its place.
        """
        engine = self.scoring.engine
        asked, done = Asked(engine.name, engine.version, since), 0
        after = await self.database.read(lambda connection: rescoring.got_to(connection, asked))
        whole = await self.database.read(lambda connection: rescoring.left(connection, asked, after))
        while batch := await self.database.read(
            lambda connection, at=after: rescoring.unread(connection, asked, at, BATCH)  # type: ignore[misc]
        ):
            after = batch[-1]["id"]
            found = await asyncio.to_thread(self._read, batch)
            if self.scoring.trouble:
                raise NotAllowed(self.scoring.trouble)
            done += await self.database.write(
                lambda connection, batch=batch, found=found: self._keep(connection, batch, found, asked)  # type: ignore[misc]
            )
            if said is not None:
                said(done, max(whole, done))
        return done

    def _read(self, batch: Sequence[sqlite3.Row]) -> list[Score]:
        return self.scoring.read_many([(row["text"], row["lang"]) for row in batch])

    def _keep(
        self,
        connection: sqlite3.Connection,
        batch: Sequence[sqlite3.Row],
        found: Sequence[Score],
        asked: Asked,
    ) -> int:
        now = self.clock.now()
        same = rescoring.unchanged(connection, batch)
        read = [(row, score) for row, score in zip(batch, found, strict=True) if row["id"] in same]
        for row, score in read:
            scores.insert_many(connection, rows.score_rows(score, row["id"], now))
        edits.rescore(
            connection,
            [
                Rescore(
                    row["id"], score.sentiment, score.unsure, score.value, f"{score.engine} {score.version}"
                )
                for row, score in read
            ],
        )
        self._follow(connection, sorted({row["conversation_id"] for row, _score in read}), now)
        rescoring.set_got_to(connection, asked, batch[-1]["id"])
        return len(read)

    def _follow(self, connection: sqlite3.Connection, conversations: Sequence[int], now: Millis) -> None:
        """Badges and meter follow their messages; what a conversation is stays, because clocks hang on it."""
        changed = {row["id"]: row for row in rescoring.shown(connection, conversations)}
        for conversation_id in conversations:
            row = changed.get(conversation_id)
            if row is None:
                moves.refresh(connection, self.clocks, conversation_id)
                continue
            move = Move({"sentiment": row["sentiment"], "sentiment_unsure": row["sentiment_unsure"]})
            engine = f"{self.scoring.engine.name} {self.scoring.engine.version}"
            moves.make(
                connection, self.clocks, conversation_id, move, at=now, actor="system", kind="rescored",
                details={"engine": engine},
            )  # fmt: skip
