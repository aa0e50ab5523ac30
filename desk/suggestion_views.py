"""What the composer shows of suggestions, and what it hands back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One answer the team gave before, made ready for this conversation. It is never sent by itself."""

    name: str
    """Under which the desk learns: `template:ID` or `message:ID`."""

    text: str
    """With this contact's values; what must be asked stays a hole, `{{?name}}`, that blocks sending."""

    why: tuple[str, ...]
    """Why it stands here, in sentences; the most telling first."""

    source: int
    """The conversation in which it was given; one key away."""

    template: str | None
    """Id of the template behind it; None for a written answer."""

    score: float
    features: tuple[float, ...]
    """What `chosen` and `refused` learn from; hand it back as it is."""
