"""What the coach is shown, and what it says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

Level = Literal["block", "warn", "hint"]
LEVELS: Final[tuple[Level, ...]] = ("block", "warn", "hint")
"""Gravest first."""

MAX_READ: Final = 20_000
"""Code points of a reply or mention that are read; the same bound as for any text of ours."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the desk knows around a draft; everything may be left out."""

    platform: str = ""
    """A key of `domain.measure.PLATFORM_LIMITS`, where it differs from the channel's name."""

    used: int | None = None
    limit: int | None = None
    """Length in the platform's own counting, with the sign-off, where the desk has measured it already."""

    fits: bool | None = None
    """What the desk's measure said; None where it has not measured."""

    template_changed: float | None = None
    """Share of the template's words that the operator changed, 0 to 1; None where no template was used."""

    window_closed: bool = False
    """The platform lets no free text through any more."""

    listen_only: bool = False
    crisis: bool = False
    """A crisis is declared for this conversation's matter."""

    continues: bool = False
    """Not our first reply of this conversation: a name need not be said again."""

    thread_words: tuple[str, ...] = ()
    operator_words: tuple[str, ...] = ()
    team_words: tuple[str, ...] = ()
    """Empathy words (`empathy.worn_words`) that stood in earlier replies: this thread, this operator lately,
    the team today."""

    expired: tuple[str, ...] = ()
    """Sentences of a dossier whose date has passed."""

    own: tuple[str, ...] = ()
    """The organisation's own numbers, addresses and mail domains, which are nobody's personal data."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply as it stands, and what it answers."""

    reply: str
    """Without the sign-off."""

    mention: str = ""
    language: str | None = None
    """`nl`, `nl-BE`, `en`; None to guess from mention and reply."""

    channel: str = ""
    visibility: str = "public"
    first_name: str | None = None
    """The contact's, where it is known."""

    kind: str | None = None
    """One of `domain.mention` KINDS; None to guess."""

    around: Surroundings = field(default_factory=Surroundings)


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing the coach noticed."""

    rule: str
    level: Level
    start: int
    end: int
    """Code points of the reply; both 0 where the remark is about something that is missing."""

    message: str
    suggestion: str = ""
    """A better wording, or empty where there is none to offer."""
