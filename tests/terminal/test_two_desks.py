"""Two people, two terminals, one file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.terminal.conftest import SANNE, TON, mention, sit_down
from tests.terminal.driver import Terminal
from tests.terminal.workplace import Workplace

Desks = tuple[Terminal, Terminal]


@pytest.fixture
def desks(office: Workplace) -> Iterator[Desks]:
    """Sanne's and Ton's, both with two questions before them."""
    office.bring_in(mention(1), mention(2))
    with sit_down(office, SANNE) as sanne, sit_down(office, TON) as ton:
        sanne.wait_for("1 of 2", "Klant 1", "SV")
        ton.wait_for("1 of 2", "Klant 2", "TJ")
        yield sanne, ton


def _row(terminal: Terminal, name: str) -> str:
    """The row of this contact, without the conversation below the list."""
    return next((line for line in terminal.lines if f" {name} " in line), "")


def _write(terminal: Terminal, text: str) -> None:
    terminal.press("r")
    terminal.wait_for("PUBLIC")
    terminal.type(text)
    terminal.wait_for(text)


def _steal(terminal: Terminal, reason: str) -> None:
    terminal.press("C")
    terminal.wait_for("Take over: why?")
    terminal.type(reason)
    terminal.press("enter")
    terminal.wait_for("you hold it")


def _outbox(office: Workplace) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(office.database)) as connection:
        return connection.execute("SELECT operator, text FROM outbox ORDER BY id").fetchall()


def test_a_claim_and_a_pencil_appear_at_the_colleague_s(desks: Desks) -> None:
    sanne, ton = desks
    sanne.press("c")
    ton.wait_until(lambda: _row(ton, "Klant 1").endswith("SV"))
    sanne.press("r")
    ton.wait_until(lambda: _row(ton, "Klant 1").endswith("SV✎"))
    assert not _row(ton, "Klant 2").endswith("SV")
    sanne.press("escape")
    ton.wait_until(lambda: _row(ton, "Klant 1").endswith("SV"))
    sanne.press("c")
    ton.wait_until(lambda: _row(ton, "Klant 1").endswith("1 gaat open?") or "SV" not in _row(ton, "Klant 1"))


def test_the_second_one_is_told_who_was_first(desks: Desks) -> None:
    sanne, ton = desks
    sanne.press("c")
    ton.wait_until(lambda: _row(ton, "Klant 1").endswith("SV"))
    ton.press("r")
    ton.wait_for("Sanne Vermeer is on this one")
    assert "PUBLIC" not in ton.text


def test_taking_over_leaves_the_other_s_draft(desks: Desks, office: Workplace) -> None:
    sanne, ton = desks
    _write(sanne, "Dat zoeken we uit")
    ton.wait_until(lambda: _row(ton, "Klant 1").endswith("SV✎"))
    _steal(ton, "lunch")
    sanne.wait_until(lambda: _row(sanne, "Klant 1").rstrip("✎").endswith("TJ"))
    _write(ton, "Om negen uur")
    ton.press("escape")
    ton.wait_for("Draft kept")
    sanne.type(" en bellen u terug")
    sanne.wait_for("Dat zoeken we uit en bellen u terug")
    sanne.press("escape")
    sanne.wait_for("Draft kept")
    with closing(sqlite3.connect(office.database)) as connection:
        drafts = dict(connection.execute("SELECT operator, text FROM draft"))
    assert drafts == {"nobody": "Dat zoeken we uit en bellen u terug", "daemon": "Om negen uur"}


def test_the_gate_stops_a_reply_when_the_colleague_answered_first(desks: Desks, office: Workplace) -> None:
    sanne, ton = desks
    _write(sanne, "Om acht uur")
    ton.wait_until(lambda: _row(ton, "Klant 1").endswith("SV✎"))
    _steal(ton, "lunch")
    _write(ton, "Om negen uur")
    ton.press("ctrl+j")
    ton.wait_for("Goes out as it stands here")
    ton.press("y")
    ton.wait_for("calls it back")
    sanne.press("ctrl+j")
    sanne.wait_for("Goes out as it stands here", "has put a reply on its way")
    sanne.press("y")
    sanne.wait_for("Read what changed")
    assert _outbox(office) == [("daemon", "@klant1@social.test Om negen uur ^TJ")]
    sanne.press("q")
    sanne.wait_for("Draft kept")
    assert _outbox(office) == [("daemon", "@klant1@social.test Om negen uur ^TJ")]


def test_the_gate_stops_a_reply_that_was_under_review_already(desks: Desks, office: Workplace) -> None:
    """The colleague's reply comes between the review and its `y`."""
    sanne, ton = desks
    _write(sanne, "Om acht uur")
    ton.wait_until(lambda: _row(ton, "Klant 1").endswith("SV✎"))
    sanne.press("ctrl+j")
    sanne.wait_for("Goes out as it stands here", "nothing blocks")
    _steal(ton, "lunch")
    _write(ton, "Om negen uur")
    ton.press("ctrl+j")
    ton.wait_for("Goes out as it stands here")
    ton.press("y")
    ton.wait_for("calls it back")
    sanne.press("y")
    sanne.wait_for("has put a reply on its way")
    assert _outbox(office) == [("daemon", "@klant1@social.test Om negen uur ^TJ")]
