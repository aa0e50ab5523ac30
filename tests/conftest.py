"""The same tests everywhere: nobody's own configuration, locale or terminal, and the same random cases."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

import i18n

settings.register_profile("house", derandomize=True, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))

_OURS = ("WEBCARE_", "XDG_", "LC_", "TEXTUAL_")
_OTHERS = ("LANGUAGE", "NO_COLOR", "COLORTERM", "CREDENTIALS_DIRECTORY", "SUDO_UID", "SSH_CONNECTION", "TZ")


@pytest.fixture(autouse=True)
def nobodys_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home directory and a bare environment for every test."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(_OURS) or name in _OTHERS:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("LANG", "C.UTF-8")
    i18n.install("en")
    return home
