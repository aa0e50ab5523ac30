"""What a warm start stands on: the caller loads next to nothing, and nothing of the parent's stays behind."""

from __future__ import annotations

import ast
import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.messages import PACKAGES
from webcare.__main__ import desk_alone
from webcare.warm import client, desk, place
from webcare.warm.imprint import imprint, inherited
from webcare.warm.parent import Parent, loaded_files, unchanged
from webcare.warm.standing import standing, status_of

ROOT = Path(__file__).parents[2]
SETTLED = ("PYTHON", "TEXTUAL", "ESCDELAY", "LC_TERMINAL", "TERM_PROGRAM")
"""What caller and parent must have alike."""

HARMLESS = {
    "LINES", "COLUMNS", "NO_COLOR", "FORCE_COLOR", "TTY_INTERACTIVE",  # a console that only measures
    "HOME", "ANDROID_DATA", "_PYTHON_PROJECT_BASE", "_PYTHON_SYSCONFIGDATA_NAME",  # where Python itself lies
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[int]:
    """An open folder that is ours alone."""
    opened = place.open_folder(str(tmp_path / "run" / "webcare"))
    yield opened
    os.close(opened)


def test_the_caller_loads_next_to_nothing() -> None:
    code = (
        "import sys; before = set(sys.modules); import webcare.warm.client\n"
        "print(' '.join(set(sys.modules) - before))"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    ours = {"webcare", "webcare.warm", "webcare.warm.client", "webcare.warm.place", "webcare.warm.imprint"}
    assert set(told.stdout.split()) <= {*ours, "webcare.version", "_socket", "termios", "__future__"}


def test_nothing_else_of_the_environment_is_read_when_the_desk_is_loaded() -> None:
    """A variable that a library reads at its import would be the first caller's for everybody after them."""
    code = (
        "import os, sys, json\n"
        "known = type(os.environ).__getitem__\n"
        "import webcare.warm.parent as parent\n"
        "read = set()\n"
        "def get(self, name):\n"
        "    read.add(name)\n"
        "    return known(self, name)\n"
        "type(os.environ).__getitem__ = get\n"
        "parent.load()\n"
        "assert any(name.startswith('TEXTUAL_') for name in read)\n"
        "print(json.dumps(sorted(read)))"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    read = {name for name in json.loads(told.stdout) if not name.startswith(SETTLED)}
    assert read <= HARMLESS


def _translated_at_import(tree: ast.AST) -> Iterator[int]:
    """Lines where a message is looked up outside any function."""
    for node in ast.iter_child_nodes(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"_", "ngettext"}
        ):
            yield node.lineno
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for outside in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
                yield from _translated_at_import(ast.Expression(outside))
        elif not isinstance(node, ast.Lambda):
            yield from _translated_at_import(node)


def test_no_word_is_chosen_when_a_module_is_loaded() -> None:
    """A parent serves readers of both languages. The help of commands is for the command line alone."""
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in paths
        if "cli" not in path.parts
        for line in _translated_at_import(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == set()
    assert list(
        _translated_at_import(ast.parse('A = 1\n@f(_("x"))\ndef g(a=_("y")):\n    return _("z")'))
    ) == [2, 3]


@pytest.mark.parametrize(
    ("words", "opens"),
    [
        (["--warm"], True),
        (["--no-collect", "--warm"], True),
        (["--warm", "--config=x"], True),
        (["--warm", "--config"], False),
        (["--warm", "ls"], False),
        (["--warm", "--help"], False),
        (["--config", "x", "--warm", "practise"], False),
    ],
)
def test_only_a_desk_is_opened_warm(words: list[str], opens: bool) -> None:
    assert (desk_alone(words) is not None) is opens


def test_where_a_parent_is_looked_for(tmp_path: Path) -> None:
    runtime = {"XDG_RUNTIME_DIR": str(tmp_path), "HOME": "/home/a"}
    assert place.folder_of(runtime) == f"{tmp_path}/webcare"
    assert (
        place.folder_of({"XDG_RUNTIME_DIR": "/nowhere", "HOME": "/home/a"})
        == "/home/a/.local/state/webcare/warm"
    )
    assert place.folder_of({"XDG_STATE_HOME": "/s"}) == "/s/webcare/warm"
    assert place.folder_of({"XDG_STATE_HOME": "s", "XDG_RUNTIME_DIR": "r", "HOME": ""}) is None


@pytest.mark.parametrize("mode", [0o701, 0o710, 0o770, 0o755])
def test_a_folder_that_others_can_reach_into_is_not_trusted(tmp_path: Path, mode: int) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w").chmod(mode)
    with pytest.raises(place.Untrusted):
        place.open_folder(str(tmp_path / "w"))


def test_a_file_or_a_link_to_nowhere_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("file", "link"):
        with pytest.raises(place.Untrusted):
            place.open_folder(str(tmp_path / name))
    assert not (tmp_path / "nowhere").exists()


def test_a_file_in_the_socket_s_place_is_not_called(tmp_path: Path, folder: int) -> None:
    assert place.socket_in(folder, "w") is None
    (tmp_path / "run" / "webcare" / place.SOCKET).touch()
    with pytest.raises(place.Untrusted):
        place.socket_in(folder, "w")


def test_somebody_else_s_parent_is_not_called(folder: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(place.name_in(folder))
        listener.listen()
        line = client.call(folder, "w")
        assert line is not None
        assert place.peer_of(line) == (os.getpid(), os.geteuid())
        line.close()
        monkeypatch.setattr(place, "peer_of", lambda _line: (1, os.geteuid() + 1))
        with pytest.raises(place.Untrusted):
            client.call(folder, "w")
    assert client.call(folder, "w") is None, "a socket that nobody listens on"


@pytest.fixture
def ignored() -> Iterator[None]:
    """A parent lets the kernel bury its forks; a test does not want that for good."""
    before = signal.getsignal(signal.SIGCHLD)
    yield
    signal.signal(signal.SIGCHLD, before)


def _parent_of(folder: int, files: dict[str, tuple[int, int, int]]) -> Parent:
    return Parent(os.dup(folder), os.open(os.devnull, os.O_RDONLY), files)


def test_a_stranger_gets_nothing_from_a_parent(
    folder: int, ignored: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = _parent_of(folder, {})
    line = client.call(folder, "w")
    assert line is not None
    monkeypatch.setattr(place, "peer_of", lambda _line: (1, os.geteuid() + 1))
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("forked for a stranger"))
    times = iter((0.0, 1.0, 2.0, 99.0))
    assert parent.serve(10.0, lambda: next(times)) is None
    assert line.recv(1) == b""
    line.close()
    assert place.socket_in(folder, "w") is None, "the socket went with its parent"


def test_a_parent_whose_files_changed_ends_at_the_next_call(
    folder: int, ignored: None, tmp_path: Path
) -> None:
    file = tmp_path / "loaded.py"
    file.write_text("old")
    files = {str(file): (0, 0, 0)}
    parent = _parent_of(folder, files)
    line = client.call(folder, "w")
    assert parent.serve() is None
    assert line is not None
    assert select.select([line], [], [], 5)[0]
    assert line.recv(1) == b""
    line.close()


def test_every_loaded_file_is_watched(tmp_path: Path) -> None:
    files = loaded_files()
    assert {__file__, sys.executable} <= files.keys()
    assert unchanged(files)
    file = tmp_path / "a.py"
    file.write_text("a")
    assert not unchanged({**files, str(file): (0, 0, 0)})
    assert not unchanged({**files, __file__: (0, 0, 0)})
    assert not unchanged({str(tmp_path / "gone.py"): (1, 1, 1)})


def test_two_that_were_loaded_otherwise_have_another_imprint() -> None:
    plain = imprint({b"HOME": b"/a"})
    assert imprint({b"HOME": b"/b", b"TERM": b"vt100", b"NO_COLOR": b"1", b"TERM_PROGRAM": b"tmux"}) == plain
    others = (
        {b"TEXTUAL_FPS": b"1"},
        {b"PYTHONPATH": b"/x"},
        {b"ESCDELAY": b"5"},
        {b"TERM_PROGRAM": b"iTerm.app"},
    )
    assert len({plain, *map(imprint, others)}) == 5


def test_a_parent_is_told_no_secret() -> None:
    told = inherited(
        {"HOME": "/a", "LC_ALL": "nl_NL", "TEXTUAL_FPS": "1", "WEBCARE_CREDENTIAL_X": "s", "AWS": "k"}
    )
    assert told == {"HOME": "/a", "LC_ALL": "nl_NL", "TEXTUAL_FPS": "1"}


def test_a_process_with_other_rights_or_another_share_stands_elsewhere() -> None:
    own = os.getpid()
    assert standing(own, status_of(own)) == standing(own, status_of(own))
    other = subprocess.Popen([sys.executable, "-c", "import os; os.nice(1); print(flush=True); input()"],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
    assert other.stdout is not None
    other.stdout.readline()
    assert standing(other.pid, status_of(other.pid)) != standing(own, status_of(own))
    other.communicate(b"\n")
    assert standing(own, {**status_of(own), "Groups": "5"}) != standing(own, status_of(own))


words = st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=1)
names = st.text(st.characters(exclude_characters="\0=", exclude_categories=["Cs"]), min_size=1)


@given(
    words, st.dictionaries(names, st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
)
def test_words_and_environment_arrive_as_they_were(said: list[str], environment: dict[str, str]) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    known = {os.fsencode(name): os.fsencode(value) for name, value in environment.items()}
    pairs = [name + b"=" + value for name, value in known.items()]
    content = b"\0".join((b"mark", b"%d" % len(said), *map(os.fsencode, said), *pairs))
    with ours, theirs:
        socket.send_fds(ours, [content], [ours.fileno()] * desk.LENT)
        request = desk.receive(theirs)
    assert request is not None
    for descriptor in request.descriptors:
        assert not os.get_inheritable(descriptor)
        os.close(descriptor)
    assert (request.imprint, request.words, request.environment) == (b"mark", said, known)


@given(st.binary(max_size=200), st.integers(0, 6))
def test_nonsense_is_no_request(content: bytes, lent: int) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with ours, theirs:
        socket.send_fds(ours, [content or b"x"], [ours.fileno()] * lent)
        request = desk.receive(theirs)
    if request is not None:
        assert lent == desk.LENT
        for descriptor in request.descriptors:
            os.close(descriptor)
    assert len(list(Path("/proc/self/fd").iterdir())) == before - 2


def test_limits_are_kept_as_they_are_by_a_desk_of_our_own_standing() -> None:
    before = {
        name: resource.getrlimit(getattr(resource, name))
        for name in dir(resource)
        if name.startswith("RLIMIT_")
    }
    assert desk._stand_like(os.getpid())
    assert before == {name: resource.getrlimit(getattr(resource, name)) for name in before}
    assert not desk._stand_like(2**22 + 1)
