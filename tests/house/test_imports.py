"""The arrows between the packages, and what must not be loaded by whom."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

EXTRAS = {"sentiment.pysentimiento_engine", "sentiment.onnx_engine", "sentiment.onnx_export"}
"""Modules that need an extra; only the model process imports them, and only by name."""

_LOADED = "import json, sys; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"


def modules_of(package: str) -> list[str]:
    """Every module of a package, by its dotted name."""
    paths = sorted((ROOT / package).rglob("*.py"))
    names = [path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for path in paths]
    return [name.removesuffix(".__init__") for name in names if name not in EXTRAS]


def loaded_after(code: str) -> set[str]:
    """Top-level names in `sys.modules` after running the code in a fresh interpreter."""
    result = subprocess.run(
        [sys.executable, "-c", f"{code}\n{_LOADED}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(json.loads(result.stdout.splitlines()[-1]))


def test_the_arrows_point_down() -> None:
    result = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("package", ["i18n", "domain", "config", "storage", "sentiment", "desk"])
def test_a_desk_without_a_face_needs_no_textual(package: str) -> None:
    loaded = loaded_after("\n".join(f"import {name}" for name in modules_of(package)))
    assert package in loaded
    assert loaded.isdisjoint({"textual", "rich"})


@pytest.mark.parametrize("package", ["i18n", "domain", "storage", "sentiment", "desk"])
def test_nothing_above_the_channels_loads_the_network(package: str) -> None:
    loaded = loaded_after("\n".join(f"import {name}" for name in modules_of(package)))
    assert loaded.isdisjoint({"httpx", "feedparser"})


def test_choosing_a_model_loads_none() -> None:
    loaded = loaded_after(
        "from sentiment.model_settings import ModelSettings\nfrom sentiment.registry import load_engine\n"
        "load_engine('pysentimiento', ModelSettings('pysentimiento', {'nl': '/m'}))"
    )
    assert loaded.isdisjoint({"torch", "transformers", "pysentimiento", "onnxruntime", "tokenizers", "httpx"})


def test_the_version_is_told_without_loading_the_desk() -> None:
    loaded = loaded_after(
        "import contextlib, sys; sys.argv = ['webcare', '--version']\n"
        "from webcare.__main__ import main\n"
        "with contextlib.suppress(SystemExit): main()"
    )
    assert "webcare" in loaded
    assert loaded.isdisjoint({"textual", "rich", "click", "yaml", "httpx", "aiosqlite", "asyncio", "numpy"})


def test_a_desk_without_a_configuration_file_never_loads_yaml(tmp_path: Path) -> None:
    loaded = loaded_after(
        "from pathlib import Path\nfrom config.load import load\n"
        f"load(None, {{}}, home=Path({str(tmp_path)!r}))"
    )
    assert "config" in loaded
    assert loaded.isdisjoint({"yaml", "holidays", "numpy"})
