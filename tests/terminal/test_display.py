"""What `display` promises a slow line: 16 colours, a narrower desk, and lines the terminal moves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.terminal.conftest import mention
from tests.terminal.driver import Terminal
from tests.terminal.workplace import Workplace

MENTIONS = 40
WIDTH = 100
SIXTEEN = {
    *range(10), *range(21, 30), *range(30, 38), 39, *range(40, 48), 49, *range(90, 98), *range(100, 108)
}  # fmt: skip
"""Attributes, their ends, and the terminal's own colours (ECMA-48, 8.3.117, and aixterm's bright ones)."""


@pytest.fixture
def busy(workplace: Workplace) -> Workplace:
    """A desk with more conversations than lines."""
    workplace.bring_in(*(mention(number) for number in range(1, MENTIONS + 1)))
    return workplace


@contextmanager
def desk(workplace: Workplace, display: str) -> Iterator[Terminal]:
    """A desk that is set so, after moves over the edge, half pages, a modal and a reply."""
    text = workplace.config.read_text(encoding="utf-8")
    workplace.config.write_text(f"{text}display: {{{display}}}\n", encoding="utf-8")
    with workplace.desk() as terminal:
        terminal.wait_for(f"1 of {MENTIONS}")
        terminal.press("G")
        terminal.wait_for(f"{MENTIONS} of {MENTIONS}")
        terminal.press(*("k" for _line in range(14)))
        terminal.wait_for(f"{MENTIONS - 14} of {MENTIONS}")
        terminal.press("ctrl+d", "ctrl+u", "S")
        terminal.wait_for("Why it is due then")
        terminal.press("escape")
        terminal.wait_gone("Why it is due then")
        terminal.press("r")
        terminal.wait_for("PUBLIC")
        terminal.type("Om negen uur, en op donderdag ook in de avond")
        terminal.wait_for("in de avond")
        yield terminal


def sgr(terminal: Terminal) -> set[int]:
    """Every number of every `CSI ... m`."""
    told = [token.raw[2:-1] for token in terminal.tokens if re.fullmatch("\x1b\\[[0-9;]*m", token.raw)]
    return {int(number or 0) for numbers in told for number in numbers.split(";")}


def test_sixteen_colours_are_the_terminal_s_own(busy: Workplace) -> None:
    with desk(busy, "colours: 16") as terminal:
        found = sgr(terminal)
    assert found - SIXTEEN == set()
    assert found & {*range(30, 38), *range(90, 98)}


def test_other_colours_are_told_by_their_parts(busy: Workplace) -> None:
    """That the test above can fail."""
    with desk(busy, "colours: auto") as terminal:
        assert {38, 48} <= sgr(terminal)


def test_a_narrower_desk_writes_nothing_beside_itself(busy: Workplace) -> None:
    with desk(busy, f"width: {WIDTH}") as terminal:
        assert [line for line in terminal.lines if len(line) > WIDTH] == []
        assert [line for line in terminal.lines if len(line) > WIDTH - 5]
        assert {number for number in columns(terminal) if number > WIDTH} == set()
        assert any(re.fullmatch(r"\x1b\[\d+T", token.raw) for token in terminal.tokens)


def columns(terminal: Terminal) -> set[int]:
    """Every column that the cursor was sent to; the first is 1."""
    found = (re.fullmatch("\x1b\\[[0-9]+;([0-9]+)H", token.raw) for token in terminal.tokens)
    return {int(one[1]) for one in found if one}
