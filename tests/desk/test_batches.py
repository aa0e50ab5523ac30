"""A batch stored at once is as its items stored one by one, and a crash between batches costs nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from channels.base import Batch
from config.channel_settings import PRACTICE
from desk import moves
from desk.clocks import Clocks
from desk.intake import Intake, Scored, Taken
from desk.scoring import Scoring
from domain import conversation as rules
from domain.calendar import ALWAYS
from domain.clock import HOUR, MINUTE, ManualClock
from domain.inbound import Attachment, BadItem, Cap, ContactRef, Echo, Inbound
from domain.sla_policy import default_policies
from storage import channels, conversations, transaction
from storage.migrate import latest, migrate, packaged
from tests.desk.conftest import MONDAY_NINE, WordEngine, mention
from tests.desk.invariants import broken

TEXTS = ("waar?", "ik ben boos", "Bedankt!", "blij mee", "Top, dank je wel!", "toch een vraag?", "a\x00b")
WORDS = ("waar", "boos", "bedankt", "blij", "dank", "vraag")
AGES = (-5 * MINUTE, 0, MINUTE, HOUR, 80 * HOUR, 200 * HOUR)
NAMES = ("Jan", "Jan de Vries", "")
ACTS = ("nothing", "answer", "resolve", "snooze", "answer and resolve")

CLOCKS = Clocks(default_policies(ALWAYS), "Europe/Amsterdam", ManualClock(MONDAY_NINE))
INTAKE = Intake(PRACTICE, CLOCKS, Scoring(WordEngine()).score)


@st.composite
def an_item(draw: st.DrawFn, ids: int = 6, stamps: tuple[int | None, ...] = (None, 1, 2)) -> Inbound:
    """A mention of a small world, so that threads, people and ids meet again and again."""
    person, age = draw(st.sampled_from("abc")), draw(st.sampled_from(AGES))
    stamp = draw(st.sampled_from(stamps))
    private = draw(st.booleans())
    return mention(
        draw(st.sampled_from(TEXTS)),
        remote_id=f"m{draw(st.integers(1, ids))}",
        account=draw(st.sampled_from(("@waterkant", "@waterkant", "@ander"))),
        thread_key=draw(st.sampled_from(("t1", "t2"))),
        author=ContactRef(
            f"u-{person}",
            f"@{person}{draw(st.sampled_from(('', '', '2')))}",
            draw(st.sampled_from(NAMES)),
            profile=draw(st.sampled_from(({}, {"bio": "é"}))),
        ),
        visibility="private" if private else "public",
        can_reply_private=Cap(until=MONDAY_NINE + HOUR if private else None),
        created_at=MONDAY_NINE - age + draw(st.integers(0, 3)),
        edited_at=None if stamp is None else MONDAY_NINE - HOUR + stamp,
        revision=draw(st.sampled_from("112")),
        deleted=draw(st.sampled_from((False, False, False, True))),
        source=draw(st.sampled_from(("mentions", "search:x", "import"))),
        attachments=draw(st.sampled_from(((), (Attachment("image", "https://x/1"),)))),
        rating=draw(st.sampled_from((None, None, None, None, 3, 2**63))),
        raw=draw(st.sampled_from((b"", b"{}"))),
    )


@dataclass
class Place:
    """The desk's schema in memory."""

    connection: sqlite3.Connection

    def store(self, items: Sequence[Inbound], echoes: Sequence[Echo] = ()) -> Taken:
        """One batch, in one transaction."""
        batch = Batch(items=tuple(items), echoes=tuple(echoes))
        prepared = INTAKE.prepare(batch)
        self.connection.execute("BEGIN IMMEDIATE")
        taken = INTAKE.store(self.connection, batch, prepared, stream="mentions", now=MONDAY_NINE)
        self.connection.execute("COMMIT")
        return taken

    def begin(self, items: Sequence[Inbound], act: str) -> None:
        """What was there before: mentions, one by one, and what the team did with each conversation."""
        for item in items:
            self.store([item])
        if "answer" in act:
            for number, item in enumerate(items):
                self.store([], [Echo(f"post-{number}", item.remote_id, "t1", "Dank!", MONDAY_NINE - MINUTE)])
        for row in self.connection.execute("SELECT * FROM conversation").fetchall():
            state = moves.state_of(row)
            if "resolve" in act and state.status != "resolved":
                self.move(row["id"], rules.resolve(state))
            elif act == "snooze" and state.status != "resolved":
                self.move(row["id"], rules.snooze(state, None, None, until_reply=True))

    def move(self, conversation: int, move: rules.Move) -> None:
        """An operator acts."""
        moves.make(self.connection, CLOCKS, conversation, move, at=MONDAY_NINE, actor="system", kind="acted")

    def versions(self) -> list[int]:
        """The version of each conversation."""
        return [row[0] for row in self.connection.execute("SELECT version FROM conversation ORDER BY id")]

    def tables(self) -> dict[str, list[tuple[object, ...]]]:
        """All rows of all tables but the index's own; without the versions, which count writes.

        Quarantine is in no order: what a batch cannot read goes there before what the database refuses.
        """
        names = self.connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'message_fts%'"
            " AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        return {name: self._rows(name) for (name,) in names}

    def found(self) -> list[list[int]]:
        """What search finds for each word; raises where the index does not fit the texts."""
        self.connection.execute("INSERT INTO message_fts (message_fts) VALUES ('integrity-check')")
        return [
            [row[0] for row in self.connection.execute(
                "SELECT rowid FROM message_fts WHERE message_fts MATCH ? ORDER BY rowid", (word,)
            )]
            for word in WORDS
        ]  # fmt: skip

    def _rows(self, table: str) -> list[tuple[object, ...]]:
        cursor = self.connection.execute(f"SELECT * FROM {table}")
        left_out = {"conversation": {"version"}, "quarantine": {"id"}}.get(table, set())
        kept = [n for n, column in enumerate(cursor.description) if column[0] not in left_out]
        rows = sorted((tuple(row[n] for n in kept) for row in cursor), key=repr)
        return [row for row in rows if table != "queue_count" or row[1]]  # none is nought


def unlike(one: Place, other: Place) -> list[tuple[str, object]]:
    """The rows that only one of them has, with their table."""
    mine, theirs = one.tables(), other.tables()
    return [(name, row) for name in mine for row in set(mine[name]) ^ set(theirs[name])]


def place() -> Place:
    """An empty one."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys=ON")
    for step in packaged():
        connection.executescript(step.sql)
    return Place(connection)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(an_item(), max_size=4), st.sampled_from(ACTS), st.lists(an_item(ids=9), min_size=1, max_size=12)
)
def test_at_once_is_as_one_by_one(before: list[Inbound], act: str, items: list[Inbound]) -> None:
    together, alone = place(), place()
    with closing(together.connection), closing(alone.connection):
        for one in (together, alone):
            one.begin(before, act)
        old = together.versions()
        taken = together.store(items)
        total = Taken()
        for item in sorted(items, key=lambda item: min(item.created_at, MONDAY_NINE)):
            total.add(alone.store([item]))
        assert unlike(together, alone) == []
        assert together.found() == alone.found()
        assert taken == total
        assert broken(together.connection) == []
        moved = zip(old, together.versions(), alone.versions(), strict=False)
        assert all((was < new) == (was < other) for was, new, other in moved)


@settings(max_examples=50, deadline=None)
@given(st.lists(an_item(stamps=(None,)), min_size=1, max_size=12))
def test_the_same_batch_again_changes_nothing(drawn: list[Inbound]) -> None:
    """Also where it holds edits and the same item twice; without what is refused or taken down."""
    one, items = place(), [replace(item, deleted=False, rating=None) for item in drawn]
    with closing(one.connection):
        first = one.store(items)
        tables, versions = one.tables(), one.versions()
        again = one.store(items)
        assert (again.stored, again.edited, again.deleted, again.conversations) == (0, 0, 0, set())
        assert again.duplicates <= len(items)
        assert (one.tables(), one.versions()) == (tables, versions)
        assert first.stored == len(tables["message"])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(an_item(ids=20), max_size=5), min_size=1, max_size=5),
    st.lists(st.integers(0, 2), min_size=5, max_size=5),
)
def test_a_crash_between_or_inside_batches_loses_and_doubles_nothing(
    pages: list[list[Inbound]], crashes: list[int]
) -> None:
    """A collector that dies before the commit fetches the page again; the cursor says which one."""
    with TemporaryDirectory() as folder:
        calm = list(_collected(Path(folder) / "calm.db", pages, [0] * len(pages)))
        rough = list(_collected(Path(folder) / "rough.db", pages, crashes))
    assert rough == calm


class Dies(Exception):
    """The process is gone."""


def _collected(path: Path, pages: Sequence[list[Inbound]], crashes: Sequence[int]) -> Iterator[object]:
    """Fetch page after page, each so many times in vain; yields what stands at the end."""
    path.touch(0o600)
    with closing(transaction.connect(path)) as connection:
        migrate(connection, path, packaged(), CLOCKS.clock)
    left = list(crashes)
    while True:
        with closing(transaction.connect(path)) as connection:
            number = int(channels.cursor(connection, PRACTICE.id, "mentions") or 0)
            if number == len(pages):
                yield from (Place(connection).tables(), Place(connection).found(), broken(connection))
                return
            batch = Batch(items=tuple(pages[number]), cursor=str(number + 1))
            prepared = INTAKE.prepare(batch)
            dies, left[number] = left[number] > 0, left[number] - 1

            work = partial(_stored, batch, prepared, dies=dies)
            try:
                transaction.write(connection, path, latest(packaged()), work)
            except Dies:
                continue


def _stored(
    batch: Batch, prepared: tuple[list[Scored], list[BadItem]], connection: sqlite3.Connection, *, dies: bool
) -> None:
    INTAKE.store(connection, batch, prepared, stream="mentions", now=MONDAY_NINE)
    if dies:
        raise Dies


def test_two_accounts_of_one_person_share_the_name_that_came_last() -> None:
    """Contacts that a person linked: each mention calls them as it does."""
    one = place()
    with closing(one.connection):
        first = mention("een?", author=ContactRef("u-1", "@een", "Een"))
        one.store([first, mention("twee?", author=ContactRef("u-2", "@twee", "Twee"))])
        one.connection.execute("UPDATE contact_handle SET contact_id = 1 WHERE remote_id = 'u-2'")
        later = mention("drie?", author=ContactRef("u-2", "@twee", "Drie"), created_at=MONDAY_NINE - 1)
        one.store([later, replace(first, remote_id="vier")])
        names = [row["name"] for row in one.connection.execute("SELECT name FROM contact ORDER BY id")]
        assert names == ["Een", "Twee"]
        assert {row["contact_id"] for row in conversations.with_ids(one.connection, [1, 3])} == {1}
