"""Which sentiment engine the settings ask for."""

from __future__ import annotations

from config.settings import Settings
from sentiment.protocol import Engine


def engine_of(settings: Settings) -> Engine:
    """The first engine of the settings, loaded now. Raises ConfigError for one that is not there."""
    from sentiment.registry import load_engine  # noqa: PLC0415 - loaded by whoever scores, nobody else

    return load_engine(settings.engines[0])
