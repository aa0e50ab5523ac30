"""One person's words, name and accounts taken out of the file; counts, times and labels stay.

Rows stay where reports count them and where the chain of events refers to them; what they said is emptied.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.clock import Millis
from storage import learning, many

UNFINISHED: Final = ("queued", "sending", "retry_wait", "unknown", "ask_operator")
"""States of a reply that may still go out, or of which nobody knows whether it did."""

SHORTEST: Final = 5
"""Characters from which on a word means one person, and can be looked for among others' words."""

_KEY: Final = "forgotten_key"
_SWEEP: Final = "forgotten_sweep"
_MERGE_PAGES: Final = 500


@dataclass(frozen=True, slots=True)
class Person:
    """A contact and all that the desk knows them by."""

    contact_id: int
    name: str
    accounts: tuple[tuple[str, str, str], ...]
    """(channel, the platform's id, handle)."""

    aliases: tuple[tuple[str, str], ...]
    """(channel, another id)."""

    conversations: tuple[int, ...]
    messages: tuple[int, ...]
    """What they wrote, wherever it stands, and what was written to them in their own conversations."""

    def ids(self) -> Sequence[tuple[str, str]]:
        """(channel, id) of everything a platform may name them by."""
        return [(channel, remote_id) for channel, remote_id, _handle in self.accounts] + list(self.aliases)


def find(connection: sqlite3.Connection, channel: str, who: str) -> list[int]:
    """The contacts with this id or handle on a channel; capitals and a leading @ make no difference."""
    rows = connection.execute(
        "SELECT DISTINCT contact_id FROM contact_handle WHERE channel = :channel AND (remote_id = :who"
        " OR ltrim(lower(handle), '@') = ltrim(lower(:who), '@')) ORDER BY contact_id",
        {"channel": channel, "who": who},
    )
    return [int(row[0]) for row in rows.fetchall()]


def person(connection: sqlite3.Connection, contact_id: int) -> Person:
    """All there is of a contact."""
    name = connection.execute("SELECT name FROM contact WHERE id = ?", (contact_id,)).fetchone()[0]
    accounts = connection.execute(
        "SELECT channel, remote_id, handle FROM contact_handle WHERE contact_id = ?"
        " ORDER BY channel, remote_id",
        (contact_id,),
    ).fetchall()
    aliases = connection.execute(
        "SELECT a.channel, a.value FROM contact_alias a JOIN contact_handle h"
        " ON h.channel = a.channel AND h.remote_id = a.remote_id WHERE h.contact_id = ?",
        (contact_id,),
    ).fetchall()
    conversations = connection.execute(
        "SELECT id FROM conversation WHERE contact_id = ? ORDER BY id", (contact_id,)
    ).fetchall()
    messages = connection.execute(
        "SELECT m.id FROM message m JOIN conversation c ON c.id = m.conversation_id"
        " WHERE m.contact_id = :id OR (c.contact_id = :id AND m.direction <> 'in') ORDER BY m.id",
        {"id": contact_id},
    ).fetchall()
    return Person(
        contact_id, str(name), tuple(tuple(row) for row in accounts), tuple(tuple(row) for row in aliases),
        tuple(row[0] for row in conversations), tuple(row[0] for row in messages),
    )  # fmt: skip


def in_the_way(connection: sqlite3.Connection, who: Person, alive_since: Millis) -> sqlite3.Row | None:
    """(what, conversation, operator) of the first thing that must be settled before; None where nothing must.

    What it is: `reply` for one that is not settled, `writing` for somebody at one, `promise` for an open one.
    """
    marks = ", ".join(f"?{number}" for number in range(3, 3 + len(UNFINISHED)))
    for conversation_id in who.conversations:
        row: sqlite3.Row | None = connection.execute(
            "SELECT 'reply' AS what, conversation_id AS conversation, operator FROM outbox"
            f" WHERE conversation_id = ?1 AND status IN ({marks})"
            " UNION ALL SELECT 'writing', composing, operator FROM session"
            " WHERE composing = ?1 AND heartbeat_at >= ?2"
            " UNION ALL SELECT 'promise', conversation_id, owner FROM promise"
            " WHERE conversation_id = ?1 AND state = 'open' LIMIT 1",
            (conversation_id, alive_since, *UNFINISHED),
        ).fetchone()
        if row is not None:
            return row
    return None


def texts(connection: sqlite3.Connection, who: Person) -> list[str]:
    """What they wrote, newest first; to look for afterwards."""
    rows = many.select(connection, "SELECT text FROM message WHERE id IN ({marks})", who.messages[::-1])
    return [str(row["text"]) for row in rows]


def erase(connection: sqlite3.Connection, who: Person, *, name: str, at: Millis) -> Mapping[str, int]:
    """Empty everything of a person inside one transaction; counts by what it was.

    `name` stands where their own and their words did. What was deleted before still stands between the rows
    until the file is written anew.
    """
    gone = {"conversations": len(who.conversations), "messages": len(who.messages)}
    gone["lessons"] = learning.forget(connection, who.contact_id)
    gone["bodies"] = _bodies(connection, who)
    _messages(connection, who.messages, name)
    gone |= _conversations(connection, who.conversations)
    for channel, remote_id in who.ids():
        mark = mark_of(connection, channel, remote_id)
        connection.execute(
            "INSERT INTO forgotten (mark, at) VALUES (?, ?)"
            " ON CONFLICT (mark) DO UPDATE SET at = excluded.at",
            (mark, at),
        )
    for channel, remote_id, _handle in who.accounts:
        connection.execute(
            "DELETE FROM contact_alias WHERE channel = ? AND remote_id = ?", (channel, remote_id)
        )
    connection.execute("DELETE FROM contact_handle WHERE contact_id = ?", (who.contact_id,))
    connection.execute("UPDATE contact SET name = ? WHERE id = ?", (name, who.contact_id))
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, '1')", (_SWEEP,))
    return gone


def merge(connection: sqlite3.Connection) -> bool:
    """One step of working deleted words out of the search index; whether there was anything left to do."""
    before = connection.total_changes
    connection.execute("INSERT INTO message_fts (message_fts, rank) VALUES ('merge', ?)", (-_MERGE_PAGES,))
    return connection.total_changes - before >= 2  # as SQLite's documentation of `merge` says


def mark_of(connection: sqlite3.Connection, channel: str, remote_id: str) -> str:
    """The keyed hash that stands for an account; the key is this file's own and made on first use."""
    return _mark(_key(connection), channel, remote_id)


def forgotten_at(
    connection: sqlite3.Connection, accounts: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Millis]:
    """When each of these (channel, id) was forgotten; those that were not are left out."""
    if connection.execute("SELECT 1 FROM forgotten LIMIT 1").fetchone() is None:
        return {}
    key = _key(connection)
    by_mark = {_mark(key, *account): account for account in accounts}
    rows = many.select(connection, "SELECT mark, at FROM forgotten WHERE mark IN ({marks})", list(by_mark))
    return {by_mark[row["mark"]]: row["at"] for row in rows}


def count_kept_out(connection: sqlite3.Connection, accounts: Iterable[tuple[str, str]]) -> None:
    """One message more of each of these (channel, id) was not stored."""
    key = _key(connection)
    connection.executemany(
        "UPDATE forgotten SET kept_out = kept_out + 1 WHERE mark = ?",
        [(_mark(key, *one),) for one in accounts],
    )


def sweep_due(connection: sqlite3.Connection) -> bool:
    """Whether bytes of somebody who was forgotten may still stand between the rows."""
    return connection.execute("SELECT 1 FROM meta WHERE key = ?", (_SWEEP,)).fetchone() is not None


def swept(connection: sqlite3.Connection) -> None:
    """The file was written anew."""
    connection.execute("DELETE FROM meta WHERE key = ?", (_SWEEP,))


def counted(connection: sqlite3.Connection) -> tuple[int, int]:
    """How many accounts were forgotten, and how many of their messages were kept out since."""
    row = connection.execute("SELECT count(*), coalesce(sum(kept_out), 0) FROM forgotten").fetchone()
    return int(row[0]), int(row[1])


def _key(connection: sqlite3.Connection) -> bytes:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
    key = str(row[0]) if row else secrets.token_hex(32)
    if row is None:
        connection.execute("INSERT INTO meta (key, value) VALUES (?, ?)", (_KEY, key))
    return bytes.fromhex(key)


def _mark(key: bytes, channel: str, remote_id: str) -> str:
    return hmac.new(key, f"{channel}\n{remote_id}".encode(), hashlib.sha256).hexdigest()


def _bodies(connection: sqlite3.Connection, who: Person) -> int:
    """Webhook bodies and quarantined items in which one of their ids or handles stands as a word of its own.

    A short one could be anybody's: such items stay until their term ends.
    """
    gone = 0
    for channel in sorted({channel for channel, _id in who.ids()}):
        words = {word for where, remote_id, handle in who.accounts if where == channel
                 for word in (remote_id, handle.lstrip("@"))}  # fmt: skip
        words |= {value for where, value in who.aliases if where == channel}
        for word in sorted(word.encode() for word in words if len(word) >= SHORTEST):
            gone += _emptied(connection, channel, word)
    return gone


def _emptied(connection: sqlite3.Connection, channel: str, word: bytes) -> int:
    alone = re.compile(rb"(?<![0-9A-Za-z_])" + re.escape(word) + rb"(?![0-9A-Za-z_])")
    found = [
        [(row[0],) for row in connection.execute(query, (channel, word)) if alone.search(row[1])]
        for query in (
            "SELECT id, body FROM hook_event WHERE channel = ? AND instr(body, ?) > 0 AND read_at > 0",
            "SELECT id, raw FROM quarantine WHERE channel = ? AND instr(raw, ?) > 0",
        )
    ]
    connection.executemany("UPDATE hook_event SET body = x'', outcome = '' WHERE id = ?", found[0])
    connection.executemany("DELETE FROM quarantine WHERE id = ?", found[1])
    return len(found[0]) + len(found[1])


def _messages(connection: sqlite3.Connection, ids: Sequence[int], name: str) -> None:
    rows = many.select(connection, "SELECT id, text FROM message WHERE id IN ({marks})", ids)
    many.insert(
        connection,
        "message_fts",
        ("message_fts", "rowid", "text"),
        sorted(("delete", row["id"], row["text"]) for row in rows),
    )
    connection.executemany("UPDATE message SET text = ? WHERE id = ?", [(name, each) for each in ids])
    many.insert(connection, "message_fts", ("rowid", "text"), [(each, name) for each in sorted(ids)])
    each = [(message_id,) for message_id in ids]
    for statement in (
        "UPDATE message SET remote_id = NULL, parent_id = NULL, parent_ref = NULL WHERE id = ?",
        "UPDATE message SET revision = '' WHERE id = ?",
        "UPDATE message SET permalink = NULL, attachments = '[]', raw_hash = NULL, source = '' WHERE id = ?",
        "DELETE FROM message_revision WHERE message_id = ?",
        "DELETE FROM raw WHERE message_id = ?",
        "DELETE FROM hiding WHERE message_id = ?",
        "UPDATE message_status SET sentence = '' WHERE message_id = ?",
        "DELETE FROM suggestion_taught WHERE message_id = ?",
        "DELETE FROM suggestion_pick WHERE message_id = ?",
    ):
        connection.executemany(statement, each)


def _conversations(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[str, int]:
    each = [(conversation_id,) for conversation_id in ids]

    def count(statement: str) -> int:
        return connection.executemany(statement, each).rowcount

    for statement in (
        "DELETE FROM draft_attachment WHERE conversation_id = ?",
        "DELETE FROM suggestion_pick WHERE conversation_id = ?",
        "DELETE FROM outbox_attachment WHERE outbox_id IN (SELECT id FROM outbox WHERE conversation_id = ?)",
    ):
        connection.executemany(statement, each)
    gone = {
        "drafts": count("DELETE FROM draft WHERE conversation_id = ?"),
        "replies": count(
            "UPDATE outbox SET text = '', body = '', text_key = 'forgotten:' || id, recipient = '{}',"
            " thread_key = '',"
            " parent_id = NULL, parent_ref = NULL, prepared = NULL, sentence = '', remote_id = NULL,"
            " template = NULL WHERE conversation_id = ?"
        ),
        "promises": count("UPDATE promise SET words = '', reason = '' WHERE conversation_id = ?"),
    }
    connection.executemany("UPDATE conversation SET thread_key = 'forgotten:' || id WHERE id = ?", each)
    connection.execute(
        "DELETE FROM media WHERE sha256 NOT IN (SELECT sha256 FROM draft_attachment"
        " UNION SELECT sha256 FROM outbox_attachment)"
    )
    return gone
