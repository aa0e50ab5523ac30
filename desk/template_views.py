"""What a face of the desk is shown about templates."""

from __future__ import annotations

from dataclasses import dataclass

from domain.clock import Millis
from domain.template_making import Replacement


@dataclass(frozen=True, slots=True)
class TemplateChoice:
    """A template in the picker."""

    id: str
    name: str
    language: str
    kinds: tuple[str, ...]
    preview: str
    """With the values filled in; holes stay visible."""

    uses: int
    last_used: Millis | None
    earned: float | None = None
    """Mean change of the contact's sentiment (each -1 to 1) after it was used; None while nobody reacted."""

    earned_of: int = 0
    """How many reactions that is the mean of."""

    edited: float | None = None
    """How much of it was changed on average, 0 to 1, of its latest uses; None without any."""


@dataclass(frozen=True, slots=True)
class TemplateProposal:
    """What a good reply would become as a template; a person reads and changes it before it is saved."""

    id: str
    """Also its file's name; free as yet."""

    name: str
    language: str
    kinds: tuple[str, ...]
    text: str
    replaced: tuple[Replacement, ...]
    """What was taken out, and what stands in its place."""
