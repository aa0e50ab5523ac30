"""The meter in SQL says what the meter in plain numbers says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.meter import OUTCOMES, Tally
from storage import messages, meter
from storage.meter import Asked
from storage.migrate import Migration, packaged

NEW = 7
"""The step of the schema that brought the meter's columns."""


def opened(steps: Iterable[Migration]) -> sqlite3.Connection:
    made = sqlite3.connect(":memory:", isolation_level=None)
    made.row_factory = sqlite3.Row
    for step in steps:
        made.executescript(step.sql)
    made.execute("INSERT INTO contact (id, name, first_seen_at) VALUES (1, 'Jan', 0)")
    return made


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    made = opened(packaged())
    yield made
    made.close()


def converse(connection: sqlite3.Connection, id_: int, **fields: object) -> None:
    values = {
        "id": id_, "channel": "a", "account": "", "platform": "x", "thread_key": f"t{id_}", "contact_id": 1,
        "contact_name": "", "handle": "", "visibility": "public", "status": "open", "opened_at": 0,
        "last_at": 0, **fields,
    }  # fmt: skip
    marks = ", ".join("?" * len(values))
    connection.execute(
        f"INSERT INTO conversation ({', '.join(values)}) VALUES ({marks})", tuple(values.values())
    )


def write(connection: sqlite3.Connection, id_: int, place: int, direction: str, **fields: object) -> None:
    messages.insert(
        connection,
        {
            "conversation_id": id_, "direction": direction, "channel": "a", "account": "", "text": "",
            "remote_id": f"{id_}-{place}", "visibility": "public", "created_at": place, "received_at": place,
            **fields,
        },
    )  # fmt: skip


said = st.tuples(
    st.sampled_from(["in", "in", "out", "note"]),
    st.one_of(st.none(), st.sampled_from([-0.75, -0.25, 0.0, 0.25, 0.5])),
    st.booleans(),
    st.integers(0, 5).map(lambda one: one == 0),
)
"""(direction, feeling, unsure, deleted)."""


@given(st.lists(st.lists(said, max_size=7), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_an_older_file_gets_the_numbers_a_new_one_would_have(
    threads: list[list[tuple[str, float | None, bool, bool]]],
) -> None:
    connection = opened(step for step in packaged() if step.version < NEW)
    for id_, thread in enumerate(threads, 1):
        converse(connection, id_, before=0.0)  # as an older program had worked it out
        for place, (direction, feeling, unsure, deleted) in enumerate(thread):
            write(
                connection, id_, place // 2, direction, remote_id=f"{id_}-{place}", sentiment_value=feeling,
                sentiment_unsure=int(unsure), deleted=int(deleted),
            )  # fmt: skip
    for step in packaged():
        if step.version >= NEW:
            connection.executescript(step.sql)
    for row in connection.execute("SELECT * FROM conversation").fetchall():
        assert {
            name: row[name] for name in ("before", "after", "first_reply_at", "came_back")
        } == meter.of_conversation(connection, row["id"]).fields()
    connection.close()


one = st.tuples(
    st.integers(0, 9),  # when it was first answered
    st.one_of(st.none(), st.floats(-1, 1)),
    st.one_of(st.none(), st.floats(-1, 1)),
    st.booleans(),
    st.sampled_from(["mastodon", "bluesky"]),
    st.sampled_from(["complaint", "question"]),
    st.sampled_from(["[]", '["storing"]', '["factuur", "storing"]']),
)


@given(st.lists(one, max_size=25), st.integers(0, 9), st.sampled_from([None, "storing", "geen"]))
@settings(max_examples=60, deadline=None)
def test_a_period_in_sql_is_the_sum_of_its_conversations(
    found: list[tuple[int, float | None, float | None, bool, str, str, str]],
    since: int,
    label: str | None,
) -> None:
    connection = opened(packaged())
    wanted: dict[tuple[str, str], Tally] = {}
    for id_, (at, before, after, back, channel, kind, labels) in enumerate(found, 1):
        converse(
            connection, id_, first_reply_at=at, before=before, after=after if back else None,
            came_back=int(back), channel=channel, kind=kind, labels=labels,
        )  # fmt: skip
        if since <= at < 9 and (label is None or label in labels):
            tally = Tally.of(before, after if back else None, came_back=back)
            wanted[channel, kind] = wanted.get((channel, kind), Tally()) + tally
    asked = Asked(since, 9, label=label)
    got = meter.by_channel_and_kind(connection, asked)
    assert got.keys() == wanted.keys()
    for key, tally in got.items():
        assert [getattr(tally, name) for name in OUTCOMES] == [
            getattr(wanted[key], name) for name in OUTCOMES
        ]
        assert tally.change_sums.squares == pytest.approx(wanted[key].change_sums.squares)
        assert tally.before_sums.total == pytest.approx(wanted[key].before_sums.total, abs=1e-9)
    labelled = meter.by_label(connection, asked)
    plain = sum(json_labels == "[]" and since <= at < 9 for at, *_rest, json_labels in found)
    if label is None:
        assert labelled.get("", Tally()).n == plain
        assert labelled.get("storing", Tally()).n + plain == sum(tally.n for tally in got.values())
    connection.close()


def test_the_period_is_read_from_the_index_alone(connection: sqlite3.Connection) -> None:
    sql = meter._READ.format(columns="channel, kind", groups="channel, kind", source="")
    plan = connection.execute("EXPLAIN QUERY PLAN " + sql, Asked(1, 2).values()).fetchall()
    assert any(
        "COVERING INDEX conversation_meter (first_reply_at>? AND first_reply_at<?)" in row[3] for row in plan
    )
