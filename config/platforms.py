"""What a platform says of itself, and how those there are get found.

A platform is one module in the folder `channels/platforms`, named as it is written behind `platform:`. It
holds `SPEC`: its names, its keys in the configuration file, its credentials and its limits, as data. The
folder is listed, and a module is imported when its name is first asked for; so adding a platform touches
nothing that is there, and a desk imports the few it has. This package knows what a platform says and where it
says it, never a platform.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from domain.clock import MINUTE, Millis
from domain.errors import NotFound
from domain.inbound import Visibility
from i18n import _

if TYPE_CHECKING:
    from config.channel_settings import ChannelSettings
    from domain.attachment import MediaLimits

PACKAGE: Final = "channels.platforms"
FOLDER: Final = Path(__file__).parents[1] / "channels" / "platforms"
DEFAULT_POLL: Final[Millis] = MINUTE

Kind = Literal["text", "yes_no", "number", "server", "address"]
"""What a value is: words, yes or no, a whole number, a server's address, any web address."""


def as_written(text: str) -> str:
    """The usual `Option.convert`."""
    return text


@dataclass(frozen=True, slots=True)
class Option:
    """One key of a channel in the configuration file, and one question of `webcare channel add`."""

    key: str
    help: str
    """One sentence, marked with `N_`: what it is and what to write."""

    kind: Kind = "text"
    many: bool = False
    """True for a list, whose value is a tuple."""

    required: bool = False
    default: Any = ""
    least: int = 0
    most: int = 2**31
    """Bounds of a number, both included."""

    convert: Callable[[str], str] = as_written
    """From what a person writes; a ValueError says in half a sentence what to write instead."""

    asked: bool = True
    """False for what hardly anybody changes: it is not asked for."""


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One thing that is kept out of the configuration file.

    The first field lies in the credential named by the channel, each other one in `<credential>.<key>`.
    """

    key: str
    help: str
    """One sentence, marked with `N_`: what it is and where it is found."""

    required: bool = True
    many: bool = False
    """True where several, separated by spaces, hold at once, so that one can be replaced without a pause."""

    hook_only: bool = False
    """True for what only the receiver of webhooks needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformSpec:
    """A platform as the desk needs to know it before it talks to it."""

    name: str
    """As behind `platform:`."""

    title: str
    """As people call it."""

    badge: str
    """Two letters in the list."""

    options: tuple[Option, ...] = ()
    credential: tuple[CredentialField, ...] = ()
    """Empty where nobody signs in."""

    sends: bool = True
    """False where nothing can be sent."""

    listen_only: bool = False
    """True where what comes in asks for no answer: it goes to the listening queue and starts no clock."""

    pulled: bool = True
    """Whether it is asked for news."""

    hooked: bool = False
    """Whether it calls us with news (webhooks)."""

    poll: Millis = DEFAULT_POLL
    """How long between two looks, where the configuration says nothing."""

    measure: str = "plain"
    """Whose counting holds for a public reply: a key of `domain.measure.PLATFORM_LIMITS`, or `bytes:4096`."""

    measure_private: str = ""
    """The same for a private one; empty where it is the same."""

    private_after_public: Literal["never", "once", "any"] = "never"
    """How often who wrote in public can be written to in private because of it: `once` is once a message."""

    hides: bool = False
    """True where comments of others under our posts can be hidden and shown again."""

    one_reply: bool = False
    """True where a second reply takes the place of the first, as on reviews."""

    named_in_text: bool = False
    """True where a reply reaches the contact only by their handle in it."""

    platform_templates: bool = False
    """True where texts that the platform approved beforehand may go out when its window is closed."""

    media: str = ""
    """Whose limits hold for what goes along, in `domain.attachment.MEDIA_LIMITS`; empty for nothing."""

    media_private: str = ""
    """The same for a private one; empty where it is the same."""

    no_media: str = ""
    """Why nothing goes along, in one sentence marked with `N_`, where there is more to say than that."""

    def along(self, visibility: Visibility) -> MediaLimits | None:
        """What goes along with a reply that is seen like this; None for nothing."""
        from domain.attachment import MEDIA_LIMITS  # noqa: PLC0415 - not on the way to the first rows

        key = (self.media_private if visibility == "private" else "") or self.media
        return MEDIA_LIMITS[key] if key else None

    def option(self, key: str) -> Option:
        """One key's option."""
        return next(option for option in self.options if option.key == key)


def counting(platform: str, visibility: Visibility) -> str:
    """Whose counting holds for a text that is seen like this, as `domain.measure.measure` takes it."""
    spec = find(platform)
    if spec is None:
        from domain.measure import seen_by  # noqa: PLC0415 - it counts letters; the first rows need no counting

        return seen_by(platform, visibility)
    return spec.measure_private or spec.measure if visibility == "private" else spec.measure


def only_listens(channel: ChannelSettings) -> bool:
    """Whether nothing can be sent on a channel, by its platform or because somebody said so."""
    spec = find(channel.platform)
    return channel.listen_only or (spec is not None and not spec.sends)


def has_templates(channel: ChannelSettings) -> bool:
    """Whether its platform approves texts beforehand, which go out when its window is closed."""
    spec = find(channel.platform)
    return spec is not None and spec.platform_templates


def replaces(platform: str) -> bool:
    """Whether a second reply takes the place of the first."""
    spec = find(platform)
    return spec is not None and spec.one_reply


@cache
def names() -> tuple[str, ...]:
    """Every platform there is, by its name; nothing is imported."""
    found = (entry.removesuffix(".py") for entry in os.listdir(FOLDER) if entry.endswith(".py"))  # noqa: PTH208
    return tuple(sorted(name for name in found if not name.startswith("_")))


def find(name: str) -> PlatformSpec | None:
    """A platform's word on itself; None for one that is not there, such as an import may name."""
    return _spec(name) if name in names() else None


def get(name: str) -> PlatformSpec:
    """As `find`; raises NotFound with the names there are."""
    spec = find(name)
    if spec is None:
        raise NotFound(
            _("No platform is called {name}; known are {known}.", name=name, known=", ".join(names()))
        )
    return spec


@cache
def _spec(name: str) -> PlatformSpec:
    spec = importlib.import_module(f"{PACKAGE}.{name}").SPEC
    assert isinstance(spec, PlatformSpec)
    return spec
