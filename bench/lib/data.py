"""A seeded database file of any size in the program's own schema, made once and kept.

Every fifth message is our reply to the one before it, so a file of N messages has 0.8 N conversations; 12 %
of them are open, the others wait, are snoozed or resolved. The triggers and indexes of `conversation`,
`message` and `event` are taken off while the rows go in and put back afterwards; the counts are then
computed once, in the words of the triggers, and checked against COUNT.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

from bench.lib import counts
from bench.lib.texts import REPLIES, Mention, mention, name, pick
from domain.clock import DAY, MINUTE, SECOND, ManualClock, Millis
from storage import chain
from storage.database import Database
from storage.migrate import latest, packaged

FORMAT = 4
"""Moves when the generator does. The schema's version moves with the program's own; either way older files
are made again."""

HEAD = 64
"""The most urgent open conversations, whose clocks `freshen` brings into their last ten minutes."""

_OPEN_BELOW = 16
"""Of a hundred, where every fourth one has a reply and is never open."""

CHANNELS: tuple[tuple[str, str], ...] = (
    ("practice", "practice"), ("mastodon-stad", "mastodon"), ("mastodon-pers", "mastodon"),
    ("bluesky-stad", "bluesky"), ("bluesky-storing", "bluesky"), ("brieven", "jsonl"),
    ("winkels", "jsonl"), ("nieuws", "feed"),
)  # fmt: skip
_OPERATORS = (("sv", "Sanne Visser", "Sanne", "SV"), ("ab", "Anna Bos", "Anna", "AB"))
_FAR: Millis = 9_000_000_000_000_000
_HEAD_STARTS: Millis = 2 * MINUTE
_BULK_STARTS: Millis = 3 * DAY
_BULK_LASTS: Millis = 14 * DAY
_STALE: Millis = 2 * DAY
_PER_STATEMENT = 100
_TABLES = ("conversation", "message", "event")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file holds; the same plan gives the same rows, shifted to the present."""

    messages: int
    seed: int = 7
    base: Millis = 0
    """The moment that counts as now."""

    @property
    def conversations(self) -> int:
        """How many conversations."""
        return self.messages - self.messages // 5

    @property
    def contacts(self) -> int:
        """People write again: three conversations each."""
        return max(1, self.conversations // 3)

    @property
    def file_name(self) -> str:
        """Under which it is kept."""
        return f"desk-{self.messages}-{self.seed}-v{FORMAT}-s{latest(packaged())}.db"


Say = Callable[[str], None]


def ensure(folder: Path, messages: int, *, say: Say, now: Millis) -> Path:
    """The file of so many messages, made now if it is not there; a half-made one is never found."""
    plan = Plan(messages, base=now)
    path = folder / plan.file_name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".making")
        remove(unfinished)
        started = time.perf_counter()
        say(f"making {path.name}: {messages:,} messages, {plan.conversations:,} conversations")
        build(unfinished, plan)
        unfinished.rename(path)
        say(f"made {path.name} in {time.perf_counter() - started:.1f} s, {path.stat().st_size / 1e6:.0f} MB")
    return path


def remove(path: Path) -> None:
    """Take a database away, with what SQLite and we keep beside it."""
    for suffix in ("", "-wal", "-shm", "-journal", ".lock", ".anchors"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def build(path: Path, plan: Plan) -> None:
    """Fill a new file."""
    asyncio.run(_make_schema(path, plan.base))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-262144", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        put_back = _take_off(connection)
        connection.execute("BEGIN")
        _fill_people(connection, plan)
        _fill_conversations(connection, plan)
        _fill_messages(connection, plan)
        _fill_events(connection, plan)
        for sql in put_back:
            connection.execute(sql)
        counts.count(connection)
        connection.execute("INSERT INTO meta (key, value) VALUES ('bench_base', ?)", (str(plan.base),))
        connection.execute("COMMIT")
        connection.execute("INSERT INTO message_fts (message_fts) VALUES ('optimize')")
        connection.execute("PRAGMA optimize")
        connection.execute("PRAGMA journal_mode=WAL")
        counts.check(connection)
    os.sync()


async def _make_schema(path: Path, now: Millis) -> None:
    async with await Database.open(path, clock=ManualClock(now), checkpointer=True):
        pass


def _take_off(connection: sqlite3.Connection) -> list[str]:
    """Drop triggers and indexes of the large tables; returns the SQL that puts them back."""
    marks = ", ".join("?" * len(_TABLES))
    found = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger')"
        f" AND tbl_name IN ({marks}) AND sql IS NOT NULL ORDER BY type",
        _TABLES,
    ).fetchall()
    for kind, name_, _sql in found:
        connection.execute(f"DROP {kind} {name_}")
    return [sql for _kind, _name, sql in found]


def _insert(
    connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Iterator[tuple[object, ...]]
) -> None:
    """Many rows a statement."""
    one = f"({', '.join('?' * len(columns))})"
    head = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
    while part := list(islice(rows, _PER_STATEMENT)):
        connection.execute(head + ", ".join([one] * len(part)), [value for row in part for value in row])


def _person(plan: Plan, contact: int) -> str:
    return name(Random(plan.seed * 1_000_003 + contact))


def _contact_of(plan: Plan, conversation: int) -> int:
    return conversation * 7919 % plan.contacts + 1


def _message_of(conversation: int) -> int:
    """The mention that opened a conversation: four mentions, then one reply."""
    return conversation + (conversation - 1) // 4


def _text_of(plan: Plan, conversation: int) -> Mention:
    return mention(Random(plan.seed * 2_000_003 + conversation))


def _said_at(plan: Plan, conversation: int) -> Millis:
    """Half a year of mentions, the newest a minute ago."""
    return plan.base - MINUTE - (plan.conversations - conversation) * (180 * DAY // plan.conversations)


def _is_open(conversation: int) -> bool:
    return conversation * 37 % 100 < _OPEN_BELOW and conversation % 4 != 0


def _listens(plan: Plan, conversation: int) -> bool:
    return CHANNELS[_contact_of(plan, conversation) % len(CHANNELS)][1] == "feed"


def _has_reply(plan: Plan, conversation: int) -> bool:
    return conversation % 4 == 0 and _message_of(conversation) + 1 <= plan.messages


def _fill_people(connection: sqlite3.Connection, plan: Plan) -> None:
    connection.executemany(
        "INSERT INTO operator (login, name, first_name, initials, uid, seen_at) VALUES (?, ?, ?, ?, 1, ?)",
        [(*operator, plan.base) for operator in _OPERATORS],
    )
    people = range(1, plan.contacts + 1)
    start = plan.base - 200 * DAY
    rows: Iterator[tuple[object, ...]] = ((one, _person(plan, one), start) for one in people)
    _insert(connection, "contact", ("id", "name", "first_seen_at"), rows)
    rows = (
        (channel, f"u{one}", f"@{_person(plan, one).split()[0].casefold()}{one}", one)
        for one in people
        for channel, _platform in (CHANNELS[one % len(CHANNELS)],)
    )
    _insert(connection, "contact_handle", ("channel", "remote_id", "handle", "contact_id"), rows)


_CONVERSATION = (
    "id", "channel", "account", "platform", "thread_key", "contact_id", "contact_name", "handle", "preview",
    "visibility", "status", "outcome", "kind", "sentiment", "sentiment_unsure", "priority", "labels",
    "assignee", "listen_only", "opened_at", "last_at", "last_inbound_at", "due_at", "soon_at", "due_what",
    "due_sort", "window_until", "shows_at",
)  # fmt: skip


def _fill_conversations(connection: sqlite3.Connection, plan: Plan) -> None:
    place = 0
    open_ones = max(1, sum(map(_is_open, range(1, min(plan.conversations, 400) + 1))))
    step = _BULK_LASTS // max(1, open_ones * plan.conversations // min(plan.conversations, 400))

    def rows() -> Iterator[tuple[object, ...]]:
        nonlocal place
        for one in range(1, plan.conversations + 1):
            due = None
            if _is_open(one) and not _listens(plan, one):
                due = plan.base + (
                    _HEAD_STARTS + place * 5 * SECOND
                    if place < HEAD
                    else _BULK_STARTS + (place * 7919) % 10_007 * SECOND + place * step
                )
                place += 1
            yield _conversation(plan, one, due)

    _insert(connection, "conversation", _CONVERSATION, rows())


def _status(one: int) -> str:
    if _is_open(one):
        return "open"
    return "waiting" if one % 4 == 0 and one % 20 == 0 else "snoozed" if one % 50 == 1 else "resolved"


def _conversation(plan: Plan, one: int, due: Millis | None) -> tuple[object, ...]:
    channel, platform = CHANNELS[_contact_of(plan, one) % len(CHANNELS)]
    person, contact = _person(plan, _contact_of(plan, one)), _contact_of(plan, one)
    read, at = _text_of(plan, one), _said_at(plan, one)
    status = _status(one)
    return (
        one, channel, "@waterkant", platform, f"t{one}", contact, person,
        f"@{person.split()[0].casefold()}{contact}", " ".join(read.text.split())[:160],
        "private" if one % 9 == 0 else "public", status, "resolved" if status == "resolved" else "",
        read.kind, read.sentiment, int(one % 5 == 0), 2 if one % 97 == 0 else int(one % 31 == 0),
        '["storing"]' if one % 17 == 0 else "[]", _OPERATORS[one % 2][0] if one % 11 == 0 else None,
        int(platform == "feed"), at, at, at, due, None if due is None else due - 20 * MINUTE,
        "first_response" if due else "", _FAR if due is None else due,
        due if due is not None and one % 41 == 0 else None,
        plan.base + DAY + one if status == "snoozed" else None,
    )  # fmt: skip


_MESSAGE = (
    "id", "conversation_id", "direction", "channel", "account", "remote_id", "revision", "kind", "operator",
    "contact_id", "text", "visibility", "lang", "created_at", "received_at", "permalink", "source", "caps",
    "raw_hash", "sentiment", "sentiment_unsure", "sentiment_value", "engine",
)  # fmt: skip
_CAPS = json.dumps(
    {side: {"ok": True, "reason": "", "until": None, "needs": None} for side in ("public", "private")}
)
_VALUES = {"negative": -0.6, "neutral": 0.0, "positive": 0.7}


def _fill_messages(connection: sqlite3.Connection, plan: Plan) -> None:
    def rows() -> Iterator[tuple[object, ...]]:
        for one in range(1, plan.conversations + 1):
            yield _inbound(plan, one)
            if _has_reply(plan, one):
                yield _reply(plan, one)

    _insert(connection, "message", _MESSAGE, rows())
    connection.execute("INSERT INTO message_fts (rowid, text) SELECT id, text FROM message")


def _inbound(plan: Plan, one: int) -> tuple[object, ...]:
    contact, at, read = _contact_of(plan, one), _said_at(plan, one), _text_of(plan, one)
    return (
        _message_of(one), one, "in", CHANNELS[contact % len(CHANNELS)][0], "@waterkant", f"m{one}", "1",
        "mention", None, contact, read.text, "private" if one % 9 == 0 else "public", read.lang, at,
        at + SECOND, f"https://social.example/p/{one}", "mentions", _CAPS, None, read.sentiment,
        int(one % 5 == 0), _VALUES.get(read.sentiment), "bench 1",
    )  # fmt: skip


def _reply(plan: Plan, one: int) -> tuple[object, ...]:
    contact, at = _contact_of(plan, one), _said_at(plan, one) + 5 * MINUTE
    text = pick(Random(plan.seed + one), REPLIES)
    return (
        _message_of(one) + 1, one, "out", CHANNELS[contact % len(CHANNELS)][0], "@waterkant", f"r{one}", "1",
        "reply", _OPERATORS[one % 2][0], None, text, "public", "nl", at, at, None, "", "{}", None, "unknown",
        1, None, "",
    )  # fmt: skip


def _fill_events(connection: sqlite3.Connection, plan: Plan) -> None:
    """One event or two a conversation, in a chain that holds."""
    columns = ("id", "at", "actor", "conversation_id", "kind", "payload", "prev_hash", "hash")
    _insert(connection, "event", columns, _chained(plan))


def _chained(plan: Plan) -> Iterator[tuple[object, ...]]:
    head, id_ = chain.GENESIS, 0
    for one in range(1, plan.conversations + 1):
        for at, actor, kind, payload in _happened(plan, one):
            id_ += 1
            fields: dict[str, object] = {
                "id": id_, "at": at, "actor": actor, "conversation_id": one, "kind": kind,
                "payload": chain.canonical(payload),
            }  # fmt: skip
            head, before = chain.event_hash(head, fields), head
            yield (*fields.values(), before, head)


def _happened(plan: Plan, one: int) -> Iterator[tuple[Millis, str, str, dict[str, object]]]:
    at, read = _said_at(plan, one), _text_of(plan, one)
    payload: dict[str, object] = {
        "message": _message_of(one), "moment": at, "set": {"kind": read.kind, "priority": 0},
        "facts": ["question"],
    }  # fmt: skip
    yield at + SECOND, "system", "conversation_opened", payload
    if _has_reply(plan, one):
        yield at + 5 * MINUTE, "system", "reply_sent", {"message": _message_of(one) + 1, "facts": ["reply"]}


def freshen(path: Path, now: Millis, *, head: bool = True) -> None:
    """Bring the file into the present: clocks of the most urgent rows tick, nobody else sits at the desk.

    With `head` the first HEAD open rows are due in two to eight minutes, so that their badges show seconds;
    without it no badge on any screen changes within the hour.
    """
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM session")
        (base,) = connection.execute("SELECT value FROM meta WHERE key = 'bench_base'").fetchone()
        if now - int(base) > _STALE:
            _shift(connection, now - int(base))
            connection.execute("UPDATE meta SET value = ? WHERE key = 'bench_base'", (str(now),))
        start, step = (now + _HEAD_STARTS, 5 * SECOND) if head else (now + DAY, MINUTE)
        first = connection.execute(
            "SELECT id FROM conversation WHERE status = 'open' AND listen_only = 0"
            " ORDER BY due_sort, id LIMIT ?",
            (HEAD,),
        ).fetchall()
        connection.executemany(
            "UPDATE conversation SET due_at = :due, due_sort = :due, soon_at = :due - 1200000,"
            " window_until = NULL WHERE id = :id",
            [{"id": id_, "due": start + place * step} for place, (id_,) in enumerate(first)],
        )
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _shift(connection: sqlite3.Connection, by: Millis) -> None:
    connection.execute(
        "UPDATE conversation SET due_at = due_at + :by, soon_at = soon_at + :by, due_sort = due_sort + :by,"
        " window_until = window_until + :by WHERE due_at IS NOT NULL",
        {"by": by},
    )
