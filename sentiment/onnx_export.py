"""`python -P -m sentiment.onnx_export FOLDER OUT`: a model's folder as int8 ONNX, which reads without torch.

One JSON line on standard output: `{"version", "bytes", "difference"}` or `{"error": {"code", "detail"}}`.
What libraries print goes to standard error. `difference` is the largest change of a probability on a few
texts.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from sentiment.model_labels import Labels
from sentiment.model_process import mouth, trouble
from sentiment.model_text import plain
from sentiment.onnx_engine import OnnxModel

TRIALS: Final = (
    "Waar blijft mijn pakket? Ik wacht al drie dagen en niemand belt terug.",
    "Top geholpen, dank je wel!",
    "Are you open tomorrow?",
    "Quelle honte, plus jamais.",
)

FILES: Final = ("model.onnx", "tokenizer.json", "config.json")


class NoFastTokenizer(Exception):
    """A tokenizer that exists in Python only and cannot be written down."""


def main(folder: str, out: str) -> None:
    """Export, check, and move the whole folder into place. What is already at `out` is never touched."""
    speak = mouth()
    try:
        speak(export(Path(folder), Path(out)))
    except Exception as error:
        speak({"error": trouble(error, "tokenizer" if isinstance(error, NoFastTokenizer) else "failed")})
        raise SystemExit(1) from None


def export(folder: Path, out: Path) -> Mapping[str, object]:
    """What is said at the end. Raises FileExistsError, OSError, UnknownLabels, NoFastTokenizer."""
    if out.exists():
        raise FileExistsError(str(out))
    model: Any = AutoModelForSequenceClassification.from_pretrained(str(folder)).eval()
    tokenizer: Any = AutoTokenizer.from_pretrained(str(folder))
    labels = Labels.of(model.config.to_dict())
    with TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as made:
        half = Path(made) / out.name
        half.mkdir()
        _write_tokenizer(tokenizer, half)
        (half / "config.json").write_text(model.config.to_json_string(use_diff=False), encoding="utf-8")
        before = _write_model(model, tokenizer, half)
        exported = OnnxModel("", str(half))
        after = exported.read(TRIALS)
        half.rename(out)
    pairs = zip((labels.read(row) for row in before), after, strict=True)
    difference = max(abs(a - b) for was, now in pairs for a, b in zip(was, now, strict=True))
    size = (out / "model.onnx").stat().st_size
    return {"version": exported.version, "bytes": size, "difference": difference}


def _write_tokenizer(tokenizer: Any, folder: Path) -> None:
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise NoFastTokenizer
    backend.no_truncation()
    backend.no_padding()
    backend.save(str(folder / "tokenizer.json"))


def _write_model(model: Any, tokenizer: Any, folder: Path) -> list[list[float]]:
    """Write model.onnx; what the model itself makes of the trial texts is returned."""

    class Plain(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model
            self.eval()

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.model(input_ids=input_ids, attention_mask=attention_mask).logits

    pieces = tokenizer([plain(text) for text in TRIALS], padding=True, return_tensors="pt")
    given = (pieces["input_ids"], pieces["attention_mask"])
    any_size = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    whole = folder / "whole.onnx"
    with torch.inference_mode():
        before: list[list[float]] = Plain()(*given).tolist()
    torch.onnx.export(
        Plain(),
        given,
        str(whole),
        input_names=["input_ids", "attention_mask"],
        output_names=["logits"],
        dynamic_shapes={"input_ids": any_size, "attention_mask": any_size},
        dynamo=True,
    )
    quantize_dynamic(str(whole), str(folder / "model.onnx"), weight_type=QuantType.QInt8)
    for left in folder.iterdir():
        if left.name not in FILES:
            left.unlink()
    return before


if __name__ == "__main__":
    main(*sys.argv[1:])
