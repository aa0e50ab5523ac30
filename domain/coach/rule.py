"""A rule of the coach, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from domain.coach.concepts import Concepts
from domain.coach.draft import Draft, Level, Surroundings
from domain.coach.phrases import Phrase

Language = Literal["nl", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("nl", "en")

RULES: Final = (
    "placeholder", "too_long", "personal_data", "window_closed", "listen_only", "expired_sentence",
    "redirect", "no_help", "joke_in_crisis", "joke_first", "deny_or_justify", "blame_colleague",
    "you_could_have_known", "no_empathy", "hot_air", "form_of_address", "canned", "unedited_template",
    "empathy_worn", "no_name",
)  # fmt: skip
"""Ours, most important first; a team's own come behind them."""


AROUND: Final = ("window_closed", "listen_only", "crisis", "unedited", "expired", "worn")
"""What an example can say about its surroundings."""


@dataclass(frozen=True, slots=True)
class Example:
    """A draft that the rule must fire on, or must not."""

    reply: str
    mention: str = ""
    language: str | None = None
    channel: str = "facebook"
    visibility: str = "public"
    first_name: str | None = None
    kind: str | None = None
    around: tuple[str, ...] = ()
    """Words of `AROUND` that hold."""

    line: int = 0
    """In its file."""

    @property
    def draft(self) -> Draft:
        """The draft that it describes."""
        return Draft(
            self.reply,
            self.mention,
            self.language,
            self.channel,
            self.visibility,
            self.first_name,
            self.kind,
            Surroundings(
                window_closed="window_closed" in self.around,
                listen_only="listen_only" in self.around,
                crisis="crisis" in self.around,
                template_changed=0.0 if "unedited" in self.around else None,
                expired=(self.reply,) if "expired" in self.around else (),
                team_words=("vervelend", "frustrating") * 8 if "worn" in self.around else (),
            ),
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing to look out for."""

    id: str
    level: Level
    message: Mapping[str, str]
    """By language of the interface; one sentence."""

    source: str = ""
    """Where the craft's knowledge stands, for whoever asks why."""

    suggestions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Better wordings, by language of the reply."""

    patterns: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)
    excuses: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)
    """Phrases that take the remark back where they stand in the same sentence."""

    cues: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)
    """Phrases that say too little to fire by themselves; the scorer weighs them with the rest."""

    sure: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)
    """Phrases so plain that nothing learned takes back what they find."""

    unless_sentence: tuple[str, ...] = ()
    """Acts that take a pattern's remark back in the same sentence."""

    unless_reply: tuple[str, ...] = ()
    """Acts that take it back anywhere in the reply."""

    unless_elsewhere: tuple[str, ...] = ()
    """Acts that take it back in any other sentence of the reply."""

    unless_rules: tuple[str, ...] = ()
    """Rules beside which this one has nothing to add."""

    kinds: tuple[str, ...] = ()
    """Kinds of mention it is about; empty for all."""

    visibility: str = ""
    """`public` or `private` where it is about one of them only."""

    check: str = ""
    """A function of `domain.coach.checks`, for what data cannot say."""

    own_patterns: bool = False
    """A team gave it patterns; what they find, nothing learned takes back."""

    on: bool = True


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules in force and the acts they are made of."""

    rules: tuple[Rule, ...]
    acts: Mapping[str, Mapping[str, tuple[Phrase, ...]]]
    """What a reply does: act, language, phrases."""

    said: Mapping[str, Mapping[str, tuple[Phrase, ...]]]
    """What a mention says, likewise."""

    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Plain word lists by name and language: greetings, empathy words."""

    concepts: Mapping[str, Concepts] = field(default_factory=dict)
    """What words are about, by language; only the scorer asks."""
