"""Where files live, and who sits at the terminal."""

from __future__ import annotations

import getpass
import os
import pwd
from collections.abc import Mapping
from pathlib import Path

import pytest

from config import identity
from config.identity import who_am_i
from config.paths import find_places

HOME = Path("/home/sanne")


def test_the_xdg_places() -> None:
    places = find_places({}, HOME)
    assert places.settings == HOME / ".config/webcare/webcare.yaml"
    assert places.templates == HOME / ".config/webcare/templates"
    assert places.credentials == HOME / ".config/webcare/credentials"
    assert places.database == HOME / ".local/share/webcare/webcare.db"
    assert places.state == HOME / ".local/state/webcare"
    assert not places.chosen


def test_xdg_variables_count_when_they_are_absolute() -> None:
    environment = {"XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "relative", "XDG_STATE_HOME": ""}
    places = find_places(environment, HOME)
    assert places.settings == Path("/c/webcare/webcare.yaml")
    assert places.database == HOME / ".local/share/webcare/webcare.db"
    assert places.state == HOME / ".local/state/webcare"


@pytest.mark.parametrize(
    ("environment", "chosen", "settings"),
    [
        ({"WEBCARE_CONFIG": "/etc/webcare"}, None, "/etc/webcare/webcare.yaml"),
        ({"WEBCARE_CONFIG": "/etc/webcare/team.yaml"}, None, "/etc/webcare/team.yaml"),
        ({"WEBCARE_CONFIG": "/etc/webcare"}, Path("/srv/desk"), "/srv/desk/webcare.yaml"),
    ],
)
def test_a_chosen_place(environment: Mapping[str, str], chosen: Path | None, settings: str) -> None:
    places = find_places(environment, HOME, chosen)
    assert places.settings == Path(settings)
    assert places.templates == places.settings.parent / "templates"
    assert places.chosen


def test_a_relative_choice_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_places({}, HOME, Path("desk")).settings == tmp_path / "desk/webcare.yaml"


def test_the_uid_counts_and_no_name_in_the_environment() -> None:
    entry = pwd.getpwuid(os.getuid())
    claimed = {"LOGNAME": "chef", "USER": "chef", "LNAME": "chef", "USERNAME": "chef"}
    me = who_am_i(claimed)
    assert (me.uid, me.login) == (os.getuid(), entry.pw_name)
    assert me.name


def test_what_the_standard_library_would_have_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason for not using it."""
    monkeypatch.setenv("LOGNAME", "chef")
    assert getpass.getuser() == "chef"
    assert who_am_i(os.environ).login != "chef"


def test_sudo_and_ssh_are_recorded() -> None:
    me = who_am_i({"SUDO_UID": "1004", "SSH_CONNECTION": "192.0.2.7 50122 192.0.2.1 22"})
    assert (me.sudo_uid, me.ssh_from) == (1004, "192.0.2.7")
    record = me.record()
    assert (record["sudo_uid"], record["ssh_from"], record["uid"]) == (1004, "192.0.2.7", os.getuid())


def test_nonsense_in_the_environment_is_left_out() -> None:
    me = who_am_i({"SUDO_UID": "root", "SSH_CONNECTION": ""})
    assert (me.sudo_uid, me.ssh_from) == (None, None)
    assert {"sudo_uid", "ssh_from"}.isdisjoint(me.record())


def test_a_uid_without_a_name_still_is_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(uid: int) -> pwd.struct_passwd:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    me = who_am_i({"HOME": "/home/x"})
    assert (me.login, me.name, me.home) == (f"uid{os.getuid()}", f"uid{os.getuid()}", Path("/home/x"))


def test_a_hostile_full_name_is_made_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    """People may change their own; its bytes need not even be text, and the database refuses those."""
    entry = pwd.getpwuid(os.getuid())
    fields = [*entry]
    fields[4] = "Zoë \udcff\x1b[31m\u202e\x00" + "x" * 5000 + ",room"
    monkeypatch.setattr(pwd, "getpwuid", lambda _uid: pwd.struct_passwd(fields))
    name = who_am_i({}).name
    assert name.startswith("Zoë \ufffd^[[31m")
    assert len(name) <= 300
    assert name.encode("utf-8").isascii() is False
    assert not set(name) & set("\x1b\x00\u202e")


def test_the_audit_session(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    session = tmp_path / "sessionid"
    monkeypatch.setattr(identity, "_SESSION_FILE", session)
    assert who_am_i({}).audit_session is None
    session.write_text("4294967295")
    assert who_am_i({}).audit_session is None
    session.write_text("31\n")
    assert who_am_i({}).audit_session == 31
