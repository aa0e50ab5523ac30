"""Rows under suggestions: bounded look-ups in the search index, and numbers that survive."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from domain.suggest_learning import FEATURES, STARTS, Lesson
from storage import conversations, edits, messages, resembling, suggestions
from storage.migrate import packaged


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    """The schema in memory."""
    made = sqlite3.connect(":memory:", isolation_level=None)
    made.row_factory = sqlite3.Row
    for step in packaged():
        made.executescript(step.sql)
    made.execute("INSERT INTO contact (id, name, first_seen_at) VALUES (1, 'Jan', 0)")
    yield made
    made.close()


def asked(connection: sqlite3.Connection, text: str, answer: str = "") -> tuple[int, int]:
    """A conversation with one mention and perhaps its answer; (conversation, mention)."""
    one = conversations.next_id(connection)
    conversations.insert_many(connection, [{
        **conversations.NEW, "id": one, "channel": "c", "account": "@us", "platform": "practice",
        "thread_key": "t", "contact_id": 1,
        "contact_name": "Jan", "handle": "@jan", "visibility": "public", "status": "open", "opened_at": 0,
        "last_at": 0,
    }])  # fmt: skip
    row = {
        "conversation_id": one, "channel": "c", "account": "@us", "visibility": "public", "created_at": 0,
        "received_at": 0,
    }  # fmt: skip
    mention = messages.insert(connection, {**row, "direction": "in", "text": text})
    if answer:
        messages.insert(connection, {**row, "direction": "out", "text": answer})
    return one, mention


def test_hits_are_counted_up_to_the_cap_and_estimated_above(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An even spread is estimated as it is."""
    monkeypatch.setattr(resembling, "CAP", 20)
    for number in range(400):
        asked(connection, "vaak zelden" if number % 40 == 0 else "vaak" if number % 2 == 0 else "nooit")
    found, total = resembling.hits(connection, ["vaak", "zelden", "onbekend"])
    assert total == 400
    assert (found["zelden"], found["onbekend"]) == (10, 0)
    assert found["vaak"] == pytest.approx(200, rel=0.2)


def test_common_words_are_never_ranked(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rare ones are; common ones find the newest that hold two of them; the most common find nothing."""
    monkeypatch.setattr(resembling, "CAP", 20)
    for number in range(400):
        both = "de fiets rem" if number % 20 == 0 else "de fiets" if number % 10 == 0 else "de rem"
        asked(connection, both if number % 5 == 0 else "de kat")
    _one, rare = asked(connection, "de fiets versnelling")
    found, total = resembling.hits(connection, ["de", "fiets", "rem", "versnelling"])
    ids = resembling.mentions(connection, found, total)
    assert ids[0] == rare
    texts = [
        connection.execute("SELECT text FROM message WHERE id = ?", (one,)).fetchone()[0] for one in ids[1:]
    ]
    assert set(texts) == {"de fiets rem"}
    assert ids[1:] == sorted(ids[1:], reverse=True)


def test_only_answered_mentions_of_others_count(connection: sqlite3.Connection) -> None:
    """In the order asked for, each answer once, none of deleted messages."""
    one, first = asked(connection, "een", "antwoord")
    _two, second = asked(connection, "twee", "antwoord")
    _three, open_one = asked(connection, "drie")
    _four, gone = asked(connection, "vier", "antwoord")
    edits.mark_deleted(connection, [gone])
    rows = resembling.answered(connection, [second, open_one, gone, first], but=0, limit=9)
    assert [row["mention_id"] for row in rows] == [second, first]
    rows = resembling.answered(connection, [second, first], but=one, limit=9)
    assert [row["mention_id"] for row in rows] == [second]


def test_words_of_the_index_cannot_be_its_language(connection: sqlite3.Connection) -> None:
    """`OR` and `NEAR` are words."""
    _one, mention = asked(connection, "or near not and")
    found, total = resembling.hits(connection, ["or", "near", "not", "and"])
    assert resembling.mentions(connection, found, total) == [mention]


def test_what_was_taught_is_read_back_as_it_was(connection: sqlite3.Connection) -> None:
    """Weights and counts, by name; a replay of the record gives the same to the last bit."""
    one, _mention = asked(connection, "een", "antwoord")
    reply = connection.execute("SELECT id FROM message WHERE direction = 'out'").fetchone()[0]
    names = (f"message:{reply}", "template:t", "message:999")
    figures = tuple(
        tuple(round((place + 1) * (number + 1) / 37, 3) for number in range(len(FEATURES)))
        for place in range(3)
    )
    for at, took in enumerate([0, 1, None, 1], 1):
        lesson = Lesson(at * 1_000_000_007, names, figures, took)
        suggestions.teach(connection, lesson, conversation_id=one, operator="sv")
    weights, taught = suggestions.weights(connection), suggestions.taught(connection, names)
    assert weights.values != tuple(STARTS.values())
    assert set(taught) == {f"message:{reply}", "template:t"}
    again = suggestions.replay(connection)
    assert (again.weights, suggestions.weights(connection)) == (weights, weights)
    assert suggestions.taught(connection, names) == taught
    assert [row["template"] for row in suggestions.picks(connection, [one]).values()] == ["t"]


def test_a_figure_that_is_new_weighs_what_it_starts_with(connection: sqlite3.Connection) -> None:
    """An older file knows fewer; one that is gone is passed by."""
    connection.execute("INSERT INTO suggestion_weight VALUES ('words', 9.5), ('gone', 1.0)")
    weights = dict(zip(FEATURES, suggestions.weights(connection).values, strict=True))
    assert weights == {**STARTS, "words": 9.5}
