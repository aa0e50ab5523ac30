"""What a check of the database found, in a form that `doctor` prints and the desk can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "error"]
"""`error` means that work must stop until it is mended."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact about the installation, with the way out where one is needed."""

    level: Level

    sentence: str
    """For a person, already translated."""

    fix: str = ""
    """The exact line to type or the thing to do; empty where nothing needs doing."""
