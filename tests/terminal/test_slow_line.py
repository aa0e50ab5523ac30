"""A desk over 10 kB/s and 300 ms: what is seen is never long past, and nothing typed is lost or turned round.

Bytes and order are asserted, never times; what it took is printed (`pytest -s`).
"""

from __future__ import annotations

import re
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.terminal.conftest import mention
from tests.terminal.driver import ANSWERS, PATIENCE, Terminal
from tests.terminal.workplace import Workplace
from tui.backlog import ASKED, UNANSWERED, WINDOW

LINE = (sys.executable, "-P", str(Path(__file__).with_name("slow_line.py")))
RATE, ONE_WAY = 10_000, 0.15
NETWORK, LITTLE = 1 << 21, 2_048
"""Bytes that sshd and the network take before they make anybody wait, and what a serial line takes."""

MENTIONS = 300
STALL = 5.0
FRAME = 4_000
"""More than any frame but a whole screen has."""

KERNEL = 2 * 8_192
"""More than a terminal's device holds for whoever reads it."""

REPLY = (
    "Dag mevrouw, het loket is op werkdagen open van negen tot vijf, en op donderdag ook in de avond. "
    "U hoeft geen afspraak te maken: neem uw pas mee, dan helpen wij u meteen aan de balie beneden. Tot dan!"
)


@pytest.fixture
def busy(workplace: Workplace) -> Workplace:
    """A desk with more conversations than lines."""
    workplace.bring_in(*(mention(number) for number in range(1, MENTIONS + 1)))
    return workplace


@contextmanager
def far_away(workplace: Workplace, *, holds: int = NETWORK, silent: bool = False) -> Iterator[Terminal]:
    """The desk at the other end of the line, on a terminal that may not answer."""
    with workplace.desk(through=(*LINE, str(RATE), str(ONE_WAY), str(holds))) as terminal:
        terminal.answers = {} if silent else ANSWERS
        terminal.wait_until(partial(stands_at, terminal, 1))
        terminal.watch(1.0)
        yield terminal


@contextmanager
def told(what: str, terminal: Terminal) -> Iterator[None]:
    """Print what it took."""
    began, before = time.monotonic(), terminal.taken
    yield
    took = time.monotonic() - began
    print(f"\n{what}: {took:.2f} s, {terminal.taken - before} bytes")  # noqa: T201 - figures, with -s


def position(terminal: Terminal) -> int:
    """Where the status line says that the cursor is; 0 where it does not."""
    found = re.search(rf"\b([0-9]+) of {MENTIONS}\b", terminal.text)
    return int(found[1]) if found else 0


def stands_at(terminal: Terminal, row: int) -> bool:
    """The cursor is there."""
    return position(terminal) == row


def typed(terminal: Terminal, text: str) -> None:
    """Type as fast as nobody does."""
    for letter in text:
        terminal.type(letter)
        terminal.watch(1 / 25)


def painted(terminal: Terminal, text: str) -> bool:
    """The words stand on the screen in their order, however lines were broken."""
    return " ".join(text.split()) in " ".join(terminal.text.split())


def queued(workplace: Workplace) -> list[str]:
    """What is to be sent."""
    return column(workplace, "SELECT text FROM outbox")


def drafts(workplace: Workplace) -> list[str]:
    """What is being written."""
    return column(workplace, "SELECT text FROM draft")


def sessions(workplace: Workplace) -> list[str]:
    """Who is at the desk."""
    return column(workplace, "SELECT id FROM session")


def column(workplace: Workplace, query: str) -> list[str]:
    """The first column of an answer."""
    with closing(sqlite3.connect(workplace.database)) as connection:
        return [first for (first, *_rest) in connection.execute(query)]


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that no terminal shows."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


def hold(terminal: Terminal, key: str, *, hz: float, presses: int) -> None:
    """Hold a key down."""
    for _press in range(presses):
        terminal.press(key)
        terminal.watch(1 / hz)


def test_the_queue_is_walked_step_by_step(busy: Workplace) -> None:
    with far_away(busy) as terminal:
        for step in range(2, 22):
            with told(f"step {step - 1}", terminal):
                terminal.press("j")
                terminal.wait_until(partial(stands_at, terminal, step))


@pytest.mark.parametrize(("key", "back", "hz"), [("j", "k", 15), ("j", "k", 30), ("ctrl+d", "ctrl+u", 15)])
def test_a_held_key_leaves_nothing_to_be_played_afterwards(
    busy: Workplace, key: str, back: str, hz: int
) -> None:
    """When it is released, little more than a window of bytes is on its way, however long it was held."""
    presses = hz * 3 // 2
    with far_away(busy) as terminal:
        with told(f"{key} and {back} held at {hz} Hz", terminal):
            hold(terminal, key, hz=hz, presses=presses)
            hold(terminal, back, hz=hz, presses=presses)
        before = terminal.taken
        terminal.press("j")
        with told("from the release to the final row", terminal):
            terminal.wait_until(partial(stands_at, terminal, 2))
        terminal.watch(1.0)
        assert terminal.taken - before < WINDOW + FRAME


def test_a_terminal_that_does_not_answer_is_followed_by_what_the_kernel_takes(busy: Workplace) -> None:
    with far_away(busy, holds=LITTLE, silent=True) as terminal:
        for key in ("ctrl+d", "ctrl+u", "ctrl+d", "ctrl+u"):
            hold(terminal, key, hz=30, presses=22)
        before = terminal.taken
        terminal.press("j")
        with told("from the release to the final row, unanswered", terminal):
            terminal.wait_until(partial(stands_at, terminal, 2))
        terminal.watch(1.0)
        assert terminal.taken - before < WINDOW + FRAME + KERNEL + LITTLE
        asked = [token for token in terminal.tokens if token.raw == ASKED]
        assert 0 < len(asked) <= UNANSWERED


def test_a_reply_is_typed_reviewed_and_sent(busy: Workplace) -> None:
    with far_away(busy) as terminal:
        with told("the composer opens", terminal):
            terminal.press("r")
            terminal.wait_for("PUBLIC")
        with told(f"{len(REPLY)} characters at 25 a second", terminal):
            typed(terminal, REPLY)
        with told("the last of it to be seen", terminal):
            terminal.wait_for("Tot dan!")
        with told("the review", terminal):
            terminal.press("ctrl+j")
            terminal.wait_for("Goes out as it stands here")
        with told("the sending", terminal):
            terminal.press("y")
            terminal.wait_gone("Goes out as it stands here")
        terminal.wait_until(lambda: bool(queued(busy)))
    assert queued(busy) == [f"@klant1@social.test {REPLY} ^R"]


def test_a_line_that_stands_still_for_a_while_loses_nothing(busy: Workplace) -> None:
    """Keys wait on the line and the desk waits for it; then everything comes, in its order."""
    with far_away(busy) as terminal:
        terminal.press("r")
        terminal.wait_for("PUBLIC")
        typed(terminal, REPLY[:60])
        terminal.signal(signal.SIGUSR1)
        typed(terminal, REPLY[60:160])
        terminal.watch(STALL)
        terminal.signal(signal.SIGUSR1)
        typed(terminal, REPLY[160:])
        with told("from the last letter to its sight", terminal):
            terminal.wait_for("Tot dan!")
        terminal.wait_until(lambda: drafts(busy) == [REPLY])
        assert painted(terminal, REPLY)


def test_a_line_that_breaks_ends_the_desk_and_keeps_what_was_typed(busy: Workplace) -> None:
    with far_away(busy) as terminal:
        terminal.press("r")
        terminal.wait_for("PUBLIC")
        typed(terminal, REPLY[:60])
        terminal.wait_for(REPLY[40:59])
        terminal.signal(signal.SIGKILL)
        terminal.wait_end()
    until(lambda: not sessions(busy))
    assert drafts(busy) == [REPLY[:60]]


def test_a_desk_that_is_left_leaves_no_answer_behind(busy: Workplace) -> None:
    """What the terminal was asked last it answers before the shell has it again."""
    with far_away(busy) as terminal:
        hold(terminal, "ctrl+d", hz=15, presses=6)
        terminal.type("qy")
        assert terminal.wait_end() == 0
        asked = [at for at, token in enumerate(terminal.tokens) if token.raw == ASKED]
        left = [at for at, token in enumerate(terminal.tokens) if token.raw == "\x1b[?1049l"]
        assert asked
        assert max(asked) < left[0]
