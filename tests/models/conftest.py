"""Tiny models, made once, and engines that are closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sentiment.model_engine import ModelEngine
from sentiment.model_settings import ModelSettings
from sentiment.registry import load_engine
from tests.models.tiny import tiny_roberta

LONG = 300.0
"""Seconds; a library may take long to load on a busy machine."""

Engines = Callable[..., ModelEngine]


@pytest.fixture(scope="session")
def dutch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model of three labels."""
    return tiny_roberta(tmp_path_factory.mktemp("models") / "dutch")


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Engines]:
    """`engines("onnx", nl=folder)`; what its process prints is in `tmp_path / "models.log"`."""
    made: list[ModelEngine] = []

    def one(name: str, *, downloads: bool = False, **models: Path | str) -> ModelEngine:
        settings = ModelSettings(name, {key: str(model) for key, model in models.items()}, downloads)
        engine = load_engine(name, settings, log=tmp_path / "models.log", patience=LONG)
        assert isinstance(engine, ModelEngine)
        made.append(engine)
        return engine

    yield one
    for engine in made:
        engine.close()
