"""The hash chain over events: what was once recorded cannot be changed without showing.

Each event's hash covers its fields and the hash before it. Altering, inserting or removing in the middle
breaks the chain; cutting off its tail, or rewriting all of it, shows only against anchors: (count, head)
written now and then to a file that the service account alone can write.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring_ascii as quoted
from pathlib import Path

from domain.clock import Millis
from domain.errors import StorageError
from i18n import _
from storage import many

GENESIS = "0" * 64
"""What the first event follows."""

_COLUMNS = "id, at, actor, conversation_id, kind, payload"

_INSERTED = ("id", "at", "actor", "conversation_id", "kind", "payload", "prev_hash", "hash")

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event before it has a place in the chain."""

    at: Millis

    actor: str

    conversation_id: int | None

    kind: str

    payload: Mapping[str, object] = field(default_factory=dict)
    """JSON values; no personal text, so that forgetting a person leaves the chain whole."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the chain stood at a moment, remembered outside the database."""

    at: Millis

    count: int

    head: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    """The verdict over a chain."""

    count: int
    """Events that were read and found whole, counted from the first."""

    head: str
    """Hash of the last whole event."""

    broken_at: int | None = None
    """Id of the first event that is not as it was written; None where all are."""

    reason: str = ""
    """What is wrong, for a person; empty where nothing is."""

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.reason


def canonical(payload: Mapping[str, object]) -> str:
    """The one JSON text of a payload: sorted keys, no spaces, ASCII; raises ValueError for NaN."""
    return _encode(payload)


def event_hash(prev_hash: str, fields: Mapping[str, object]) -> str:
    """SHA-256 in hex over the hash before and the fields of one event."""
    return _digest(prev_hash, canonical(fields))


def _digest(prev_hash: str, fields: str) -> str:
    return hashlib.sha256(f"{prev_hash}\n{fields}".encode("ascii")).hexdigest()


class Tail:
    """The end of the chain while events are added to it; `write` keeps them.

    Good within one write transaction in which nobody else adds events.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.head: str
        """Hash of the last event."""

        self._last, self.head = _end(connection)
        self._rows: list[tuple[object, ...]] = []

    def add(
        self, at: Millis, actor: str, conversation_id: int | None, kind: str, payload: Mapping[str, object]
    ) -> int:
        """Put an event at the end and return its id."""
        self._last += 1
        fields = (self._last, at, actor, conversation_id, kind, canonical(payload))
        before, self.head = self.head, _digest(self.head, _spelt(*fields))
        self._rows.append((*fields, before, self.head))
        return self._last

    def write(self) -> None:
        """Insert what was added since the last time."""
        many.insert(self._connection, "event", _INSERTED, self._rows)
        self._rows = []


def append(
    connection: sqlite3.Connection,
    *,
    at: Millis,
    actor: str,
    conversation_id: int | None,
    kind: str,
    payload: Mapping[str, object],
) -> int:
    """Add one event at the end, inside the caller's write; returns its id."""
    return append_all(connection, [NewEvent(at, actor, conversation_id, kind, payload)])[0]


def append_all(connection: sqlite3.Connection, events: Iterable[NewEvent]) -> list[int]:
    """Add events in order, inside the caller's write; returns their ids. Cheaper than one by one."""
    tail = Tail(connection)
    ids = [
        tail.add(event.at, event.actor, event.conversation_id, event.kind, event.payload) for event in events
    ]
    tail.write()
    return ids


def _spelt(
    event_id: int, at: Millis, actor: str, conversation_id: int | None, kind: str, payload: str
) -> str:
    """The fields as `canonical` writes them, put together by hand: a storm has many events."""
    conversation = "null" if conversation_id is None else conversation_id
    return (
        f'{{"actor":{quoted(actor)},"at":{at},"conversation_id":{conversation},"id":{event_id},'
        f'"kind":{quoted(kind)},"payload":{quoted(payload)}}}'
    )


def verify(
    connection: sqlite3.Connection, *, batch: int = 10_000, anchors: Sequence[Anchor] = ()
) -> ChainReport:
    """Read the chain from the first event on and compare it with the anchors.

    Reads `batch` events at a time; run it inside one `read` to judge one moment.
    """
    due = {anchor.count: anchor.head for anchor in anchors}
    count, head = 0, GENESIS
    while rows := _page(connection, count, batch):
        for row in rows:
            reason = _fault(row, count + 1, head)
            if reason:
                return ChainReport(count, head, count + 1, reason)
            count, head = count + 1, str(row["hash"])
            if due.get(count, head) != head:
                return ChainReport(count, head, count, _rewritten(count))
    return ChainReport(count, head, None, _shortened(count, anchors))


def current(connection: sqlite3.Connection, at: Millis) -> Anchor:
    """Where the chain stands now; `at` is the moment to write beside it."""
    count, head = _end(connection)
    return Anchor(at, count, head)


def anchors_path(database: Path) -> Path:
    """The anchors that belong to `database`."""
    return database.with_name(f"{database.name}.anchors")


def write_anchor(path: Path, anchor: Anchor) -> None:
    """Append `anchor` as one line of JSON and wait for the disk; all may read it, its owner alone write."""
    line = json.dumps({"at": anchor.at, "count": anchor.count, "head": anchor.head}) + "\n"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
        try:
            _drop_torn_line(descriptor)
            os.write(descriptor, line.encode("ascii"))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StorageError(
            _(
                "The anchor of the audit trail cannot be written to {path}: {reason}.",
                path=path,
                reason=error.strerror,
            )
        ) from error


def read_anchors(path: Path) -> tuple[Anchor, ...]:
    """All anchors in the file, oldest first; none where there is no file.

    Raises StorageError for a line that is no anchor: the file is only ever added to.
    """
    try:
        text = path.read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return ()
    whole_lines = text.splitlines() if text.endswith("\n") else text.splitlines()[:-1]  # the last may be torn
    return tuple(_anchor_in(line, number, path) for number, line in enumerate(whole_lines, start=1))


def _drop_torn_line(descriptor: int) -> None:
    """A power cut may leave half a line; it was never an anchor, and would spoil the next one."""
    size = os.fstat(descriptor).st_size
    tail = os.pread(descriptor, 4096, max(0, size - 4096))
    os.ftruncate(descriptor, size - len(tail) + tail.rfind(b"\n") + 1)


def _anchor_in(line: str, number: int, path: Path) -> Anchor:
    try:
        record = json.loads(line)
        return Anchor(at=int(record["at"]), count=int(record["count"]), head=str(record["head"]))
    except (ValueError, KeyError, TypeError):
        raise StorageError(
            _("{path}, line {line}: this is no anchor; somebody changed the file.", path=path, line=number)
        ) from None


def _end(connection: sqlite3.Connection) -> tuple[int, str]:
    rows = connection.execute("SELECT id, hash FROM event ORDER BY id DESC LIMIT 1").fetchall()
    return (int(rows[0][0]), str(rows[0][1])) if rows else (0, GENESIS)


def _page(connection: sqlite3.Connection, after: int, batch: int) -> list[sqlite3.Row]:
    """The next events as rows with names, whatever the connection's own row factory."""
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    cursor.execute(
        f"SELECT {_COLUMNS}, prev_hash, hash FROM event WHERE id > :after ORDER BY id LIMIT :batch",
        {"after": after, "batch": batch},
    )
    return cursor.fetchall()


def _fault(row: sqlite3.Row, expected: int, head: str) -> str:
    if row["id"] != expected:
        return _("Event {id} is missing.", id=expected)
    if row["prev_hash"] != head:
        return _("Event {id} does not follow the one before it.", id=expected)
    fields = {name: row[name] for name in _COLUMNS.split(", ")}
    if event_hash(head, fields) != row["hash"]:
        return _("Event {id} was altered after it was written.", id=expected)
    return ""


def _rewritten(count: int) -> str:
    return _("The events up to {id} were rewritten: their hash is not the one in the anchors.", id=count)


def _shortened(count: int, anchors: Sequence[Anchor]) -> str:
    known = max((anchor.count for anchor in anchors), default=0)
    if count >= known:
        return ""
    return _(
        "The events from {first} to {last} are missing: an anchor counted them.", first=count + 1, last=known
    )
