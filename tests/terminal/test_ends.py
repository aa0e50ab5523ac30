"""However a desk ends, nothing typed is lost, the terminal is usable, and no text of anybody's lies about."""

from __future__ import annotations

import os
import pty
import signal
import sqlite3
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.terminal.conftest import mention
from tests.terminal.driver import Terminal
from tests.terminal.sitting import is_sane, leave, writes
from tests.terminal.workplace import Workplace

KEPT_AFTER = 2.0
"""Seconds after the last letter within which a draft is on disk: promised to the operator."""


@pytest.fixture
def question(workplace: Workplace) -> Workplace:
    """Two questions wait."""
    workplace.bring_in(mention(1), mention(2))
    return workplace


def _drafts(workplace: Workplace) -> list[str]:
    with closing(sqlite3.connect(workplace.database)) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM draft")]


def test_a_killed_desk_keeps_what_was_typed(question: Workplace) -> None:
    with question.desk() as terminal:
        writes(terminal, "Om negen uur")
        time.sleep(KEPT_AFTER)  # the promise itself is a time
        terminal.signal(signal.SIGKILL)
        terminal.wait_end()
    assert _drafts(question) == ["Om negen uur"]
    with question.desk() as terminal:
        terminal.wait_for("loket 1 open?", "1 of ")
        terminal.press("r")
        terminal.wait_for("PUBLIC", "Om negen uur")


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_desk_that_is_told_to_go_leaves_the_terminal_sane(
    question: Workplace, number: signal.Signals
) -> None:
    with question.desk() as terminal:
        writes(terminal, "Om negen uur")
        terminal.wait_until(lambda: _drafts(question) == ["Om negen uur"])
        terminal.signal(number)
        assert terminal.wait_end(patience=10) == 0
        is_sane(terminal)
    assert _drafts(question) == ["Om negen uur"]


def test_letters_typed_just_before_the_line_breaks_are_kept(question: Workplace) -> None:
    with question.desk() as terminal:
        writes(terminal, "Om negen uur")
        terminal.hang_up()
        terminal.wait_end(patience=10)
    assert _drafts(question) == ["Om negen uur"]


def test_a_line_that_goes_without_a_word_ends_the_desk(question: Workplace) -> None:
    """A terminal that does not control us sends no signal; reading its end for ever would keep our claims."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, 80))
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "webcare"], stdin=slave, stdout=slave, stderr=slave,
        env=dict(question.environment), cwd=question.folder, start_new_session=True,
    )  # fmt: skip
    os.close(slave)
    painted = b""
    try:
        while b"loket" not in painted:
            painted += os.read(master, 65536)
        os.close(master)
        process.wait(timeout=10)  # with what code nobody is left to see; it must end and let go
    finally:
        process.kill()
        process.wait()
    with closing(sqlite3.connect(question.database)) as connection:
        assert connection.execute("SELECT count(*) FROM session").fetchone() == (0,)


def test_keys_typed_behind_the_quitting_end_in_silence(question: Workplace) -> None:
    with question.desk() as terminal:
        terminal.wait_for("1 of 2")
        terminal.press("q")
        terminal.wait_for("Quit?")
        terminal.type("yjkxjkSjk")
        assert terminal.wait_end() == 0
        assert "Traceback" not in "".join(token.raw for token in terminal.tokens)


def test_a_broken_line_ends_the_desk_and_its_collector(question: Workplace) -> None:
    with question.desk() as terminal:
        writes(terminal, "Om negen uur")
        terminal.wait_until(lambda: _drafts(question) == ["Om negen uur"])
        collectors = _children(terminal.process.pid)
        assert collectors
        terminal.hang_up()
        terminal.wait_end(patience=10)
        _until(lambda: not any(map(_lives, collectors)))
    assert _drafts(question) == ["Om negen uur"]
    with closing(sqlite3.connect(question.database)) as connection:
        assert connection.execute("SELECT count(*) FROM session").fetchone() == (0,)


def test_a_collector_that_is_killed_is_started_again(question: Workplace) -> None:
    with question.desk() as terminal:
        terminal.wait_for("1 of 2", "○ Toots")
        (first,) = _children(terminal.process.pid)
        os.kill(first, signal.SIGKILL)
        terminal.wait_until(lambda: _children(terminal.process.pid) not in ([], [first]))
        leave(terminal)
        _until(lambda: not _lives(first))


def test_leaving_by_the_key_leaves_the_terminal_sane(question: Workplace) -> None:
    with question.desk() as terminal:
        terminal.wait_for("1 of 2")
        leave(terminal)
        is_sane(terminal)


def test_nobody_is_held_by_a_database_that_is_gone(question: Workplace) -> None:
    with question.desk() as terminal:
        terminal.wait_for("1 of 2")
        for path in question.database.parent.glob(f"{question.database.name}*"):
            path.unlink()
        terminal.press("c")
        terminal.wait_for("Somebody replaced or removed")
        terminal.press("q")
        terminal.wait_for("Quit?")
        terminal.press("y")
        assert terminal.wait_end() == 3
        is_sane(terminal)
        assert "Traceback" not in "".join(token.raw for token in terminal.tokens)


def test_a_fault_of_ours_is_one_sentence_and_a_file_without_anybody_s_text(question: Workplace) -> None:
    program = [sys.executable, "-P", str(Path(__file__).with_name("crashing.py"))]
    with Terminal(program, environment=question.environment, folder=question.folder) as terminal:
        terminal.wait_for("1 of 2")
        terminal.type("\x1b[200~canary-pasted\x1b[201~")
        assert terminal.wait_end() == 70
        is_sane(terminal)
        told = "".join(token.raw for token in terminal.tokens)
        assert "webcare stopped because of a fault of its own; drafts are kept." in told
        assert "Traceback" not in told
        assert "canary" not in told
    (path,) = question.state.glob("crash-*.txt")
    assert path.stat().st_mode & 0o777 == 0o600
    content = path.read_text()
    assert "crashing.py" in content
    assert "canary" not in content


def test_keys_in_one_go_answer_a_question_once(question: Workplace) -> None:
    """`q q` typed fast, or a key that repeats: the second one finds the modal gone."""
    with question.desk() as terminal:
        terminal.wait_for("1 of 2")
        for opened, title in (("S", "Why it is due then"), ("d", "No reply needed"), ("s", "Snooze until")):
            terminal.press(opened)
            terminal.wait_for(title)
            terminal.type("\x1b\x1b\x1b")
            terminal.wait_gone(title)
        terminal.press("j")
        terminal.wait_for("2 of 2")


def test_a_desk_without_its_database_says_so_in_one_sentence(workplace: Workplace) -> None:
    workplace.database.write_bytes(b"this was never a database" * 100)
    with workplace.desk() as terminal:
        assert terminal.wait_end() != 0
        told = "".join(token.raw for token in terminal.tokens)
        assert told.startswith("webcare: ")
        assert "Traceback" not in told
    assert workplace.database.read_bytes().startswith(b"this was never")


def test_a_broken_configuration_is_one_sentence_and_exit_2(workplace: Workplace) -> None:
    workplace.configure("channels:\n  toots:\n    platfrom: mastodon\n")
    with workplace.desk() as terminal:
        assert terminal.wait_end() == 2
        told = "".join(token.raw for token in terminal.tokens)
        assert "webcare.yaml" in told
        assert "platform" in told
        assert "Traceback" not in told


def _children(parent: int) -> list[int]:
    """The processes that this one started."""
    path = Path(f"/proc/{parent}/task/{parent}/children")
    if not path.exists():
        pytest.skip("this kernel does not name a process's children")
    return [int(word) for word in path.read_text().split()]


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return not Path(f"/proc/{process}/stat").read_text().split(")")[1].split()[0].startswith("Z")


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
