"""Engines by the name that the configuration uses."""

from __future__ import annotations

from domain.errors import ConfigError
from i18n import _
from sentiment.protocol import Engine

ENGINES = ("embedded", "rules")


def load_engine(name: str) -> Engine:
    """The engine of this name, loaded now. Raises ConfigError for a name that is none."""
    if name == "embedded":
        from sentiment.embedded import EmbeddedEngine  # noqa: PLC0415 - whoever only sends needs no word lists

        return EmbeddedEngine()
    if name == "rules":
        from sentiment.rules import RulesEngine  # noqa: PLC0415 - as above

        return RulesEngine()
    from difflib import get_close_matches  # noqa: PLC0415 - only needed for the sentence

    near = get_close_matches(name, ENGINES, n=1, cutoff=0.0)
    raise ConfigError(_("No sentiment engine is called “{name}”; write “{near}”.", name=name, near=near[0]))
