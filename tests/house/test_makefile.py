"""`make` explains itself, and says in one sentence what a machine lacks."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make in the project, without the settings of a make around us."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    }
    return subprocess.run(["make", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)


def fake_python(path: Path, *, new_enough: bool) -> Path:
    """A Python that is too old, or that has no venv."""
    path.write_text(f'#!/bin/sh\ncase "$2" in *version_info*) exit {0 if new_enough else 1};; esac\nexit 1\n')
    path.chmod(0o755)
    return path


def test_help_lists_every_target() -> None:
    targets = set(
        re.findall(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    shown = set(re.findall(r"^  make (\S+)", make("help").stdout, re.MULTILINE))
    assert shown == targets
    assert {"run", "test", "test-servers", "check", "bench", "help", "messages"} <= shown


def test_an_old_python_gets_one_sentence(tmp_path: Path) -> None:
    old = fake_python(tmp_path / "python3", new_enough=False)
    result = make("run", f"VENV={tmp_path / 'venv'}", f"PYTHON={old}")
    assert result.returncode != 0
    assert result.stderr.splitlines()[0].startswith("webcare needs Python 3.11 or newer")


def test_a_python_without_venv_gets_one_sentence(tmp_path: Path) -> None:
    bare = fake_python(tmp_path / "python3", new_enough=True)
    result = make("run", f"VENV={tmp_path / 'venv'}", f"PYTHON={bare}")
    assert result.returncode != 0
    assert "has no venv module" in result.stderr.splitlines()[0]
