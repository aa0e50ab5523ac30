"""What `webcare init` writes is what the desk reads."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from config.load import load_from
from config.paths import Places, find_places
from config.secrets import Credentials
from config.write import Answers, replace_file, settings_text, write_credential, write_settings
from domain.errors import ConfigError

ANSWERS = Answers(
    organisation='Gemeente "Voorbeeld": # ja',
    brands=("voorbeeld", "gem. voorbeeld"),
    language="nl",
    timezone="Europe/Brussels",
    opening_hours={"weekdays": ("09:00-12:30", "13:00-17:30"), "holidays": "BE"},
    channels={"bsky": {"platform": "bluesky", "handle": "desk.test", "searches": ("no", "12:30")}},
    operators={"svermeer": {"name": "Sanne Vermeer", "initials": "SV", "closing": ""}},
)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Places under an empty home."""
    return find_places({}, tmp_path)


def test_the_answers_come_back(places: Places) -> None:
    assert write_settings(places, ANSWERS) == places.settings
    settings = load_from(places, {})
    assert settings.organisation.name == ANSWERS.organisation
    assert settings.organisation.brands == ANSWERS.brands
    assert (settings.language, settings.timezone) == ("nl", "Europe/Brussels")
    assert settings.calendars["office"].periods[0] == ((540, 750), (780, 1050))
    assert settings.channels["bsky"].options["searches"] == ("no", "12:30")
    assert settings.operators["svermeer"].initials == "SV"


def test_no_answers_give_the_defaults(places: Places) -> None:
    write_settings(places, Answers())
    assert list(load_from(places, {}).channels) == ["practice"]


def test_a_file_that_is_there_is_never_overwritten(places: Places) -> None:
    write_settings(places, ANSWERS)
    before = places.settings.read_bytes()
    with pytest.raises(ConfigError, match="is there already"):
        write_settings(places, Answers())
    assert places.settings.read_bytes() == before


def test_answers_that_cannot_be_are_refused_before_anything_is_written(places: Places) -> None:
    with pytest.raises(ConfigError, match="Europe/Amsterdam"):
        write_settings(places, Answers(timezone="Mars/Phobos"))
    assert not places.settings.parent.exists()


def test_no_secret_is_in_the_file() -> None:
    assert "credential" not in settings_text(ANSWERS)


def test_a_credential_is_written_so_that_it_can_be_read(places: Places) -> None:
    path = write_credential(places, "bsky", "  app-password\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert Credentials(places.credentials, {}).get("bsky").reveal() == "app-password"
    write_credential(places, "bsky", "another")
    assert Credentials(places.credentials, {}).get("bsky").reveal() == "another"
    with pytest.raises(ConfigError, match="cannot be a credential's name"):
        write_credential(places, "../bsky", "x")


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_credential(places, "bsky", "old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="cannot be written: No space left on device"):
        replace_file(path, "new")
    assert path.read_text() == "old\n"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_in_the_way_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigError, match="cannot be written"):
        replace_file(tmp_path / "file" / "webcare.yaml", "x")
