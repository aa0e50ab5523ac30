"""Rows under the desk: events and who stands behind a field, messages, queues by index, outbox steps."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping

import pytest

from domain.inbound import BadItem
from domain.queues import DEFAULT_QUEUES, QueueFilter
from storage import channels, conversations, edits, events, messages, outbox, queues, savepoint
from storage.edits import Rewrite
from storage.events import Event
from storage.migrate import packaged


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    """The desk's schema in memory, with a contact, a conversation and a message."""
    made = sqlite3.connect(":memory:", isolation_level=None)
    made.row_factory = sqlite3.Row
    for step in packaged():
        made.executescript(step.sql)
    made.execute("INSERT INTO contact (id, name, first_seen_at) VALUES (1, 'Jan', 0)")
    conversation(made)
    messages.insert(made, row("m1", "eerste"))
    yield made
    made.close()


def conversation(connection: sqlite3.Connection) -> int:
    """Another open conversation."""
    made = conversations.next_id(connection)
    conversations.insert_many(
        connection,
        [{
            **conversations.NEW, "id": made, "channel": "c", "account": "@us", "platform": "practice",
            "thread_key": "t", "contact_id": 1, "contact_name": "Jan", "handle": "@jan",
            "visibility": "public", "status": "open", "opened_at": 0, "last_at": 0,
        }],
    )  # fmt: skip
    return made


def row(remote_id: str, text: str, **fields: object) -> dict[str, object]:
    """A message of the contact."""
    return {
        "conversation_id": 1, "direction": "in", "channel": "c", "account": "@us", "remote_id": remote_id,
        "text": text, "visibility": "public", "created_at": 5, "received_at": 5, **fields,
    }  # fmt: skip


def queued(connection: sqlite3.Connection, text: str = "hoi", **fields: object) -> int:
    """A reply in the outbox."""
    return outbox.insert(
        connection,
        {
            "conversation_id": 1, "operator": "sanne", "channel": "c", "visibility": "public", "text": text,
            "text_key": text, "body": text, "recipient": "{}", "thread_key": "t", "parent_id": None,
            "parent_ref": None,
            "lang": None, "client_key": text, "status": "queued", "queued_at": 1, "undo_until": 5,
            "next_at": 5, **fields,
        },
    )  # fmt: skip


# -- events ---------------------------------------------------------------------------------------------


def test_an_event_keeps_what_was_and_what_is_but_no_words(connection: sqlite3.Connection) -> None:
    events.move(
        connection, at=1, actor="sanne", conversation_id=1, kind="x",
        changes={"status": "waiting", "preview": "geheim"}, facts=("reply",), touches_thread=True,
    )  # fmt: skip
    (event,) = events.of_conversation(connection, 1)
    assert event.payload == {"set": {"status": "waiting"}, "was": {"status": "open"}, "facts": ["reply"]}
    stored = conversations.get(connection, 1)
    assert (stored["preview"], stored["version"], stored["thread_version"]) == ("geheim", 2, 2)


def test_a_column_that_no_event_may_change_is_refused(connection: sqlite3.Connection) -> None:
    with pytest.raises(ValueError, match="contact_id"):
        events.project(connection, 1, {"contact_id": 2})


def act(number: int, kind: str, **payload: object) -> Event:
    """An event as it is read."""
    return Event(number, number * 10, "sanne", 1, kind, payload)


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [
        ([act(1, "a", set={"x": 1})], {"x": [1]}),
        ([act(1, "a", set={"x": 1}), act(2, "b", set={"x": 2, "y": 2})], {"x": [1, 2], "y": [2]}),
        ([act(1, "a", set={"x": 1}), act(2, "undone", event=1, set={"x": 0})], {"x": []}),
        (
            [
                act(1, "a", set={"x": 1}),
                act(2, "undone", event=1, set={}),
                act(3, "redone", event=1, set={"x": 1}),
            ],
            {"x": [1]},
        ),
        ([act(1, "a"), act(2, "undone", event=77)], {}),
    ],
)  # fmt: skip
def test_who_stands_behind_a_field(recorded: list[Event], expected: dict[str, list[int]]) -> None:
    assert events.writers(recorded) == expected


def test_facts_of_undone_acts_are_gone_until_redone() -> None:
    recorded = [
        act(1, "opened", facts=["question"], moment=3),
        act(2, "resolved", facts=["resolved"]),
        act(3, "undone", event=2),
    ]
    assert [(fact.at, fact.what) for fact in events.facts(recorded)] == [(3, "question")]
    redone = [*recorded, act(4, "redone", event=2)]
    assert [fact.what for fact in events.facts(redone)] == ["question", "resolved"]


def test_events_of_an_actor_and_since(connection: sqlite3.Connection) -> None:
    for number in range(5):
        actor = "ab" if number % 2 else "cor"
        events.record(connection, at=number, actor=actor, conversation_id=None, kind="k", payload={})
    assert [event.id for event in events.by_actor(connection, "cor", limit=2)] == [3, 5]
    assert [found["id"] for found in events.since(connection, 3)] == [4, 5]
    assert events.last_id(connection) == 5


# -- messages -------------------------------------------------------------------------------------------


def test_an_edit_keeps_the_old_text_and_moves_the_index(connection: sqlite3.Connection) -> None:
    edits.rewrite(connection, [Rewrite(1, "eerste", "", "tweede", "2", 9)])
    assert [hits(connection, word) for word in ("eerste", "tweede")] == [0, 1]
    assert edits.revisions(connection, [1, 2]) == {(1, "")}


def test_two_edits_of_a_message_at_once_leave_the_last(connection: sqlite3.Connection) -> None:
    """The index forgets the first text and never heard of the one between."""
    other = messages.insert(connection, row("m2", "ander"))
    edits.rewrite(
        connection,
        [
            Rewrite(other, "ander", "", "nieuw", "2", 8),
            Rewrite(1, "eerste", "", "tweede", "2", 8),
            Rewrite(1, "tweede", "2", "derde", "3", 9),
        ],
    )
    words = ("eerste", "tweede", "derde", "ander", "nieuw")
    assert [hits(connection, word) for word in words] == [0, 0, 1, 0, 1]
    assert edits.revisions(connection, [1]) == {(1, ""), (1, "2")}
    connection.execute("INSERT INTO message_fts (message_fts) VALUES ('integrity-check')")
    (stands,) = messages.known(connection, "c", "@us", ["m1"]).values()
    assert (stands["text"], stands["revision"], stands["edited_at"]) == ("derde", "3", 9)


def hits(connection: sqlite3.Connection, word: str) -> int:
    """How many messages the index finds."""
    found = connection.execute("SELECT count(*) FROM message_fts WHERE message_fts MATCH ?", (word,))
    return int(found.fetchone()[0])


def test_more_rows_than_one_statement_takes(connection: sqlite3.Connection) -> None:
    first = messages.next_id(connection)
    rows = [row(f"x{n}", f"pakje {n}", id=first + n, rating=n % 7 or None) for n in range(120)]
    messages.insert_many(connection, [{**messages.NEW, **one} for one in rows])
    found = connection.execute("SELECT count(*) FROM message_fts WHERE message_fts MATCH 'pakje'").fetchone()
    assert found[0] == 120
    ratings = connection.execute("SELECT rating FROM message WHERE id >= ? ORDER BY id", (first,)).fetchall()
    assert [rating for (rating,) in ratings] == [n % 7 or None for n in range(120)]


@pytest.mark.parametrize(
    ("table", "kept", "new"),
    [
        ("conversation", conversations.COLUMNS, conversations.NEW),
        ("message", messages.COLUMNS, messages.NEW),
    ],
)
def test_what_is_left_out_is_what_the_schema_fills_in(
    connection: sqlite3.Connection, table: str, kept: tuple[str, ...], new: Mapping[str, object]
) -> None:
    """A column that stands at its default in all rows of a batch is not written."""
    columns = {row["name"]: row for row in connection.execute(f"PRAGMA table_info({table})")}
    assert set(new) < set(kept) <= set(columns)
    for name, value in new.items():
        default = columns[name]["dflt_value"] or "NULL"
        assert connection.execute(f"SELECT {default}").fetchone()[0] == value, name


def test_the_newest_standing_message_is_what_a_reply_answers(connection: sqlite3.Connection) -> None:
    later = messages.insert(connection, row("m2", "later geschreven", created_at=9))
    messages.insert(connection, row("m3", "eerder geschreven", created_at=7))
    newest = messages.last_inbound(connection, 1)
    assert newest is not None
    assert newest["id"] == later
    edits.mark_deleted(connection, [later])
    newest = messages.last_inbound(connection, 1)
    assert newest is not None
    assert newest["remote_id"] == "m3"
    asked = messages.asked_after(connection, 1, 5)
    assert asked is not None
    assert asked["created_at"] == 7


# -- queues ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "queue", [one for one in DEFAULT_QUEUES if one.id != "outbox"], ids=lambda one: one.id
)
def test_a_page_is_read_by_index(connection: sqlite3.Connection, queue: object) -> None:
    """A key press must not cost a walk through a million conversations, nor a sort of them."""
    wanted = next(one.filter for one in DEFAULT_QUEUES if one is queue)
    plans: list[str] = []
    connection.set_trace_callback(plans.append)
    queues.page(connection, wanted, (5, 5), 64)
    connection.set_trace_callback(None)
    plan = [found["detail"] for found in connection.execute(f"EXPLAIN QUERY PLAN {plans[0]}").fetchall()]
    assert plan[0].startswith("SEARCH c USING INDEX"), plan
    assert not any("TEMP B-TREE" in step for step in plan), plan


def test_a_queue_that_nobody_counts_is_counted(connection: sqlite3.Connection) -> None:
    conversation(connection)
    assert queues.count(connection, QueueFilter(active=True, channel="c")) == 2
    assert queues.count(connection, QueueFilter(label="x")) == 0


def test_the_counts_follow_a_conversation_to_its_end(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE conversation SET sentiment = 'negative', window_until = 5, kind = 'complaint'")
    assert queues.counts(connection) == {
        "all": 1, "open": 1, "unassigned": 1, "channel:c": 1, "negative": 1, "windows": 1, "complaints": 1,
    }  # fmt: skip
    connection.execute("DELETE FROM message_fts")
    connection.execute("DELETE FROM message")
    connection.execute("DELETE FROM conversation")
    assert set(queues.counts(connection).values()) == {0}


# -- outbox ---------------------------------------------------------------------------------------------


def test_a_step_is_taken_once(connection: sqlite3.Connection) -> None:
    one = queued(connection)
    assert outbox.step(connection, one, "queued", "sending", attempts=1)
    assert not outbox.step(connection, one, "queued", "sending", attempts=2)
    assert not outbox.update(connection, one, status="queued", next_at=9)
    with pytest.raises(ValueError, match="no step"):
        outbox.step(connection, one, "sending", "queued")
    with pytest.raises(ValueError, match="text"):
        outbox.step(connection, one, "sending", "sent", text="anders")
    with pytest.raises(ValueError, match="text"):
        outbox.update(connection, one, status="sending", text="anders")


def test_the_same_text_waits_for_nobody_else(connection: sqlite3.Connection) -> None:
    one = queued(connection)
    with pytest.raises(sqlite3.IntegrityError):
        queued(connection, client_key="other")
    outbox.step(connection, one, "queued", "called_back")
    queued(connection, client_key="other")


def test_replies_of_one_conversation_go_one_by_one(connection: sqlite3.Connection) -> None:
    one, two = queued(connection), queued(connection, "twee", next_at=2)
    assert [found["id"] for found in outbox.due(connection, 9)] == [one]
    assert outbox.next_due(connection) == 5
    outbox.step(connection, one, "queued", "sending")
    assert outbox.due(connection, 9) == []
    assert outbox.next_due(connection) is None
    outbox.step(connection, one, "sending", "sent")
    assert [found["id"] for found in outbox.due(connection, 9)] == [two]
    assert outbox.next_due(connection) == 2


def test_the_outbox_is_read_by_index(connection: sqlite3.Connection) -> None:
    """Among years of sent replies the few on their way are found without a walk."""
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    outbox.due(connection, 9)
    outbox.next_due(connection)
    outbox.left_sending(connection)
    outbox.may_be(connection, "c", "t", "seen:")
    outbox.last_to_call_back(connection, "sanne", 0)
    connection.set_trace_callback(None)
    for statement in statements:
        plan = [found["detail"] for found in connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()]
        assert not any(step.startswith("SCAN") for step in plan), (statement, plan)


def test_what_waits_is_listed_before_what_was_refused(connection: sqlite3.Connection) -> None:
    one, two = queued(connection), queued(connection, "twee")
    outbox.step(connection, one, "queued", "refused")
    assert [found["id"] for found in outbox.shown(connection)] == [two, one]
    assert [found["id"] for found in outbox.shown(connection, 1)] == [two]


# -- quarantine and parts of a transaction --------------------------------------------------------------


def test_a_part_is_kept_whole_or_not_at_all(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    savepoint.part(connection, lambda: queued(connection))

    def half() -> None:
        queued(connection, "half")
        queued(connection, "half")

    with pytest.raises(savepoint.Refused, match="UNIQUE"):
        savepoint.part(connection, half)
    connection.execute("COMMIT")
    assert [found["text"] for found in outbox.of_conversation(connection, 1)] == ["hoi"]


def test_a_fault_of_the_disk_is_not_a_fault_of_the_data(connection: sqlite3.Connection) -> None:
    def full() -> None:
        raise sqlite3.OperationalError("database or disk is full")

    connection.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError):
        savepoint.part(connection, full)


def test_quarantine_keeps_each_source_once(connection: sqlite3.Connection) -> None:
    bad = BadItem("reden \ud800", b"{", "id\ud800")
    assert channels.quarantine(connection, "c", bad, source="s", at=1)
    assert not channels.quarantine(connection, "c", bad, source="s", at=2)
    assert channels.quarantine_count(connection) == 1


def test_listening_begins_once(connection: sqlite3.Connection) -> None:
    assert channels.listening_since(connection, "c", "mentions", 5) == 5
    assert channels.listening_since(connection, "c", "mentions", 9) == 5
    assert channels.listening_since(connection, "c", "search:x", 9) == 9
    assert channels.cursor(connection, "c", "mentions") is None
