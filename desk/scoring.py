"""Which engine reads a mention; chosen once by the composition root."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.inbound import Inbound
from sentiment.protocol import Engine, Mention, Score, Telling, score_many


@dataclass(frozen=True, slots=True)
class Scoring:
    """An engine with the desk's own names."""

    engine: Engine
    brands: tuple[str, ...] = ()

    def score(self, item: Inbound) -> Score:
        """What the engine makes of an item."""
        return self.engine.score(item.text, lang=item.lang, brands=self.brands)

    def score_many(self, items: Sequence[Inbound]) -> list[Score]:
        """What the engine makes of each, at once where it can."""
        return score_many(self.engine, [Mention(item.text, item.lang, self.brands) for item in items])

    @property
    def trouble(self) -> str:
        """Why another engine reads than the one that was chosen; empty while all is well."""
        return self.engine.trouble if isinstance(self.engine, Telling) else ""

    @property
    def terms(self) -> str:
        """What the makers of the engine allow, where that needs saying."""
        return self.engine.terms if isinstance(self.engine, Telling) else ""
