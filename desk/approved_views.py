"""What a face is shown of texts that a platform approved beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.clock import Millis


@dataclass(frozen=True, slots=True)
class ApprovedTemplate:
    """A text that may go out although the platform's window is closed."""

    name: str
    language: str
    """As the platform writes it: `nl`, `nl_BE`, `en_US`."""

    category: str
    text: str
    """As it will stand, with `{{1}}` or `{{name}}` where something is filled in."""

    places: tuple[str, ...] = ()
    """What is filled in, in order."""

    refusal: str = ""
    """Why it cannot be sent from here; empty when it can."""


@dataclass(frozen=True, slots=True)
class ApprovedList:
    """The templates of a conversation's channel, as the collector last read them."""

    templates: tuple[ApprovedTemplate, ...]
    listed_at: Millis | None
    """None before they were ever read."""

    sentence: str = ""
    """Why there are none, or why the list may be old; empty when all is well."""


@dataclass(frozen=True, slots=True)
class FilledIn:
    """An approved template with its values, as a reply names it."""

    name: str
    language: str
    values: Mapping[str, str] = field(default_factory=dict)
    """By place."""
