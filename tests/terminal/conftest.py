"""A workplace for each test, and two people at one where the machine allows it."""

from __future__ import annotations

import grp
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.location import create_shared
from tests.terminal.driver import Terminal
from tests.terminal.workplace import Workplace

CONFIG = """
organisation:
  name: Gemeente Voorbeeld
undo_seconds: 1
channels:
  toots:
    platform: mastodon
    name: Toots
    server: http://127.0.0.1:9
    streaming: false
operators:
  nobody: {name: Sanne Vermeer, initials: SV}
  daemon: {name: Ton Jansen, initials: TJ}
"""
"""A channel that can be answered on but never reached."""

SANNE, TON = 65534, 1
"""Uids that every machine has: nobody and daemon."""


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    """Files for one operator."""
    made = Workplace(tmp_path)
    made.configure(CONFIG)
    return made


def mention(number: int, text: str = "", *, name: str = "", handle: str = "") -> dict[str, object]:
    """A line for `webcare import`; the lower its number, the more urgent."""
    return {
        "channel": "toots",
        "remote_id": f"post-{number}",
        "author": {"handle": handle or f"klant{number}@social.test", "name": name or f"Klant {number}"},
        "text": text or f"Hoe laat gaat loket {number} open?",
        "created_at": f"2026-11-23T06:{number // 60:02}:{number % 60:02}Z",
    }


@pytest.fixture
def office() -> Iterator[Workplace]:
    """A database that two users share; skips where we cannot become other people."""
    if os.geteuid() != 0:
        pytest.skip("only root can sit down as two different users")
    entries = Path("/etc/passwd").read_text(errors="surrogateescape").splitlines()
    known = {entry.split(":")[2] for entry in entries}
    if not {str(SANNE), str(TON)} <= known:
        pytest.skip("this machine has no users nobody and daemon")
    able = shutil.which("setpriv") and subprocess.run(
        [*_as(TON), sys.executable, "-c", "import webcare"], capture_output=True, cwd="/"
    )
    if not able or able.returncode != 0:
        pytest.skip("other users cannot run this Python")
    folder = Path(tempfile.mkdtemp(prefix="webcare-office-"))
    try:
        os.chown(folder, 0, SANNE)
        folder.chmod(0o2775)
        made = Workplace(folder)
        made.configure(CONFIG)
        made.config.chmod(0o644)
        create_shared(made.database, _group_name(SANNE))
        yield made
    finally:
        shutil.rmtree(folder)


def _as(user: int) -> list[str]:
    """Become this user, in the group of the office; still able to read an interpreter in root's own home."""
    caps = [f"--{kind}-caps=+dac_read_search" for kind in ("inh", "ambient")]
    return ["setpriv", f"--reuid={user}", f"--regid={SANNE}", "--clear-groups", *caps]


def _group_name(number: int) -> str:

    return grp.getgrgid(number).gr_name


def sit_down(office: Workplace, user: int, size: tuple[int, int] = (120, 34)) -> Terminal:
    """Open the desk as this user, in a home of their own."""
    home = office.folder / f"home-{user}"
    if not home.exists():
        home.mkdir(mode=0o700)
        os.chown(home, user, SANNE)
    return Workplace(office.folder, {"HOME": str(home)}).desk(size, through=_as(user))
