"""A desk opened through the parent is a desk like any other, whoever of the three is killed."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.terminal.conftest import CONFIG, SANNE, mention
from tests.terminal.driver import Terminal
from tests.terminal.sitting import is_sane, leave, writes
from tests.terminal.workplace import WEBCARE, Workplace

REFUSED = "starting without --warm"


@pytest.fixture
def place(workplace: Workplace) -> Iterator[Workplace]:
    """Two questions, and a runtime directory for this test alone; no parent outlives it."""
    runtime = workplace.folder / "run"
    runtime.mkdir(mode=0o700)
    made = replace(workplace, more={"XDG_RUNTIME_DIR": str(runtime)})
    made.bring_in(mention(1), mention(2))
    yield made
    _end(_parent(made))


def _warm(place: Workplace, *options: str) -> Terminal:
    return place.desk(options=("--warm", "--no-collect", *options))


def _parent(place: Workplace) -> int | None:
    """The process that waits, as the command tells it."""
    command = [*WEBCARE, "warm"]
    told = subprocess.run(command, env=place.environment, capture_output=True, text=True).stdout
    numbers = [int(word) for word in told.split() if word.isdigit()]
    return numbers[0] if numbers else None


def _end(process: int | None) -> None:
    if process is not None:
        os.kill(process, signal.SIGKILL)
        _until(lambda: not _lives(process))


def _desks(place: Workplace) -> list[int]:
    """The processes of all open desks, by their sessions."""
    with closing(sqlite3.connect(place.database)) as connection:
        return [pid for (pid,) in connection.execute("SELECT pid FROM session ORDER BY started_at")]


def _drafts(place: Workplace) -> list[str]:
    with closing(sqlite3.connect(place.database)) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM draft")]


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_warm_desk_is_typed_in_resized_and_left_and_the_next_one_is_a_fork_too(place: Workplace) -> None:
    assert _parent(place) is None
    with _warm(place) as terminal:
        writes(terminal, "Om negen uur")
        terminal.resize(90, 24)
        terminal.wait_until(lambda: len(terminal.lines) == 24 and "Om negen uur" in terminal.text)
        terminal.press("escape")
        terminal.wait_for("Draft kept")
        (desk,) = _desks(place)
        assert desk != terminal.process.pid
        leave(terminal)
        is_sane(terminal)
        assert not _lives(desk)
    first = _parent(place)
    with _warm(place) as terminal:
        terminal.wait_for("1 of 2")
        leave(terminal)
    assert _parent(place) == first is not None


def test_a_killed_caller_takes_its_desk_along_and_what_was_typed_stays(place: Workplace) -> None:
    with _warm(place) as terminal:
        writes(terminal, "Om negen uur")
        (desk,) = _desks(place)
        terminal.signal(signal.SIGKILL)
        terminal.wait_end()
        _until(lambda: not _lives(desk))
        terminal.drain()
        is_sane(terminal)
    assert _drafts(place) == ["Om negen uur"]
    assert _desks(place) == []


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_caller_that_is_told_to_go_passes_it_on(place: Workplace, number: signal.Signals) -> None:
    with _warm(place) as terminal:
        writes(terminal, "Om negen uur")
        terminal.signal(number)
        assert terminal.wait_end(patience=10) == 0
        is_sane(terminal)
    assert _drafts(place) == ["Om negen uur"]


def test_a_broken_line_ends_caller_and_desk(place: Workplace) -> None:
    with _warm(place) as terminal:
        writes(terminal, "Om negen uur")
        (desk,) = _desks(place)
        terminal.hang_up()
        terminal.wait_end(patience=10)
        _until(lambda: not _lives(desk))
    assert _drafts(place) == ["Om negen uur"]


def test_a_killed_parent_leaves_desks_open_and_another_takes_its_place(place: Workplace) -> None:
    with _warm(place) as terminal:
        terminal.wait_for("1 of 2")
        first = _parent(place)
        _end(first)
        writes(terminal, "Om negen uur")
        with _warm(place) as second:
            second.wait_for("of 2")
            assert _parent(place) not in {None, first}
            leave(second)
        terminal.press("escape")
        terminal.wait_for("Draft kept")
        leave(terminal)
        is_sane(terminal)


def test_the_caller_tidies_up_after_a_desk_that_was_killed(place: Workplace) -> None:
    with _warm(place) as terminal:
        terminal.wait_for("1 of 2")
        (desk,) = _desks(place)
        os.kill(desk, signal.SIGKILL)
        assert terminal.wait_end() == 137
        is_sane(terminal)
        assert "webcare: The desk was killed" in "".join(token.raw for token in terminal.tokens)


def test_two_desks_of_one_parent_know_nothing_of_each_other(place: Workplace, tmp_path: Path) -> None:
    other = Workplace(tmp_path / "other", {**place.more, "LANGUAGE": "nl"})
    other.folder.mkdir()
    other.configure(CONFIG)
    other.bring_in(mention(7))
    with _warm(place) as terminal:
        terminal.wait_for("1 of 2", "open 2")
        with _warm(place) as beside, _warm(other) as dutch:
            beside.wait_for("of 2")
            dutch.wait_for("1 van 1", "loket 7 open?", "c oppakken")
            _until(lambda: len(_desks(place)) == 2)
            assert len({*_desks(place), *_desks(other)}) == 3
            parents = {Path(f"/proc/{desk}/stat").read_text().rpartition(")")[2].split()[1] for desk in
                       (*_desks(place), *_desks(other))}  # fmt: skip
            assert parents == {str(_parent(place))}
            leave(beside)
        terminal.press("j")
        terminal.wait_for("2 of 2")
        leave(terminal)


def test_what_was_loaded_and_has_changed_is_never_run(place: Workplace) -> None:
    """A file of the installation that is replaced, as an upgrade does, makes the next start a fresh one."""
    loaded = place.folder / "site" / "sitecustomize.py"
    loaded.parent.mkdir()
    loaded.write_text("")
    place.more["PYTHONPATH"] = str(loaded.parent)
    with _warm(place) as terminal:
        terminal.wait_for("1 of 2")
        leave(terminal)
    first = _parent(place)
    loaded.write_text("CHANGED = True\n")
    with _warm(place) as terminal:
        terminal.wait_for("1 of 2")
        assert _parent(place) not in {None, first}
        _until(lambda: first is not None and not _lives(first))
        leave(terminal)


def test_a_caller_that_would_load_it_otherwise_starts_in_the_plain_way(place: Workplace) -> None:
    """Another version, another Python, or what Textual reads when it is loaded."""
    with _warm(place) as terminal:
        terminal.wait_for("1 of 2")
        leave(terminal)
    other = replace(place, more={**place.more, "TEXTUAL_FPS": "60"})
    with _warm(other) as terminal:
        terminal.wait_for("1 of 2")
        assert _desks(place) == [terminal.process.pid]
        leave(terminal)


def _opens_plainly(place: Workplace, told: str) -> None:
    with _warm(place) as terminal:
        terminal.wait_for("1 of 2")
        assert _desks(place) == [terminal.process.pid]
        assert told in "".join(token.raw for token in terminal.tokens)
        leave(terminal)


def test_a_folder_that_others_can_enter_is_refused(place: Workplace) -> None:
    folder = place.folder / "run" / "webcare"
    folder.mkdir()
    folder.chmod(0o755)
    _opens_plainly(place, REFUSED)
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_a_link_is_refused(place: Workplace) -> None:
    elsewhere = place.folder / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    (place.folder / "run" / "webcare").symlink_to(elsewhere)
    _opens_plainly(place, REFUSED)
    assert list(elsewhere.iterdir()) == []


def test_a_folder_of_somebody_else_is_refused(place: Workplace) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    folder = place.folder / "run" / "webcare"
    folder.mkdir(mode=0o700)
    os.chown(folder, SANNE, SANNE)
    _opens_plainly(place, REFUSED)
    os.chown(folder, 0, 0)


def test_a_socket_that_is_a_link_is_refused(place: Workplace) -> None:
    folder = place.folder / "run" / "webcare"
    folder.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as theirs:
        theirs.bind(str(place.folder / "t.sock"))
        theirs.listen()
        (folder / "warm.sock").symlink_to(place.folder / "t.sock")
        _opens_plainly(place, REFUSED)
    (folder / "warm.sock").unlink()


def test_a_parent_that_never_answers_is_not_waited_for(place: Workplace) -> None:
    folder = place.folder / "run" / "webcare"
    folder.mkdir(mode=0o700)
    before = Path.cwd()
    os.chdir(folder)  # the name of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as silent:
            silent.bind("warm.sock")
            silent.listen()
            _opens_plainly(place, "")
    finally:
        os.chdir(before)
        (folder / "warm.sock").unlink()


def test_without_a_terminal_it_says_what_it_always_says_and_starts_nothing(place: Workplace) -> None:
    command = [*WEBCARE, "--warm"]
    done = subprocess.run(
        command, env=place.environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 2
    assert done.stderr.startswith("webcare: ")
    assert _parent(place) is None


def test_a_mistake_in_the_configuration_is_one_sentence_and_its_own_code(place: Workplace) -> None:
    with _warm(place) as terminal:
        terminal.wait_for("1 of 2")
        leave(terminal)
    place.configure("channels:\n  toots:\n    platfrom: mastodon\n")
    with _warm(place) as terminal:
        assert terminal.wait_end() == 2
        told = "".join(token.raw for token in terminal.tokens)
        assert "webcare.yaml" in told
        assert "Traceback" not in told


def test_what_waits_holds_a_socket_a_lock_and_a_folder_and_nothing_of_its_starter_s(place: Workplace) -> None:
    """A lock that the starter held, kept open by a process that lives for days, would lock everybody out."""
    hear, tell = os.pipe()
    command = [WEBCARE[0], "-P", "-m", "webcare.warm.parent"]
    parent = subprocess.Popen(
        command, env={**place.environment, "WEBCARE_CREDENTIAL_TOOTS": "canary"}, stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=(tell,),
    )  # fmt: skip
    os.close(tell)
    assert parent.stdout is not None
    with parent.stdout:
        assert parent.stdout.read(1) == b"1"
    assert os.read(hear, 1) == b""
    os.close(hear)
    assert len(list(Path(f"/proc/{parent.pid}/task").iterdir())) == 1
    assert len(list(Path(f"/proc/{parent.pid}/fd").iterdir())) == 6
    folder = place.folder / "run" / "webcare"
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (folder, *folder.iterdir())} == {0}
    assert b"No process" not in place.run("warm", "--stop")
    parent.wait(timeout=20)
    assert b"No process" in place.run("warm")
