"""What a platform's module hands out beside its data: the connector, made when it is needed.

Light on purpose: a desk imports it for the channels it has, long before anything talks to a platform.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.channel_settings import ChannelSettings
from config.platforms import CredentialField, Option, PlatformSpec
from domain.clock import Clock

if TYPE_CHECKING:
    from channels.base import Batch, Connector, SessionStore
    from channels.hooks import About, Hook

__all__ = ["CredentialField", "Making", "Option", "Spec"]


@dataclass(frozen=True, slots=True)
class Making:
    """What a connector is made from."""

    channel: ChannelSettings
    clock: Clock
    secret: Callable[[str], str]
    """A credential's field by its key; empty for an optional one that is not there. Raises ConfigError."""

    beside: Path
    """The database; a file of a channel's own stands beside it."""

    session: Callable[[], SessionStore]
    """Where a channel keeps what it must know after a restart, such as tokens that renew."""

    @property
    def options(self) -> Mapping[str, Any]:
        """By key, as the platform's options read them."""
        return self.channel.options


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec(PlatformSpec):
    """A platform, with the way to its connector; what it needs is imported when it is called."""

    build: Callable[[Making], Connector] | None = None
    """None where nothing is ever fetched or sent."""

    hook: Callable[[], Hook] | None = None
    """How the platform calls us, where `hooked`."""

    read_body: Callable[[bytes, About], Batch] | None = None
    """Reads a recorded answer of a platform that does not call us, for `webcare hook parse`; never raises."""
