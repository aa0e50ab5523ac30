"""What must hold of a desk's file at any moment, whatever happened; read inside one snapshot."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace

from domain.chain import NOT_YET
from domain.queues import DEFAULT_QUEUES, QueueFilter
from storage import chain, events, meter, promises, queues

DEFAULTS: dict[str, object] = {
    "labels": "[]", "assignee": None, "holder": None, "holder_session": None, "shows_at": None,
    "snooze_due_at": None, "until_reply": 0, "late_arrivals": 0,
}  # fmt: skip
"""What a conversation begins with where its first event says nothing."""

DERIVED = {"due_at", "soon_at", "due_what", "due_sort", "before", "after", "first_reply_at", "came_back"}
"""Worked out from events and messages again and again; not recorded."""


def broken(connection: sqlite3.Connection) -> list[str]:
    """The invariants that do not hold, in words; empty when all is well."""
    return [
        *_counts(connection), *_folds(connection), *_promises(connection), *_chain(connection),
        *_drafts_and_outbox(connection), *_meter(connection), *_parts(connection),
    ]  # fmt: skip


def _counts(connection: sqlite3.Connection) -> list[str]:
    kept = queues.counts(connection)
    logins = [row[0] for row in connection.execute("SELECT login FROM operator").fetchall()]
    channels = [row[0] for row in connection.execute("SELECT DISTINCT channel FROM conversation").fetchall()]
    wanted = {one.id: one.filter for one in DEFAULT_QUEUES if one.id != "mine"}
    wanted |= {f"mine:{login}": QueueFilter(active=True, owner=login) for login in logins}
    wanted |= {f"channel:{channel}": QueueFilter(active=True, channel=channel) for channel in channels}
    found = []
    for name, queue in wanted.items():
        ids = queues.ids(connection, queue)
        if kept.get(name, 0) != len(ids):
            found.append(f"queue {name} says {kept.get(name, 0)} and holds {len(ids)}")
        if list(ids) != _paged(connection, queue):
            found.append(f"queue {name} pages in another order than it lists")
    return found


def _paged(connection: sqlite3.Connection, queue: QueueFilter) -> list[int]:
    ids: list[int] = []
    after: tuple[int, int] | None = None
    while rows := queues.page(connection, replace(queue), after, 7):
        ids += [row["id"] for row in rows]
        after = queues.sort_key(queue, rows[-1])
    return ids


def _folds(connection: sqlite3.Connection) -> list[str]:
    """The projection is what the events say: every `set` in order, on top of the defaults."""
    by_conversation: dict[int, dict[str, object]] = {}
    rows = connection.execute("SELECT conversation_id, payload FROM event ORDER BY id").fetchall()
    for row in rows:
        if row["conversation_id"] is not None:
            fields = by_conversation.setdefault(row["conversation_id"], dict(DEFAULTS))
            fields |= json.loads(row["payload"]).get("set", {})
    found = []
    for row in connection.execute("SELECT * FROM conversation").fetchall():
        fields = by_conversation.get(row["id"], {})
        unsaid = events.PROJECTED - events.PERSONAL - DERIVED - fields.keys()
        wrong = {name: (row[name], value) for name, value in fields.items() if row[name] != value}
        if wrong or unsaid:
            found.append(f"conversation {row['id']}: {wrong}, never said: {sorted(unsaid)}")
    return found


def _promises(connection: sqlite3.Connection) -> list[str]:
    """The ledger is what the events say, and a conversation knows when its first open promise is due."""
    told: dict[int, dict[str, object]] = {}
    for row in connection.execute("SELECT payload FROM event ORDER BY id").fetchall():
        payload = json.loads(row["payload"])
        if "promise" in payload:
            told.setdefault(payload["promise"], {}).update(payload["promise_set"])
    kept = {
        row["id"]: {name: row[name] for name in promises.PROJECTED}
        for row in connection.execute("SELECT * FROM promise").fetchall()
    }
    found = [] if kept == told else [f"the ledger says {kept}, the events {told}"]
    wrong = connection.execute(
        "SELECT id FROM conversation c WHERE promise_at IS NOT"
        " (SELECT min(due_sort) FROM promise p WHERE p.conversation_id = c.id AND p.state = 'open')"
    ).fetchall()
    return [*found, *(f"conversation {row['id']} forgot a promise" for row in wrong)]


def _meter(connection: sqlite3.Connection) -> list[str]:
    """What the meter counts is what the messages say."""
    found = []
    for row in connection.execute("SELECT * FROM conversation").fetchall():
        said = meter.of_conversation(connection, row["id"]).fields()
        wrong = {name: (row[name], value) for name, value in said.items() if row[name] != value}
        if wrong:
            found.append(f"the meter of conversation {row['id']} is off: {wrong}")
    return found


def _chain(connection: sqlite3.Connection) -> list[str]:
    report = chain.verify(connection)
    payloads = connection.execute("SELECT payload FROM event").fetchall()
    personal = [name for name in events.PERSONAL for row in payloads if f'"{name}"' in row["payload"]]
    return ([] if report.whole else [report.reason]) + [f"an event holds {name}" for name in set(personal)]


def _drafts_and_outbox(connection: sqlite3.Connection) -> list[str]:
    found = []
    twice = connection.execute(
        "SELECT message_id FROM outbox o WHERE message_id IS NOT NULL GROUP BY 1"
        # Where a platform keeps one reply, each that was replaced is an earlier text of the same message.
        " HAVING count(*) > 1 + (SELECT count(*) FROM message_revision r WHERE r.message_id = o.message_id)"
    ).fetchall()
    found += [f"message {row[0]} settles two replies" for row in twice]
    bare = connection.execute(
        "SELECT id FROM outbox WHERE (status = 'sent') <> (message_id IS NOT NULL)"
    ).fetchall()
    found += [f"reply {row[0]} is sent without a message, or the other way round" for row in bare]
    silent = connection.execute(
        "SELECT id FROM conversation WHERE status = 'open' AND outcome <> ''"
    ).fetchall()
    found += [f"conversation {row[0]} is open with the outcome of a closed one" for row in silent]
    orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    return [*found, *(f"a dangling reference: {tuple(row)}" for row in orphans)]


def _parts(connection: sqlite3.Connection) -> list[str]:
    """What is out of a reply in parts is its beginning; one at most moves, and what follows is due."""
    chains: dict[str, list[sqlite3.Row]] = {}
    rows = connection.execute("SELECT * FROM outbox WHERE chain IS NOT NULL ORDER BY chain, part").fetchall()
    for row in rows:
        chains.setdefault(row["chain"], []).append(row)
    found = []
    for parts in chains.values():
        states = [part["status"] for part in parts]
        out = states.count("sent")
        if [part["part"] for part in parts] != list(range(1, parts[0]["parts"] + 1)):
            found.append(f"a reply lacks a part: {states}")
        if set(states[:out]) - {"sent"} or set(states[out + 1 :]) - {"queued", "called_back"}:
            found.append(f"parts out of order: {states}")
        waits = [part["next_at"] == NOT_YET for part in parts]
        if any(waits[: out + 1]) or not all(
            wait for part, wait in zip(parts[out + 1 :], waits[out + 1 :], strict=True)
            if part["status"] == "queued"
        ):  # fmt: skip
            found.append(f"a part waits, or does not, when it should: {states}, {waits}")
    return found
