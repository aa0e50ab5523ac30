"""What a face of the desk is shown: immutable read models, already sorted out, never a database row.

Every text in here that came from outside is raw; the face cleans it at its own door (`tui/text.py`, or
`domain.text.clean` on the command line).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from desk.queue_views import ClockWhat, Row, Sentiment, Status
from domain.clock import Millis
from domain.inbound import Cap
from domain.meter import Arc

if TYPE_CHECKING:
    from desk.promise_views import PromiseView

Direction = Literal["in", "out", "note"]
OutboxStatus = Literal[
    "queued", "sending", "sent", "refused", "retry_wait", "unknown", "ask_operator", "called_back"
]


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A file named in a message; never fetched."""

    kind: str
    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message or note of a thread, oldest first."""

    id: int
    direction: Direction
    at: Millis
    author: str
    handle: str
    text: str
    visibility: Literal["public", "private"]
    sentiment: Sentiment = "unknown"
    sentiment_unsure: bool = True
    sentiment_engine: str = ""
    corrected: bool = False
    edited: bool = False
    deleted: bool = False
    hidden: bool | None = None
    """On its platform: hidden, shown again, or never touched (None); `hiding` says how far that is."""

    hiding: Literal["", "asked", "done", "failed"] = ""
    hiding_sentence: str = ""
    """Why it failed, or what it waits for."""

    late: bool = False
    """A closing thanks."""

    rating: int | None = None
    permalink: str | None = None
    attachments: tuple[AttachmentView, ...] = ()
    outbox: OutboxStatus | None = None
    """Where an outgoing message stands; None for what came in."""

    outside: bool = False
    """Sent by our own account, but not from this desk."""

    part: tuple[int, int] | None = None
    """Which part of a reply in parts, of how many."""

    waits: bool = False
    """A part, or a private message, behind one that is not out yet."""


@dataclass(frozen=True, slots=True)
class PastConversation:
    """An earlier conversation with the same contact."""

    id: int
    at: Millis
    channel: str
    preview: str
    status: Status
    outcome: str
    sentiment: Sentiment
    after: Sentiment | None
    answered_by: str | None


@dataclass(frozen=True, slots=True)
class ContactCard:
    """What stands beside the conversation about the person."""

    id: int
    name: str
    first_name: str
    handle: str
    handles: tuple[tuple[str, str], ...]
    """(channel, handle) pairs."""

    profile: tuple[tuple[str, str], ...]
    past: tuple[PastConversation, ...]
    contacts_this_month: int
    notes: tuple[str, ...] = ()
    promises: tuple[PromiseView, ...] = ()
    """What was promised to them and is still to be done, in whichever conversation; first due first."""


@dataclass(frozen=True, slots=True)
class ClockView:
    """One clock of the conversation, for the header."""

    what: ClockWhat
    due_at: Millis | None
    """None while paused."""

    soon_at: Millis | None
    paused: bool


@dataclass(frozen=True, slots=True)
class ConversationView:
    """One conversation with everything that its screen shows."""

    row: Row
    channel_name: str
    account: str
    contact: ContactCard
    messages: tuple[MessageView, ...]
    clocks: tuple[ClockView, ...]
    reply_public: Cap
    reply_private: Cap
    """As things stand now."""

    window_until: Millis | None
    outcome: str
    before: float | None
    """Mean sentiment (-1 to 1) of the contact before our first reply."""

    after: float | None
    """The same after our last reply; None while silent."""

    listen_only: bool
    proactive: bool
    """Found by a search: the contact did not address us."""

    arc: Arc | None = None
    """What each of the contact's newest messages before our first reply and after our last one felt like."""

    caps: tuple[Cap, Cap] = (Cap(), Cap())
    """(public, private) as the platform said, for `desk.windows` to read at any moment."""

    drafts: tuple[tuple[str, str], ...] = ()
    """(operator initials, type) of drafts left on it."""


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """How one channel fares."""

    id: str
    platform: str
    name: str
    listen_only: bool
    simulated: bool
    last_item_at: Millis | None
    last_ok_at: Millis | None
    error: str
    """The last error in words; empty when all is well."""

    remaining: str = ""
    """Rate or spend left, where the platform says."""


@dataclass(frozen=True, slots=True)
class CollectorState:
    """Who fetches and sends, if anybody."""

    running: bool
    mine: bool
    sentence: str
    """Empty when all is well; else since when nothing came in, and what to do."""

    notice: str = ""
    """What to know of the engine that reads sentiment, such as that another one had to."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a commit somewhere changed, coalesced; the truth behind it is the event table."""

    conversations: frozenset[int]
    new_conversations: int
    new_mentions: int
    presence: bool
    """Who holds or writes what may have changed."""

    outbox: bool
    channels: bool
    everything: bool = False
    """Too much to list; re-read what is shown."""


@dataclass(frozen=True, slots=True)
class Done:
    """The outcome of an act, for the status line."""

    sentence: str
    undoable: bool = True
    conversation: int | None = None
    outbox: int | None = None
    undo_until: Millis | None = None


@dataclass(frozen=True, slots=True)
class Operator:
    """Who sits at the desk; named by the system's user, never typed."""

    login: str
    name: str
    first_name: str
    initials: str
    uid: int = 0
    pid: int = 0
    """Process of this desk; 0 where it is not about a running one."""

    roles: frozenset[str] = field(default_factory=lambda: frozenset({"operator"}))
