"""Messages: what came in, what went out, and notes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter

from domain.clock import Millis
from storage import many
from storage.meter import FEELING

COLUMNS = (
    "id", "conversation_id", "direction", "channel", "account", "remote_id", "revision", "kind", "parent_id",
    "parent_ref", "operator", "contact_id", "text", "visibility", "lang", "created_at", "received_at",
    "edited_at", "deleted", "late", "outside", "rating", "permalink", "source", "attachments", "caps",
    "raw_hash", "sentiment", "sentiment_unsure", "sentiment_value", "engine",
)  # fmt: skip

NEW: Mapping[str, object] = {
    "remote_id": None, "revision": "", "kind": "", "parent_id": None, "parent_ref": None, "operator": None,
    "contact_id": None, "lang": None, "edited_at": None, "deleted": 0, "late": 0, "outside": 0,
    "rating": None, "permalink": None, "source": "", "attachments": "[]", "caps": "{}", "raw_hash": None,
    "sentiment": "unknown", "sentiment_unsure": 1, "sentiment_value": None, "engine": "",
}  # fmt: skip
"""What a message begins with where nothing else is said; the schema says the same."""

_in_order = itemgetter(*COLUMNS)


def next_id(connection: sqlite3.Connection) -> int:
    """The id the next message will have; good within one write transaction."""
    return int(connection.execute("SELECT coalesce(max(id), 0) + 1 FROM message").fetchone()[0])


def insert_many(connection: sqlite3.Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert messages, each with all of COLUMNS and in order of their ids, and index their texts."""
    many.insert(connection, "message", COLUMNS, list(map(_in_order, rows)), defaults=NEW)
    if rows:
        connection.execute(
            "INSERT INTO message_fts (rowid, text) SELECT id, text FROM message WHERE id >= ? AND id <= ?",
            (rows[0]["id"], rows[-1]["id"]),
        )


def insert(connection: sqlite3.Connection, row: Mapping[str, object]) -> int:
    """Insert one message (keys of COLUMNS; those of NEW may be left out) and return its id."""
    message_id = next_id(connection)
    insert_many(connection, [{**NEW, **row, "id": message_id}])
    return message_id


def keep_raw(connection: sqlite3.Connection, raws: Iterable[tuple[int, bytes, Millis]]) -> None:
    """Keep the exact source of messages, as (message id, body, received at)."""
    columns = ("message_id", "body", "received_at")
    many.insert(connection, "raw", columns, tuple(raws), verb="INSERT OR REPLACE")


def known(
    connection: sqlite3.Connection, channel: str, account: str, remote_ids: Sequence[str]
) -> dict[str, sqlite3.Row]:
    """Those of the remote ids that are stored already, by remote id."""
    rows = many.select(
        connection,
        "SELECT id, remote_id, revision, conversation_id, deleted, text, direction, late, edited_at,"
        " corrected FROM message WHERE channel = ? AND account = ? AND remote_id IN ({marks})",
        remote_ids,
        before=(channel, account),
    )
    return {row["remote_id"]: row for row in rows}


def adopt(connection: sqlite3.Connection, message_id: int, *, operator: str, ref: str | None = None) -> None:
    """A message taken for somebody else's turns out to be this operator's reply; `ref` answers it."""
    connection.execute(
        "UPDATE message SET outside = 0, operator = ?, parent_ref = coalesce(?, parent_ref) WHERE id = ?",
        (operator, ref, message_id),
    )


def name(connection: sqlite3.Connection, message_id: int, *, remote_id: str, permalink: str | None) -> None:
    """The platform's own id of a reply that a person saw there."""
    connection.execute(
        "UPDATE message SET remote_id = ?, permalink = coalesce(?, permalink) WHERE id = ?",
        (remote_id, permalink, message_id),
    )


def late_ids(connection: sqlite3.Connection, conversation_id: int) -> list[int]:
    """Ids of the late arrivals of a conversation, oldest first."""
    rows = connection.execute(
        "SELECT id FROM message WHERE conversation_id = ? AND late = 1 ORDER BY id", (conversation_id,)
    ).fetchall()
    return [int(row["id"]) for row in rows]


def set_late(connection: sqlite3.Connection, message_ids: Iterable[int], *, late: bool) -> None:
    """Mark or unmark messages as late arrivals."""
    connection.executemany(
        "UPDATE message SET late = ? WHERE id = ?", [(int(late), message_id) for message_id in message_ids]
    )


def sent_at(connection: sqlite3.Connection, message_id: int) -> Millis:
    """When its author wrote it, by the platform's clock."""
    return int(connection.execute("SELECT created_at FROM message WHERE id = ?", (message_id,)).fetchone()[0])


def asked_after(connection: sqlite3.Connection, conversation_id: int, at: Millis) -> sqlite3.Row | None:
    """The contact's first message after a moment, closing thanks left out; None for none."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT id, created_at FROM message WHERE conversation_id = ? AND direction = 'in' AND late = 0"
        " AND deleted = 0 AND created_at > ? ORDER BY created_at, id LIMIT 1",
        (conversation_id, at),
    ).fetchone()
    return row


def thread(connection: sqlite3.Connection, conversation_id: int, limit: int = 500) -> list[sqlite3.Row]:
    """The newest messages and notes of a conversation, oldest first."""
    rows = connection.execute(
        "SELECT m.*, c.name AS contact_name, h.wanted AS hide, h.state AS hide_state,"
        " h.sentence AS hide_sentence FROM message m LEFT JOIN contact c ON c.id = m.contact_id"
        " LEFT JOIN hiding h ON h.message_id = m.id"
        " WHERE m.conversation_id = ? ORDER BY m.created_at DESC, m.id DESC LIMIT ?",
        (conversation_id, limit),
    ).fetchall()
    return rows[::-1]


def lines(connection: sqlite3.Connection, ids: Sequence[int]) -> Iterator[sqlite3.Row]:
    """What clocks and meter look at in the messages of these conversations, oldest first."""
    return many.select(
        connection,
        f"SELECT conversation_id, id, direction, created_at, received_at, deleted, {FEELING} AS feeling"
        " FROM message WHERE conversation_id IN ({marks}) ORDER BY conversation_id, created_at, id",
        ids,
    )


def last_inbound(connection: sqlite3.Connection, conversation_id: int) -> sqlite3.Row | None:
    """The contact's newest message that still stands, late ones included; None for an empty thread."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM message WHERE conversation_id = ? AND direction = 'in'"
        " ORDER BY deleted, created_at DESC, id DESC LIMIT 1",
        (conversation_id,),
    ).fetchone()
    return row


def last_reply(connection: sqlite3.Connection, conversation_id: int) -> sqlite3.Row | None:
    """(text, created_at, initials or NULL) of our last public reply that stands; None where there is none."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT m.text, m.created_at, o.initials FROM message m LEFT JOIN operator o ON o.login = m.operator"
        " WHERE m.conversation_id = ? AND m.direction = 'out' AND m.visibility = 'public' AND m.deleted = 0"
        " ORDER BY m.created_at DESC, m.id DESC LIMIT 1",
        (conversation_id,),
    ).fetchone()
    return row


def last_outgoing(connection: sqlite3.Connection, conversation_id: int) -> Millis | None:
    """When the desk learned of our last reply in it; None where we never answered."""
    row = connection.execute(
        "SELECT max(received_at) FROM message WHERE conversation_id = ? AND direction = 'out'",
        (conversation_id,),
    ).fetchone()
    return None if row[0] is None else int(row[0])
