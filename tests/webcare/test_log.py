"""The log names a fault's place, and keeps secrets and customers' words to itself."""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from webcare.collecting import stands_back
from webcare.log import keep_log
from webcare.program import Program, start

SECRET = "sekret-token-0123456789"  # made up


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A program with a credential in its environment and its state under a temporary home."""
    config = tmp_path / "webcare.yaml"
    config.write_text("channels:\n  toots:\n    platform: mastodon\n    server: https://ons.example\n")
    environment = {
        "HOME": str(tmp_path),
        "WEBCARE_DATABASE": str(tmp_path / "desk.db"),
        "WEBCARE_CREDENTIAL_TOOTS": SECRET,
    }
    return start(config, environment)


@pytest.fixture(autouse=True)
def quiet_again() -> Iterator[None]:
    """Give the root logger back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:], root.level = handlers, level


def test_a_fault_is_named_without_secret_or_words(program: Program) -> None:
    """Type and place are there; the message of the exception and the token are not."""
    assert program.credentials.get("toots").reveal() == SECRET
    keep_log(program, to_file=True)
    try:
        raise ValueError("Jan wrote something private")
    except ValueError:
        logging.getLogger("desk.test").exception("channel with %s broke", SECRET)
    path = program.settings.places.state / "webcare.log"
    text = path.read_text(encoding="utf-8")
    assert "builtins.ValueError" in text
    assert "test_log.py" in text
    assert SECRET not in text
    assert "private" not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_made_stops_nothing(program: Program, tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    state = program.settings.places.state
    state.parent.mkdir(parents=True)
    state.write_text("in the way")
    keep_log(program, to_file=True)
    logging.getLogger("desk.test").warning("goes nowhere")


def test_a_team_desk_without_credentials_leaves_the_fetching_to_others(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only on somebody else's file, and only where a credential cannot be read."""
    program.settings.database.write_bytes(b"")
    owner = program.settings.database.stat().st_uid
    monkeypatch.setattr("os.geteuid", lambda: owner + 1)
    assert not stands_back(program)
    bare = start(program.settings.places.settings, {"HOME": str(program.settings.database.parent),
                 "WEBCARE_DATABASE": str(program.settings.database)})  # fmt: skip
    assert stands_back(bare)
    monkeypatch.setattr("os.geteuid", lambda: owner)
    assert not stands_back(bare)
