"""Which engine reads a mention; chosen once by the composition root."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desk.learned import Learning
from domain.inbound import Inbound
from sentiment.protocol import Engine, Mention, Score, Telling, score_many


@dataclass(frozen=True, slots=True)
class Scoring:
    """An engine with the desk's own names."""

    engine: Engine
    brands: tuple[str, ...] = ()
    learning: Learning | None = None
    """What this desk learned; None where it is not asked."""

    def score(self, item: Inbound) -> Score:
        """What the engine makes of an item."""
        score = self.engine.score(item.text, lang=item.lang, brands=self.brands)
        return self._learned(score, item.text, item.lang)

    def score_many(self, items: Sequence[Inbound]) -> list[Score]:
        """What the engine makes of each, at once where it can."""
        return self.read_many([(item.text, item.lang) for item in items])

    def read_many(self, texts: Sequence[tuple[str, str | None]]) -> list[Score]:
        """What the engine makes of (text, language) each, and this desk of the engine."""
        scores = score_many(self.engine, [Mention(text, lang, self.brands) for text, lang in texts])
        return [self._learned(score, text, lang) for score, (text, lang) in zip(scores, texts, strict=True)]

    def _learned(self, score: Score, text: str, lang: str | None) -> Score:
        """With what this desk learned; another engine that reads meanwhile was not what it learned from."""
        if self.learning is None or self.trouble:
            return score
        return self.learning.adjust(score, text, lang, self.brands)

    @property
    def trouble(self) -> str:
        """Why another engine reads than the one that was chosen; empty while all is well."""
        return self.engine.trouble if isinstance(self.engine, Telling) else ""

    @property
    def terms(self) -> str:
        """What the makers of the engine allow, where that needs saying."""
        return self.engine.terms if isinstance(self.engine, Telling) else ""
