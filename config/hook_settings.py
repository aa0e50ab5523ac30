"""What a person says about webhooks: where the receiver listens, or where a far one is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8765


@dataclass(frozen=True, slots=True)
class HookSettings:
    """The `hook:` part of the file."""

    host: str = ""
    """Where the collector receives by itself; empty where it does not."""

    port: int = DEFAULT_PORT
    pull: str = ""
    """The spool of a receiver elsewhere; empty for none."""

    credential: str = "hook"
    """Name of the credential that holds the spool's token."""
