"""Which weights read a message: a model's name with a hash of its files, kept beside each score."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_READ_BY_A_MODEL: Final = ("*.json", "*.safetensors", "*.bin", "*.onnx", "*.txt", "*.model", "*.data")
_SHOWN: Final = 12


def version_of_folder(folder: Path) -> str:
    """`robbert@1f0c93a4b2de`: the folder's name, and its files' contents."""
    found = hashlib.sha256()
    files = sorted({file for pattern in _READ_BY_A_MODEL for file in folder.glob(pattern) if file.is_file()})
    for file in files:
        with file.open("rb") as stream:
            part = hashlib.file_digest(stream, "sha256").hexdigest()
        found.update(f"{file.name} {part}\n".encode())
    return f"{folder.name}@{found.hexdigest()[:_SHOWN]}"


def version_of_snapshot(model: str, config: str | None) -> str:
    """`organisation/model@1f0c93a4b2de`: the commit is the folder's name in the hub's cache."""
    commit = Path(config).parent.name if config else ""
    return f"{model}@{commit[:_SHOWN] or '?'}"


def read_config(folder: Path) -> Mapping[str, object]:
    """A model's config.json. Raises OSError, ValueError or TypeError."""
    value = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if not isinstance(value, dict):
        raise TypeError("config.json")
    return value
