"""What is installed is what was written: the wheel carries every data file, and runs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools.messages import PACKAGES

ROOT = Path(__file__).parents[2]
ENTRY = (
    "import sys; from importlib.metadata import entry_points; sys.argv[0] = 'webcare'; "
    "[point] = [each for each in entry_points(group='console_scripts') if each.name == 'webcare'][:1]; "
    "sys.exit(point.load()())"
)


def _trained_on(path: Path) -> bool:
    """The corpus's mentions, which stay in the source tree; the weights made of them are in the wheel."""
    return path.is_relative_to(ROOT / "sentiment" / "corpus") and path.suffix == ".tsv"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_every_file_of_the_packages_is_in_it(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    on_disk = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc" and not _trained_on(path)
    }
    assert on_disk - inside == set()


def test_the_mentions_that_it_learned_from_are_not(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "sentiment/weights/embedded.bin" in names
    assert [name for name in names if name.startswith("sentiment/corpus/") and name.endswith(".tsv")] == []


@pytest.mark.parametrize("kind", [".tcss", ".sql", ".yaml", ".mo", "py.typed"])
def test_every_kind_of_data_is_in_it(wheel: Path, kind: str) -> None:
    assert any(name.endswith(kind) for name in zipfile.ZipFile(wheel).namelist())


def test_nothing_else_is_in_it(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_the_installed_program_tells_its_version(wheel: Path, tmp_path: Path) -> None:
    """Unpacking is all that installing a pure wheel does, apart from writing the script."""
    target = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(target)
    result = subprocess.run(
        [sys.executable, "-c", ENTRY, "--version"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(target), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    version = zipfile.ZipFile(wheel).filename or ""
    assert (result.stderr, result.returncode) == ("", 0)
    assert result.stdout.split()[-1] == Path(version).name.split("-")[1]
