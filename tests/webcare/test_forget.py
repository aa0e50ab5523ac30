"""`webcare forget` from a shell, beside a desk that is open in another process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from domain.errors import DatabaseBusy
from storage.database import Database
from tests.webcare.conftest import Run
from tests.webcare.test_cli import imported, line

CANARY = "kanariepietje zonder weerga dat nergens anders staat"


def stored(run: Run, folder: Path) -> None:
    """Two people wrote."""
    imported(run, folder, line(1, f"Mijn {CANARY}?"), line(2, "Hallo?"))
    (folder / "lines.jsonl").unlink()


def everything(folder: Path) -> bytes:
    """All bytes of all files of the database."""
    return b"".join(file.read_bytes() for file in sorted(folder.glob("desk.db*")))


def test_a_person_is_forgotten_and_no_byte_is_left(run: Run, tmp_path: Path) -> None:
    stored(run, tmp_path)
    assert CANARY.encode() in everything(tmp_path)
    told = run("forget", "facebook", "klant1", "--yes")
    assert told.code == 0, told.err
    assert "Klant 1: @klant1 on facebook" in told.out
    assert "No file beside the database holds their name or words any more." in told.out
    left = everything(tmp_path)
    assert CANARY.encode() not in left
    assert b"klant1" not in left
    assert b"Hallo?" in left
    assert "1 account was forgotten" in run("doctor").out
    counts = imported(run, tmp_path, line(1, f"Mijn {CANARY}?"))
    assert counts["stored"] == 0


def test_a_trial_says_what_would_go_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    stored(run, tmp_path)
    told = json.loads(run("forget", "facebook", "@klant1", "--dry-run", "--json").out)
    assert told == {"conversations": 1, "messages": 1}
    assert CANARY.encode() in everything(tmp_path)
    refused = run("forget", "facebook", "@klant1", text="n\n")
    assert refused.code != 0
    assert "Nothing was changed." in refused.err
    assert CANARY.encode() in everything(tmp_path)


def test_a_copy_that_still_holds_them_is_named(run: Run, tmp_path: Path) -> None:
    stored(run, tmp_path)
    copy = tmp_path / "before.backup.db"
    assert run("backup", str(copy)).code == 0
    told = json.loads(run("forget", "facebook", "@klant1", "--yes", "--json").out)
    assert told["still_in"] == [str(copy)]
    assert told["gone"]["messages"] == 1


def test_nobody_of_that_name_is_one_sentence(run: Run, tmp_path: Path) -> None:
    stored(run, tmp_path)
    told = run("forget", "facebook", "@niemand", "--yes")
    assert told.code != 0
    assert told.err.startswith("webcare: Nobody is known as @niemand on facebook")


def test_an_open_reader_in_another_process_delays_it_and_breaks_nothing(run: Run, tmp_path: Path) -> None:
    stored(run, tmp_path)
    reading = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN');"
        "c.execute('SELECT count(*) FROM message').fetchone(); print('reading', flush=True);"
        "sys.stdin.read(); print(c.execute('SELECT text FROM message WHERE id = 1').fetchone()[0])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", reading, str(tmp_path / "desk.db")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as reader:  # fmt: skip
        assert reader.stdout is not None
        assert reader.stdout.readline() == "reading\n"
        told = json.loads(run("forget", "facebook", "@klant1", "--yes", "--json").out)
        assert told["wal_empty"] is False
        seen, _none = reader.communicate("")
    assert CANARY in seen
    assert run("ls").code == 0


def test_what_was_kept_from_its_end_is_finished_later(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(run, tmp_path)

    async def busy(_database: Database) -> None:
        raise DatabaseBusy("Somebody writes.")

    with monkeypatch.context() as held:
        held.setattr(Database, "rewrite", busy)
        told = run("forget", "facebook", "@klant1", "--yes")
    assert told.code == 3
    assert CANARY not in run("ls", "--json").out
    assert "webcare forget --sweep" in run("doctor").out
    assert run("forget", "--sweep").code == 0
    assert "--sweep" not in run("doctor").out
    assert CANARY.encode() not in everything(tmp_path)


def test_a_person_has_to_be_named(run: Run) -> None:
    told = run("forget", "facebook")
    assert told.code == 2
    assert "Name the channel" in told.err
