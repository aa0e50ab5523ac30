"""Which language model reads which language, and whether it could: all without loading anything heavy."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from i18n import _

PACKAGED: Final[Mapping[str, str]] = {
    "es": "pysentimiento/robertuito-sentiment-analysis",
    "en": "finiteautomata/bertweet-base-sentiment-analysis",
    "it": "pysentimiento/bert-it-sentiment",
    "pt": "pysentimiento/bertweet-pt-sentiment",
}
"""What pysentimiento 0.7.3 names by itself (its analyzer.py); nothing for Dutch, German or French."""

OTHER: Final = "other"
"""The key of the model that reads every language without one of its own."""

PACKAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "pysentimiento": ("torch", "transformers", "pysentimiento", "sentencepiece", "google.protobuf"),
    "onnx": ("onnxruntime", "tokenizers", "numpy"),
    "onnx-export": ("torch", "transformers", "onnx", "onnxruntime", "onnxscript", "tokenizers"),
}
"""What each engine imports, by the name that Python knows."""

_OTHERWISE_NAMED: Final[Mapping[str, str]] = {"google": "protobuf"}
WEIGHTS: Final = ("model.safetensors", "pytorch_model.bin", "model.safetensors.index.json")


@dataclass(frozen=True)
class ModelSettings:
    """The models of one engine."""

    engine: str
    """`pysentimiento` or `onnx`."""

    models: Mapping[str, str] = field(default_factory=dict)
    """Language, or `other`, to an absolute folder or a hub id such as `organisation/model`."""

    downloads: bool = False
    """Whether weights that are not here may be fetched."""

    def model_for(self, key: str) -> str:
        """The folder or hub id under a key of `keys`."""
        return self.models.get(key) or PACKAGED[key]

    def key_for(self, language: str | None) -> str | None:
        """Under which key a text of this language is read; None where no model reads it."""
        if language in self.keys:
            return language
        return OTHER if OTHER in self.models else None

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Every key under which a text can be read, the configured ones first.

        The library's own models count where they are here or may be fetched.
        """
        packaged = PACKAGED if self.engine == "pysentimiento" else {}
        here = (key for key, model in packaged.items() if self.downloads or in_cache(model))
        return tuple(dict.fromkeys((*self.models, *here)))

    @property
    def offline(self) -> bool:
        """Whether the hub must not be asked: else a library retries for 23 seconds before it gives up."""
        return not self.downloads or self.engine == "onnx"


def is_folder(model: str) -> bool:
    """Whether a model's name is a place on this machine, and not a hub id."""
    return model.startswith("/")


def fault_of_packages(engine: str) -> str:
    """What to install, as half a sentence; empty when all packages are there."""
    name = next((name for name in PACKAGES[engine] if not _found(name)), "")
    return package_missing(engine, name) if name else ""


def package_missing(engine: str, package: str) -> str:
    """What to install, as half a sentence."""
    known = package.partition(".")[0]
    return _(
        "the package {package} is missing; install “webcare[{extra}]”",
        package=_OTHERWISE_NAMED.get(known, known),
        extra=engine,
    )


def fault_of_model(settings: ModelSettings, key: str) -> str:
    """What keeps the model under a key from being loaded, as half a sentence; empty when nothing is known."""
    model = settings.model_for(key)
    if is_folder(model):
        return _fault_of_folder(settings.engine, Path(model))
    if settings.downloads or in_cache(model):
        return ""
    return _("the model {model} is not on this machine, and downloads are off", model=model)


def _fault_of_folder(engine: str, folder: Path) -> str:
    needed = ("model.onnx", "tokenizer.json", "config.json") if engine == "onnx" else ("config.json",)
    absent = [name for name in needed if not (folder / name).is_file()]
    if not absent and engine != "onnx" and not any((folder / name).is_file() for name in WEIGHTS):
        absent = [WEIGHTS[0]]
    return _("the model's folder {folder} has no {file}", folder=folder, file=absent[0]) if absent else ""


def _found(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ImportError:  # the package around it is missing
        return False


def in_cache(model: str) -> bool:
    """Whether a hub model was fetched to this machine before."""
    environment = os.environ
    cache = environment.get("HF_HUB_CACHE") or environment.get("HUGGINGFACE_HUB_CACHE")
    home = environment.get("HF_HOME") or Path(environment.get("XDG_CACHE_HOME", "~/.cache"), "huggingface")
    folder = Path(cache or Path(home, "hub")).expanduser() / f"models--{model.replace('/', '--')}"
    return any(folder.glob("snapshots/*/config.json"))
