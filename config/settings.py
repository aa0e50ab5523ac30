"""Everything a person can set, as frozen values; built by `config.load`, with defaults that work alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from config.channel_settings import PRACTICE, ChannelSettings
from config.hook_settings import HookSettings
from config.paths import Places
from domain.calendar import ALWAYS, Calendar
from domain.clock import SECOND, Millis
from domain.inbound import Visibility
from domain.queues import DEFAULT_QUEUES, QueueDefinition
from domain.signoff import NO_SIGNOFF, USUAL_CLOSINGS, Policy, Signature, SignOff, Style, usual_closing
from domain.sla_policy import SlaPolicy, default_policies
from domain.terminal_pictures import Wish
from i18n import _

__all__ = ["ChannelSettings", "Display", "OperatorSettings", "Organisation", "SentimentSettings", "Settings"]

DEFAULT_TIMEZONE = "Europe/Amsterdam"
DEFAULT_UNDO: Millis = 10 * SECOND

EngineName = Literal["embedded", "pysentimiento", "onnx"]


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who we are."""

    name: str = ""
    brands: tuple[str, ...] = ()
    """Names that mean us in a mention, for the target of a sentiment."""

    own: tuple[str, ...] = ()
    """Our own telephone numbers, accounts, addresses and mail domains: no personal data for the coach."""


@dataclass(frozen=True, slots=True)
class Display:
    """How the screen is drawn."""

    unicode: Literal["full", "safe", "ascii"] = "safe"
    """`safe` draws flags and emoji families so that every terminal agrees on their width."""

    colours: Literal["auto", "16"] = "auto"
    theme: Literal["light", "dark", "auto"] = "auto"
    width: int = 0
    """Columns at most, for slow lines; 0 for all that the terminal has."""

    scrolling: Literal["auto", "off"] = "auto"
    """`off` never asks the terminal to move lines by itself."""

    pictures: Wish = "auto"
    """How pictures with a reply are shown; `auto` goes by the terminal, and over SSH only when asked."""


@dataclass(frozen=True, slots=True)
class SentimentSettings:
    """What reads the sentiment of mentions."""

    engine: EngineName = "embedded"
    models: Mapping[str, str] = field(default_factory=dict)
    """Language code, or `other` for all the rest, to an absolute folder or a hub id."""

    downloads: bool = False
    """Whether models that are not on this machine may be fetched."""


@dataclass(frozen=True, slots=True)
class OperatorSettings:
    """How one operator signs, by login."""

    login: str
    name: str
    first_name: str
    initials: str
    closing: str = ""
    """The operator's own greeting, such as `Groet, Sanne`; empty for the usual one."""

    sign_off_public: Style = "initials"
    sign_off_private: Style = "closing"

    @property
    def signature(self) -> Signature:
        """How this operator signs in public and in private, in the interface's language."""
        return self.signature_in(None)

    def signature_in(self, language: str | None) -> Signature:
        """How this operator signs in public and in private, in a reply of this language."""
        return Signature(
            self.in_style(self.sign_off_public, language), self.in_style(self.sign_off_private, language)
        )

    def signs(self, visibility: Visibility, policy: Policy, language: str | None) -> SignOff:
        """The sign-off that is due where the channel asks for `policy`."""
        if policy == "sign":
            return self.signature_in(language).where(visibility)
        return self.in_style(policy, language)

    def all_signs(self) -> tuple[SignOff, ...]:
        """Every way in which this operator may have signed, in any language, also with the whole name."""
        closings = [self.in_style("closing", language) for language in (None, *USUAL_CLOSINGS)]
        names = (SignOff.first_name(self.name), self.in_style("first_name"))
        return tuple(dict.fromkeys((self.in_style("initials"), *closings, *names)))

    def in_style(self, style: Style, language: str | None = None) -> SignOff:
        """One way to sign."""
        match style:
            case "initials":
                return SignOff.initials(self.initials)
            case "first_name":
                return SignOff.first_name(self.first_name)
            case "closing":
                return SignOff.closing(
                    self.closing
                    or usual_closing(self.first_name, language)
                    or _("Regards, {first_name}", first_name=self.first_name)
                )
            case "none":
                return NO_SIGNOFF


@dataclass(frozen=True, slots=True)
class Settings:
    """A desk's whole configuration."""

    places: Places
    database: Path
    organisation: Organisation = field(default_factory=Organisation)
    language: Literal["auto", "nl", "en"] = "auto"
    timezone: str = DEFAULT_TIMEZONE
    """IANA name; calendars without one of their own use it."""

    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    """The team's own, by name."""

    sla: tuple[SlaPolicy, ...] = field(default_factory=lambda: default_policies(ALWAYS))
    """The policy that says most about a conversation holds; of equals the first."""

    channels: Mapping[str, ChannelSettings] = field(default_factory=lambda: {PRACTICE.id: PRACTICE})
    operators: Mapping[str, OperatorSettings] = field(default_factory=dict)
    """By login; who is not in it signs as the system's name for them says."""

    queues: tuple[QueueDefinition, ...] = DEFAULT_QUEUES
    undo: Millis = DEFAULT_UNDO
    """How long a reply waits before it is sent, so that it can be called back."""

    display: Display = field(default_factory=Display)
    keys: Mapping[str, str] = field(default_factory=dict)
    """Own keys by act, such as `reply.public: r`; several are separated by commas.
    docs/keys.md names the acts.
    """

    identity: Literal["os", "shared"] = "os"
    """`shared` admits that several people use one login; four-eyes is off then."""

    sentiment: SentimentSettings = field(default_factory=SentimentSettings)

    hook: HookSettings = field(default_factory=HookSettings)
    """Where webhooks come in."""

    @property
    def flemish(self) -> bool:
        """Whether the desk is a Belgian one, which writes Dutch as Flemish readers do."""
        return self.timezone == "Europe/Brussels"

    def operator(self, login: str, name: str) -> OperatorSettings:
        """How somebody signs: as configured, or by the full name that the system knows."""
        return self.operators.get(login) or default_operator(login, name)


def default_operator(login: str, name: str) -> OperatorSettings:
    """How somebody signs who configured nothing: `^SV` for Sanne Vermeer, `^S` where there is one name."""
    words = [word for word in name.replace("-", " ").replace(".", " ").split() if word[0].isalnum()]
    particles = {"van", "de", "den", "der", "het", "ten", "ter", "te", "'t", "von", "el"}
    telling = [word for word in words if word not in particles] or words or [login]
    return OperatorSettings(
        login=login,
        name=name,
        first_name=telling[0][:1].upper() + telling[0][1:],
        initials="".join(word[0] for word in telling[:3]).upper()[:3],
    )
