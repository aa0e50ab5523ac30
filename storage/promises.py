"""Promises: the projection of what was promised, written with its event in one transaction.

An event keeps `promise` (the id), `promise_set` and `promise_was`; what was said and why something was broken
stay in the row, where they can be forgotten.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.clock import Millis
from domain.conversation import Value
from domain.errors import NotFound
from i18n import _
from storage import events

PROJECTED = (
    "conversation_id", "made_at", "made_by", "owner", "what", "due_at", "soon_at", "state", "closed_at",
    "outbox_id", "message_id", "span_start", "span_end",
)  # fmt: skip
"""Columns that events set; the rest is text, and the version."""

_TELLING = (
    "promise_given", "promise_made", "promise_kept", "promise_late", "promise_broken", "promise_withdrawn",
    "promise_unsaid", "undone", "redone",
)  # fmt: skip
"""Events that say what became of promises."""

UNDONE: Mapping[str, Value] = {"state": "undone"}

_ROW_SQL = (
    "SELECT p.*, c.contact_id, c.contact_name, c.handle, c.channel, c.status,"
    " coalesce(m.visibility, o.visibility, c.visibility) AS visibility,"
    " CASE WHEN p.span_start IS NULL THEN p.words ELSE"
    " substr(coalesce(m.text, o.body, ''), p.span_start + 1, p.span_end - p.span_start) END AS said,"
    " coalesce(w.initials, p.owner) AS owner_initials, coalesce(w.name, p.owner) AS owner_name,"
    " (SELECT max(r.created_at) FROM message r WHERE r.conversation_id = p.conversation_id"
    "  AND r.direction = 'out' AND r.created_at > p.made_at"
    "  AND r.id IS NOT coalesce(p.message_id, o.message_id)) AS answered_at"
    " FROM promise p JOIN conversation c ON c.id = p.conversation_id"
    " LEFT JOIN outbox o ON o.id = p.outbox_id LEFT JOIN message m ON m.id = p.message_id"
    " LEFT JOIN operator w ON w.login = p.owner"
)


@dataclass(frozen=True, slots=True)
class Closed:
    """One promise that was settled, as the record tells it."""

    promise: int
    at: Millis
    how: str
    """`made`, `kept`, `late`, `broken` or `withdrawn`."""


def insert(
    connection: sqlite3.Connection,
    values: Mapping[str, Value],
    *,
    at: Millis,
    actor: str,
    kind: str,
    words: str = "",
) -> int:
    """Note a promise, with its event; returns its id."""
    names = [name for name in PROJECTED if name in values]
    cursor = connection.execute(
        f"INSERT INTO promise ({', '.join(names)}, words)"
        f" VALUES ({', '.join(':' + name for name in names)}, :words)",
        {**values, "words": words},
    )
    promise_id = int(cursor.lastrowid or 0)
    recorded = {name: values.get(name) for name in PROJECTED}
    _record(connection, promise_id, recorded, UNDONE, at=at, actor=actor, kind=kind)
    return promise_id


def change(
    connection: sqlite3.Connection,
    promise_id: int,
    changes: Mapping[str, Value],
    *,
    at: Millis,
    actor: str,
    kind: str,
    reason: str | None = None,
) -> None:
    """Record an act on a promise and project it."""
    was = current(connection, promise_id, changes)
    project(connection, promise_id, changes)
    if reason is not None:
        connection.execute("UPDATE promise SET reason = ? WHERE id = ?", (reason, promise_id))
    _record(connection, promise_id, changes, was, at=at, actor=actor, kind=kind)


def project(connection: sqlite3.Connection, promise_id: int, changes: Mapping[str, Value]) -> None:
    """Write changed fields into the row and move its version."""
    unknown = set(changes) - set(PROJECTED)
    if unknown:
        raise ValueError(f"not a projected column: {sorted(unknown)}")
    columns = "".join(f"{name} = :{name}, " for name in changes)
    connection.execute(
        f"UPDATE promise SET {columns}version = version + 1 WHERE id = :id", {**changes, "id": promise_id}
    )


def current(connection: sqlite3.Connection, promise_id: int, fields: Iterable[str]) -> dict[str, Value]:
    """The named fields as they are now."""
    names = [name for name in PROJECTED if name in set(fields)]
    row = connection.execute(f"SELECT {', '.join(names)} FROM promise WHERE id = ?", (promise_id,)).fetchone()
    return {name: row[name] for name in names}


def _record(
    connection: sqlite3.Connection,
    promise_id: int,
    changes: Mapping[str, Value],
    was: Mapping[str, Value],
    *,
    at: Millis,
    actor: str,
    kind: str,
) -> None:
    row = connection.execute("SELECT conversation_id FROM promise WHERE id = ?", (promise_id,)).fetchone()
    events.move(
        connection,
        at=at,
        actor=actor,
        conversation_id=int(row["conversation_id"]),
        kind=kind,
        changes={},
        details={"promise": promise_id, "promise_set": dict(changes), "promise_was": dict(was)},
    )


def get(connection: sqlite3.Connection, promise_id: int) -> sqlite3.Row:
    """One promise with what is shown of it. Raises NotFound."""
    row: sqlite3.Row | None = connection.execute(
        f"{_ROW_SQL} WHERE p.id = ? AND p.state <> 'undone'", (promise_id,)
    ).fetchone()
    if row is None:
        raise NotFound(_("There is no promise {id}.", id=promise_id))
    return row


def open_ones(
    connection: sqlite3.Connection, owner: str | None = None, limit: int = 500
) -> list[sqlite3.Row]:
    """Open promises, first due first and those without a moment last; of one owner, or of everybody."""
    return connection.execute(
        f"{_ROW_SQL} WHERE p.state = 'open' AND (:owner IS NULL OR p.owner = :owner)"
        " ORDER BY p.due_sort, p.id LIMIT :limit",
        {"owner": owner, "limit": limit},
    ).fetchall()


def of_contact(connection: sqlite3.Connection, contact_id: int) -> list[sqlite3.Row]:
    """Open promises to one contact, in whichever conversation, first due first."""
    return connection.execute(
        f"{_ROW_SQL} WHERE c.contact_id = ? AND p.state = 'open' ORDER BY p.due_sort, p.id", (contact_id,)
    ).fetchall()


def of_conversation(connection: sqlite3.Connection, conversation_id: int) -> list[sqlite3.Row]:
    """All promises made in a conversation, oldest first."""
    return connection.execute(
        f"{_ROW_SQL} WHERE p.conversation_id = ? AND p.state <> 'undone' ORDER BY p.id", (conversation_id,)
    ).fetchall()


def open_in(connection: sqlite3.Connection, conversation_id: int) -> int:
    """How many promises of a conversation are open."""
    row = connection.execute(
        "SELECT count(*) FROM promise WHERE conversation_id = ? AND state = 'open'", (conversation_id,)
    ).fetchone()
    return int(row[0])


def of_reply(connection: sqlite3.Connection, outbox_id: int) -> list[int]:
    """Ids of what a reply promises and nobody has settled."""
    rows = connection.execute(
        "SELECT id FROM promise WHERE outbox_id = ? AND state = 'open' ORDER BY id", (outbox_id,)
    ).fetchall()
    return [int(row["id"]) for row in rows]


def due_counts(connection: sqlite3.Connection, now: Millis, owner: str | None) -> sqlite3.Row:
    """(over, soon, next_at): open promises past their moment, close to it, and when that changes next."""
    row: sqlite3.Row = connection.execute(
        "SELECT coalesce(sum(due_sort <= :now), 0) AS over,"
        " coalesce(sum(due_sort > :now AND soon_at <= :now), 0) AS soon,"
        " min(CASE WHEN soon_at > :now THEN soon_at WHEN due_at > :now THEN due_at END) AS next_at"
        " FROM promise WHERE state = 'open' AND due_at IS NOT NULL AND (:owner IS NULL OR owner = :owner)",
        {"now": now, "owner": owner},
    ).fetchone()
    return row


def settled(connection: sqlite3.Connection) -> list[Closed]:
    """Every making and settling that stands, by the record: what was undone is left out."""
    rows = connection.execute(
        "SELECT id, at, kind, json_extract(payload, '$.promise') AS promise,"
        " json_extract(payload, '$.event') AS target, json_extract(payload, '$.promise_set.state') AS state"
        f" FROM event WHERE kind IN ({', '.join('?' * len(_TELLING))}) ORDER BY id",
        _TELLING,
    ).fetchall()
    standing: dict[int, Closed] = {}
    aside: dict[int, Closed] = {}
    for row in rows:
        target = row["target"]
        if row["kind"] == "undone" and target in standing:
            aside[target] = standing.pop(target)
        elif row["kind"] == "redone" and target in aside:
            standing[target] = aside.pop(target)
        elif row["kind"] == "promise_unsaid":
            standing = {one: made for one, made in standing.items() if made.promise != row["promise"]}
        elif row["state"] is not None and row["kind"] not in {"undone", "redone"}:
            how = "made" if row["state"] == "open" else str(row["state"])
            standing[int(row["id"])] = Closed(int(row["promise"]), int(row["at"]), how)
    return list(standing.values())
