"""The installer of real servers: patient with registries, strict with everything else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers import install
from tests.servers.install import NotInstalled, RegistryDown


@pytest.fixture(autouse=True)
def servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, so that no test touches what is really installed."""
    folder = tmp_path / "servers"
    monkeypatch.setattr(install, "SERVERS", folder)
    return folder


def counting(tmp_path: Path, script: str) -> Callable[[], None]:
    """A recipe that runs a shell script and leaves a line each time."""
    return lambda: install.fetch(["sh", "-c", f"echo try >> {tmp_path}/tries; {script}"])


def tries(tmp_path: Path) -> int:
    """How often the script ran."""
    return len((tmp_path / "tries").read_text().splitlines())


def test_a_registry_that_recovers_is_enough(tmp_path: Path) -> None:
    script = f"[ $(wc -l < {tmp_path}/tries) = 3 ] || {{ echo npm error ETIMEDOUT; exit 1; }}"
    assert install.install("bluesky", counting(tmp_path, script))
    assert tries(tmp_path) == 3
    assert install.unavailable("bluesky") == ""


@pytest.mark.parametrize(
    "said",
    [
        "npm error code ETIMEDOUT",
        "npm error code E503",
        "ERROR: Could not find a version that satisfies x; No matching distribution found for x",
        "W: Failed to fetch http://example.test/dists",
        "E: Unable to locate package redis-server",
    ],
)
def test_a_registry_that_stays_down_is_said_loudly_and_skips_the_tests(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], said: str
) -> None:
    assert not install.install("bluesky", counting(tmp_path, f"echo '{said}'; exit 1"))
    assert tries(tmp_path) == 3
    assert "REGISTRY DOWN" in capsys.readouterr().err
    assert "registry is down" in install.unavailable("bluesky")
    assert install.unavailable("mastodon") == ""


def test_the_marker_goes_when_the_registry_is_back(tmp_path: Path) -> None:
    install.install("bluesky", counting(tmp_path, "echo ECONNRESET; exit 1"))
    install.install("bluesky", lambda: None)
    assert install.unavailable("bluesky") == ""


def test_anything_else_fails_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotInstalled, match="gyp ERR"):
        install.install("bluesky", counting(tmp_path, "echo gyp ERR! build error; exit 1"))
    assert tries(tmp_path) == 1
    assert install.unavailable("bluesky") == ""


def test_the_exit_code_tells_the_three_apart(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def down() -> None:
        raise RegistryDown("no answer")

    def broken() -> None:
        raise NotInstalled("no compiler")

    done: list[str] = []
    monkeypatch.setattr(install, "RECIPES", {"one": down, "two": lambda: done.append("two"), "bad": broken})
    assert install.main(["one", "two"]) == 0
    assert done == ["two"]
    assert install.main(["bad"]) == 1
    assert install.main(["three"]) == 2
    assert "no compiler" in capsys.readouterr().err
