"""Engines by the name that the configuration uses."""

from __future__ import annotations

from pathlib import Path

from domain.errors import ConfigError
from i18n import _
from sentiment.model_settings import ModelSettings
from sentiment.protocol import Engine

ENGINES = ("embedded", "rules", "pysentimiento", "onnx")

PATIENCE = 20.0
"""Seconds that the collector waits for a model; what comes in meanwhile would wait with it."""


def load_engine(
    name: str, models: ModelSettings | None = None, *, log: Path | None = None, patience: float = PATIENCE
) -> Engine:
    """The engine of this name; a model is loaded later, at the first text. Raises ConfigError for no name.

    What the engine's process prints goes to `log`.
    """
    if name == "embedded":
        return _embedded()
    if name == "rules":
        from sentiment.rules import RulesEngine  # noqa: PLC0415 - as below

        return RulesEngine()
    if name in ENGINES:
        from sentiment.model_engine import ModelEngine, worker_for  # noqa: PLC0415 - only where one is chosen

        settings = models or ModelSettings(name)
        return ModelEngine(settings, _embedded(), worker_for(settings, log=log, patience=patience))
    from difflib import get_close_matches  # noqa: PLC0415 - only needed for the sentence

    near = get_close_matches(name, ENGINES, n=1, cutoff=0.0)
    raise ConfigError(_("No sentiment engine is called “{name}”; write “{near}”.", name=name, near=near[0]))


def _embedded() -> Engine:
    from sentiment.embedded import EmbeddedEngine  # noqa: PLC0415 - whoever only sends needs no word lists

    return EmbeddedEngine()
