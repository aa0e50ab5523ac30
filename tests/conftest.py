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

_LONG = (
    "terminal/test_slow_line.py", "terminal/test_hostile.py", "tui/test_hostile.py", "desk/test_machine.py",
    "desk/test_chaos.py", "desk/test_batches.py", "domain/test_sla.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that at the end nobody waits for it alone."""
    items.sort(key=lambda item: not str(item.path).endswith(_LONG))


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
