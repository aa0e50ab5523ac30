"""Answered mentions that share words with a new one, found by the search index without reading all of it.

The index answers at once for rare words. For common ones neither a ranking nor a count may run over all hits
(half a second at 289,000 of them), so hits are counted up to a cap, only rare words are ranked, and pairs of
common ones are looked for among the newest messages.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from itertools import combinations

CAP = 1_000
"""Hits up to which a word is counted exactly and counts as rare."""

RANKED = 3_000
"""Hits of rare words together that a ranking may look at."""

FOUND = 300
"""Messages taken from the index."""

RECENT = 100_000
"""Newest messages among which pairs of common words are looked for."""

LATELY = 80
"""Newest answers that are looked at whatever their words."""

TOO_COMMON = 0.25
"""Share of all messages from which a word finds nothing."""

_PAIRED = 5
"""Common words that are paired."""

_IN_ONE = 200
"""Ids in one statement."""


def hits(connection: sqlite3.Connection, words: Sequence[str]) -> tuple[dict[str, float], int]:
    """How many messages hold each word, exact up to CAP and estimated above; and the number of all."""
    newest = _newest(connection)
    found: dict[str, float] = {}
    for word in words:
        count, oldest = connection.execute(
            "SELECT count(*), min(rowid) FROM (SELECT rowid FROM message_fts WHERE message_fts MATCH ?"
            " ORDER BY rowid DESC LIMIT ?)",
            (_quoted(word), CAP),
        ).fetchone()
        span = newest - oldest + 1 if count else 1
        found[word] = float(count) if count < CAP else min(newest, count * newest / span)
    return found, newest


def mentions(connection: sqlite3.Connection, found: Mapping[str, float], total: int) -> list[int]:
    """Ids of messages that share words of `found` (hits by word), most promising first, FOUND at most."""
    by_rarity = sorted((word for word in found if found[word] > 0), key=lambda word: (found[word], word))
    rare: list[str] = []
    spent = 0.0
    for word in by_rarity:
        if found[word] >= CAP or spent + found[word] > RANKED:
            break
        rare.append(word)
        spent += found[word]
    ids = _ranked(connection, rare) if rare else []
    if len(ids) < FOUND // 2:
        common = [word for word in by_rarity if word not in rare and found[word] <= TOO_COMMON * total]
        ids += _newest_pairs(connection, [*rare[:1], *common][:_PAIRED], total)
    return list(dict.fromkeys(ids))[:FOUND]


def lately(connection: sqlite3.Connection, newest: int) -> list[int]:
    """Ids of the mentions that were answered last, for when words find little."""
    rows = connection.execute(
        "SELECT (SELECT max(i.id) FROM message i WHERE i.conversation_id = o.conversation_id AND i.id < o.id"
        " AND i.direction = 'in') FROM message o WHERE o.id > ? AND o.direction = 'out'"
        " ORDER BY o.id DESC LIMIT ?",
        (newest - LATELY * 10, LATELY),
    ).fetchall()
    return [int(row[0]) for row in rows if row[0] is not None]


def answered(
    connection: sqlite3.Connection, ids: Sequence[int], *, but: int, limit: int
) -> list[sqlite3.Row]:
    """Those that are a contact's and got an answer, in the order given, with that answer.

    Of several with the same answer only the first. `but` is the conversation that asks.
    """
    rows: dict[int, sqlite3.Row] = {}
    for start in range(0, len(ids), _IN_ONE):
        part = ids[start : start + _IN_ONE]
        found = connection.execute(
            "SELECT m.id AS mention_id, m.text AS mention, m.lang, m.sentiment_value AS before,"
            " c.id AS conversation_id, c.contact_id, c.kind, c.channel, c.platform, c.labels,"
            " o.id AS reply, o.text AS answer, o.visibility, o.created_at AS at"
            " FROM message m JOIN conversation c ON c.id = m.conversation_id"
            " JOIN message o ON o.id = (SELECT x.id FROM message x"
            " WHERE x.conversation_id = m.conversation_id AND x.id > m.id AND x.direction = 'out'"
            " AND x.deleted = 0 ORDER BY x.id LIMIT 1)"
            f" WHERE m.id IN ({_marks(part)}) AND m.direction = 'in' AND m.deleted = 0 AND c.id <> ?",
            (*part, but),
        ).fetchall()
        rows.update({row["mention_id"]: row for row in found})
    first_by_reply: dict[int, sqlite3.Row] = {}
    for one in ids:
        if one in rows:
            first_by_reply.setdefault(rows[one]["reply"], rows[one])
    return list(first_by_reply.values())[:limit]


def afterwards(connection: sqlite3.Connection, conversation_ids: Sequence[int]) -> list[sqlite3.Row]:
    """What contacts wrote in these conversations, oldest first."""
    return connection.execute(
        "SELECT conversation_id, id, text, lang, sentiment, sentiment_value, late FROM message"
        f" WHERE conversation_id IN ({_marks(conversation_ids)}) AND direction = 'in' AND deleted = 0"
        " ORDER BY id",
        tuple(conversation_ids),
    ).fetchall()


def opened_again(connection: sqlite3.Connection, contact_ids: Sequence[int]) -> list[sqlite3.Row]:
    """All conversations of these contacts: (contact_id, id, opened_at, preview)."""
    return connection.execute(
        "SELECT contact_id, id, opened_at, preview FROM conversation"
        f" WHERE contact_id IN ({_marks(contact_ids)})"
        " ORDER BY opened_at, id",
        tuple(contact_ids),
    ).fetchall()


def _newest(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM message").fetchone()[0])


def _ranked(connection: sqlite3.Connection, words: Sequence[str]) -> list[int]:
    rows = connection.execute(
        "SELECT rowid FROM message_fts WHERE message_fts MATCH ? ORDER BY rank LIMIT ?",
        (" OR ".join(map(_quoted, words)), FOUND),
    ).fetchall()
    return [int(row[0]) for row in rows]


def _newest_pairs(connection: sqlite3.Connection, words: Sequence[str], total: int) -> list[int]:
    if not words:
        return []
    pairs = [f"({_quoted(one)} AND {_quoted(other)})" for one, other in combinations(words, 2)]
    rows = connection.execute(
        "SELECT rowid FROM message_fts WHERE message_fts MATCH ? AND rowid > ? ORDER BY rowid DESC LIMIT ?",
        (" OR ".join(pairs or [_quoted(words[0])]), total - RECENT, FOUND),
    ).fetchall()
    return [int(row[0]) for row in rows]


def _quoted(word: str) -> str:
    return f'"{word}"'


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
