"""Pasting in a real terminal: text, and never a key."""

from __future__ import annotations

import pytest

from tests.terminal.conftest import mention
from tests.terminal.workplace import Workplace

HOSTILE = "a\x1bey\x1b y\x1b[A q y d e"


@pytest.fixture
def question(workplace: Workplace) -> Workplace:
    """One question waits."""
    workplace.bring_in(mention(1))
    return workplace


def test_an_escape_in_a_paste_makes_no_letter_behind_it_a_key(question: Workplace) -> None:
    """In the list it would act, in the review it would send, in the composer it would be typed twice."""
    with question.desk() as terminal:
        terminal.wait_for("1 of 1")
        terminal.type(f"\x1b[200~{HOSTILE}\x1b[201~")
        terminal.press("r")
        terminal.wait_for("PUBLIC")
        terminal.type(f"\x1b[200~{HOSTILE}\x1b[201~")
        terminal.wait_for("a^[ey^[ y^[[A q y d e")
        terminal.press("ctrl+j")
        terminal.wait_for("Goes out as it stands here")
        terminal.type(f"\x1b[200~{HOSTILE}\x1b[201~")
        terminal.press("e")
        terminal.wait_gone("Goes out as it stands here")
        terminal.wait_for("PUBLIC", "a^[ey^[ y^[[A q y d e", "1 of 1")
