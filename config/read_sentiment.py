"""The `sentiment` part of a configuration: which engine, and which model for which language."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from config.section import Reader, choice, named_by, section, word, yes_or_no
from config.settings import EngineName, SentimentSettings
from config.strict_yaml import Node
from i18n import _

KEYS: Final = ("engine", "models", "downloads")

_ENGINES: tuple[EngineName, ...] = ("embedded", "pysentimiento", "onnx")
_USUAL: EngineName = "embedded"
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_OTHER: Final = "other"
_HUB_ID: Final = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)


def sentiment(beside: Path) -> Reader[SentimentSettings]:
    """Reads the part; a relative folder counts from `beside`, the configuration's own."""

    def read(node: Node, path: str) -> SentimentSettings:
        part = section(KEYS)(node, path)
        engine = part.get("engine", choice(_ENGINES), _USUAL)
        models = part.get("models", named_by(lambda key: word(_model(key, engine, beside))), {})
        if engine == "onnx" and not models:
            raise part.fault("engine", _("'onnx' needs at least one folder under 'models'"))
        return SentimentSettings(engine, models, part.get("downloads", yes_or_no, False))

    return read


def _model(key: str, engine: EngineName, beside: Path) -> Callable[[str], str]:
    """Reads what stands under one language: an absolute folder for what looks like a path, else a hub id."""

    def convert(written: str) -> str:
        if engine == "embedded":
            raise ValueError(_("only the engines 'pysentimiento' and 'onnx' read with models"))
        if not (_LANGUAGE.fullmatch(key) or key == _OTHER):
            raise ValueError(_("name a language such as 'nl', or 'other' for all the rest"))
        if written.startswith(("/", "~", "./", "../")):
            return str((beside / Path(written).expanduser()).resolve())
        if engine == "onnx":
            raise ValueError(_("write a folder that “webcare export-onnx” made, such as './nl'"))
        if not _HUB_ID.fullmatch(written):
            raise ValueError(_("write a folder such as './nl', or a model of the hub such as 'team/model'"))
        return written

    return convert
