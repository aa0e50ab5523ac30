"""What every channel is to the desk: one protocol, its capabilities as data, and its errors.

A connector knows its platform and nothing of the desk: no SQL, no clock of its own for deadlines, nothing
of httpx in what it returns. A platform says of itself what it is in `channels/platforms/`, and passes
`tests/channels/suite.py`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Protocol, runtime_checkable

from domain.attachment import Attached
from domain.clock import Millis
from domain.errors import ChannelError
from domain.inbound import Aside, BadItem, ContactRef, Echo, Inbound, SendStatus
from domain.measure import Measure

Cursor = str
"""Opaque JSON text; stored in the same transaction as the items that it stands behind."""


class Retryable(ChannelError):
    """Definitely not accepted and worth another try (refused connection, DNS, documented 503)."""

    def __init__(self, sentence: str, *, after: Millis | None = None) -> None:
        super().__init__(sentence)
        self.after = after
        """Milliseconds to wait, where the platform named a time."""


class RateLimited(Retryable):
    """429 or the platform's own word for it."""


class AuthFailed(ChannelError):
    """The credentials are wrong, expired or revoked; a person must act."""


class Permanent(ChannelError):
    """Refused for good; the sentence goes to the operator."""

    def __init__(self, sentence: str, *, code: str = "") -> None:
        super().__init__(sentence)
        self.code = code


class WindowClosed(Permanent):
    """The platform's answering window is over."""


class Unknown(ChannelError):
    """It may or may not have been accepted; never send again before `find_sent`."""


class Malformed(Retryable):
    """The answer is not what the platform promises (HTML, broken JSON, endless body)."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do: data, not ifs."""

    reply_public: bool
    reply_private: bool
    idempotent_send: bool
    """True where the platform recognises a repeat, so that an unknown outcome may be sent again."""

    find_sent: bool
    """True where our own messages can be read back."""

    streaming: bool = False
    attachments: int = 0
    """How many pictures one reply may carry."""

    edit: bool = False
    settle: Millis = 30_000
    """How long after an unknown outcome the platform's time line is trusted to show it."""

    settle_max: Millis = 600_000
    told_later: bool = False
    """True where the platform tells by webhook what became of a send, so that doubt may settle by itself."""

    simulated: bool = False
    """True for the practice channel; the screen says so."""


NO_LIMITS: Mapping[str, int] = MappingProxyType({})
"""The `Connector.media` of a platform whose servers have no limits of their own."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One fetched page. All of it is stored in one transaction together with `cursor`."""

    items: tuple[Inbound, ...] = ()
    echoes: tuple[Echo, ...] = ()
    bad: tuple[BadItem, ...] = ()
    aside: tuple[Aside, ...] = ()
    """What was understood and is left alone."""

    statuses: tuple[SendStatus, ...] = ()
    cursor: Cursor | None = None
    """None keeps the stored cursor."""

    more: bool = False
    """True when another page waits right now."""

    gap: str = ""
    """In words, when the platform could not give everything since the last cursor."""


@dataclass(frozen=True, slots=True)
class OutboundAttachment:
    """A picture or film on its way to the platform, before the reply that it goes along with."""

    attached: Attached
    content: bytes
    visibility: Literal["public", "private"] = "public"
    """Of that reply; some platforms want to know beforehand."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A picture or film that the platform has; a reply can name it."""

    attached: Attached
    remote: Mapping[str, object]
    """What `upload` said of it."""


@dataclass(frozen=True, slots=True)
class PlatformTemplate:
    """A text that the platform approved beforehand, which may go out when its window is closed."""

    name: str
    language: str
    """As the platform writes it: `nl`, `nl_BE`, `en_US`."""

    category: str
    text: str
    """Header, body and footer as they will stand, with `{{1}}` or `{{name}}` where something is filled in."""

    places: tuple[str, ...] = ()
    """What is filled in, in order: `1`, `2`, or names."""

    refusal: str = ""
    """Why it cannot be sent from here, in words; empty when it can."""


@dataclass(frozen=True, slots=True)
class TemplateUse:
    """A platform's template, filled in."""

    name: str
    language: str
    values: Mapping[str, str] = field(default_factory=dict)
    """By place."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply as the operator approved it: the text is final, sign-off included."""

    text: str
    visibility: Literal["public", "private"]
    thread_key: str
    parent_id: str | None
    """remote_id of the message that is answered."""

    parent_ref: Mapping[str, object] | None
    recipient: ContactRef
    lang: str | None = None
    attachments: tuple[Uploaded, ...] = ()
    template: TemplateUse | None = None
    """Goes out instead of free text, which then is its filled text."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that a send and a later read-back need; stored as JSON BEFORE the send."""

    key: str
    """Idempotency key: our rkey, Idempotency-Key, Message-ID."""

    text: str
    visibility: Literal["public", "private"]
    prepared_at: Millis
    """Read-back looks from a little before this moment."""

    payload: Mapping[str, object] = field(default_factory=dict)
    """The platform's request, JSON types only."""


@dataclass(frozen=True, slots=True)
class SendResult:
    """The platform's word that it has our message."""

    remote_id: str
    permalink: str | None = None
    sent_at: Millis | None = None
    """The platform's own time of the message, where it says."""

    ref: Mapping[str, object] | None = None
    """What a reply to this message would need (Bluesky's uri and cid)."""

    cost: float | None = None
    """In US dollars, where the platform charges."""


@dataclass(frozen=True, slots=True)
class Rate:
    """The platform's own account of what is left."""

    limit: int
    remaining: int
    resets_at: Millis | None


@dataclass(frozen=True, slots=True)
class AuthState:
    """Who we are on the platform, or why not."""

    ok: bool
    account: str = ""
    sentence: str = ""


class SessionStore(Protocol):
    """Keeps what a channel must know after a restart; it opens the account, so it is kept like a password."""

    async def load(self) -> str | None:
        """What was saved last, or None."""
        ...

    async def save(self, session: str) -> None:
        """Replace what was saved."""
        ...


class Connector(Protocol):
    """One configured channel. All methods may raise the errors of this module and nothing else."""

    channel: str
    """The configured id; equal to `Inbound.channel` of everything it returns."""

    caps: Capabilities

    @property
    def streams(self) -> tuple[str, ...]:
        """Names of what is listened to, each with its own cursor: `mentions`, `search:energiehuis`."""
        ...

    @property
    def rate(self) -> Rate | None:
        """As of the last answer; None where unknown."""
        ...

    @property
    def notice(self) -> str:
        """What a person should know although it works, such as clocks that disagree; empty for nothing."""
        ...

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:
        """The next page after the cursor, walking forward without a gap."""
        ...

    def listen(self, stream: str, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """Batches as they happen, where `caps.streaming`; a batch without items is a hint to pull."""
        ...

    def measure(self, text: str) -> Measure:
        """Used and allowed length in the platform's own counting; no I/O."""
        ...

    @property
    def media(self) -> Mapping[str, int]:
        """What the server said of its own limits, by the names of `MediaLimits`; empty before it did."""
        ...

    async def upload(self, attachment: OutboundAttachment) -> Mapping[str, object]:
        """Give the platform one picture or film, which nobody sees before a reply names it.

        Returns what the platform calls it, JSON types only; it is stored, and never uploaded again.
        """
        ...

    async def prepare(self, draft: Draft) -> Prepared:
        """Fix the text and the key, naming what was uploaded; the result is stored before `send`."""
        ...

    async def send(self, prepared: Prepared) -> SendResult:
        """Send once. Raises Unknown when the outcome is not certain."""
        ...

    async def find_sent(self, prepared: Prepared) -> SendResult | None:
        """Read back after Unknown; None means that it is surely not there now."""
        ...

    async def check_auth(self) -> AuthState:
        """Whether the credentials work, in words."""
        ...

    async def close(self) -> None:
        """Let go of connections and files."""
        ...


@runtime_checkable
class Hides(Protocol):
    """A connector whose platform lets us hide what others wrote under our posts; its `SPEC` says `hides`."""

    async def hide(self, comment_id: str, *, hidden: bool = True) -> None:
        """Hide a comment, or show it again; twice does it once. May raise the errors of this module."""
        ...


@runtime_checkable
class SetsWebhook(Protocol):
    """A connector that can tell its platform to call us; where the platform asks for that, in `SPEC`."""

    async def set_webhook(self, secret: str) -> str:
        """Tell it to call, and prove itself with a word; a sentence. May raise the errors of this module."""
        ...

    async def remove_webhook(self) -> str:
        """Tell it to call no more, so that it can be asked again; a sentence."""
        ...


@runtime_checkable
class ListsTemplates(Protocol):
    """A connector whose platform approves texts beforehand; its `SPEC` says `platform_templates`."""

    async def templates(self) -> tuple[PlatformTemplate, ...]:
        """The approved ones, by name. May raise the errors of this module."""
        ...
