"""What must hold in the file after many processes wrote to it, told from what each of them saw."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.lib import counts
from bench.lib.figures import Figures

Held = tuple[int, int, int]


def overlaps(held_by: Mapping[str, Iterable[Sequence[int]]]) -> int:
    """How often two operators were both told that the same conversation is theirs, at the same time."""
    by_conversation: dict[int, list[tuple[int, int, str]]] = {}
    for login, spans in held_by.items():
        for conversation, since, until in spans:
            by_conversation.setdefault(conversation, []).append((since, until, login))
    found = 0
    for spans_ in by_conversation.values():
        spans_.sort()
        reached, whose = -1, ""
        for since, until, login in spans_:
            found += since < reached and login != whose
            if until > reached:
                reached, whose = until, login
    return found


def doubles(connection: sqlite3.Connection, after: int) -> int:
    """How often the record says that somebody claimed what a colleague held."""
    holder: dict[int, str | None] = {}
    found = 0
    rows = connection.execute(
        "SELECT conversation_id, kind, payload FROM event WHERE id > ? AND conversation_id IS NOT NULL"
        " ORDER BY id",
        (after,),
    )
    for conversation, kind, payload in rows:
        changed = json.loads(payload).get("set", {})
        if "holder" in changed:
            before = holder.get(conversation)
            found += kind == "claimed" and before is not None and before != changed["holder"]
            holder[conversation] = changed["holder"]
    return found


def last_event(path: Path) -> int:
    """The newest event before the run."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT coalesce(max(id), 0) FROM event").fetchone()[0])


def look(
    path: Path, *, after: int, stored: int, records: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Figures:
    """Everything that has to be 0, and how much was done.

    `stored` is what the platform knows to be taken; `records` are those of the operators, by login.
    """
    replies = [one for told in records.values() for record in told for one in record["replies"]]
    posted = Counter(_keys(path.with_suffix(".practice.jsonl")))
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        sent = dict(connection.execute("SELECT id, client_key FROM outbox WHERE status = 'sent'").fetchall())
        mentions, different = connection.execute(
            "SELECT count(*), count(DISTINCT remote_id) FROM message WHERE remote_id GLOB 'flood*'"
        ).fetchone()
        found: Figures = {
            "mentions": mentions,
            "mentions_lost": max(0, stored - different),
            "mentions_twice": mentions - different,
            "replies": len(replies),
            "replies_lost": sum(one not in sent for one in replies) + max(0, len(sent) - len(posted)),
            "replies_twice": sum(posted.values()) - len(posted),
            "double_claims": doubles(connection, after)
            + overlaps({login: _held(told) for login, told in records.items()}),
            "counters_wrong": len(counts.wrong(connection)),
        }
    sums = ("conflicts", "robbed", "refused", "busy", "changes", "resolved")
    every = [record for told in records.values() for record in told]
    found.update({name: sum(record[name] for record in every) for name in sums})
    found["claims"] = sum(len(record["claim_us"]) for record in every)
    faults = Counter(fault for record in every for fault in record["faults"])
    found["faults"] = dict(faults.most_common(5))
    found["fault_count"] = sum(faults.values())
    return found


def _held(told: Sequence[Mapping[str, Any]]) -> list[Held]:
    return [(one[0], one[1], one[2]) for record in told for one in record["held"]]


def _keys(ledger: Path) -> list[str]:
    if not ledger.exists():
        return []
    return [json.loads(line)["key"] for line in ledger.read_text(encoding="utf-8").splitlines()]
