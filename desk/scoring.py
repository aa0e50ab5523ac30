"""Which engine reads a mention; chosen once by the composition root."""

from __future__ import annotations

from dataclasses import dataclass

from desk.learned import Learning
from domain.inbound import Inbound
from sentiment.protocol import Engine, Score


@dataclass(frozen=True, slots=True)
class Scoring:
    """An engine with the desk's own names."""

    engine: Engine
    brands: tuple[str, ...] = ()
    learning: Learning | None = None
    """What this desk learned; None where it is not asked."""

    def score(self, item: Inbound) -> Score:
        """What the engine makes of an item."""
        return self.read(item.text, item.lang)

    def read(self, text: str, lang: str | None) -> Score:
        """What the engine makes of a text, and this desk of the engine."""
        score = self.engine.score(text, lang=lang, brands=self.brands)
        if self.learning is None:
            return score
        return self.learning.adjust(score, text, lang, self.brands)
