"""The conversations of a batch while it is stored: read at once, moved in memory, written at once.

The rules and the clocks see the same fields, events and messages as if each mention had been written by
itself before the next one was looked at.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from desk.clocks import Clocks
from domain.clock import Millis
from domain.conversation import Move, Value
from storage import chain, conversations, events, messages, meter
from storage.events import Event

SYSTEM = "system"


@dataclass(slots=True)
class Line:
    """What meter and clocks look at in a message."""

    id: int
    direction: str
    created_at: Millis
    received_at: Millis
    deleted: bool
    value: float | None
    """Feeling, -1 to 1; None where it is not known."""


@dataclass(slots=True)
class Thread:
    """One conversation as it will stand."""

    fields: dict[str, Any]
    stored: Mapping[str, Any] | None
    """Its fields in the file; None for one that is new."""

    recorded: list[Event] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    touched: bool = False

    @property
    def id(self) -> int:
        """The conversation's."""
        return int(self.fields["id"])

    def answered_at(self) -> Millis | None:
        """When the desk learned of our last reply in it; None where we never answered."""
        return max((line.received_at for line in self.lines if line.direction == "out"), default=None)

    def newest(self) -> Line | None:
        """The contact's newest message that still stands, late ones included."""
        written = (line for line in self.lines if line.direction == "in")
        return max(written, key=lambda line: (not line.deleted, line.created_at, line.id), default=None)

    def line(self, message_id: int) -> Line:
        """One of its messages."""
        return next(line for line in self.lines if line.id == message_id)

    def meter(self) -> dict[str, Value]:
        """What the before/after meter keeps of it, by column."""
        standing = (line for line in self.lines if not line.deleted and line.direction != "note")
        ordered = sorted(standing, key=attrgetter("created_at", "id"))
        return meter.projected([(line.direction, line.created_at, line.value) for line in ordered]).fields()

    def changed(self) -> dict[str, Any]:
        """The columns that the file does not have like this."""
        stored = self.stored or {}
        return {name: value for name, value in self.fields.items() if stored[name] != value}


class Threads:
    """All conversations that a batch meets; good within one write transaction."""

    def __init__(self, connection: sqlite3.Connection, channel: str, clocks: Clocks, now: Millis) -> None:
        self._connection = connection
        self._channel = channel
        self._clocks = clocks
        self._now = now
        self._tail = chain.Tail(connection)
        self._next_id = conversations.next_id(connection)
        self._by_id: dict[int, Thread] = {}
        self._latest: dict[tuple[str, int], Thread] = {}

    def load(self, threads: Iterable[tuple[str, int]], ids: Iterable[int]) -> None:
        """Read the newest conversation of each (thread key, contact id), and those with these ids."""
        wanted = list(dict.fromkeys(threads))
        for row in conversations.latest_of_threads(self._connection, self._channel, wanted):
            self._latest[row["thread_key"], row["contact_id"]] = self._known(row)
        missing = [number for number in dict.fromkeys(ids) if number not in self._by_id]
        for row in conversations.with_ids(self._connection, missing):
            self._known(row)
        found = list(self._by_id)
        for number, recorded in events.of_conversations(self._connection, found).items():
            self._by_id[number].recorded = recorded
        for row in messages.lines(self._connection, found):
            self._by_id[row["conversation_id"]].lines.append(
                Line(
                    row["id"], row["direction"], row["created_at"], row["received_at"], bool(row["deleted"]),
                    row["feeling"],
                )
            )  # fmt: skip

    def latest(self, thread_key: str, contact_id: int) -> Thread | None:
        """The newest conversation with this contact in this thread; None for a new one."""
        return self._latest.get((thread_key, contact_id))

    def of(self, conversation_id: int) -> Thread:
        """One that was read or opened."""
        return self._by_id[conversation_id]

    def open(self, fields: Mapping[str, Any], payload: Mapping[str, object]) -> Thread:
        """A new conversation, with the payload of the event that opens it."""
        thread = Thread({**conversations.NEW, **fields, "id": self._next_id}, None)
        self._next_id += 1
        self._by_id[thread.id] = thread
        self._latest[thread.fields["thread_key"], thread.fields["contact_id"]] = thread
        self._record(thread, "conversation_opened", payload)
        return thread

    def move(self, thread: Thread, kind: str, move: Move, details: Mapping[str, object]) -> None:
        """Record what happened in a thread, and let its fields follow."""
        was = {name: thread.fields[name] for name in events.recorded(move.changes)}
        self._record(thread, kind, events.moved(move.changes, was, move.facts, details))
        thread.fields |= move.changes
        thread.fields["version"] += 1
        thread.fields["thread_version"] += 1

    def write(self) -> None:
        """Insert the new conversations and update the others, with clocks and meter as they follow."""
        touched = [thread for thread in self._by_id.values() if thread.touched]
        for thread in touched:
            self._refresh(thread)
        conversations.insert_many(
            self._connection, [thread.fields for thread in touched if thread.stored is None]
        )
        conversations.update_many(
            self._connection,
            [(thread.id, thread.changed()) for thread in touched if thread.stored is not None],
        )
        self._tail.write()

    def _known(self, row: sqlite3.Row) -> Thread:
        fields = dict(row)
        return self._by_id.setdefault(row["id"], Thread(dict(fields), fields))

    def _record(self, thread: Thread, kind: str, payload: Mapping[str, object]) -> None:
        event_id = self._tail.add(self._now, SYSTEM, thread.id, kind, payload)
        thread.recorded.append(Event(event_id, self._now, SYSTEM, thread.id, kind, payload))
        thread.touched = True

    def _refresh(self, thread: Thread) -> None:
        due = self._clocks.due(thread.fields, thread.recorded)
        derived = {**due, **thread.meter()}
        if any(thread.fields[name] != value for name, value in derived.items()):
            thread.fields |= derived
            thread.fields["version"] += 1
