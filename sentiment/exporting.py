"""Exporting a model in a child process, so that what its libraries print never reaches the terminal."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from i18n import _
from sentiment.model_engine import environment_for
from sentiment.model_settings import ModelSettings, fault_of_model, fault_of_packages
from sentiment.worker_pipe import opened_log

_ENGINE: Final = "onnx-export"


@dataclass(frozen=True, slots=True)
class Exported:
    """A folder that the onnx engine can read."""

    version: str
    """Name and hash."""

    size: int
    """Bytes of the weights."""

    difference: float
    """The largest change of a probability on a few texts, 0 to 1."""


def exported(folder: Path, out: Path, *, log: Path | None) -> Exported | str:
    """Export into a folder that is not there yet; else a sentence on why not."""
    settings = ModelSettings("pysentimiento", {"": str(folder)})
    fault = fault_of_packages(_ENGINE) or fault_of_model(settings, "")
    if fault:
        return _("Nothing was exported: {why}.", why=fault)
    if out.exists():
        return _("{out} is there already; name a folder that is not.", out=out)
    if not out.parent.is_dir():
        return _("There is no folder {folder} to write into.", folder=out.parent)
    with opened_log(log) as errors:
        done = subprocess.run(  # noqa: S603 - our own interpreter on our own module
            [sys.executable, "-P", "-m", "sentiment.onnx_export", str(folder), str(out)],
            env=environment_for(settings), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
            cwd="/", check=False,
        )  # fmt: skip
    return _outcome(done.stdout, log)


def _outcome(line: bytes, log: Path | None) -> Exported | str:
    try:
        said = json.loads(line)
        if "error" not in said:
            return Exported(str(said["version"]), int(said["bytes"]), float(said["difference"]))
        code, detail = said["error"]["code"], said["error"]["detail"]
    except (ValueError, KeyError, TypeError):
        code, detail = "failed", "?"
    match code:
        case "labels":
            return _("The labels of this model say nothing of sentiment ({labels}).", labels=detail)
        case "tokenizer":
            return _("The tokenizer of this model exists in Python only and cannot be exported.")
    return _("The model could not be exported ({why}); see {log}.", why=detail, log=log or "")
