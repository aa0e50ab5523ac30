"""What was recorded once cannot be changed, removed or cut off without showing."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import StorageError
from storage.chain import (
    GENESIS,
    Anchor,
    NewEvent,
    Tail,
    anchors_path,
    append,
    append_all,
    canonical,
    current,
    event_hash,
    read_anchors,
    verify,
    write_anchor,
)

TABLE = (
    "CREATE TABLE event (id INTEGER PRIMARY KEY, at INTEGER, actor TEXT, conversation_id INTEGER, kind TEXT, "
    "payload TEXT, prev_hash TEXT, hash TEXT)"
)


def chain_of(length: int) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute(TABLE)
    append_all(
        connection,
        [NewEvent(n, "anna", (n + 1) % 3 or None, "noted", {"n": n, "t": "é"}) for n in range(length)],
    )
    return connection


@pytest.fixture
def chain() -> sqlite3.Connection:
    return chain_of(25)


def test_an_empty_chain_is_whole() -> None:
    report = verify(chain_of(0))
    assert (report.count, report.head, report.whole) == (0, GENESIS, True)


@pytest.mark.parametrize("batch", [1, 7, 25, 1000])
def test_a_chain_is_whole_in_any_batches(chain: sqlite3.Connection, batch: int) -> None:
    report = verify(chain, batch=batch)
    assert (report.count, report.broken_at, report.reason) == (25, None, "")
    assert report.head == chain.execute("SELECT hash FROM event WHERE id = 25").fetchone()[0]


def test_ids_are_handed_back_in_order(chain: sqlite3.Connection) -> None:
    assert append(chain, at=1, actor="bo", conversation_id=None, kind="noted", payload={}) == 26
    assert append_all(chain, [NewEvent(1, "bo", 2, "noted")] * 2) == [27, 28]
    assert append_all(chain, []) == []
    assert verify(chain).count == 28


def test_the_hash_is_what_the_documentation_says(chain: sqlite3.Connection) -> None:
    """Anybody can check the chain without this program."""
    before, stored = chain.execute("SELECT prev_hash, hash FROM event WHERE id = 2").fetchone()
    text = (
        '{"actor":"anna","at":1,"conversation_id":2,"id":2,"kind":"noted",'
        '"payload":"{\\"n\\":1,\\"t\\":\\"\\\\u00e9\\"}"}'
    )
    assert hashlib.sha256(f"{before}\n{text}".encode()).hexdigest() == stored


@given(
    st.lists(
        st.tuples(
            st.integers(),
            st.text(),
            st.none() | st.integers(),
            st.text(),
            st.dictionaries(st.text(), st.text()),
        )
    )
)
def test_what_is_put_together_by_hand_is_the_canonical_text(
    drawn: list[tuple[int, str, int | None, str, dict[str, str]]],
) -> None:
    """Writing and verifying spell an event out in two ways; whatever stands in it, they agree."""
    tail, head = Tail(chain_of(0)), GENESIS
    for at, actor, conversation_id, kind, payload in drawn:
        event_id = tail.add(at, actor, conversation_id, kind, payload)
        fields = {
            "id": event_id, "at": at, "actor": actor, "conversation_id": conversation_id, "kind": kind,
            "payload": canonical(payload),
        }  # fmt: skip
        head = event_hash(head, fields)
        assert tail.head == head


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE event SET payload = '{}' WHERE id = 10",
        "UPDATE event SET at = at + 1 WHERE id = 10",
        "UPDATE event SET actor = 'bo' WHERE id = 10",
        "UPDATE event SET conversation_id = 99 WHERE id = 10",
        "UPDATE event SET conversation_id = NULL WHERE id = 10",
        "UPDATE event SET kind = 'sent' WHERE id = 10",
        "UPDATE event SET hash = prev_hash WHERE id = 10",
        "UPDATE event SET prev_hash = hash WHERE id = 10",
        "DELETE FROM event WHERE id = 10",
        "DELETE FROM event WHERE id = 10; UPDATE event SET id = id - 1 WHERE id > 10",
    ],
)
def test_tampering_is_found_where_it_happened(chain: sqlite3.Connection, tampering: str) -> None:
    chain.executescript(tampering)
    report = verify(chain, batch=4)
    assert not report.whole
    assert (report.count, report.broken_at) == (9, 10)
    assert "10" in report.reason


def test_removing_the_first_event_is_found(chain: sqlite3.Connection) -> None:
    chain.execute("DELETE FROM event WHERE id = 1")
    assert verify(chain).broken_at == 1


def test_an_event_left_out_is_found_though_all_hashes_fit(chain: sqlite3.Connection) -> None:
    chain.execute("DELETE FROM event WHERE id > 9")
    before = current(chain, at=5).head
    fields: dict[str, object] = {
        "id": 11, "at": 1, "actor": "mallory", "conversation_id": None, "kind": "noted", "payload": "{}",
    }  # fmt: skip
    chain.execute(
        "INSERT INTO event VALUES (:id, :at, :actor, :conversation_id, :kind, :payload, :before, :hash)",
        {**fields, "before": before, "hash": event_hash(before, fields)},
    )
    report = verify(chain)
    assert (report.count, report.broken_at) == (9, 10)
    assert "missing" in report.reason


def test_a_cut_off_tail_shows_against_an_anchor(chain: sqlite3.Connection) -> None:
    anchor = current(chain, at=5)
    chain.execute("DELETE FROM event WHERE id > 20")
    assert verify(chain).whole
    report = verify(chain, anchors=[anchor])
    assert (report.count, report.broken_at) == (20, None)
    assert "21 to 25" in report.reason


def test_a_rewritten_chain_shows_against_an_anchor(chain: sqlite3.Connection) -> None:
    anchors = [current(chain_of(12), at=4), current(chain, at=5)]
    chain.execute("DELETE FROM event WHERE id > 14")
    append_all(chain, [NewEvent(9, "mallory", None, "noted") for _number in range(20)])
    assert verify(chain).whole
    report = verify(chain, anchors=anchors)
    assert report.broken_at == 25
    assert "rewritten" in report.reason


def test_growing_past_the_anchors_is_fine(chain: sqlite3.Connection) -> None:
    anchor = current(chain, at=5)
    append(chain, at=1, actor="bo", conversation_id=None, kind="noted", payload={})
    assert verify(chain, anchors=[anchor]).whole


def test_anchors_are_only_added(tmp_path: Path) -> None:
    path = anchors_path(tmp_path / "webcare.db")
    assert read_anchors(path) == ()
    anchors = (Anchor(1, 10, "a" * 64), Anchor(2, 20, "b" * 64))
    for anchor in anchors:
        write_anchor(path, anchor)
    assert read_anchors(path) == anchors
    assert path.stat().st_mode & 0o022 == 0


def test_a_torn_last_anchor_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "anchors"
    write_anchor(path, Anchor(1, 10, "a" * 64))
    with path.open("a") as file:
        file.write('{"at": 2, "cou')
    assert read_anchors(path) == (Anchor(1, 10, "a" * 64),)
    write_anchor(path, Anchor(3, 30, "c" * 64))
    assert read_anchors(path) == (Anchor(1, 10, "a" * 64), Anchor(3, 30, "c" * 64))


@pytest.mark.parametrize("line", ["nonsense", "[]", '{"at": 1}', '{"at": 1, "count": "x", "head": ""}'])
def test_a_spoiled_anchor_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "anchors"
    path.write_text(f"{line}\n")
    with pytest.raises(StorageError, match="line 1"):
        read_anchors(path)


def test_an_anchor_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        write_anchor(tmp_path / "none" / "anchors", Anchor(1, 1, ""))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(), json_values, max_size=5))
def test_any_payload_has_one_text_and_survives_the_file(payload: dict[str, object]) -> None:
    connection = chain_of(1)
    append(connection, at=1, actor="anna", conversation_id=None, kind="noted", payload=payload)
    assert verify(connection).whole
    assert canonical(payload) == canonical(dict(reversed(payload.items())))
    canonical(payload).encode("ascii")


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abc"), st.integers() | st.text(max_size=3), min_size=1),
    st.sampled_from("abc"),
)
def test_other_fields_have_another_hash(fields: dict[str, object], name: str) -> None:
    assert event_hash(GENESIS, fields) != event_hash(GENESIS, {**fields, name: "something else"})
