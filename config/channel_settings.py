"""What a person says about each channel: the same for every platform, and what only that platform knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from config.platforms import DEFAULT_POLL
from domain.clock import SECOND, Millis
from domain.conversation import DEFAULT_CONVERSATION_HOURS
from domain.inbound import Visibility
from domain.signoff import Policy

Options = Mapping[str, Any]
"""Values of a platform's own keys; `config.platforms.Option` says what each is."""


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """One configured channel: an account, or a set of feeds."""

    id: str
    """Chosen by the team; stands in the database, so it should not change."""

    platform: str
    """One of `config.platforms.names()`, or what an import named."""

    options: Options
    name: str
    """For the reader; the id where none was given."""

    listen_only: bool = False
    credential: str | None = None
    """Name of the credential; None where the platform needs none."""

    conversation_hours: int = DEFAULT_CONVERSATION_HOURS
    """After so many hours without a message the next one starts a new conversation."""

    poll: Millis = DEFAULT_POLL
    """How long between two looks."""

    sign_off: Policy = "sign"
    """Whether replies here are signed, and where the channel has one way for all, how."""

    sign_off_private: Policy | None = None
    """The same for private replies; None where they are signed as the others."""

    sign_each_part: bool = False
    """Of a reply in parts each message is signed, and not only the last."""

    def policy(self, visibility: Visibility) -> Policy:
        """How a reply that is seen like this is signed."""
        private = visibility == "private" and self.sign_off_private is not None
        return self.sign_off_private or self.sign_off if private else self.sign_off


PRACTICE = ChannelSettings(
    id="practice",
    platform="practice",
    options=MappingProxyType({"seed": 1, "speed": 10}),
    name="practice",
    poll=SECOND,
)
"""What a desk without a configuration file has."""
