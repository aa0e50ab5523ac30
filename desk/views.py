"""What a face of the desk is shown: immutable read models, already sorted out, never a database row.

Every text in here that came from outside is raw; the face cleans it at its own door (`tui/text.py`, or
`domain.text.clean` on the command line).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from desk.promise_views import NewPromise, PromiseView
from domain.clock import Millis
from domain.inbound import Cap
from domain.mention import NOBODY, Named

Sentiment = Literal["negative", "neutral", "positive", "unknown"]
Status = Literal["open", "waiting", "snoozed", "resolved"]
Direction = Literal["in", "out", "note"]
OutboxStatus = Literal[
    "queued", "sending", "sent", "refused", "retry_wait", "unknown", "ask_operator", "called_back"
]
ClockWhat = Literal["first_response", "next_response", "handover", "resolution", "window", "snooze", ""]


@dataclass(frozen=True, slots=True)
class QueueTab:
    """One queue with its live count."""

    id: str
    name: str
    """In the reader's language."""

    count: int | None
    """None where counting would be slow and has not been asked for."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a queue: a conversation, small enough to read a window of them per key press."""

    id: int
    version: int
    """Moves with every change of the conversation; cached strips are keyed by (id, version)."""

    channel: str
    platform: str
    """`bluesky`, `mastodon`, `feed`, `practice`, `jsonl`, or another platform an import named."""

    contact_name: str
    handle: str
    preview: str
    status: Status
    kind: str
    sentiment: Sentiment
    sentiment_unsure: bool
    labels: tuple[str, ...]
    priority: int
    """0 normal, 1 high, 2 urgent."""

    visibility: Literal["public", "private"]
    due_at: Millis | None
    """When the earliest running clock is over; None when none runs."""

    soon_at: Millis | None
    """When that clock has used 80 % of its time."""

    due_what: ClockWhat
    holder: str | None
    """Initials of who holds the lease; None when nobody does."""

    holder_is_me: bool
    writing: bool
    """The holder, or somebody else, has a composer open on it right now."""

    assignee: str | None
    """Initials of who it is assigned to."""

    late_arrivals: int
    """Closing thanks that came in since, and started no clock."""

    shows_at: Millis | None = None
    """When a snoozed conversation comes back."""

    promise_at: Millis | None = None
    """When its first open promise is due; far away where no moment was named; None where none is open."""


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A run of rows and the key to go on from."""

    rows: tuple[Row, ...]
    next_key: tuple[int, int] | None
    """(sort value, id) of the last row; None at the end."""


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
    late: bool = False
    """A closing thanks."""

    rating: int | None = None
    permalink: str | None = None
    attachments: tuple[AttachmentView, ...] = ()
    outbox: OutboxStatus | None = None
    """Where an outgoing message stands; None for what came in."""

    outside: bool = False
    """Sent by our own account, but not from this desk."""


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
    window_until: Millis | None
    outcome: str
    before: float | None
    """Mean sentiment (-1 to 1) of the contact before our first reply."""

    after: float | None
    """The same after our last reply; None while silent."""

    listen_only: bool
    proactive: bool
    """Found by a search: the contact did not address us."""

    drafts: tuple[tuple[str, str], ...] = ()
    """(operator initials, type) of drafts left on it."""


@dataclass(frozen=True, slots=True)
class DraftView:
    """A text that is being written; one per conversation, operator and type."""

    conversation: int
    kind: Literal["public", "private", "note"]
    text: str
    template: str | None
    """Id of the template it started from."""

    saved_at: Millis
    base_version: int
    """The thread's version when the composer opened; the send gate compares it."""


@dataclass(frozen=True, slots=True)
class ComposerView:
    """All that the composer shows before a key is pressed."""

    draft: DraftView
    draft_channel: str
    """Id of the channel it will go out on."""

    channel_name: str
    account: str
    platform: str
    recipient: str
    sign_off: str
    """As it will be added at sending; empty where the policy says none."""

    language: str | None
    form_of_address: str | None
    """`je` or `u`, as the contact chose."""

    blocked: str
    """A sentence when this cannot be sent from here (listen-only, window closed); empty otherwise."""

    last_message: str = ""
    """The contact's last words, for small screens."""

    named: Named = NOBODY
    """Whom the text will name, where the platform reaches nobody otherwise."""


@dataclass(frozen=True, slots=True)
class Length:
    """The draft with its sign-off against the platform's limit."""

    used: int
    limit: int
    unit: str
    ok: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReviewView:
    """The text exactly as it will stand, and what there is to say about it."""

    conversation: int
    kind: Literal["public", "private", "note"]
    text: str
    """With the sign-off."""

    body: str
    """As it was typed."""

    channel_name: str
    account: str
    recipient: str
    length: Length
    blocks: tuple[str, ...]
    """Sentences that forbid sending."""

    warnings: tuple[str, ...]
    changed: tuple[str, ...] = ()
    """What moved since the composer opened (send gate), in sentences; sending needs a second yes."""

    promises: tuple[NewPromise, ...] = ()
    """What goes into the ledger with it: the face fills in what was answered (`dataclasses.replace`)."""

    version: int = 0
    """Hand it back with `send`, so that the gate is checked against what was shown."""


@dataclass(frozen=True, slots=True)
class OutboxView:
    """One outgoing reply on its way."""

    id: int
    conversation: int
    contact: str
    channel: str
    text: str
    visibility: Literal["public", "private"]
    status: OutboxStatus
    undo_until: Millis | None
    attempts: int
    sentence: str
    """Why it waits or was refused, in words."""

    operator: str
    queued_at: Millis
    next_at: Millis | None = None


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


@dataclass(frozen=True, slots=True)
class TemplateChoice:
    """A template in the picker."""

    id: str
    name: str
    language: str
    kinds: tuple[str, ...]
    preview: str
    """With the values filled in; holes stay visible."""

    uses: int
    last_used: Millis | None


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
