"""Which sentiment engine the settings ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from config.settings import Settings
from desk.scoring import Scoring
from i18n import _
from sentiment.model_settings import ModelSettings
from sentiment.protocol import Engine
from storage.finding import Finding

WHERE = "docs/understanding-engines.md"

PATIENT = 600.0
"""Seconds that a script waits for a model; it asked for this one."""


def engine_of(settings: Settings, *, patient: bool = False) -> Engine:
    """The engine of the settings; a model is loaded at the first text.

    The collector waits a little for it and lets the embedded engine read meanwhile; `patient` waits long.
    """
    from sentiment.registry import PATIENCE, load_engine  # noqa: PLC0415 - loaded by whoever scores, nobody else

    chosen = settings.sentiment
    models = ModelSettings(chosen.engine, chosen.models, chosen.downloads)
    patience = PATIENT if patient else PATIENCE
    return load_engine(chosen.engine, models, log=model_log(settings), patience=patience)


def model_log(settings: Settings) -> Path:
    """Where what a model's libraries say goes."""
    return settings.places.state / "models.log"


class Announcer:
    """What a script should hear of the engine: its trouble when it changes, its terms at first use."""

    def __init__(self, settings: Settings, scoring: Scoring) -> None:
        self._scoring = scoring
        self._told = settings.places.state / f"terms-{scoring.engine.name}"
        self._said = ""

    def news(self) -> Iterator[str]:
        """What was not said yet."""
        trouble = self._scoring.trouble
        if trouble and trouble != self._said:
            yield trouble
        self._said = trouble
        if self._scoring.terms and not trouble and not self._told.exists():
            yield self._scoring.terms
            with suppress(OSError):  # then it is said again the next time
                self._told.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._told.touch()


def tried(settings: Settings) -> Iterator[Finding]:
    """Whether the chosen engine reads, tried with each model; nothing for the one that always does."""
    from sentiment.model_engine import ModelEngine  # noqa: PLC0415 - as above

    engine = engine_of(settings, patient=True)
    if not isinstance(engine, ModelEngine):
        return
    if engine.terms:
        yield Finding("ok", engine.terms)
    for trial in engine.try_out():
        if trial.version:
            said = _("{engine} reads “{language}” with {model}.", engine=engine.name, language=trial.key,
                     model=trial.version)  # fmt: skip
            yield Finding("ok", said)
        else:
            yield Finding(
                "warning", _("“{language}”: {trouble}", language=trial.key, trouble=trial.trouble), WHERE
            )
    if not engine.reads:
        yield Finding("warning", engine.trouble, WHERE)
    engine.close()
