"""How much of what was written has not reached the terminal yet.

On a line that takes less than is written, frames pile up in the kernel, in sshd and in the network: after a
held key is released, the screen goes on playing what is past. So frames are made only while little is on its
way. What has arrived the terminal itself tells: now and then a frame ends with a question, and its answer
comes when all before it was taken. Each question has a number, so that answers which get lost on the way cost
nothing. A terminal that does not answer is believed to have what the kernel took.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

WINDOW: Final = 4096
"""Bytes that may be on their way; more than a line of 10 kB/s and 300 ms takes in one round trip."""

OVERHEAD: Final = 128
"""What a write costs beside its bytes: packets of SSH, TCP and IP, and one of the writer's thirty places."""

ASK_EVERY: Final = 1024
"""Bytes between two questions; less than WINDOW, or a wait would have no end."""

UNANSWERED: Final = 8
"""Questions after which a terminal that answers none is asked no more."""

PATIENCE: Final = 6.0
"""Seconds to wait for an answer; then it is held for lost."""

ROW: Final = 2
"""The line that questions are asked from: what is said of the first one may be a function key."""

ASKED: Final = "\x1b[6n"
"""Where the cursor is (ECMA-48, 8.3.35); every terminal answers."""

_NUMBERS: Final = 2 * UNANSWERED


def question_of(number: int) -> str:
    """Where the cursor is, while it is at this column; then it is back where it was."""
    return f"\x1b7\x1b[{ROW};{number}H{ASKED}\x1b8"


class Backlog:
    """Counts on three threads: frames are sent by one, written by another, and answers read by a third."""

    def __init__(self, freed: Callable[[], None]) -> None:
        self._freed = freed
        """Called from any thread when there is room again after there was none."""

        self._sent = self._written = self._arrived = self._last_asked = 0
        self._asked: deque[tuple[int, int]] = deque()
        self._number = 0
        self._answers = False
        self._waiting = False

    @property
    def on_its_way(self) -> int:
        """Bytes that are not on the terminal yet, as far as is known."""
        return self._sent - (self._arrived if self._answers else self._written)

    @property
    def asks(self) -> bool:
        """An answer is still to come."""
        return self._answers and bool(self._asked)

    def has_room(self) -> bool:
        """Whether a frame may be sent; where not, `freed` will be called once."""
        if self.on_its_way < WINDOW:
            return True
        self._waiting = True  # and look again: the other threads count first and look at this then
        if self.on_its_way < WINDOW:
            self._waiting = False
        return not self._waiting

    def question(self, frame: str) -> str:
        """What to send behind this frame; often nothing."""
        by_then = self._sent + cost(frame)
        if by_then - self._last_asked < ASK_EVERY or len(self._asked) >= UNANSWERED:
            return ""
        self._last_asked = by_then
        self._number = self._number % _NUMBERS + 1
        question = question_of(self._number)
        self._asked.append((self._number, by_then + len(question)))
        return question

    def sent(self, text: str) -> None:
        """Count what goes to the writer."""
        self._sent += cost(text)

    def wrote(self, amount: int) -> None:
        """The kernel took so much."""
        self._written += amount
        self._look()

    def answered(self, row: int, number: int) -> None:
        """The terminal says where its cursor was; what was asked before that is not waited for any more."""
        if row != ROW or all(number != asked for asked, _by_then in self._asked):
            return
        asked = 0
        while asked != number:
            asked, self._arrived = self._asked.popleft()
        self._answers = True
        self._look()

    def give_up(self) -> None:
        """No answer came for too long: go by what the kernel takes until one comes again."""
        if self._waiting and self._answers:
            self._asked.clear()
            self._answers = False
            self._look()

    def _look(self) -> None:
        if self._waiting and self.on_its_way < WINDOW:
            self._waiting = False
            self._freed()


def cost(text: str) -> int:
    """What a write is counted for."""
    return len(text.encode()) + OVERHEAD
