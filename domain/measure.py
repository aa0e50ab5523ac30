"""How long a text is in each platform's own counting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["weighted", "graphemes", "characters", "bytes", "utf16"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A text against one platform's limit."""

    used: int
    limit: int
    unit: Unit
    ok: bool
    """False when over any of the platform's limits, also a second one such as Bluesky's bytes."""

    note: str = ""
    """In words, when a second limit decides."""
