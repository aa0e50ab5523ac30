"""How often a template was used, how much of it was changed, and how the contact felt afterwards."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from domain.clock import Millis

RECENT = 2_000
"""Uses that are looked at one by one; older ones only count."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of one template."""

    uses: int
    last_used: Millis
    alike: int = 0
    """How many of the latest uses were in conversations of the kind that was asked for."""

    edited: float | None = None
    """Mean share that was changed in the latest uses."""

    earned: float | None = None
    """Mean change of the contact's sentiment, from their last words before to their first words after."""

    earned_of: int = 0


def used(
    connection: sqlite3.Connection,
    template: str,
    *,
    conversation_id: int,
    operator: str,
    edited_share: float,
    at: Millis,
) -> None:
    """A reply that started from a template was queued; `edited_share` is 0 (as it was) to 1."""
    connection.execute(
        "INSERT INTO template_use (template, conversation_id, operator, edited_share, at)"
        " VALUES (?, ?, ?, ?, ?)",
        (template, conversation_id, operator, edited_share, at),
    )


def uses(connection: sqlite3.Connection) -> dict[str, tuple[int, Millis]]:
    """(times used, last used at) by template."""
    rows = connection.execute(
        "SELECT template, count(*) AS n, max(at) AS last FROM template_use GROUP BY template"
    ).fetchall()
    return {row["template"]: (row["n"], row["last"]) for row in rows}


def figures(connection: sqlite3.Connection, kind: str) -> dict[str, Figures]:
    """What the picker ranks templates by, in a conversation of a kind; an index scan and two seeks a use."""
    latest: defaultdict[str, list[sqlite3.Row]] = defaultdict(list)
    said = (
        "SELECT message.sentiment_value FROM message WHERE message.conversation_id = recent.conversation_id"
        " AND message.direction = 'in' AND message.deleted = 0 AND message.sentiment_value IS NOT NULL"
        " AND message.received_at {when} recent.at ORDER BY message.id {order} LIMIT 1"
    )
    rows = connection.execute(
        "SELECT recent.template, recent.edited_share, conversation.kind = :kind AS alike,"
        f" ({said.format(when='<=', order='DESC')}) AS before,"
        f" ({said.format(when='>', order='ASC')}) AS after"
        " FROM (SELECT template, conversation_id, edited_share, at FROM template_use"
        " ORDER BY id DESC LIMIT :recent) AS recent"
        " JOIN conversation ON conversation.id = recent.conversation_id",
        {"kind": kind, "recent": RECENT},
    ).fetchall()
    for row in rows:
        latest[row["template"]].append(row)
    return {template: _figures(n, last, latest[template]) for template, (n, last) in uses(connection).items()}


def _figures(n: int, last: Millis, latest: Sequence[sqlite3.Row]) -> Figures:
    changes = [
        row["after"] - row["before"]
        for row in latest
        if row["after"] is not None and row["before"] is not None
    ]
    return Figures(
        uses=n,
        last_used=last,
        alike=sum(row["alike"] for row in latest),
        edited=sum(row["edited_share"] for row in latest) / len(latest) if latest else None,
        earned=sum(changes) / len(changes) if changes else None,
        earned_of=len(changes),
    )
