"""Running commands as a person does, in one process."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from webcare.cli.app import main


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> Run:
    """`run("ls", "--json", text="...")` on a database of this test's own."""
    monkeypatch.setenv("WEBCARE_DATABASE", str(tmp_path / "desk.db"))

    def call(*words: str, text: str | bytes = "") -> Outcome:
        given = text.encode() if isinstance(text, str) else text
        monkeypatch.setattr(sys, "argv", ["webcare", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        captured = capfdbinary.readouterr()
        code = left.value.code
        return Outcome(code if isinstance(code, int) else 0, captured.out.decode(), captured.err.decode())

    return call
