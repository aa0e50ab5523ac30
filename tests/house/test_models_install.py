"""`make test-models` installs what the extras ask for, once, and is patient with registries."""

from __future__ import annotations

import venv
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.models import install
from tests.servers import install as servers
from tests.servers.install import RegistryDown


def _made(folder: Path, *, with_pip: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)


@pytest.fixture
def fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What pip is asked for; nothing is."""
    asked: list[str] = []

    def fetch(command: Sequence[str]) -> None:
        asked.append(" ".join(command[command.index("-q") + 1 :]))

    monkeypatch.setattr(servers, "SERVERS", tmp_path / "servers")
    monkeypatch.setattr(servers, "fetch", fetch)
    monkeypatch.setattr(venv, "create", _made)
    monkeypatch.delenv("TORCH", raising=False)
    return asked


def test_torch_comes_first_and_the_extras_are_pyprojects(fetched: list[str]) -> None:
    assert install.main() == 0
    assert fetched[0] == install.TORCH
    assert "pysentimiento==0.7.3" in fetched[1]
    assert "onnxruntime" in fetched[1]


def test_a_second_time_installs_nothing_unless_something_changed(
    fetched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    install.main()
    install.main()
    assert len(fetched) == 2
    monkeypatch.setenv("TORCH", "torch==9 --index-url here")
    install.main()
    assert fetched[2] == "torch==9 --index-url here"


def test_a_registry_that_is_down_is_said_and_fails_nothing(
    fetched: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def down(command: Sequence[str]) -> None:
        raise RegistryDown("pip failed 3 times")

    monkeypatch.setattr(servers, "fetch", down)
    assert install.main() == 0
    assert "REGISTRY DOWN" in capsys.readouterr().err
    assert "registry is down" in servers.unavailable(install.NAME)
