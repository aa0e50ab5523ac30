"""Keys that arrive all at once, as over a slow line, mean what they mean when they are typed slowly."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.terminal.conftest import mention
from tests.terminal.driver import Terminal
from tests.terminal.workplace import Workplace


@pytest.fixture
def terminal(workplace: Workplace) -> Iterator[Terminal]:
    """A desk with three questions."""
    workplace.bring_in(mention(1), mention(2), mention(3))
    with workplace.desk() as opened:
        opened.wait_for("1 of 3")
        yield opened


def test_a_word_behind_r_is_written_and_settles_nothing(terminal: Terminal, workplace: Workplace) -> None:
    terminal.type("re, dank u wel")
    terminal.wait_for("PUBLIC", "e, dank u wel")
    with closing(sqlite3.connect(workplace.database)) as connection:
        statuses = connection.execute("SELECT DISTINCT status FROM conversation").fetchall()
    assert statuses == [("open",)]


def test_a_search_is_typed_in_one_go(terminal: Terminal) -> None:
    terminal.type("/loket 2\rj")
    terminal.wait_for("1 of 1", "Hoe laat gaat loket 2 open?")


def test_a_whole_reply_is_typed_in_one_go_and_the_next_one_begun(
    terminal: Terminal, workplace: Workplace
) -> None:
    terminal.type("rOm negen uur\nyirbeller\n")
    terminal.wait_for("Kept as it stands here", "rbeller")
    with closing(sqlite3.connect(workplace.database)) as connection:
        queued = connection.execute("SELECT text FROM outbox").fetchall()
    assert queued == [("@klant1@social.test Om negen uur ^R",)]


def test_moves_and_acts_in_one_go_hit_what_they_should(terminal: Terminal, workplace: Workplace) -> None:
    terminal.type("jcjc")
    terminal.wait_for("mine 2")
    with closing(sqlite3.connect(workplace.database)) as connection:
        held = connection.execute("SELECT contact_name FROM conversation WHERE holder IS NOT NULL").fetchall()
    assert sorted(held) == [("Klant 2",), ("Klant 3",)]
