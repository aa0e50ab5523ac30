"""Installs the libraries of language models for `make test-models`: `python -m tests.models.install`.

They lie in `.servers/models`, about 1.8 GB, outside version control and apart from what webcare itself needs.
torch comes first and alone: a plain `torch` can be a build for graphics cards of several gigabytes. `TORCH`
names another one, with the options that pip needs to find it.
"""

from __future__ import annotations

import os
import shlex
import sys
import tomllib
import venv

from tests.servers import install as servers
from tests.servers.install import ROOT, NotInstalled

NAME = "models"
TORCH = "torch==2.13.0"
EXTRAS = ("pysentimiento", "onnx", "onnx-export")
BESIDE = ("pytest>=8.3", "pytest-asyncio>=0.25", "hypothesis>=6.120", "pyyaml>=6.0")
"""What the tests need themselves."""


def wanted() -> list[str]:
    """The requirements of the extras, as pyproject.toml has them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [line for extra in EXTRAS for line in project["optional-dependencies"][extra]]


def install_models() -> None:
    """A virtual environment with torch, the extras, and what runs tests."""
    folder = servers.SERVERS / NAME
    torch = shlex.split(os.environ.get("TORCH") or TORCH)
    done, recipe = folder / ".installed", "\n".join([*torch, *wanted(), *BESIDE])
    if done.exists() and done.read_text() == recipe:
        return
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    servers.fetch([*pip, *torch])
    servers.fetch([*pip, *wanted(), *BESIDE])
    done.write_text(recipe)


def main() -> int:
    """0 also where a registry is down: that is said, and the tests are skipped."""
    try:
        servers.install(NAME, install_models)
    except NotInstalled as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
