"""The engine that comes with the program (being replaced: for now the rules under its name)."""

from __future__ import annotations

from sentiment.rules import RulesEngine


class EmbeddedEngine(RulesEngine):
    """As the rules."""

    name = "embedded"
