"""What a face is shown of replies: drafts, the composer, the review, and what is on its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from desk.views import OutboxStatus
from domain.clock import Millis
from domain.mention import NOBODY, Named

if TYPE_CHECKING:
    from desk.approved_views import FilledIn
    from desk.promise_views import NewPromise
    from domain.attachment import Attached
    from domain.template import Hole


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
class BegunWith:
    """The template that a draft began with."""

    name: str
    text: str
    """With the values filled in, as it came into the draft."""


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

    templates_only: bool = False
    """It is blocked only because the window is closed, and the platform has approved templates for that."""

    no_private: str = ""
    """Why no private message can follow this public answer, in a sentence; empty where one can."""

    window: str = ""
    """How long this can still be sent, where the platform has a window; empty otherwise."""

    last_message: str = ""
    """The contact's last words, for small screens."""

    named: Named = NOBODY
    """Whom the text will name, where the platform reaches nobody otherwise."""

    attachments: tuple[Attached, ...] = ()
    """What goes along with the draft, in its order."""

    template: BegunWith | None = None


@dataclass(frozen=True, slots=True)
class Length:
    """The draft with its sign-off against the platform's limit."""

    used: int
    limit: int
    unit: str
    ok: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class PartView:
    """One message of a reply in parts."""

    text: str
    """As it will stand, with its number and sign-off where they belong."""

    body: str
    """Its piece of what was typed; all of them together are all of that."""


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

    gap: Hole | None = None
    """Where the cursor goes to fill in what is missing, in the text as it was handed in; None without one."""

    edited: float | None = None
    """How much of the template it started from was changed, 0 to 1; None where it started from none."""

    attachments: tuple[Attached, ...] = ()
    """What goes along, in its order; exactly this is queued. With the first part, where there are parts."""

    parts: tuple[PartView, ...] = ()
    """The messages it goes out as; empty for one, which is `text`. `length` is that of the fullest."""

    can_part: bool = False
    """Whether it is too long for one message here and could go out in parts."""

    approved: FilledIn | None = None
    """The platform's template that it goes out as; `text` is that, filled in."""

    can_follow: bool = False
    """Whether a private message could follow it; `follow` is empty then."""

    follow: ReviewView | None = None
    """The private message that goes out once this public answer is out; queued with it, as one."""

    promises: tuple[NewPromise, ...] = ()
    """What goes into the ledger with it: the face fills in what was answered (`dataclasses.replace`)."""

    version: int = 0
    """Hand it back with `send`, so that the gate is checked against what was shown."""

    @property
    def templated(self) -> bool:
        """It goes out as a text that the platform approved."""
        return self.approved is not None


@dataclass(frozen=True, slots=True)
class SentPart:
    """One part of a reply on its way."""

    text: str
    status: OutboxStatus
    visibility: Literal["public", "private"] = "public"


@dataclass(frozen=True, slots=True)
class OutboxView:
    """One outgoing reply on its way; of one in parts, the part that it is about now."""

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
    attachments: int = 0
    """How many pictures and films go along."""

    part: int = 1
    parts: tuple[SentPart, ...] = ()
    """All parts in order, those that are out too; empty for a reply of one message."""

    @property
    def in_private_too(self) -> bool:
        """A public answer and the private message that follows it."""
        return len({one.visibility for one in self.parts}) > 1

    @property
    def out(self) -> int:
        """How many parts are on the platform."""
        return sum(one.status == "sent" for one in self.parts)
