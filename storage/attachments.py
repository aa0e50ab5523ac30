"""What goes along with drafts and with replies on their way, and its content.

The content lies in the database: it has the rights, the backups and the transactions of everything else, and
a reply can never be queued without it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from domain.attachment import Attached
from domain.clock import HOUR, Millis
from domain.media import Facts

SPARED: Millis = HOUR
"""Content this young stays without anybody needing it: it may be about to be queued."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Whose draft: the key of its attachments."""

    conversation: int
    operator: str
    kind: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One attachment of a reply on its way."""

    place: int
    attached: Attached
    remote: Mapping[str, object] | None
    """What the platform calls it; None before its upload was confirmed."""


def keep(connection: sqlite3.Connection, sha256: str, body: bytes, *, at: Millis) -> None:
    """Store content under its hash; what is there already is only young again."""
    connection.execute(
        "INSERT INTO media (sha256, kept_at, body) VALUES (?, ?, ?)"
        " ON CONFLICT (sha256) DO UPDATE SET kept_at = excluded.kept_at",
        (sha256, at, body),
    )


def has_content(connection: sqlite3.Connection, sha256: str) -> bool:
    """Whether the content is still here."""
    return connection.execute("SELECT 1 FROM media WHERE sha256 = ?", (sha256,)).fetchone() is not None


def content(connection: sqlite3.Connection, sha256: str) -> bytes | None:
    """The bytes; None where nobody needed them any more."""
    row = connection.execute("SELECT body FROM media WHERE sha256 = ?", (sha256,)).fetchone()
    return None if row is None else bytes(row["body"])


def of_draft(connection: sqlite3.Connection, draft: Draft) -> tuple[Attached, ...]:
    """A draft's attachments in their order."""
    rows = connection.execute(
        "SELECT * FROM draft_attachment WHERE conversation_id = ? AND operator = ? AND kind = ?"
        " ORDER BY place",
        (draft.conversation, draft.operator, draft.kind),
    ).fetchall()
    return tuple(_attached(row) for row in rows)


def add(connection: sqlite3.Connection, draft: Draft, one: Attached) -> None:
    """Put it behind the others of the draft; the same content again only changes its name and description."""
    connection.execute(
        "INSERT INTO draft_attachment (conversation_id, operator, kind, place, sha256, name, facts, alt)"
        " VALUES (:conversation, :operator, :kind,"
        "  (SELECT coalesce(max(place), 0) + 1 FROM draft_attachment WHERE conversation_id = :conversation"
        "   AND operator = :operator AND kind = :kind), :sha256, :name, :facts, :alt)"
        " ON CONFLICT DO UPDATE SET name = excluded.name, alt = excluded.alt, facts = excluded.facts",
        {**asdict(draft), **_fields(one)},
    )


def describe(connection: sqlite3.Connection, draft: Draft, one: Attached) -> bool:
    """Change a description; False where the draft has no such attachment."""
    cursor = connection.execute(
        "UPDATE draft_attachment SET alt = :alt, facts = :facts WHERE conversation_id = :conversation"
        " AND operator = :operator AND kind = :kind AND sha256 = :sha256",
        {**asdict(draft), **_fields(one)},
    )
    return cursor.rowcount == 1


def remove(connection: sqlite3.Connection, draft: Draft, sha256: str) -> bool:
    """Take it out of the draft; False where it was not in it."""
    cursor = connection.execute(
        "DELETE FROM draft_attachment WHERE conversation_id = :conversation"
        " AND operator = :operator AND kind = :kind AND sha256 = :sha256",
        {**asdict(draft), "sha256": sha256},
    )
    return cursor.rowcount == 1


def queue(connection: sqlite3.Connection, outbox_id: int, all_of_them: Sequence[Attached]) -> None:
    """Fix what goes along with a reply; it never changes afterwards."""
    connection.executemany(
        "INSERT INTO outbox_attachment (outbox_id, place, sha256, name, facts, alt)"
        " VALUES (:outbox, :place, :sha256, :name, :facts, :alt)",
        [{"outbox": outbox_id, "place": place, **_fields(one)} for place, one in enumerate(all_of_them, 1)],
    )


def of_outbox(connection: sqlite3.Connection, outbox_id: int) -> tuple[Outgoing, ...]:
    """What goes along with a reply, in its order."""
    rows = connection.execute(
        "SELECT * FROM outbox_attachment WHERE outbox_id = ? ORDER BY place", (outbox_id,)
    ).fetchall()
    return tuple(
        Outgoing(row["place"], _attached(row), json.loads(row["remote"]) if row["remote"] else None)
        for row in rows
    )


def uploaded(
    connection: sqlite3.Connection, outbox_id: int, place: int, remote: Mapping[str, object], *, at: Millis
) -> None:
    """Record what the platform calls it, once; the first word stands."""
    connection.execute(
        "UPDATE outbox_attachment SET remote = ?, uploaded_at = ?"
        " WHERE outbox_id = ? AND place = ? AND remote IS NULL",
        (json.dumps(dict(remote)), at, outbox_id, place),
    )


def sweep(connection: sqlite3.Connection, *, now: Millis) -> None:
    """Let go of the content that neither a draft nor a reply that may still go out needs."""
    connection.execute(
        "DELETE FROM media WHERE kept_at <= ? AND NOT EXISTS ("
        "  SELECT 1 FROM draft_attachment d WHERE d.sha256 = media.sha256)"
        " AND NOT EXISTS ("
        "  SELECT 1 FROM outbox_attachment a JOIN outbox o ON o.id = a.outbox_id"
        "  WHERE a.sha256 = media.sha256 AND o.status NOT IN ('sent', 'called_back'))",
        (now - SPARED,),
    )


def server_limits(connection: sqlite3.Connection, channel: str) -> Mapping[str, object]:
    """What the channel's server said it takes; nothing where it has not said."""
    row = connection.execute("SELECT limits FROM channel_media WHERE channel = ?", (channel,)).fetchone()
    return json.loads(row["limits"]) if row is not None else {}


def set_server_limits(connection: sqlite3.Connection, channel: str, limits: Mapping[str, int]) -> None:
    """Remember what the channel's server says it takes."""
    connection.execute(
        "INSERT INTO channel_media (channel, limits) VALUES (?, ?)"
        " ON CONFLICT (channel) DO UPDATE SET limits = excluded.limits",
        (channel, json.dumps(dict(limits), sort_keys=True)),
    )


def _fields(one: Attached) -> dict[str, object]:
    facts = json.dumps({**asdict(one.facts), "stripped": one.stripped, "decorative": one.decorative})
    return {"sha256": one.sha256, "name": one.name, "facts": facts, "alt": one.alt}


def _attached(row: sqlite3.Row) -> Attached:
    facts = json.loads(row["facts"])
    said = {name: bool(facts.pop(name, False)) for name in ("stripped", "decorative")}
    return Attached(row["sha256"], row["name"], Facts(**facts), row["alt"], **said)
