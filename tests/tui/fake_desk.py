"""A desk in memory: the same questions and read models as the real one, no files and no clock of its own."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from desk.queue_views import QueuePage, QueueTab, Row, Sentiment
from desk.reply_views import ComposerView, DraftView, Length, OutboxView, PartView, ReviewView
from desk.template_views import TemplateChoice
from desk.views import Change, ClockView, ContactCard, ConversationView, Done, Operator, PastConversation
from domain.clock import HOUR, SECOND, Millis
from domain.errors import Conflict, NotFound
from domain.inbound import Cap
from domain.meter import Arc
from tests.tui.fake_approved import FakeApproved
from tests.tui.fake_attachments import FakeAttachments
from tests.tui.fake_coaching import FakeCoaching, FakeTemplating
from tests.tui.fake_hiding import FakeHiding
from tests.tui.fake_meter import FakeMeter
from tests.tui.fake_outbox import FakeHealth, FakeHistory, FakeOutbox
from tests.tui.fake_promises import FakePromises
from tests.tui.fake_suggestions import FakeSuggestions
from tests.tui.world import ADIL, NOW, SANNE, Kind, World, row

__all__ = ["ADIL", "NOW", "SANNE", "FakeDesk", "World", "row"]


class FakeQueues:
    def __init__(self, world: World) -> None:
        self.world = world

    async def tabs(self) -> tuple[QueueTab, ...]:
        names = ("open", "mine", "unassigned", "negative", "waiting", "snoozed", "windows", "outbox", "all")
        return (
            *(QueueTab(name, name, len(self.world.ordered(name, None))) for name in names),
            QueueTab("channel:gemeente", "gemeente", len(self.world.rows)),
        )

    async def page(
        self, queue: str, after: tuple[int, int] | None = None, limit: int = 64, *, search: str | None = None
    ) -> QueuePage:
        if self.world.error:
            raise Conflict(self.world.error)
        rows = self.world.ordered(queue, search)
        return QueuePage(tuple(rows[:limit]), None)

    async def ids(self, queue: str, *, search: str | None = None, limit: int | None = None) -> array[int]:
        return array("q", (one.id for one in self.world.ordered(queue, search)[:limit]))

    async def rows(self, ids: Sequence[int]) -> dict[int, Row]:
        self.world.reads += 1
        return {one: self.world.rows[one] for one in ids if one in self.world.rows}

    async def next_by_clock(self, after: int | None = None) -> int | None:
        free = [one.id for one in self.world.ordered("open", None) if not one.holder or one.holder_is_me]
        if after in free:
            free = free[free.index(after) + 1 :]
        return free[0] if free else None


class FakeConversations:
    def __init__(self, world: World) -> None:
        self.world = world

    async def view(self, conversation: int) -> ConversationView:
        if conversation not in self.world.rows:
            raise NotFound("There is no such conversation.")
        one = self.world.rows[conversation]
        past = PastConversation(
            id=9000 + conversation,
            at=NOW - 20 * 24 * HOUR,
            channel="gemeente",
            preview=one.preview,
            status="resolved",
            outcome="",
            sentiment="negative",
            after="positive",
            answered_by="AB",
        )
        contact = ContactCard(
            id=conversation,
            name=one.contact_name,
            first_name=one.contact_name.split(" ")[0],
            handle=one.handle,
            handles=(("gemeente", one.handle),),
            profile=self.world.profile,
            past=(past,) if conversation % 2 else (),
            contacts_this_month=2,
            notes=(one.preview,) if conversation % 3 == 0 else (),
            promises=self.world.promises.get(conversation, ()),
        )
        clocks = (ClockView(one.due_what, one.due_at, one.soon_at, paused=False),) if one.due_at else ()
        return ConversationView(
            row=one,
            channel_name="Bluesky gemeente",
            account="@gemeente",
            contact=contact,
            messages=tuple(self.world.messages[conversation]),
            clocks=clocks,
            reply_public=Cap(),
            reply_private=Cap(),
            window_until=None,
            outcome="",
            before=-0.5,
            after=None,
            caps=self.world.caps.get(conversation, (Cap(), Cap())),
            arc=self.world.arcs.get(conversation, Arc((-0.5,), (), answered=False)),
            listen_only=False,
            proactive=False,
        )

    async def why(self, conversation: int) -> tuple[str, ...]:
        return (
            "Policy Bluesky public, version 3: first reply within 2:00 of working time.",
            f"Asked Mon 09:00 by {self.world.rows[conversation].contact_name}.",
            "Mon 09:00-11:00 counted 2:00.",
        )

    async def link(self, conversation: int) -> str | None:
        return self.world.link


class FakeClaims:
    def __init__(self, world: World) -> None:
        self.world = world

    async def claim(self, conversation: int) -> Done:
        self.world.did("claim", conversation)
        one = self.world.rows[conversation]
        if one.holder and not one.holder_is_me:
            raise Conflict(f"{one.holder} holds it.")
        self.world.change(conversation, holder="SV", holder_is_me=True)
        return Done("Claimed.", conversation=conversation)

    async def release(self, conversation: int) -> Done:
        self.world.did("release", conversation)
        self.world.change(conversation, holder=None, holder_is_me=False)
        return Done("Released.", conversation=conversation)

    async def steal(self, conversation: int, reason: str) -> Done:
        self.world.did("steal", conversation, reason)
        self.world.change(conversation, holder="SV", holder_is_me=True)
        return Done("Taken over.", conversation=conversation)

    async def heartbeat(self) -> None:
        self.world.acts.append(("heartbeat",))

    async def composing(self, conversation: int | None) -> None:
        self.world.did("composing", conversation)

    async def leave(self) -> None:
        self.world.did("leave")


class FakeTriage:
    def __init__(self, world: World) -> None:
        self.world = world

    def _move(self, conversation: int, sentence: str, *act: object, **changes: object) -> Done:
        self.world.did(*act)
        self.world.undo.append(self.world.rows[conversation])
        self.world.change(conversation, **changes)
        return Done(sentence, conversation=conversation)

    async def resolve(self, conversation: int) -> Done:
        return self._move(conversation, "Resolved.", "resolve", conversation, status="resolved")

    async def reopen(self, conversation: int) -> Done:
        return self._move(conversation, "Reopened.", "reopen", conversation, status="open")

    async def no_reply(self, conversation: int, reason: str) -> Done:
        return self._move(
            conversation, "No reply needed.", "no_reply", conversation, reason, status="resolved"
        )

    async def snooze(
        self,
        conversation: int,
        shows_at: Millis | None,
        due_at: Millis | None = None,
        *,
        until_reply: bool = False,
    ) -> Done:
        act = ("snooze", conversation, shows_at, due_at, until_reply)
        return self._move(conversation, "Snoozed.", *act, status="snoozed", shows_at=shows_at)

    async def wake(self, conversation: int) -> Done:
        return self._move(conversation, "Back.", "wake", conversation, status="open", shows_at=None)

    async def label(self, conversation: int, label: str, *, on: bool = True) -> Done:
        labels = tuple(one for one in self.world.rows[conversation].labels if one != label)
        return self._move(
            conversation,
            "Labelled.",
            "label",
            conversation,
            label,
            on,
            labels=(*labels, label) if on else labels,
        )

    async def labels(self) -> tuple[str, ...]:
        return ("storing", "factuur", "verhuizen")

    async def assign(self, conversation: int, login: str | None) -> Done:
        initials = {"sanne": "SV", "adil": "AB"}.get(login or "")
        return self._move(conversation, "Assigned.", "assign", conversation, login, assignee=initials)

    async def operators(self) -> tuple[Operator, ...]:
        return (SANNE, ADIL)

    async def priority(self, conversation: int, priority: int) -> Done:
        return self._move(conversation, "Priority.", "priority", conversation, priority, priority=priority)

    async def sentiment(self, conversation: int, sentiment: Sentiment) -> Done:
        return self._move(
            conversation,
            "Noted.",
            "sentiment",
            conversation,
            sentiment,
            sentiment=sentiment,
            sentiment_unsure=False,
        )

    async def kind(self, conversation: int, kind: str) -> Done:
        return self._move(conversation, "Noted.", "kind", conversation, kind, kind=kind)

    async def make_question(self, conversation: int) -> Done:
        return self._move(
            conversation, "A question now.", "question", conversation, status="open", late_arrivals=0
        )


def _blocked(one: Row, kind: Kind, *, templates_only: bool) -> str:
    if templates_only and kind == "private":
        return "The window is closed: only approved templates."
    return "This channel is only listened to." if one.channel == "feed" else ""


class FakeReplies:
    def __init__(self, world: World, attachments: FakeAttachments) -> None:
        self.world = world
        self.attachments = attachments

    async def open(self, conversation: int, kind: Kind) -> ComposerView:
        one = self.world.rows[conversation]
        draft = self.world.drafts.get((conversation, kind)) or DraftView(
            conversation, kind, "", None, 0, one.version
        )
        return ComposerView(
            draft=draft,
            draft_channel="gemeente",
            channel_name="Bluesky gemeente",
            account="@gemeente",
            platform=one.platform,
            recipient=one.contact_name,
            sign_off="" if kind == "note" else "^SV",
            language="nl",
            form_of_address="je",
            blocked=_blocked(one, kind, templates_only=self.world.templates_only),
            templates_only=self.world.templates_only and kind == "private",
            no_private=self.world.no_private,
            last_message=one.preview,
            attachments=tuple(self.attachments.of.get((conversation, kind), ())),
        )

    async def save(self, draft: DraftView) -> None:
        self.world.did("save", draft.conversation, draft.text)
        self.world.drafts[draft.conversation, draft.kind] = draft

    async def discard(self, conversation: int, kind: Kind) -> Done:
        self.world.did("discard", conversation, kind)
        self.world.drafts.pop((conversation, kind), None)
        return Done("Draft thrown away.", conversation=conversation)

    def length_of(self, composer: ComposerView, text: str) -> Length:
        used = len(text) + len(composer.sign_off) + 1
        return Length(used, 300, "graphemes", used <= 300)

    async def templates(self, conversation: int, query: str = "") -> tuple[TemplateChoice, ...]:
        return (
            TemplateChoice(
                "zoeken", "We zoeken het uit", "nl", ("public",), self.world.template_text, 12, None
            ),
            TemplateChoice("dank", "Dank voor het compliment", "nl", (), "Dank je wel!", 3, None),
        )

    async def fill(self, conversation: int, template: str, kind: Kind) -> str:
        return self.world.template_text if template == "zoeken" else "Dank je wel!"

    async def review(
        self, conversation: int, kind: Kind, text: str, *, in_parts: bool = False, follow: str | None = None
    ) -> ReviewView:
        review = self._review(conversation, kind, text, in_parts=in_parts)
        if follow is None:
            return review
        private = self._review(conversation, "private", follow, in_parts=False)
        return replace(review, follow=private, can_follow=False)

    def _review(self, conversation: int, kind: Kind, text: str, *, in_parts: bool) -> ReviewView:
        one = self.world.rows[conversation]
        used = len(text) + 4
        blocks: tuple[str, ...] = ("Fill in the gaps first.",) if "{{" in text else ()
        blocks += () if text.strip() else ("There is nothing to send yet.",)
        pieces = [text[start : start + 280] for start in range(0, len(text), 280)]
        parts = [PartView(f"{one} {n}/{len(pieces)}", one) for n, one in enumerate(pieces, 1)]
        if used > 300 and not in_parts:
            blocks, parts = (*blocks, "Too long."), []
        return ReviewView(
            conversation=conversation,
            kind=kind,
            text=text if kind == "note" else f"{text} ^SV",
            body=text,
            channel_name="Bluesky gemeente",
            account="@gemeente",
            recipient=one.contact_name,
            length=Length(300 if in_parts else used, 300, "graphemes", used <= 300 or in_parts),
            blocks=blocks,
            parts=tuple(parts) if used > 300 else (),
            can_part=used > 300 and not in_parts,
            can_follow=kind == "public" and not self.world.no_private,
            warnings=(),
            changed=self.world.changed,
            version=one.version,
            attachments=tuple(self.attachments.of.get((conversation, kind), ())),
        )

    async def send(self, review: ReviewView) -> Done:
        if self.world.conflict_on_send:
            self.world.conflict_on_send = False
            self.world.changed = ("Adil answered at 09:30.",)
            raise Conflict("The conversation moved while you looked.")
        self.world.did("send", review.conversation, review.kind, review.text)
        self.world.promised += review.promises
        self.world.drafts.pop((review.conversation, review.kind), None)
        if review.follow is not None:
            self.world.did("follow", review.conversation, review.follow.kind, review.follow.text)
            self.world.promised += review.follow.promises
            self.world.drafts.pop((review.conversation, review.follow.kind), None)
        if review.kind == "note":
            self.world.notes.append((review.conversation, review.text))
            return Done("Note kept.", conversation=review.conversation)
        id_ = len(self.world.outbox) + 1
        until = self.world.clock.now() + 10 * SECOND
        self.world.outbox[id_] = OutboxView(
            id=id_,
            conversation=review.conversation,
            contact=review.recipient,
            channel="gemeente",
            text=review.text,
            visibility="public",
            status="queued",
            undo_until=until,
            attempts=0,
            sentence="",
            operator="SV",
            queued_at=self.world.clock.now(),
        )
        self.world.undo.append(id_)
        self.world.change(review.conversation, status="waiting", holder=None, holder_is_me=False)
        return Done("On its way.", conversation=review.conversation, outbox=id_, undo_until=until)


class FakeDesk:
    """One operator's desk on a world."""

    def __init__(self, world: World, operator: Operator = SANNE) -> None:
        self.world = world
        self.operator = operator
        self.clock = world.clock
        self.queues = FakeQueues(world)
        self.conversations = FakeConversations(world)
        self.claims = FakeClaims(world)
        self.triage = FakeTriage(world)
        self.hiding = FakeHiding(world)
        self.attachments = FakeAttachments()
        self.replies = FakeReplies(world, self.attachments)
        self.approved = FakeApproved(world)
        self.suggestions = FakeSuggestions(world)
        self.outbox = FakeOutbox(world)
        self.promises = FakePromises(world)
        self.coaching = FakeCoaching(world, self.promises)
        self.templating = FakeTemplating(world)
        self.history = FakeHistory(world)
        self.health = FakeHealth(world)
        self.meter = FakeMeter(world)

    async def changes(self) -> AsyncIterator[Change]:
        """What `World.tell` says."""
        mine: asyncio.Queue[Change] = asyncio.Queue()
        self.world.listeners.append(mine)
        while True:
            yield await mine.get()
