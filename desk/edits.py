"""Mentions that the desk had already and that a batch changes: edited, scored anew, taken down."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from domain.clock import Millis
from domain.inbound import Inbound
from sentiment.protocol import Score
from storage import edits, messages
from storage.edits import Rescore, Rewrite


@dataclass(slots=True)
class Seen:
    """A message that is there, or that came earlier in this batch, as it will stand."""

    id: int
    conversation_id: int
    direction: str
    text: str
    revision: str
    edited_at: Millis | None
    deleted: bool
    late: bool
    corrected: bool
    """Whether a person said what its sentiment is."""

    @staticmethod
    def of(row: sqlite3.Row) -> Seen:
        """As it is stored."""
        return Seen(
            row["id"], row["conversation_id"], row["direction"], row["text"], row["revision"],
            row["edited_at"], bool(row["deleted"]), bool(row["late"]), bool(row["corrected"]),
        )  # fmt: skip

    def differs(self, item: Inbound) -> bool:
        """Whether the item may say something that we do not know; a plain repetition does not."""
        return item.revision != self.revision or (item.deleted and not self.deleted)


class Edits:
    """What a batch changes in stored messages, gathered and written at once."""

    def __init__(self, connection: sqlite3.Connection, changing: Iterable[Seen]) -> None:
        self._connection = connection
        self._revisions = edits.revisions(connection, list({one.id: None for one in changing}))
        self._rewrites: list[Rewrite] = []
        self._rescores: list[Rescore] = []
        self._deleted: list[int] = []
        self._asking: list[int] = []

    def is_edit(self, seen: Seen, item: Inbound) -> bool:
        """Whether the item is a newer text of the message."""
        if item.deleted or seen.direction != "in" or item.revision == seen.revision:
            return False
        if item.edited_at is not None and seen.edited_at is not None:
            return item.edited_at >= seen.edited_at
        # A slower stream still shows the old text; without a stamp it is no edit back to it.
        return (seen.id, item.revision) not in self._revisions

    def rewrite(self, seen: Seen, item: Inbound, edited_at: Millis) -> None:
        """The item's text takes the place of the one that stood."""
        self._rewrites.append(Rewrite(seen.id, seen.text, seen.revision, item.text, item.revision, edited_at))
        self._revisions.add((seen.id, seen.revision))
        seen.text, seen.revision, seen.edited_at = item.text, item.revision, edited_at

    def rescore(self, seen: Seen, score: Score) -> None:
        """What the engine makes of the newer text."""
        self._rescores.append(
            Rescore(seen.id, score.sentiment, score.unsure, score.value, f"{score.engine} {score.version}")
        )

    def delete(self, seen: Seen) -> None:
        """Its author took it down."""
        self._deleted.append(seen.id)
        seen.deleted = True

    def ask(self, seen: Seen) -> None:
        """A closing thanks is none any more."""
        self._asking.append(seen.id)
        seen.late = False

    def write(self) -> None:
        """Write all of it; the messages have to be there."""
        if self._rewrites:
            edits.rewrite(self._connection, self._rewrites)
        edits.rescore(self._connection, self._rescores)
        edits.mark_deleted(self._connection, self._deleted)
        messages.set_late(self._connection, self._asking, late=False)
