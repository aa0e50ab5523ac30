"""How fast the line to the operator's terminal is: asked of the terminal itself, by `webcare doctor`.

A terminal answers the question where its cursor is when it has taken all that came before it. So the time to
an answer is one round trip, and behind so many bytes it tells how long these took.
"""

from __future__ import annotations

import os
import re
import select
import termios
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from string import ascii_letters, digits
from typing import Any, Final, Self

from i18n import _
from storage.finding import Finding

QUESTION: Final = b"\x1b[6n"
"""Where the cursor is (ECMA-48, 8.3.35)."""

_ANSWER = re.compile(rb"\x1b\[[0-9]+;[0-9]+R")
SIZES: Final = (256, 1024, 4096, 16384)
"""Bytes sent one after the other, each only when the one before it was fast."""

LONG_ENOUGH: Final = 0.2
"""Seconds that bytes must take on their way for their number to tell a speed."""

SILENT: Final = 3.0
"""Seconds after which a terminal is held to answer nothing."""

NEAR: Final = 0.25
"""Seconds of a round trip that is worth another try."""

MOVE, HALF_PAGE, SCREEN = 450, 2_600, 11_000
"""Bytes that the desk sends for a line down, for Ctrl+D, and to begin with, on 160 columns and 48 lines."""

SLOW: Final = 30_000
"""Bytes a second below which half a page takes a tenth of a second."""

FAST: Final = 1_000_000
"""Bytes a second above which the figure says nothing more."""


@dataclass(frozen=True, slots=True)
class Line:
    """What was measured."""

    round_trip: float
    """Seconds from a question to its answer."""

    rate: float
    """Bytes a second to the terminal, at most FAST."""

    @property
    def figures(self) -> dict[str, int]:
        """For a program."""
        return {
            "round_trip_ms": round(self.round_trip * 1000),
            "bytes_per_second": round(self.rate),
            "move_ms": round(MOVE / self.rate * 1000),
            "half_page_ms": round(HALF_PAGE / self.rate * 1000),
            "first_screen_ms": round(SCREEN / self.rate * 1000),
        }


class Asked:
    """A terminal that is asked things without an echo; as a context it is left as it was found."""

    def __init__(self, reads: int, writes: int, clock: Callable[[], float]) -> None:
        self._reads, self._writes, self.clock = reads, writes, clock
        self._found: list[Any] = []
        self._owes = 0

    def __enter__(self) -> Self:
        """No echo, and answers without an Enter; Ctrl+C still interrupts."""
        self._found = termios.tcgetattr(self._reads)
        asked = termios.tcgetattr(self._reads)
        asked[3] &= ~(termios.ECHO | termios.ICANON)
        asked[6][termios.VMIN], asked[6][termios.VTIME] = 1, 0
        termios.tcsetattr(self._reads, termios.TCSANOW, asked)
        return self

    def __exit__(self, *_exception: object) -> None:
        """An answer that is still owed would be typed at the shell: what waits by now is thrown away."""
        when = termios.TCSAFLUSH if self._owes else termios.TCSANOW
        termios.tcsetattr(self._reads, when, self._found)

    def time(self, load: bytes, patience: float) -> float | None:
        """Seconds until the terminal has taken the load and answered; None when it did not in time."""
        began = self.clock()
        deadline = began + patience
        self._owes += 1
        if not self._send(load + QUESTION, deadline):
            return None
        heard = b""
        while (left := deadline - self.clock()) > 0:
            if not select.select([self._reads], [], [], left)[0]:
                continue
            heard += os.read(self._reads, 256)
            if _ANSWER.search(heard):
                self._owes -= 1
                return self.clock() - began
        return None

    def _send(self, data: bytes, deadline: float) -> bool:
        """Without ever waiting for a line that stands still."""
        while data:
            if not select.select([], [self._writes], [], max(0.0, deadline - self.clock()))[1]:
                return False
            data = data[os.write(self._writes, data[:256]) :]
        return True


def measure(terminal: Asked) -> Line | None:
    """A round trip and a speed; None of a terminal that does not answer."""
    behind_all = terminal.time(b"", SILENT)  # what was written before is on its way too
    if behind_all is None:
        return None
    round_trip = min(behind_all, terminal.time(b"", SILENT) or behind_all)
    if round_trip < NEAR:
        round_trip = min(round_trip, terminal.time(b"", SILENT) or round_trip)
    rate = 0.0
    for size in SIZES:
        load = _noise(size)
        took = terminal.time(load, round_trip + SILENT)
        underway = SILENT if took is None else took - round_trip
        rate = min(len(load) / max(underway, 1e-6), FAST)
        if underway > LONG_ENOUGH:
            break
    return Line(round_trip, rate)


def _noise(size: int) -> bytes:
    """So many bytes of letters, over each other on one line and wiped; `ssh -C` makes them little smaller."""
    letters = Random(size)  # noqa: S311 - to be looked at by nobody
    row, wiped = 40, "\r\x1b[K"
    rows = [
        "\r" + "".join(letters.choices(ascii_letters + digits, k=row)) for _row in range(size // (row + 1))
    ]
    return ("".join(rows) + wiped).encode()


def examined(
    reads: int, writes: int, environment: Mapping[str, str], clock: Callable[[], float] = time.monotonic
) -> tuple[Finding, Line | None]:
    """The line between us and the terminal on these two descriptors, in words and figures."""
    if environment.get("TMUX") or environment.get("STY"):
        return Finding("ok", _("The line was not measured: tmux or screen answers for your terminal.")), None
    if select.select([reads], [], [], 0)[0]:
        return Finding("ok", _("The line was not measured: something was typed already.")), None
    with Asked(reads, writes, clock) as terminal:
        line = measure(terminal)
    if line is None:
        return Finding("ok", _("The line was not measured: this terminal does not answer.")), None
    return _in_words(line), line


def _in_words(line: Line) -> Finding:
    if line.rate >= FAST:
        sentence = _(
            "Line: {trip} there and back, more than a megabyte a second; no frame has to wait.",
            trip=_duration(line.round_trip),
        )
        return Finding("ok", sentence)
    sentence = _(
        "Line: {trip} there and back, about {rate} a second. A move is {move}, half a page {half}, the first "
        "screen {screen}.",
        trip=_duration(line.round_trip),
        rate=_amount(line.rate),
        move=_cost(MOVE, line),
        half=_cost(HALF_PAGE, line),
        screen=_cost(SCREEN, line),
    )
    if line.rate >= SLOW:
        return Finding("ok", sentence)
    return Finding(
        "warning",
        sentence,
        _("Less is sent with “colours: 16” and “width: 100” under “display”, and with “ssh -C”."),
    )


def _cost(size: int, line: Line) -> str:
    return f"{_amount(size)} ({_duration(size / line.rate)})"


def _amount(size: float) -> str:
    if size < 1000:
        return _("{n} bytes", n=round(size))
    kilo = size / 1000
    return _("{n} kB", n=f"{kilo:.1f}" if round(kilo, 1) < 10 else round(kilo))


def _duration(seconds: float) -> str:
    if seconds < 1:
        return _("{n} ms", n=max(1, round(seconds * 1000)))
    return _("{n} s", n=f"{seconds:.1f}")
