"""Which engine reads a mention; chosen once by the composition root."""

from __future__ import annotations

from dataclasses import dataclass

from domain.inbound import Inbound
from sentiment.protocol import Engine, Score


@dataclass(frozen=True, slots=True)
class Scoring:
    """An engine with the desk's own names."""

    engine: Engine
    brands: tuple[str, ...] = ()

    def score(self, item: Inbound) -> Score:
        """What the engine makes of an item."""
        return self.engine.score(item.text, lang=item.lang, brands=self.brands)
