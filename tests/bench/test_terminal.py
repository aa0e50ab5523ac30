"""The pseudo-terminal and its screen."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.lib.programs import Program, Seat
from bench.lib.pty import FRAME_BEGIN, FRAME_END, Terminal, answers, frames
from bench.lib.screen import Screen

SIZE = "import os, sys; print(*os.get_terminal_size()); print(sys.stdin.readline().strip() + '!')"

LATE = (
    "import sys, time; print('ready', flush=True); sys.stdin.readline()\n"
    "print('\\x1b[9;1Htick', flush=True); time.sleep(0.2); print('\\x1b[2;1H▌', flush=True); time.sleep(60)"
)


def test_questions_are_answered_as_a_modern_terminal_does() -> None:
    assert answers(b"text\x1b[?2026$p more\x1b[c") == b"\x1b[?2026;2$y\x1b[?62;22c"
    assert answers(b"\x1b[?2026h\x1b[31m\x1b[2;2H") == b""
    assert answers(b"\x1b[2;7H\x1b[6n") == b"\x1b[2;7R"


@pytest.mark.parametrize("cut", range(1, 9))
def test_a_question_that_two_reads_cut_is_answered_once(cut: int) -> None:
    whole = b"\x1b[2;7H\x1b[6n"
    first, second = whole[:cut], whole[cut:]
    assert (
        answers(first) + answers(second + b"more", first) + answers(b"more", second + b"more") == b"\x1b[2;7R"
    )


def test_frames_end_where_the_update_ends() -> None:
    one, two = FRAME_BEGIN + b"one" + FRAME_END, FRAME_BEGIN + b"two" + FRAME_END
    assert frames(one + two + FRAME_BEGIN + b"unfinished") == [one, two]
    assert frames(b"no frame at all") == []


def test_a_program_sees_the_size_and_what_is_typed(tmp_path: Path) -> None:
    with Terminal([sys.executable, "-c", SIZE], {"TERM": "xterm"}, tmp_path) as terminal:
        terminal.send(b"hallo\n")
        said = terminal.until(lambda chunk: b"hallo!" in chunk.data, patience=20)
    assert b"160 48\r\n" in b"".join(chunk.data for chunk in said)


def test_a_scroll_region_moves_only_its_lines() -> None:
    screen = Screen(10, 4)
    screen.feed(b"one\r\ntwo\r\nthree\r\nfour\x1b[2;3r\x1b[1S\x1b[r")
    assert [row.strip() for row in screen.rows] == ["one", "three", "", "four"]
    screen.feed(b"\x1b[1T")
    assert [row.strip() for row in screen.rows] == ["", "one", "three", ""]


def test_a_paint_that_comes_after_another_frame_and_a_pause_is_waited_for(tmp_path: Path) -> None:
    def painted(screen: Screen) -> bool:
        return screen.line_of("▌") == 1

    command = (sys.executable, "-c", LATE)
    program = Program(
        "late", command, {"TERM": "xterm", "PYTHONUTF8": "1"}, tmp_path, b"ready", painted, painted
    )
    seat = Seat(program)
    try:
        seat.open(settle=0.05)
        press = seat.press(b"j\n", painted, wait=0.01, patience=20)
        assert press is not None
        assert press.bytes > len("ready")
        assert seat.press(b"", painted, wait=0.01, patience=0.05) is None
    finally:
        seat.close()


@given(st.integers(min_value=0, max_value=200))
def test_a_sequence_may_be_cut_anywhere(cut: int) -> None:
    data = "\x1b[?2026h\x1b[>1u\x1b[2;3H\x1b[38;2;1;2;3mjä▌\x1b[0m\x1b[?2026$p\x1b[?2026l".encode()
    screen = Screen(20, 3)
    screen.feed(data[:cut])
    screen.feed(data[cut:])
    assert screen.rows[1].rstrip() == "  jä▌"
    assert screen.line_of("▌", 4) == 1
