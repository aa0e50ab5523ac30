"""What a person says about each channel: the same for every platform, and what only that platform knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.clock import MINUTE, SECOND, Millis
from domain.conversation import DEFAULT_CONVERSATION_HOURS
from domain.inbound import Visibility
from domain.signoff import Policy

DEFAULT_POLL: Millis = MINUTE


@dataclass(frozen=True, slots=True)
class PracticeOptions:
    """The simulated day."""

    seed: int = 1
    """The same seed gives the same day."""

    speed: int = 10
    """Script minutes per real minute: 10 is a mention every twenty seconds by day."""


@dataclass(frozen=True, slots=True)
class BlueskyOptions:
    """An account on the AT Protocol's network."""

    handle: str
    """Our handle or DID, with which the session is opened."""

    server: str = "https://bsky.social"
    """The PDS that holds the account."""

    mentions: bool = True
    searches: tuple[str, ...] = ()
    """Words to search the network for."""


@dataclass(frozen=True, slots=True)
class MastodonOptions:
    """An account on a Mastodon server."""

    server: str
    mentions: bool = True
    hashtags: tuple[str, ...] = ()
    """Without `#`."""

    streaming: bool = True
    """Listen to the server's stream, with polling as the safety net."""


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """RSS or Atom; always listen-only."""

    feeds: tuple[str, ...]
    """Addresses."""


@dataclass(frozen=True, slots=True)
class JsonlOptions:
    """Lines brought in with `webcare import`; nothing is fetched."""

    account: str = ""
    """Our account there, as it should stand in the composer's first line."""


ChannelOptions = PracticeOptions | BlueskyOptions | MastodonOptions | FeedOptions | JsonlOptions
Platform = Literal["practice", "bluesky", "mastodon", "feed", "jsonl"]


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """One configured channel: an account, or a set of feeds."""

    id: str
    """Chosen by the team; stands in the database, so it should not change."""

    platform: Platform
    options: ChannelOptions
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
    id="practice", platform="practice", options=PracticeOptions(), name="practice", poll=SECOND
)
"""What a desk without a configuration file has."""
