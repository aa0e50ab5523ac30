"""The pinned sets hold what pyproject.toml asks for, by hash, and say nothing of where they were made."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETS = ("run", "dev")

_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def pins(name: str) -> dict[str, str]:
    """Package to version of one pinned set."""
    return dict(_PIN.findall((ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")))


def wanted(lines: list[str]) -> set[str]:
    """Normalised names of requirement lines."""
    matches = (_NAME.match(line) for line in lines if line and not line.startswith("#"))
    return {match[0].lower().replace("_", "-") for match in matches if match}


def test_run_has_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    build = (ROOT / "requirements" / "run.in").read_text(encoding="utf-8").splitlines()
    assert wanted(project["dependencies"] + build) <= pins("run").keys()


def test_dev_is_run_and_more() -> None:
    tests = (ROOT / "requirements" / "dev.in").read_text(encoding="utf-8").splitlines()
    assert wanted(tests) <= pins("dev").keys()
    assert pins("run").items() <= pins("dev").items()


@pytest.mark.parametrize("name", SETS)
def test_every_pin_has_hashes(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins(name)) > 20
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", SETS)
def test_no_address_and_no_path_of_a_machine(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert re.findall(r"://|--(?:extra-)?index|--find-links|@ file|^\s*#.*\s/\S+", text, re.MULTILINE) == []
