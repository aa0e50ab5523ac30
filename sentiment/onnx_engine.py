"""An exported model on ONNX Runtime, in the model process only: several times faster, and no torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from sentiment.model_files import read_config, version_of_folder
from sentiment.model_labels import Labels, Probabilities
from sentiment.model_text import PIECES, plain


class OnnxModel:
    """One folder with model.onnx, tokenizer.json and config.json."""

    def __init__(self, key: str, model: str | None) -> None:  # noqa: ARG002 - as every engine's
        """Raises OSError where a file is missing or broken, UnknownLabels."""
        folder = Path(model or "/nonexistent")
        config = read_config(folder)
        self._labels = Labels.of(config)
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(max_length=_longest(config))
        self._tokenizer.enable_padding(pad_id=_padding(config))
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), providers=["CPUExecutionProvider"]
        )
        self._inputs = {one.name for one in self._session.get_inputs()}
        self.version = version_of_folder(folder)

    def read(self, texts: Sequence[str]) -> list[Probabilities]:
        """All at once."""
        pieces = self._tokenizer.encode_batch([plain(text) for text in texts])
        given = {
            "input_ids": np.array([one.ids for one in pieces], dtype=np.int64),
            "attention_mask": np.array([one.attention_mask for one in pieces], dtype=np.int64),
            "token_type_ids": np.array([one.type_ids for one in pieces], dtype=np.int64),
        }
        named = {name: value for name, value in given.items() if name in self._inputs}
        (outputs,) = self._session.run(["logits"], named)
        return [self._labels.read(row) for row in outputs.tolist()]


def _longest(config: object) -> int:
    positions = config.get("max_position_embeddings") if isinstance(config, dict) else None
    return min(PIECES, positions - 2) if isinstance(positions, int) and positions > 2 else PIECES


def _padding(config: object) -> int:
    written = config.get("pad_token_id") if isinstance(config, dict) else None
    return written if isinstance(written, int) else 0


open_model = OnnxModel
