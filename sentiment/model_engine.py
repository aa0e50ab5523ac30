"""An engine whose sentiment comes from a language model in a process of its own.

Kind, urgency and language stay the embedded engine's. A text in a language that no model reads, and every
text while the process cannot, is read by the embedded engine alone; the score says so by its engine's name,
and `trouble` says why.
"""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from i18n import _
from sentiment.model_labels import Probabilities
from sentiment.model_settings import ModelSettings, fault_of_model, fault_of_packages, package_missing
from sentiment.model_text import LONGEST
from sentiment.protocol import Engine, Mention, Reason, Score, Sentiment, score_many
from sentiment.worker import Limits, Worker, WorkerTrouble

BATCH: Final = 16
"""Texts at once: twice as fast a text as one by one, and little is lost when a batch fails."""

SURE: Final = 0.5
"""Below this the strongest of three says too little."""

LOOK_AGAIN: Final = 60.0
"""Seconds until a missing package or file is looked for again."""

FETCHING: Final = 1_800.0
"""Seconds that a model may load where it may first have to come from far."""

_TRIAL: Final = "Ok."
_SECRETS: Final = ("WEBCARE_", "CREDENTIALS_")
_QUIET: Final = {
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "false",
}
_OFFLINE: Final = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}


@dataclasses.dataclass(frozen=True, slots=True)
class Trial:
    """How one model fared when it was tried."""

    key: str
    version: str
    """Name and hash; empty where it could not read."""

    trouble: str


class ModelEngine:
    """`pysentimiento` or `onnx` over the embedded engine."""

    def __init__(
        self, settings: ModelSettings, base: Engine, worker: Worker, *, checked: bool = True
    ) -> None:
        """`checked` looks for packages and files before the process is started."""
        self.name = settings.engine
        self.version = ",".join(f"{key}={settings.model_for(key)}" for key in sorted(settings.keys))
        self._settings, self._base, self._worker = settings, base, worker
        self._checked = checked
        self._known: dict[str, tuple[float, str]] = {}
        self._troubles: dict[str, str] = {}
        self._nothing = "" if settings.keys else _("no model is on this machine, and downloads are off")
        for key in settings.keys:
            self._fault(key)

    @property
    def trouble(self) -> str:
        """Why the embedded engine reads now, empty while all is well."""
        return self._said(self._nothing or next(iter([*self._troubles.values()]), ""))

    @property
    def terms(self) -> str:
        """What the library's licence allows; an exported model has its own, which we cannot know."""
        return terms_of(self.name)

    def score(self, text: str, *, lang: str | None = None, brands: tuple[str, ...] = ()) -> Score:
        """The score of a message; never raises, whatever the text or the process."""
        return self.score_many([Mention(text, lang, brands)])[0]

    def score_many(self, mentions: Sequence[Mention]) -> list[Score]:
        """A score for each, read in batches of texts of one model and about one length."""
        scores = score_many(self._base, mentions)
        waiting: dict[str, list[int]] = {}
        for index, (mention, score) in enumerate(zip(mentions, scores, strict=True)):
            key = self._key(mention, score)
            if key is not None and mention.text.strip():
                waiting.setdefault(key, []).append(index)
        for key, indices in waiting.items():
            indices.sort(key=lambda index: len(mentions[index].text))
            for index, probabilities in self._read_all(key, mentions, indices):
                scores[index] = self._judged(scores[index], key, probabilities)
        return scores

    @property
    def reads(self) -> tuple[str, ...]:
        """The languages for which there is a model; with them perhaps `other`."""
        return self._settings.keys

    @property
    def pid(self) -> int | None:
        """The model process, while there is one."""
        return self._worker.pid

    def try_out(self) -> Iterator[Trial]:
        """Let each model read a word."""
        for key in self.reads:
            read = self._read(key, [_TRIAL])
            yield Trial(
                key, self._worker.versions.get(key, "") if read else "", self._said(self._troubles.get(key))
            )

    def close(self) -> None:
        """End the model process."""
        self._worker.close()

    def _key(self, mention: Mention, score: Score) -> str | None:
        """The model by the language that was told, else by the one that was guessed."""
        told = (mention.lang or "").lower().replace("_", "-").partition("-")[0]
        return self._settings.key_for(told or score.language)

    def _read_all(
        self, key: str, mentions: Sequence[Mention], indices: Sequence[int]
    ) -> Iterator[tuple[int, Probabilities]]:
        """In batches; where the process needs time, the rest of them is left to the embedded engine."""
        for start in range(0, len(indices), BATCH):
            batch = indices[start : start + BATCH]
            read = self._read(key, [_harmless(mentions[index].text) for index in batch])
            if read is None:
                return
            yield from zip(batch, read, strict=True)

    def _read(self, key: str, texts: list[str]) -> list[Probabilities] | None:
        """None where it cannot be read now; `trouble` then says why."""
        if self._fault(key):
            return None
        try:
            read = self._worker.read(key, texts)
        except WorkerTrouble as trouble:
            self._troubles[key] = self._sentence(key, trouble)
            return None
        self._troubles.pop(key, None)
        return read

    def _fault(self, key: str) -> str:
        """What is missing for certain, without loading anything; looked up again now and then."""
        if not self._checked:
            return ""
        looked, fault = self._known.get(key, (-LOOK_AGAIN, ""))
        now = time.monotonic()
        if now - looked >= LOOK_AGAIN:
            fault = fault_of_packages(self.name) or fault_of_model(self._settings, key)
            self._known[key] = now, fault
        if fault:
            self._troubles[key] = fault
        return fault

    def _judged(self, score: Score, key: str, probabilities: Probabilities) -> Score:
        negative, neutral, positive = probabilities
        model = self._worker.versions.get(key, "?")
        sentiment = _sentiment(negative, neutral, positive)
        return dataclasses.replace(
            score,
            negative=negative,
            neutral=neutral,
            positive=positive,
            sentiment=sentiment,
            confidence=max(probabilities),
            engine=self.name,
            version=model,
            why=(Reason(model, sentiment), *(one for one in score.why if one.effect in _STAYS)),
        )

    def _said(self, trouble: str | None) -> str:
        if not trouble:
            return ""
        return _("{engine}: {trouble}. The embedded engine reads.", engine=self.name, trouble=trouble)

    def _sentence(self, key: str, trouble: WorkerTrouble) -> str:
        """Half a sentence on what is wrong, and what to do where something can be done."""
        model = self._settings.model_for(key)
        detail = trouble.detail
        match trouble.code:
            case "package":
                return package_missing(self.name, detail)
            case "weights":
                return _("the model {model} could not be loaded ({why})", model=model, why=detail)
            case "labels":
                return _(
                    "the labels of {model} say nothing of sentiment ({labels})", model=model, labels=detail
                )
            case "busy":
                return _("the model is still loading")
            case "hung":
                return _("the model did not answer in time and is started again")
            case "stopped":
                return _("the model's process stopped ({why}) and is started again", why=detail)
        return _("the model failed ({why}); see {log}", why=detail, log=self._worker.log or "")


_STAYS: Final = frozenset({
    "question", "complaint", "compliment", "suggestion", "cancellation", "commercial", "spam",
    "safety", "outage", "legal", "deadline", "repeat",
})  # fmt: skip
"""Reasons for kind and urgency, which the model does not decide."""


def worker_for(settings: ModelSettings, *, log: Path | None, patience: float) -> Worker:
    """A worker for these models that is silent, knows no secret of ours, and never waits for a hub in vain.

    `patience` is how many seconds a score may wait for a process that starts or a model that loads.
    """
    return Worker(
        settings={"engine": settings.engine, "models": dict(settings.models)},
        environment=environment_for(settings),
        log=log,
        limits=Limits(patience=patience, load=FETCHING if settings.downloads else Limits().load),
    )


def environment_for(settings: ModelSettings) -> dict[str, str]:
    """The variables of a process that loads these models."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_SECRETS)}
    return {**kept, **_QUIET, **(_OFFLINE if settings.offline else {})}


def terms_of(engine: str) -> str:
    """What the makers of an engine allow; empty where that needs no saying."""
    if engine != "pysentimiento":
        return ""
    return _("pysentimiento and many of its models are for non-commercial use and scientific research only.")


def _harmless(text: str) -> str:
    """Short enough, and without the half characters on which tokenizers fail."""
    return text[:LONGEST].encode("utf-8", "replace").decode("utf-8")


def _sentiment(negative: float, neutral: float, positive: float) -> Sentiment:
    top = max(negative, neutral, positive)
    if top < SURE or (abs(negative - positive) < 0.05 and neutral < top):
        return "unknown"
    if neutral == top:
        return "neutral"
    return "negative" if negative == top else "positive"
