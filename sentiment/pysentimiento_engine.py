"""pysentimiento's models, in the model process only: importing this costs seconds and hundreds of megabytes.

The library's licence allows non-commercial use and scientific research only; the desk says so where it is
switched on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import datasets
import pysentimiento
import torch
import transformers
from huggingface_hub import try_to_load_from_cache
from pysentimiento import analyzer as library
from pysentimiento.preprocessing import preprocess_tweet

from sentiment.model_files import version_of_folder, version_of_snapshot
from sentiment.model_labels import Labels, Probabilities
from sentiment.model_settings import is_folder
from sentiment.model_text import LINK, LONGEST, USER

_FOREIGN: Final[Mapping[str, object]] = {
    "user_token": USER,
    "url_token": LINK,
    "preprocess_hashtags": False,
    "demoji": False,
    "char_replace": False,
    "normalize_laughter": False,
}
"""For languages that the library does not know: its usual preparation drops ' and -, and makes € a $."""

transformers.utils.logging.disable_progress_bar()
datasets.disable_progress_bars()


class PysentimientoModel:
    """One language's model, as the library loads it."""

    def __init__(self, key: str, model: str | None) -> None:
        """`model` is a folder, a hub id, or None for what the library has for this language.

        Raises OSError where there are no weights, UnknownLabels.
        """
        own, arguments = _own(key, model)
        self._analyzer: Any = pysentimiento.create_analyzer(
            task="sentiment", lang=key if own else "en", model_name=model, preprocessing_args=arguments
        )
        self._labels = Labels.of(self._analyzer.model.config.to_dict())
        self._analyzer.model.eval()
        self.version = _version(model or library.models[key]["sentiment"]["model_name"])

    def read(self, texts: Sequence[str]) -> list[Probabilities]:
        """All at once, past `predict`, which sets up a trainer and draws progress for each list."""
        analyzer = self._analyzer
        prepared = [preprocess_tweet(text[:LONGEST], **analyzer.preprocessing_args) for text in texts]
        pieces = analyzer.tokenizer(
            prepared,
            padding=True,
            truncation=True,
            max_length=analyzer.tokenizer.model_max_length,
            return_tensors="pt",
        )
        with torch.inference_mode():
            outputs = analyzer.model(**pieces.to(analyzer.model.device)).logits.float().tolist()
        return [self._labels.read(row) for row in outputs]


def _own(key: str, model: str | None) -> tuple[bool, dict[str, object]]:
    """Whether a model is the library's own for the language, perhaps in a folder; how it prepares texts."""
    known = library.models.get(key, {}).get("sentiment", {})
    name = str(known.get("model_name", ""))
    if known and (model in {None, name} or Path(model or "").name == Path(name).name):
        return True, dict(known.get("preprocessing_args", {}))
    return False, dict(_FOREIGN)


def _version(model: str) -> str:
    if is_folder(model):
        return version_of_folder(Path(model))
    cached = try_to_load_from_cache(model, "config.json")
    return version_of_snapshot(model, cached if isinstance(cached, str) else None)


open_model = PysentimientoModel
