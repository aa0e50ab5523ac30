"""Small configuration files; no test sees the developer's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from config.load import load
from config.settings import Settings

Load = Callable[[str], Settings]


@pytest.fixture
def load_text(tmp_path: Path) -> Load:
    """Settings of a file with this text."""

    def load_it(text: str) -> Settings:
        path = tmp_path / "webcare.yaml"
        path.write_text(text, encoding="utf-8")
        return load(path, {}, home=tmp_path)

    return load_it
