"""Messages: what came in, what went out, and notes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from domain.clock import Millis

COLUMNS = (
    "id", "conversation_id", "direction", "channel", "account", "remote_id", "revision", "kind", "parent_id",
    "parent_ref", "operator", "contact_id", "text", "visibility", "lang", "created_at", "received_at",
    "edited_at", "deleted", "late", "outside", "rating", "permalink", "source", "attachments", "caps",
    "raw_hash", "sentiment", "sentiment_unsure", "sentiment_value", "engine",
)  # fmt: skip

DEFAULTS: Mapping[str, object] = {
    "revision": "", "kind": "", "deleted": 0, "late": 0, "outside": 0, "source": "", "attachments": "[]",
    "caps": "{}", "sentiment": "unknown", "sentiment_unsure": 1, "engine": "",
}  # fmt: skip

_ROWS_PER_STATEMENT = 50
"""Many rows a statement: the full-text index and SQLite's own overhead cost per statement."""


def next_id(connection: sqlite3.Connection) -> int:
    """The id the next message will have; good within one write transaction."""
    return int(connection.execute("SELECT coalesce(max(id), 0) + 1 FROM message").fetchone()[0])


def insert_many(connection: sqlite3.Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert messages (keys of COLUMNS, `id` included) and index their text."""
    one = f"({', '.join('?' * len(COLUMNS))})"
    for start in range(0, len(rows), _ROWS_PER_STATEMENT):
        part = rows[start : start + _ROWS_PER_STATEMENT]
        values = [row.get(name, DEFAULTS.get(name)) for row in part for name in COLUMNS]
        connection.execute(
            f"INSERT INTO message ({', '.join(COLUMNS)}) VALUES {', '.join([one] * len(part))}",
            values,
        )
    if rows:
        connection.execute(
            "INSERT INTO message_fts (rowid, text) SELECT id, text FROM message WHERE id >= ? AND id <= ?",
            (rows[0]["id"], rows[-1]["id"]),
        )


def insert(connection: sqlite3.Connection, row: Mapping[str, object]) -> int:
    """Insert one message and return its id."""
    message_id = next_id(connection)
    insert_many(connection, [{**row, "id": message_id}])
    return message_id


def keep_raw(connection: sqlite3.Connection, raws: Iterable[tuple[int, bytes, Millis]]) -> None:
    """Keep the exact source of messages, as (message id, body, received at)."""
    connection.executemany(
        "INSERT OR REPLACE INTO raw (message_id, body, received_at) VALUES (?, ?, ?)", raws
    )


def known(
    connection: sqlite3.Connection, channel: str, account: str, remote_ids: Sequence[str]
) -> dict[str, sqlite3.Row]:
    """Those of the remote ids that are stored already, by remote id."""
    found: dict[str, sqlite3.Row] = {}
    for start in range(0, len(remote_ids), 500):
        part = remote_ids[start : start + 500]
        marks = ", ".join("?" * len(part))
        rows = connection.execute(
            "SELECT id, remote_id, revision, conversation_id, deleted, text, direction, late, edited_at,"
            " corrected FROM message"
            f" WHERE channel = ? AND account = ? AND remote_id IN ({marks})",
            (channel, account, *part),
        ).fetchall()
        found.update({row["remote_id"]: row for row in rows})
    return found


def had_revision(connection: sqlite3.Connection, message_id: int, revision: str) -> bool:
    """Whether a message stood like this before an edit."""
    found = connection.execute(
        "SELECT 1 FROM message_revision WHERE message_id = ? AND revision = ?", (message_id, revision)
    ).fetchone()
    return found is not None


def rewrite(
    connection: sqlite3.Connection, message_id: int, *, text: str, revision: str, edited_at: Millis
) -> None:
    """Replace the text by a newer revision; the old one is kept beside it."""
    old = connection.execute("SELECT text, revision FROM message WHERE id = ?", (message_id,)).fetchone()
    connection.execute(
        "INSERT OR IGNORE INTO message_revision (message_id, revision, text, replaced_at)"
        " VALUES (?, ?, ?, ?)",
        (message_id, old["revision"], old["text"], edited_at),
    )
    connection.execute(
        "INSERT INTO message_fts (message_fts, rowid, text) VALUES ('delete', ?, ?)",
        (message_id, old["text"]),
    )
    connection.execute(
        "UPDATE message SET text = ?, revision = ?, edited_at = ? WHERE id = ?",
        (text, revision, edited_at, message_id),
    )
    connection.execute("INSERT INTO message_fts (rowid, text) VALUES (?, ?)", (message_id, text))


def mark_deleted(connection: sqlite3.Connection, message_id: int) -> None:
    """The author took it down; the text stays for the team, marked."""
    connection.execute("UPDATE message SET deleted = 1 WHERE id = ?", (message_id,))


def adopt(connection: sqlite3.Connection, message_id: int, *, operator: str) -> None:
    """A message taken for somebody else's turns out to be this operator's reply."""
    connection.execute("UPDATE message SET outside = 0, operator = ? WHERE id = ?", (operator, message_id))


def name(connection: sqlite3.Connection, message_id: int, *, remote_id: str, permalink: str | None) -> None:
    """The platform's own id of a reply that a person saw there."""
    connection.execute(
        "UPDATE message SET remote_id = ?, permalink = coalesce(?, permalink) WHERE id = ?",
        (remote_id, permalink, message_id),
    )


def rescore(
    connection: sqlite3.Connection,
    message_id: int,
    *,
    sentiment: str,
    unsure: bool,
    value: float,
    engine: str,
) -> None:
    """What the engine makes of an edited text; a person's correction stands."""
    connection.execute(
        "UPDATE message SET sentiment = ?, sentiment_unsure = ?, sentiment_value = ?, engine = ?"
        " WHERE id = ? AND corrected = 0",
        (sentiment, int(unsure), value, engine, message_id),
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
        "SELECT m.*, c.name AS contact_name FROM message m LEFT JOIN contact c ON c.id = m.contact_id"
        " WHERE m.conversation_id = ? ORDER BY m.created_at DESC, m.id DESC LIMIT ?",
        (conversation_id, limit),
    ).fetchall()
    return rows[::-1]


def last_inbound(connection: sqlite3.Connection, conversation_id: int) -> sqlite3.Row | None:
    """The contact's newest message that still stands, late ones included; None for an empty thread."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM message WHERE conversation_id = ? AND direction = 'in'"
        " ORDER BY deleted, created_at DESC, id DESC LIMIT 1",
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


def before_after(connection: sqlite3.Connection, conversation_id: int) -> tuple[float | None, float | None]:
    """Mean sentiment (-1 to 1) of the contact before our first and after our last reply; None for none."""
    rows = connection.execute(
        "SELECT direction, sentiment_value FROM message WHERE conversation_id = ?"
        " AND direction IN ('in', 'out') AND deleted = 0 ORDER BY created_at, id",
        (conversation_id,),
    ).fetchall()
    replies = [index for index, row in enumerate(rows) if row["direction"] == "out"]
    first, last = (replies[0], replies[-1]) if replies else (len(rows), len(rows))
    return _mean(rows[:first]), _mean(rows[last + 1 :])


def _mean(rows: Sequence[sqlite3.Row]) -> float | None:
    values = [row["sentiment_value"] for row in rows if row["sentiment_value"] is not None]
    return sum(values) / len(values) if values else None
