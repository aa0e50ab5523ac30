"""Webhooks: what a platform that calls us must say of its calls, and the usual ways to sign one.

A `Hook` has no state and does no I/O. The receiver verifies the raw body, stores it, and answers; parsing
comes later, in the collector, so that a body nobody can read is still there. Light on purpose: the receiver
imports it, and nothing of a connector.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

from channels.base import Batch
from domain.clock import MINUTE, Millis

TOLERANCE: Final[Millis] = 5 * MINUTE
"""How old a signed moment may be, and how far ahead of our clock."""


Verdict = Literal["good", "forged", "stale"]
"""`stale`: signed by the platform, for another moment than now; somebody sends it again."""


@dataclass(frozen=True, slots=True)
class HookRequest:
    """One call as it came."""

    method: Literal["GET", "POST"]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""

    body: bytes = b""


@dataclass(frozen=True, slots=True)
class HookReply:
    """What is answered to a handshake."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class HookSecrets:
    """The credentials of one channel, by field; each may hold several values, which all count (rotation)."""

    values: Mapping[str, Sequence[str]]

    def all(self, key: str) -> tuple[str, ...]:
        """Every value of a field; empty where it is not there."""
        return tuple(self.values.get(key, ()))


@dataclass(frozen=True, slots=True)
class About:
    """The channel that a body came in on."""

    channel: str
    """The configured id."""

    received_at: Millis
    options: Mapping[str, Any] = field(default_factory=dict)
    """As the platform's options read them; empty in `webcare hook parse`, which has no configuration."""

    listen_only: bool = False


class Hook(Protocol):
    """How one platform calls."""

    def handshake(self, request: HookRequest, secrets: HookSecrets) -> HookReply | None:
        """The answer that proves that the address is ours; None for a call that is no handshake."""
        ...

    def verify(self, request: HookRequest, secrets: HookSecrets, now: Millis) -> Verdict:
        """Whether the platform sent it, and lately: on the raw body, in constant time, with any secret."""
        ...

    def event_id(self, request: HookRequest) -> str:
        """The platform's own name for this delivery, the same when it comes again; empty for none."""
        ...

    def parse(self, raw: bytes, about: About) -> Batch:
        """What is in it. Never raises: what cannot be read is a `BadItem`, what needs nobody an `Aside`."""
        ...


def hex_hmac(secret: str, message: bytes) -> str:
    """HMAC-SHA256 in hexadecimal."""
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def base64_hmac(secret: str, message: bytes) -> str:
    """HMAC-SHA256 in base64."""
    return base64.b64encode(hmac.new(secret.encode(), message, hashlib.sha256).digest()).decode("ascii")


def is_any(given: str, expected: Sequence[str]) -> bool:
    """Whether a value is one of ours, without telling by the time it takes which or how much of it."""
    same = [hmac.compare_digest(given.encode(), each.encode()) for each in expected]
    return any(same)
