"""However slow a line is, little is on its way, and whoever waits for room is told."""

from __future__ import annotations

import re
from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from tui.backlog import ASK_EVERY, OVERHEAD, ROW, UNANSWERED, WINDOW, Backlog, cost, question_of

FRAME = "x" * 500
QUESTION = re.compile("\x1b7\x1b\\[2;([0-9]+)H\x1b\\[6n\x1b8\\Z")
PLACES = 30
"""Writes that Textual's writer takes before it makes the program wait."""


class Line:
    """A backlog, with the kernel and the terminal behind it."""

    def __init__(self, *, answers: bool = True) -> None:
        self.told = 0
        self.answers = answers
        self.backlog = Backlog(self._freed)
        self.kernel: deque[str] = deque()
        self.network: deque[str] = deque()

    def _freed(self) -> None:
        self.told += 1

    def frame(self, text: str = FRAME) -> bool:
        """Paint, where there is room."""
        if not self.backlog.has_room():
            return False
        whole = text + self.backlog.question(text)
        self.backlog.sent(whole)
        self.kernel.append(whole)
        return True

    def take(self) -> None:
        """The kernel takes a write."""
        if self.kernel:
            self.network.append(self.kernel.popleft())
            self.backlog.wrote(cost(self.network[-1]))

    def arrive(self) -> None:
        """A frame reaches the terminal, which answers."""
        asked = QUESTION.search(self.network.popleft()) if self.network else None
        if asked and self.answers:
            self.backlog.answered(ROW, int(asked[1]))

    def fill(self) -> int:
        """Paint until there is no room; how many frames that took."""
        frames = 0
        while self.frame():
            frames += 1
        return frames


def test_a_terminal_that_answers_is_waited_for_whatever_the_kernel_takes() -> None:
    line = Line()
    for _frame in range(4):
        line.frame()
        line.take()
        line.arrive()
    line.fill()
    while line.kernel:
        line.take()
    assert not line.frame()
    line.arrive()
    line.arrive()
    assert line.told == 1
    assert line.frame()


def test_a_terminal_that_does_not_answer_is_believed_to_have_what_the_kernel_took() -> None:
    line = Line(answers=False)
    asked = 0
    for _frame in range(100):
        assert line.frame()
        asked += QUESTION.search(line.kernel[-1]) is not None
        line.take()
        line.arrive()
    assert asked == UNANSWERED
    assert line.fill() == WINDOW // cost(FRAME) + 1
    assert line.told == 0
    line.take()
    assert line.told == 1


def test_a_terminal_that_stopped_answering_is_waited_for_no_longer() -> None:
    line = Line()
    for _frame in range(4):
        line.frame()
        line.take()
        line.arrive()
    line.answers = False
    line.fill()
    while line.kernel:
        line.take()
    assert not line.frame()
    line.backlog.give_up()
    assert line.told == 1
    assert line.frame()


def test_lost_answers_are_made_up_for_by_the_next_one() -> None:
    line = Line()
    asked = 0
    for _frame in range(400):
        assert line.frame()
        asked += QUESTION.search(line.kernel[-1]) is not None
        line.take()
        line.answers = asked % 2 == 1
        line.arrive()
    assert asked > UNANSWERED
    assert line.told == 0


def test_a_key_that_looks_like_an_answer_is_none() -> None:
    line = Line()
    line.frame()
    line.frame()
    sent = line.backlog.on_its_way
    line.backlog.answered(1, 1)
    line.backlog.answered(ROW, 9)
    assert line.backlog.on_its_way == sent
    line.backlog.answered(ROW, 1)
    assert line.backlog.on_its_way == 0


def test_nobody_is_given_up_while_there_is_room() -> None:
    line = Line()
    line.frame()
    line.frame()
    line.take()
    line.take()
    line.arrive()
    line.arrive()
    line.frame()
    line.frame()
    assert line.backlog.asks
    line.backlog.give_up()
    assert line.backlog.asks


def test_small_frames_never_fill_the_writer() -> None:
    """Textual's writer makes the program itself wait when thirty writes wait."""
    line = Line()
    assert 1 < sum(iter(lambda: line.frame("x" * 30), False)) < PLACES
    assert len(line.kernel) < PLACES
    assert ASK_EVERY + OVERHEAD < WINDOW


@given(st.lists(st.sampled_from("fffffkka"), max_size=300), st.integers(1, 9000), st.booleans())
def test_what_is_on_its_way_is_bounded_and_a_wait_ends(steps: str, size: int, answers: bool) -> None:
    line = Line(answers=answers)
    frame = "x" * size
    waits = 0
    for step in steps:
        if step == "f":
            before = line.told
            painted = line.frame(frame)
            waits += not painted and line.told == before
            assert not painted or line.backlog.on_its_way < WINDOW + cost(frame + question_of(10))
        elif step == "k":
            line.take()
        else:
            line.arrive()
    blocked = not line.backlog.has_room()
    before = line.told
    for _write in range(len(steps)):
        line.take()
        line.arrive()
    assert line.backlog.has_room()
    assert line.told - before == blocked
