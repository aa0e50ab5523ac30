"""From the file to candidates: what is read for a suggestion, without waiting and without a face."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.clock import Millis
from domain.likeness import Asked, rarity, words
from domain.suggest import Candidate, Circumstances, Neighbour, Open, name_of, rank
from domain.suggest_learning import Taught, Weights
from domain.suggest_outcome import Aftermath, Said, outcome_of
from domain.template import edited_share
from storage import conversations, resembling, suggestions

NEIGHBOURS = 100
"""Answered mentions that are compared word by word."""

WORDS = 24
"""Words of the mention that are looked for."""


@dataclass(frozen=True, slots=True)
class Material:
    """All that ranking needs, read on one snapshot."""

    opened: Open
    neighbours: tuple[Neighbour, ...]
    taught: Mapping[str, Taught]
    weights: Weights

    def ranked(self) -> tuple[Candidate, ...]:
        """All candidates, best first; pure computation, for a thread of its own."""
        return rank(self.opened, self.neighbours, self.taught, self.weights)


def gather(connection: sqlite3.Connection, conversation_id: int, now: Millis) -> Material:
    """Read what there is for a conversation. Raises NotFound."""
    row = conversations.get(connection, conversation_id)
    text, language = asked(connection, conversation_id)
    looked_for = words(text)[:WORDS]
    hits, total = resembling.hits(connection, looked_for)
    rarities = {word: rarity(count, total) for word, count in hits.items()}
    opened = Open(
        Asked.of(looked_for, rarities),
        Circumstances(
            row["kind"], language, row["channel"], row["platform"], row["visibility"], _labels(row["labels"])
        ),
        now,
    )
    ids = [*resembling.mentions(connection, hits, total), *resembling.lately(connection, total)]
    rows = resembling.answered(connection, ids, but=conversation_id, limit=NEIGHBOURS)
    neighbours = _neighbours(connection, rows, now)
    names = sorted({name_of(one) for one in neighbours})
    return Material(
        opened, neighbours, suggestions.taught(connection, names), suggestions.weights(connection)
    )


def asked(connection: sqlite3.Connection, conversation_id: int) -> tuple[str, str | None]:
    """What the contact wrote since our last reply, or, where that is nothing, last; and its language."""
    rows = (
        connection.execute(
            "SELECT text, lang FROM message WHERE conversation_id = ? AND direction = 'in' AND deleted = 0"
            " AND id > (SELECT coalesce(max(id), 0) FROM message WHERE conversation_id = ?"
            " AND direction = 'out')"
            " ORDER BY id DESC LIMIT 5",
            (conversation_id, conversation_id),
        ).fetchall()
        or connection.execute(
            "SELECT text, lang FROM message WHERE conversation_id = ? AND direction = 'in' AND deleted = 0"
            " ORDER BY id DESC LIMIT 1",
            (conversation_id,),
        ).fetchall()
    )
    return " ".join(row["text"] for row in rows), rows[0]["lang"] if rows else None


def _neighbours(
    connection: sqlite3.Connection, rows: Sequence[sqlite3.Row], now: Millis
) -> tuple[Neighbour, ...]:
    threads = [row["conversation_id"] for row in rows]
    if not threads:
        return ()
    said = _by(resembling.afterwards(connection, threads), "conversation_id")
    later = _by(resembling.opened_again(connection, [row["contact_id"] for row in rows]), "contact_id")
    picks = suggestions.picks(connection, threads)
    uses = suggestions.template_uses(connection, threads)
    return tuple(
        Neighbour(
            reply=row["reply"],
            conversation=row["conversation_id"],
            at=row["at"],
            mention=row["mention"],
            answer=row["answer"],
            circumstances=Circumstances(
                row["kind"], row["lang"], row["channel"], row["platform"], row["visibility"],
                _labels(row["labels"]),
            ),
            template=_template(uses.get(row["conversation_id"])),
            outcome=outcome_of(
                _aftermath(row, said, later),
                now=now,
                edited=_edited(row, picks.get(row["conversation_id"]), uses.get(row["conversation_id"])),
            ),
        )
        for row in rows
    )  # fmt: skip


def _aftermath(
    row: sqlite3.Row, said: Mapping[int, list[sqlite3.Row]], later: Mapping[int, list[sqlite3.Row]]
) -> Aftermath:
    return Aftermath(
        row["mention"],
        row["before"],
        row["at"],
        [
            Said(one["text"], one["lang"], one["sentiment_value"])
            for one in said.get(row["conversation_id"], ())
            if one["id"] > row["reply"]
        ],
        [
            (one["opened_at"], one["preview"])
            for one in later.get(row["contact_id"], ())
            if one["id"] != row["conversation_id"]
        ],
    )


def _template(use: sqlite3.Row | None) -> str | None:
    """The template an answer began as, unless little of it was left."""
    return None if use is None or use["edited_share"] > 0.5 else str(use["template"])


def _edited(row: sqlite3.Row, pick: sqlite3.Row | None, use: sqlite3.Row | None) -> float | None:
    if use is not None:
        return float(use["edited_share"])
    if pick is None or pick["text"] is None:
        return None
    return edited_share(pick["text"], row["answer"])


def _by(rows: Sequence[sqlite3.Row], column: str) -> Mapping[int, list[sqlite3.Row]]:
    found: dict[int, list[sqlite3.Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def _labels(written: str) -> frozenset[str]:
    return frozenset(json.loads(written)) if written != "[]" else frozenset()
