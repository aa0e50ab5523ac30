"""What the bench finds wrong after many processes wrote to one file: it has to be able to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bench.lib import afterwards, data
from bench.lib.flood import AGAIN, LARGEST, Flood, item
from bench.lib.statements import Statement, between, deepest_offset, read, undisturbed
from bench.soak import MUST_BE_ZERO, verdicts
from bench.suites.notify import delays
from domain.clock import ManualClock
from domain.inbound import Inbound
from storage import events

NOW = 1_795_420_800_000
NOTHING = {
    "conflicts": 0,
    "robbed": 0,
    "refused": 0,
    "busy": 0,
    "changes": 0,
    "resolved": 0,
    "claim_us": [],
    "faults": [],
}


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A small file that may be written to."""
    path = data.ensure(tmp_path, 100, say=lambda _sentence: None, now=NOW)
    with closing(sqlite3.connect(path, isolation_level=None)) as opened:
        opened.row_factory = sqlite3.Row
        yield opened


def hold(connection: sqlite3.Connection, kind: str, holder: str | None) -> None:
    events.move(
        connection, at=NOW, actor=holder or "sv", conversation_id=1, kind=kind, changes={"holder": holder}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("spans", "found"),
    [
        ({"a": [[1, 0, 10]], "b": [[1, 9, 12]]}, 1),
        ({"a": [[1, 0, 10]], "b": [[1, 10, 12]]}, 0),
        ({"a": [[1, 0, 10]], "b": [[2, 5, 6]]}, 0),
        ({"a": [[1, 0, 10], [1, 5, 20]]}, 0),
        ({"a": [[1, 0, 30]], "b": [[1, 2, 3], [1, 29, 31]]}, 2),
    ],
)
def test_two_who_hold_the_same_at_once_are_found(spans: dict[str, list[list[int]]], found: int) -> None:
    assert afterwards.overlaps(spans) == found


def test_a_claim_of_what_a_colleague_holds_is_found_in_the_record(connection: sqlite3.Connection) -> None:
    for kind, holder in (("claimed", "sv"), ("released", None), ("claimed", "ab"), ("stolen", "sv")):
        hold(connection, kind, holder)
    assert afterwards.doubles(connection, 0) == 0
    hold(connection, "claimed", "ab")
    assert afterwards.doubles(connection, 0) == 1


def test_what_is_lost_or_there_twice_is_counted(connection: sqlite3.Connection, tmp_path: Path) -> None:
    path = next(tmp_path.glob("desk-*.db"))
    record = {**NOTHING, "replies": [7, 8], "held": []}
    lines = [json.dumps({"key": key}) for key in ("x", "x", "y")]
    path.with_suffix(".practice.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = afterwards.look(path, after=0, stored=3, records={"a": [record]})
    assert (found["mentions_lost"], found["replies_lost"], found["replies_twice"]) == (3, 2, 1)
    assert found["counters_wrong"] == 0


def test_counters_that_are_wrong_are_found(connection: sqlite3.Connection, tmp_path: Path) -> None:
    connection.execute("UPDATE queue_count SET n = n + 1 WHERE queue = 'open'")
    path = next(tmp_path.glob("desk-*.db"))
    assert afterwards.look(path, after=0, stored=0, records={})["counters_wrong"] == 1


@pytest.mark.parametrize("wrong", MUST_BE_ZERO)
def test_a_soak_fails_for_each_thing_that_must_not_happen(wrong: str) -> None:
    after = dict.fromkeys(MUST_BE_ZERO, 0) | dict.fromkeys(
        ("claims", "replies", "terminal_claims", "terminal_replies"), 1
    )
    found = {
        "after": after, "wal_mib": 8.0, "minutes": 10, "keys": {"aa_p95": 1.0, "p95_ratio": 1.1},
        "memory": {"tui0": {"mib_per_minute": 0.1}},
    }  # fmt: skip
    assert not any(bad for _line, bad in verdicts(found))
    assert any(bad for _line, bad in verdicts({**found, "after": {**after, wrong: 1}}))
    assert any(bad for _line, bad in verdicts({**found, "wal_mib": 65.0}))
    grown = {"tui0": {"mib_per_minute": 1.5}}
    assert any(bad for _line, bad in verdicts({**found, "memory": grown}))
    assert not any(bad for _line, bad in verdicts({**found, "memory": grown, "minutes": 1}))


def test_nobody_having_done_anything_proves_nothing() -> None:
    after = dict.fromkeys(MUST_BE_ZERO, 0) | {
        "claims": 5,
        "replies": 0,
        "terminal_claims": 1,
        "terminal_replies": 1,
    }
    found = {
        "after": after, "wal_mib": 8.0, "minutes": 10, "keys": {"aa_p95": 1.0, "p95_ratio": 1.1},
        "memory": {"tui0": {"mib_per_minute": 0.1}},
    }  # fmt: skip
    assert any(bad for _line, bad in verdicts(found))


def test_a_commit_is_noticed_by_the_next_notice() -> None:
    assert delays([1_000_000, 5_000_000, 5_500_000], [2_000_000, 7_000_000]) == [1.0, 2.0, 1.5]
    assert delays([1_000_000, 9_000_000], [2_000_000]) == [1.0]


def test_statements_leave_out_what_stands_around_them(tmp_path: Path) -> None:
    listing = tmp_path / "statements.jsonl"
    said = [
        "BEGIN",
        "SELECT 1 LIMIT 5 OFFSET 1200",
        "-- UPDATE queue_count",
        "PRAGMA data_version",
        "ROLLBACK",
    ]
    listing.write_text("".join(json.dumps([at, sql]) + "\n" for at, sql in enumerate(said)), encoding="utf-8")
    statements = read(listing)
    assert [one.sql for one in statements] == ["SELECT 1 LIMIT 5 OFFSET 1200"]
    assert deepest_offset(statements) == 1200
    assert between(statements, 1, 2) == statements
    assert between(statements, 2, 9) == []


def test_the_same_statement_is_known_again_with_other_values() -> None:
    one = Statement(1, "SELECT a1 FROM t WHERE x IN (1, 2, 3) AND y = 'it''s'")
    other = Statement(2, "SELECT a1  FROM t WHERE x IN (4) AND y = ''")
    assert one.shape == other.shape == "SELECT a1 FROM t WHERE x IN (?) AND y = ?"


def test_a_timers_question_is_not_counted_for_a_key_but_a_keys_own_is() -> None:
    timer, key = Statement(1, "SELECT 'health'"), Statement(2, "SELECT b FROM row")
    background = frozenset({timer.shape})
    assert undisturbed([[key], [key, timer], [key]], background) == [[key], [key]]
    assert undisturbed([[timer], [timer], [key]], background) == [[timer], [timer], [key]]


def test_a_conversation_read_after_a_rest_belongs_to_no_move() -> None:
    thread, key = (
        Statement(1, "SELECT * FROM message WHERE conversation_id = 1"),
        Statement(2, "SELECT b FROM row"),
    )
    assert undisturbed([[key], [key, thread], [key]], frozenset()) == [[key], [key]]
    assert undisturbed([[key, thread]], frozenset(), reading=True) == [[key, thread]]


def test_some_people_of_the_flood_write_again_in_their_thread() -> None:
    mentions = [item("practice", number, NOW) for number in range(AGAIN * 6)]
    assert len({one.remote_id for one in mentions}) == len(mentions)
    threads = {one.thread_key for one in mentions}
    assert 0 < len(mentions) - len(threads) < len(mentions) // 3
    by_thread: dict[str, set[str]] = {}
    for one in mentions:
        by_thread.setdefault(one.thread_key, set()).add(one.author.name)
    assert all(len(names) == 1 for names in by_thread.values())


async def test_a_flood_goes_on_where_the_desk_has_stored(tmp_path: Path) -> None:
    flood = Flood("practice", ManualClock(NOW), tmp_path / "ledger.jsonl")
    flood.flow(1_000_000, 50)
    first = await flood.pull("mentions", None)
    again = await flood.pull("mentions", None)
    assert ids(first.items)[0] == ids(again.items)[0] == "flood0"
    assert 50 <= len(first.items) <= LARGEST
    second = await flood.pull("mentions", again.cursor)
    assert ids(second.items)[0] == f"flood{len(again.items)}"
    assert flood.stored == len(again.items)


def ids(items: tuple[Inbound, ...]) -> list[str]:
    return [one.remote_id for one in items]
