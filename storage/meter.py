"""The before/after meter in SQL: one conversation from its messages, and a period from the projection."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from domain.clock import Millis
from domain.conversation import Value
from domain.meter import EDGE, UNMEASURED, Arc, Sums, Tally, arc_of

FEELING: Final = "CASE WHEN sentiment_unsure THEN NULL ELSE sentiment_value END"
"""What a message counts for: nothing where the engine doubts, always where a person judged it."""

_MOOD: Final = f"(({{0}} > {EDGE}) - ({{0}} < {-EDGE}))"

_READ: Final = f"""
WITH answered AS MATERIALIZED (
  SELECT {{columns}}, came_back, before, after, CASE
    WHEN came_back = 0 THEN 'silent'
    WHEN before IS NULL OR after IS NULL THEN 'unknown'
    WHEN {_MOOD.format("after")} > {_MOOD.format("before")} THEN 'turned'
    WHEN {_MOOD.format("after")} < {_MOOD.format("before")} THEN 'worsened'
    ELSE 'kept' END AS outcome
  FROM conversation INDEXED BY conversation_meter
  WHERE first_reply_at >= :since AND first_reply_at < :until
    AND (:channel IS NULL OR channel = :channel) AND (:kind IS NULL OR kind = :kind)
    AND (:label IS NULL OR EXISTS (SELECT 1 FROM json_each(labels) WHERE value = :label))
)
SELECT {{groups}}, outcome, count(*) AS n, total(before) AS b, total(before * before) AS bb,
  total(after) AS a, total(after * after) AS aa, total(after - before) AS c,
  total((after - before) * (after - before)) AS cc
FROM answered {{source}} GROUP BY {{groups}}, outcome
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which conversations: those that we first answered in a period, and no others than said."""

    since: Millis
    until: Millis
    """The first moment after it."""

    channel: str | None = None
    label: str | None = None
    kind: str | None = None

    def values(self) -> Mapping[str, Value]:
        """As the statements name them."""
        return {
            "since": self.since, "until": self.until, "channel": self.channel, "label": self.label,
            "kind": self.kind,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Projected:
    """What a conversation's row keeps for the meter."""

    arc: Arc
    first_reply_at: Millis | None

    def fields(self) -> dict[str, Value]:
        """By column."""
        return {
            "before": self.arc.start,
            "after": self.arc.end,
            "first_reply_at": self.first_reply_at,
            "came_back": int(self.arc.answered and self.arc.came_back),
        }


def projected(exchange: Sequence[tuple[str, Millis, float | None]]) -> Projected:
    """From (direction, moment, feeling) of each message, oldest first, without notes and what was deleted."""
    first = next((at for direction, at, _feeling in exchange if direction == "out"), None)
    return Projected(arc_of([(direction, feeling) for direction, _at, feeling in exchange]), first)


def of_conversation(connection: sqlite3.Connection, conversation_id: int) -> Projected:
    """How one conversation went, from its messages."""
    rows = connection.execute(
        f"SELECT direction, created_at, {FEELING} AS feeling FROM message WHERE conversation_id = ?"
        " AND direction IN ('in', 'out') AND deleted = 0 ORDER BY created_at, id",
        (conversation_id,),
    ).fetchall()
    return projected([(row["direction"], row["created_at"], row["feeling"]) for row in rows])


def by_channel_and_kind(connection: sqlite3.Connection, asked: Asked) -> dict[tuple[str, str], Tally]:
    """Each conversation once, by (channel, kind)."""
    sql = _READ.format(columns="channel, kind", groups="channel, kind", source="")
    found: dict[tuple[str, str], Tally] = {}
    for row, tally in _tallies(connection, sql, asked):
        key = (row["channel"], row["kind"])
        found[key] = found.get(key, Tally()) + tally
    return found


def by_label(connection: sqlite3.Connection, asked: Asked) -> dict[str, Tally]:
    """By label, one with two labels at both; those without any are under the empty one."""
    sql = _READ.format(
        columns="CASE labels WHEN '[]' THEN '[\"\"]' ELSE labels END AS labels",
        groups="label.value",
        source=", json_each(answered.labels) AS label",
    )
    found: dict[str, Tally] = {}
    for row, tally in _tallies(connection, sql, asked):
        found[row["value"]] = found.get(row["value"], Tally()) + tally
    return found


def _tallies(connection: sqlite3.Connection, sql: str, asked: Asked) -> Iterator[tuple[sqlite3.Row, Tally]]:
    for row in connection.execute(sql, asked.values()).fetchall():
        counted = Tally.counted(row["outcome"], row["n"])
        if row["outcome"] in UNMEASURED:
            yield row, counted
        else:
            yield (
                row,
                replace(
                    counted,
                    before_sums=Sums(row["b"], row["bb"]),
                    after_sums=Sums(row["a"], row["aa"]),
                    change_sums=Sums(row["c"], row["cc"]),
                ),
            )
