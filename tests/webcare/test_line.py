"""What the doctor says of a line, on terminals at the end of lines of all kinds; their clock is made up."""

from __future__ import annotations

import json
import os
import pty
import re
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.workplace import WEBCARE, Workplace
from webcare import line as measuring
from webcare.line import FAST, QUESTION, examined


@dataclass(slots=True)
class Far:
    """A terminal behind a line, as a thread that reads and answers; its time goes by with what it takes."""

    rate: float
    trip: float
    answers: bool = True
    now: float = 0.0
    taken: bytes = b""
    master: int = 0
    slave: int = 0
    before: list[Any] = field(default_factory=list)

    def clock(self) -> float:
        """Seconds on this line."""
        return self.now

    def serve(self) -> None:
        """Take and answer until the line is closed."""
        while True:
            try:
                data = os.read(self.master, 4096)
            except OSError:
                return
            asked = self.taken.count(QUESTION)
            self.taken += data
            self.now += len(data) / self.rate
            for _question in range(self.taken.count(QUESTION) - asked):
                self.now += self.trip
                if self.answers:
                    os.write(self.master, b"\x1b[12;1R")


@contextmanager
def far(rate: float, trip: float, *, answers: bool = True) -> Iterator[Far]:
    """A terminal that takes so many bytes a second."""
    terminal = Far(rate, trip, answers)
    terminal.master, terminal.slave = pty.openpty()
    terminal.before = termios.tcgetattr(terminal.slave)
    thread = threading.Thread(target=terminal.serve, daemon=True)
    thread.start()
    try:
        yield terminal
        assert termios.tcgetattr(terminal.slave) == terminal.before
    finally:
        os.close(terminal.slave)
        thread.join()
        os.close(terminal.master)


@pytest.mark.parametrize(("rate", "trip"), [(10_000, 0.3), (2_000, 0.6), (40_000, 0.02), (300_000, 0.001)])
def test_a_line_is_what_it_is(rate: float, trip: float) -> None:
    with far(rate, trip) as terminal:
        finding, line = examined(terminal.slave, terminal.slave, {}, terminal.clock)
    assert line is not None
    assert line.round_trip == pytest.approx(trip, rel=0.05)
    assert line.rate == pytest.approx(rate, rel=0.05)
    assert (finding.level == "warning") == (rate < 30_000) == bool(finding.fix)


def test_what_a_frame_costs_is_said_in_words() -> None:
    with far(10_000, 0.3) as terminal:
        finding, _line = examined(terminal.slave, terminal.slave, {}, terminal.clock)
    assert re.fullmatch(
        r"Line: 300 ms there and back, about (10|9\.9) kB a second\. A move is 450 bytes \(4[5-6] ms\), "
        r"half a page 2\.6 kB \(26[0-9] ms\), the first screen 11 kB \(1\.1 s\)\.",
        finding.sentence,
    )
    assert "colours: 16" in finding.fix


def test_a_fast_line_is_not_sent_more_than_it_needs_and_a_slow_one_little() -> None:
    with far(1e9, 0.0001) as fast, far(1_000, 0.1) as slow:
        _finding, line = examined(fast.slave, fast.slave, {}, fast.clock)
        assert line is not None
        assert line.rate == FAST
        examined(slow.slave, slow.slave, {}, slow.clock)
        assert len(fast.taken) < 25_000
        assert len(slow.taken) < 1_200


def test_what_is_sent_stays_on_its_line_and_is_wiped() -> None:
    """Letters over each other, and of escape sequences the question and the wiping alone."""
    with far(10_000, 0.01) as terminal:
        examined(terminal.slave, terminal.slave, {}, terminal.clock)
    sent = terminal.taken.replace(QUESTION, b"")
    assert b"\n" not in sent
    assert sent.endswith(b"\r\x1b[K")
    assert re.fullmatch(rb"(\r[A-Za-z0-9]{40}|\r\x1b\[K)+", sent)


def test_a_silent_terminal_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "SILENT", 0.05)
    with far(10_000, 0.1, answers=False) as terminal:
        finding, line = examined(terminal.slave, terminal.slave, {}, terminal.clock)
    assert line is None
    assert "does not answer" in finding.sentence


def test_what_was_typed_before_is_left_for_the_shell() -> None:
    with far(10_000, 0.1) as terminal:
        os.write(terminal.master, b"webcare\n")
        finding, line = examined(terminal.slave, terminal.slave, {}, terminal.clock)
        assert os.read(terminal.slave, 100) == b"webcare\n"
        assert QUESTION not in terminal.taken
    assert line is None
    assert "typed already" in finding.sentence


@pytest.mark.parametrize("name", ["TMUX", "STY"])
def test_a_multiplexer_is_not_measured_for_the_line_behind_it(name: str) -> None:
    with far(10_000, 0.1) as terminal:
        finding, line = examined(terminal.slave, terminal.slave, {name: "x"}, terminal.clock)
        assert terminal.taken == b""
    assert line is None
    assert "tmux" in finding.sentence


def test_the_doctor_measures_on_a_terminal_and_leaves_it_as_it_was(tmp_path: Path) -> None:
    workplace = Workplace(tmp_path)
    workplace.configure("organisation:\n  name: Gemeente Voorbeeld\n")
    for more in ((), ("--json",)):
        command = (*WEBCARE, "doctor", *more)
        with Terminal(command, environment=workplace.environment, folder=tmp_path) as terminal:
            assert terminal.wait_end() == 0
            assert terminal.settings == terminal.sane
            told = "".join(token.raw for token in terminal.tokens)
        tail = told.rpartition("\x1b[K")[2].replace("\x1b[6n", "")
        assert "\x1b" not in tail
        if more:
            (found,) = [one for one in json.loads(tail) if "line" in one]
            assert found["line"]["bytes_per_second"] > 0
        else:
            assert "Line: " in tail


def test_the_doctor_asks_nothing_where_no_terminal_reads(tmp_path: Path) -> None:
    workplace = Workplace(tmp_path)
    workplace.configure("organisation:\n  name: Gemeente Voorbeeld\n")
    assert b"\x1b" not in workplace.run("doctor")
    assert not [one for one in workplace.json("doctor") if "line" in one]
