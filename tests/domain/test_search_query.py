"""The search line: words, filters, and nothing that the database could choke on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, timedelta, timezone

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.errors import NotAllowed
from domain.search_query import KEYS, Filters, SearchQuery, parse_query


@pytest.fixture(scope="module")
def texts() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5 (text, tokenize='unicode61 remove_diacritics 2')")
    connection.executemany(
        "INSERT INTO t VALUES (?)",
        [("De storing in Utrecht duurt lang",), ("Geen storingen meer, bedankt",), ('Zei "nee" AND toen',)],
    )
    yield connection
    connection.close()


def hits(connection: sqlite3.Connection, query: str) -> list[int]:
    match = parse_query(query).fts_match()
    assert match is not None
    return [
        row[0] for row in connection.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rowid", (match,))
    ]


def test_everything_at_once() -> None:
    query = parse_query(
        'from:@jan channel:mastodon label:"dubbele incasso" is:open before:2026-11-01 after:2026-10-01'
        ' Sentiment:NEGATIVE kind:complaint "al drie weken" geld terug*'
    )
    assert query == SearchQuery(
        terms=("geld",),
        prefixes=("terug",),
        phrases=("al drie weken",),
        filters=Filters(
            from_handle="@jan",
            channel="mastodon",
            label="dubbele incasso",
            state="open",
            before=date(2026, 11, 1),
            after=date(2026, 10, 1),
            sentiment="negative",
            kind="complaint",
        ),
    )
    assert query.fts_match() == '"al drie weken" AND "geld" AND "terug" *'


def test_days_are_those_of_the_desk() -> None:
    filters = parse_query("before:1970-01-02 after:1970-01-01").filters
    assert filters.bounds(UTC) == (86_400_000, 0)
    assert filters.bounds(timezone(timedelta(hours=1))) == (82_800_000, -3_600_000)
    assert Filters().bounds(UTC) == (None, None)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("storing", [1]),
        ("storing*", [1, 2]),
        ("STORING utrecht", [1]),
        ('"in utrecht"', [1]),
        ('"utrecht in"', []),
        ("AND", [3]),
        ('nee"', [3]),
        ("-storing 👍", [1]),
        ("(storing", [1]),
    ],
)
def test_words_are_found_as_typed(texts: sqlite3.Connection, query: str, rows: list[int]) -> None:
    assert hits(texts, query) == rows


@given(
    st.one_of(
        st.text(max_size=80),
        st.lists(
            st.sampled_from(
                [
                    '"',
                    "*",
                    "(",
                    ")",
                    "NEAR",
                    "OR",
                    "NOT",
                    "AND",
                    "^",
                    "-",
                    "+",
                    ":",
                    " ",
                    "\x00",
                    "a",
                    "é",
                    "👍",
                    "{",
                ]
                + [f"{key}:" for key in KEYS]
            ),
            max_size=25,
        ).map("".join),
    )
)
@example("\x00a")
@example("a\ud800")
@example("²")
@example("½ Ⅷ ①")
@example("a " * 500)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_anything_typed_is_understood_or_refused_in_words(texts: sqlite3.Connection, text: str) -> None:
    try:
        match = parse_query(text).fts_match()
    except NotAllowed:
        return
    if match is not None:
        assert texts.execute("SELECT count(*) FROM t WHERE t MATCH ?", (match,)).fetchone()[0] >= 0


@pytest.mark.parametrize("text", ["", "  ", '""', "*", "!!!", "👍", "is:open"])
def test_without_words_there_is_nothing_to_match(text: str) -> None:
    assert parse_query(text).fts_match() is None


@pytest.mark.parametrize(
    "text", ["10:30", "https://voorbeeld.nl/a?b=c", "@jan", "#storing", '"form:x"', ":)", "a_b:c"]
)
def test_a_colon_is_not_always_a_filter(text: str) -> None:
    assert parse_query(text).filters == Filters()
    assert parse_query(text) != SearchQuery()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("form:jan", "write from:"),
        ("chanel:x", "write channel:"),
        ("zzz:x", "from:, channel:, label:"),
        ("text:", "put the words in quotes"),
        ("from:", "right after from:"),
        ('label:"', "right after label:"),
        ("is:done", "open, waiting, snoozed, resolved, mine"),
        ("sentiment:boos", "negative, neutral"),
        ("kind:x", "question, complaint"),
        ("before:gisteren", "2026-11-01"),
        ("after:2026-13-01", "2026-11-01"),
        ("before:0001-01-01", "2026-11-01"),
        ("after:9999-12-31", "2026-11-01"),
        ("is:open is:mine", "twice"),
        ("a " * 65, "64 words"),
        ("a" * 1_001, "1000 characters"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_write(text: str, words: str) -> None:
    with pytest.raises(NotAllowed, match=words):
        parse_query(text)
