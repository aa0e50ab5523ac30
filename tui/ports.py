"""What the screen asks of the desk; `desk.Desk` offers it, and so does the small fake of the tests.

Every method may raise a `WebcareError`, whose text is the sentence to show.
"""

# ruff: noqa: D102 - what each method does stands where it is done, in desk/

from __future__ import annotations

from array import array
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Literal, Protocol

from desk.approved_views import ApprovedList, FilledIn
from desk.browsing import Listing
from desk.coach_views import Advice
from desk.meter_views import MeterView, Only
from desk.promise_views import NewPromise, PromiseAlert, PromiseFound, PromiseMonth, PromiseView
from desk.queue_views import QueuePage, QueueTab, Row, Sentiment
from desk.reply_views import ComposerView, DraftView, Length, OutboxView, ReviewView
from desk.suggestion_views import Suggestion
from desk.template_views import TemplateChoice, TemplateProposal
from desk.views import Change, ChannelHealth, CollectorState, ConversationView, Done, Operator
from domain.attachment import Attached, MediaLimits
from domain.clock import Clock, Millis
from domain.drawn import Box, Drawn
from domain.period import Period

DraftKind = Literal["public", "private", "note"]


class Queues(Protocol):
    """Ordered views on conversations."""

    async def tabs(self) -> tuple[QueueTab, ...]:
        """All queues with their counts."""
        ...

    async def page(
        self,
        queue: str,
        after: tuple[int, int] | None = None,
        limit: int = 64,
        *,
        search: str | None = None,
    ) -> QueuePage:
        """The first rows, or those after a key."""
        ...

    async def ids(self, queue: str, *, search: str | None = None, limit: int | None = None) -> array[int]:
        """Ids in the order of the queue."""
        ...

    async def rows(self, ids: Sequence[int]) -> Mapping[int, Row]:
        """The rows that exist, in one statement."""
        ...

    async def next_by_clock(self, after: int | None = None) -> int | None:
        """The most urgent open conversation that nobody else holds."""
        ...


class Conversations(Protocol):
    """One conversation, looked at; nothing is taken."""

    async def view(self, conversation: int, /) -> ConversationView:
        """Everything its screen shows."""
        ...

    async def why(self, conversation: int, /) -> tuple[str, ...]:
        """Why it is due when it is, line by line."""
        ...

    async def link(self, conversation: int, /) -> str | None:
        """Where the public can read it."""
        ...


class Claims(Protocol):
    """Who has a conversation under the hand."""

    async def claim(self, conversation: int, /) -> Done:
        """Take it; Conflict names who holds it."""
        ...

    async def release(self, conversation: int, /) -> Done:
        """Let it go."""
        ...

    async def steal(self, conversation: int, reason: str, /) -> Done:
        """Take it from a colleague."""
        ...

    async def heartbeat(self) -> None:
        """Keep the leases."""
        ...

    async def composing(self, conversation: int | None, /) -> None:
        """Show colleagues the pencil, or take it away."""
        ...

    async def leave(self) -> None:
        """Release everything."""
        ...


class Triage(Protocol):
    """What is done to a conversation without writing to the contact."""

    async def resolve(self, conversation: int, /) -> Done: ...
    async def reopen(self, conversation: int, /) -> Done: ...
    async def no_reply(self, conversation: int, reason: str, /) -> Done: ...
    async def snooze(
        self,
        conversation: int,
        shows_at: Millis | None,
        /,
        due_at: Millis | None = None,
        *,
        until_reply: bool = False,
    ) -> Done: ...
    async def wake(self, conversation: int, /) -> Done: ...
    async def label(self, conversation: int, label: str, /, *, on: bool = True) -> Done: ...
    async def labels(self) -> tuple[str, ...]: ...
    async def assign(self, conversation: int, login: str | None, /) -> Done: ...
    async def operators(self) -> tuple[Operator, ...]: ...
    async def priority(self, conversation: int, priority: int, /) -> Done: ...
    async def sentiment(self, conversation: int, sentiment: Sentiment, /) -> Done: ...
    async def kind(self, conversation: int, kind: str, /) -> Done: ...
    async def make_question(self, conversation: int, /) -> Done: ...


class Hiding(Protocol):
    """Comments of others, where the platform lets us hide them."""

    async def hidden(self, conversation: int, /) -> bool: ...
    async def ask(self, conversation: int, /, *, hidden: bool) -> Done: ...


class Replies(Protocol):
    """Writing."""

    async def open(self, conversation: int, kind: DraftKind, /) -> ComposerView:
        """The draft that is there, or a new one."""
        ...

    async def save(self, draft: DraftView, /) -> None:
        """Keep what is typed."""
        ...

    async def discard(self, conversation: int, kind: DraftKind, /) -> Done:
        """Throw the draft away; undoable."""
        ...

    def length_of(self, composer: ComposerView, text: str, /) -> Length:
        """The text with its sign-off in the platform's counting."""
        ...

    async def templates(self, conversation: int, query: str = "", /) -> tuple[TemplateChoice, ...]:
        """Templates, best first."""
        ...

    async def fill(self, conversation: int, template: str, kind: DraftKind, /) -> str:
        """A template's text; holes stay visible as `{{?name}}`."""
        ...

    async def review(
        self,
        conversation: int,
        kind: DraftKind,
        text: str,
        /,
        *,
        in_parts: bool = False,
        follow: str | None = None,
    ) -> ReviewView:
        """The text as it would stand with what is attached, and what there is to say about it.

        In parts where that is asked and one message is too short; NotAllowed where it cannot be. `follow`
        is the private message behind a public answer: `ReviewView.follow` is its review.
        """
        ...

    async def send(self, review: ReviewView, /) -> Done:
        """Queue it; a note is kept at once. Conflict when the thread moved since the review."""
        ...


class Approved(Protocol):
    """Texts that the platform approved beforehand; `Replies.send` takes the review."""

    async def of(self, conversation: int, /) -> ApprovedList:
        """Those of its channel, as last read."""
        ...

    async def review(self, conversation: int, use: FilledIn, /) -> ReviewView:
        """The text as it will stand; NotAllowed where a place is empty, Conflict where it is gone."""
        ...


class Attachments(Protocol):
    """Pictures and films that go along with a draft; `ComposerView.attachments` lists them."""

    async def browse(self, typed: str, /) -> Listing:
        """The folders and files that begin as what is typed."""
        ...

    async def limits(self, draft: DraftView, /) -> MediaLimits:
        """What the draft's channel takes; NotAllowed where it takes nothing."""
        ...

    async def look(self, draft: DraftView, path: str, /) -> Attached:
        """What a file would be with this draft; NotAllowed says in one sentence why it cannot go."""
        ...

    async def prepare(self, draft: DraftView, path: str, /) -> Attached:
        """As `look`, and keep its content until it is described and put with the draft."""
        ...

    async def put(self, draft: DraftView, prepared: Attached, /) -> Attached:
        """Put it behind the others."""
        ...

    async def describe(
        self, draft: DraftView, sha256: str, alt: str, /, *, decorative: bool = False
    ) -> Attached:
        """Give it another description, or say that it needs none."""
        ...

    async def detach(self, draft: DraftView, sha256: str, /) -> Done:
        """Take it out."""
        ...

    async def draw(self, sha256: str, box: Box, /) -> Drawn:
        """The picture for a terminal; NotAllowed says in one sentence why it cannot be shown."""
        ...


class Promises(Protocol):
    """What was promised, and by whom and when it is kept.

    With a reply they go as `ReviewView.promises` (`dataclasses.replace`), into the ledger when it is sent.
    """

    def found(self, text: str, /) -> tuple[PromiseFound, ...]:
        """Promises in a draft; asked about, never kept by themselves."""
        ...

    def when(self, text: str, /) -> Millis:
        """A typed moment; NotAMoment says what is wrong with it."""
        ...

    async def note(self, conversation: int, new: NewPromise, /) -> Done: ...
    async def queue(self, *, mine: bool = False) -> tuple[PromiseView, ...]:
        """Open ones, first due first."""
        ...

    async def of_conversation(self, conversation: int, /) -> tuple[PromiseView, ...]: ...
    async def get(self, promise: int, /) -> PromiseView:
        """One; open the composer of its `kind` in its `conversation` to report back."""
        ...

    async def alert(self, *, mine: bool = False) -> PromiseAlert:
        """How many are over or close to their moment, and when to ask again."""
        ...

    async def keep(self, seen: PromiseView, /, *, late: bool | None = None) -> Done:
        """Conflict when it changed since it was seen; so with all that follow."""
        ...

    async def break_(self, seen: PromiseView, reason: str, /) -> Done: ...
    async def withdraw(self, seen: PromiseView, reason: str = "", /) -> Done: ...
    async def move(self, seen: PromiseView, due_at: Millis, /) -> Done: ...
    async def take_over(self, seen: PromiseView, login: str | None = None, /) -> Done: ...
    async def months(self) -> tuple[PromiseMonth, ...]: ...


class Templating(Protocol):
    """Templates that are made of replies."""

    async def propose(self, conversation: int, text: str, kind: DraftKind, /) -> TemplateProposal:
        """What a reply would be as a template: shown before it is kept."""
        ...

    async def keep(self, proposal: TemplateProposal, /) -> Done:
        """Save it as a file of the team's."""
        ...


class Coaching(Protocol):
    """What an experienced colleague would say; it advises and explains itself."""

    async def look(self, composer: ComposerView, text: str, length: Length, /) -> Advice:
        """Remarks and promises of a draft as it stands."""
        ...

    async def overridden(self, rule: str, /) -> None:
        """A remark was left aside; counted by rule, never by person."""
        ...


class Suggestions(Protocol):
    """Earlier answers of the team to mentions like this one; offered, never sent."""

    async def suggest(self, conversation: int, /) -> tuple[Suggestion, ...]:
        """Up to three, best first; `source` of each is the conversation to look it up in."""
        ...

    async def chosen(self, conversation: int, offered: Sequence[Suggestion], took: int, /) -> Done:
        """The one at this place went into the draft; the desk learns."""
        ...

    async def refused(self, conversation: int, offered: Sequence[Suggestion], /) -> Done:
        """None of them will do; the desk learns."""
        ...


class Outbox(Protocol):
    """Replies on their way."""

    async def list(self) -> tuple[OutboxView, ...]: ...
    async def call_back(self, outbox: int, /) -> Done:
        """All of it, or the parts that are not out yet."""
        ...

    async def try_again(self, outbox: int, /) -> Done:
        """Once more what was refused, and the parts behind it."""
        ...

    async def settle(self, outbox: int, /, *, there: bool) -> Done: ...


class History(Protocol):
    """Own acts, backwards and forwards."""

    async def undo(self) -> Done: ...
    async def redo(self) -> Done: ...


class Meter(Protocol):
    """How contacts felt before we answered, and how after."""

    def month(self, back: int = 0, /) -> Period: ...
    async def read(self, period: Period, only: Only = ..., /) -> MeterView: ...


class Health(Protocol):
    """How the channels fare and who fetches."""

    async def channels(self) -> tuple[ChannelHealth, ...]: ...
    async def collector(self) -> CollectorState: ...


class Desk(Protocol):
    """All of it."""

    @property
    def operator(self) -> Operator: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def queues(self) -> Queues: ...
    @property
    def conversations(self) -> Conversations: ...
    @property
    def claims(self) -> Claims: ...
    @property
    def hiding(self) -> Hiding: ...
    @property
    def triage(self) -> Triage: ...
    @property
    def replies(self) -> Replies: ...
    @property
    def approved(self) -> Approved: ...
    @property
    def attachments(self) -> Attachments: ...
    @property
    def templating(self) -> Templating: ...
    @property
    def coaching(self) -> Coaching: ...
    @property
    def suggestions(self) -> Suggestions: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def promises(self) -> Promises: ...
    @property
    def history(self) -> History: ...
    @property
    def health(self) -> Health: ...
    @property
    def meter(self) -> Meter: ...
    @property
    def changes(self) -> Callable[[], AsyncIterator[Change]]:
        """Hints of what changed; they never end by themselves."""
        ...
