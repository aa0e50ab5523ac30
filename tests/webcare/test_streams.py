"""The console script as a shell runs it: closed, full, narrow and hostile standard streams."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

SHELL = ["/bin/sh", "-c", 'exec "$0" -P -m webcare "$@" {redirect}', sys.executable]


MENTIONS = 600


def shell(
    folder: Path,
    redirect: str,
    *words: str | bytes,
    environment: Mapping[str, str] | None = None,
    script: str = "",
) -> subprocess.CompletedProcess[bytes]:
    """Run webcare through a shell with a redirection, on a database in `folder`."""
    command: Sequence[str | bytes] = [
        *SHELL[:2],
        script or SHELL[2].format(redirect=redirect),
        SHELL[3],
        *words,
    ]
    surroundings = {**os.environ, "HOME": str(folder), "WEBCARE_DATABASE": str(folder / "desk.db")}
    surroundings |= {"LC_ALL": "C.UTF-8", **(environment or {})}
    return subprocess.run(
        command, env=surroundings, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database of mentions of somebody called Zoë 👋, more than a pipe holds."""
    folder = tmp_path_factory.mktemp("filled")
    lines = [
        json.dumps(
            {
                "channel": "facebook",
                "remote_id": str(number),
                "author": {"handle": f"@k{number}", "name": "Zoë 👋"},
                "text": "Waar blijft mijn pakket?",
                "created_at": "2026-11-23T06:00:00Z",
            }
        )
        for number in range(MENTIONS)
    ]
    (folder / "lines.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = shell(folder, "", "import", str(folder / "lines.jsonl"))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("words", [(), ("practise",)])
def test_a_desk_without_a_terminal_is_refused_in_a_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    """It would read the end of its input for ever, deaf to everything but kill -9."""
    done = shell(tmp_path, "", *words)
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.startswith(b"webcare: The desk needs a terminal")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("words", [("ls", "--limit", "600"), ("ls", "--json", "--limit", "600"), ("export",)])
def test_a_reader_that_has_enough_hears_nothing_more(filled: Path, words: tuple[str, ...]) -> None:
    """`webcare ls | head -1`: no complaint on standard error."""
    done = shell(filled, "", *words, script='"$0" -P -m webcare "$@" | head -c 5')
    assert len(done.stdout) == 5
    assert done.stderr == b""


@pytest.mark.parametrize("words", [("ls",), ("ls", "--json"), ("export",), ("why", "1")])
def test_output_that_cannot_be_written_is_a_sentence(filled: Path, words: tuple[str, ...]) -> None:
    """A full disk behind the redirection is no fault of the program."""
    done = shell(filled, ">/dev/full", *words)
    assert done.returncode == 1
    assert done.stderr.startswith(b"webcare: ")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("redirect", ["<&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("words", "code"),
    [(("ls", "--json"), 0), (("export",), 0), (("show", "99999"), 6), (("reply", "1"), 5)],
)
def test_closed_streams_are_opened_again(
    filled: Path, redirect: str, words: tuple[str, ...], code: int
) -> None:
    """No file of ours gets the number of a stream, and every command does its work."""
    assert shell(filled, redirect, *words).returncode == code


def test_a_narrow_encoding_ends_no_command(filled: Path) -> None:
    """What it cannot show is a question mark."""
    done = shell(filled, "", "ls", "--limit", "1", environment={"PYTHONIOENCODING": "latin-1"})
    assert done.returncode == 0, done.stderr
    assert b"Zo\xeb ?" in done.stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("nonsense",), 2),
        (("ls", "--limit", "0"), 2),
        (("ls", "--colour"), 2),
        (("show", "abc"), 2),
        (("show", "9" * 30), 2),
        (("import", b"\x1b]0;x\x07\xff"), 2),
        (("export", "--output", "/nonexistent/x"), 1),
        (("--config", b"/\xff\x1b[31m", "ls"), 2),
    ],
)
def test_a_mistake_is_one_harmless_line(tmp_path: Path, words: tuple[str | bytes, ...], code: int) -> None:
    """Usage errors too, whatever the file is called."""
    done = shell(tmp_path, "", *words)
    assert done.returncode == code, done.stderr
    assert done.stdout == b""
    assert done.stderr.startswith(b"webcare: ")
    assert done.stderr.count(b"\n") == 1
    assert b"\x1b" not in done.stderr


def test_an_export_is_private_and_never_takes_the_place_of_the_database(filled: Path) -> None:
    """It holds what customers wrote."""
    target = filled / "out.jsonl"
    assert shell(filled, "", "export", "--output", str(target)).returncode == 0
    assert target.stat().st_mode & 0o777 == 0o600
    assert len(target.read_bytes().splitlines()) == MENTIONS
    done = shell(filled, "", "export", "--output", str(filled / "desk.db"))
    assert done.returncode == 3
    assert shell(filled, "", "show", "1").returncode == 0


def test_a_database_under_an_unreadable_name_can_be_backed_up(tmp_path: Path) -> None:
    """A file name is bytes."""
    place = os.fsdecode(bytes(tmp_path) + b"/\xff.db")
    done = shell(tmp_path, "", "backup", environment={"WEBCARE_DATABASE": place})
    assert done.returncode == 0, done.stderr


def test_doctor_names_templates_and_keys_that_cannot_be_used(tmp_path: Path) -> None:
    """Nobody should find out at the first reply, or by a desk that will not open."""
    settings = tmp_path / "webcare.yaml"
    settings.write_text("keys:\n  list.nonsense: x\n", encoding="utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "broken.yaml").write_text("name: [", encoding="utf-8")
    done = shell(tmp_path, "", "--config", str(settings), "doctor", "--json")
    assert done.returncode == 1
    findings = json.loads(done.stdout)
    assert [one for one in findings if "broken.yaml" in one["sentence"] and one["level"] == "warning"]
    assert [one for one in findings if "list.nonsense" in one["sentence"] and one["level"] == "error"]
    assert len({json.dumps(one) for one in findings}) == len(findings)


def test_a_pipe_under_the_name_of_the_configuration_is_refused(tmp_path: Path) -> None:
    """Reading it would wait for a writer that never comes."""
    os.mkfifo(tmp_path / "webcare.yaml")
    done = shell(tmp_path, "", "--config", str(tmp_path / "webcare.yaml"), "ls")
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
