"""What the first paint does not need is not loaded for it."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module",
    [
        "domain.promise", "domain.promise_words", "domain.snooze", "importlib.metadata", "tui.acts.every",
        "tui.editor", "tui.help",
        "tui.screens.outbox", "tui.screens.picker", "tui.screens.review",
    ],
)  # fmt: skip
def test_what_only_acts_need_comes_with_the_first_act(module: str, loaded: frozenset[str]) -> None:
    assert "tui.screens.desk" in loaded
    assert module not in loaded


@pytest.fixture(scope="module")
def loaded() -> frozenset[str]:
    """What an interpreter has loaded that can paint the desk."""
    told = subprocess.run(
        [sys.executable, "-c", "import sys, tui.app; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return frozenset(told.stdout.split())
