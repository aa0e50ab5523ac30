"""What a desk in memory holds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from desk.approved_views import ApprovedTemplate
from desk.promise_views import NewPromise, PromiseView
from desk.queue_views import Row
from desk.reply_views import DraftView, OutboxView
from desk.views import Change, CollectorState, MessageView, Operator
from domain.clock import MINUTE, ManualClock, Millis
from domain.errors import Conflict
from domain.inbound import Cap
from domain.meter import Arc

Kind = Literal["public", "private", "note"]
NOW: Millis = 1_795_426_000_000  # Mon 23 Nov 2026 09:26 UTC
SANNE = Operator("sanne", "Sanne de Vries", "Sanne", "SV")
ADIL = Operator("adil", "Adil Benali", "Adil", "AB")


def row(id_: int, **changes: object) -> Row:
    """A row with everything usual."""
    usual = Row(
        id=id_,
        version=1,
        channel="gemeente",
        platform="bluesky",
        contact_name=f"Contact {id_}",
        handle=f"@contact{id_}",
        preview=f"Vraag nummer {id_} over mijn factuur",
        status="open",
        kind="question",
        sentiment="neutral",
        sentiment_unsure=False,
        labels=(),
        priority=0,
        visibility="public",
        due_at=NOW + id_ * 7 * MINUTE,
        soon_at=NOW + id_ * 5 * MINUTE,
        due_what="first_response",
        holder=None,
        holder_is_me=False,
        writing=False,
        assignee=None,
        late_arrivals=0,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


@dataclass
class World:
    """What the fake desk holds; tests change it by hand and call `tell`."""

    rows: dict[int, Row] = field(default_factory=dict)
    messages: dict[int, list[MessageView]] = field(default_factory=dict)
    drafts: dict[tuple[int, Kind], DraftView] = field(default_factory=dict)
    outbox: dict[int, OutboxView] = field(default_factory=dict)
    notes: list[tuple[int, str]] = field(default_factory=list)
    acts: list[tuple[object, ...]] = field(default_factory=list)
    """Every act that came in, with its arguments."""

    promises: dict[int, tuple[PromiseView, ...]] = field(default_factory=dict)
    """What stands on contacts' cards."""

    promised: tuple[NewPromise, ...] = ()
    """What went into the ledger with replies."""

    arcs: dict[int, Arc] = field(default_factory=dict)
    """How conversations went; else one sad message and no answer."""

    caps: dict[int, tuple[Cap, Cap]] = field(default_factory=dict)
    """What the platform allows of a conversation; else all of it."""

    no_private: str = ""
    """Why no private message can follow a public answer."""

    reads: int = 0
    undo: list[Row | int] = field(default_factory=list)
    """Rows as they were, or ids of replies."""

    changed: tuple[str, ...] = ()
    """What the send gate finds."""

    conflict_on_send: bool = False
    templates_only: bool = False
    """The window of every private conversation is closed."""

    approved: tuple[ApprovedTemplate, ...] = ()
    template_text: str = "Hoi {{?voornaam}}, dat zoeken we uit. Je ordernummer is {{?ordernummer}}?"
    link: str | None = "https://bsky.app/profile/x/post/1"
    profile: tuple[tuple[str, str], ...] = (("bio", "Fietst graag."), ("volgers", "1.204"))
    collector: CollectorState = field(
        default_factory=lambda: CollectorState(running=True, mine=True, sentence="")
    )
    error: str = ""
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    listeners: list[asyncio.Queue[Change]] = field(default_factory=list)

    def add(self, one: Row, *texts: str) -> None:
        """Put a conversation in, with the contact's messages."""
        self.rows[one.id] = one
        self.messages[one.id] = [
            MessageView(
                id=one.id * 100 + n,
                direction="in",
                at=NOW - (len(texts) - n) * 5 * MINUTE,
                author=one.contact_name,
                handle=one.handle,
                text=text,
                visibility=one.visibility,
                sentiment=one.sentiment,
                sentiment_unsure=one.sentiment_unsure,
            )
            for n, text in enumerate(texts or (one.preview,))
        ]

    def change(self, id_: int, **changes: object) -> None:
        """Move a conversation, as an act or a colleague would."""
        old = self.rows[id_]
        self.rows[id_] = replace(old, version=old.version + 1, **changes)  # type: ignore[arg-type]

    def tell(self, *ids: int, new: int = 0, everything: bool = False) -> None:
        """Let the screens know."""
        change = Change(
            frozenset(ids), new, new, presence=True, outbox=True, channels=True, everything=everything
        )
        for listener in self.listeners:
            listener.put_nowait(change)

    def status(self, id_: int) -> str:
        """Where a conversation stands now."""
        return self.rows[id_].status

    def labels(self, id_: int) -> tuple[str, ...]:
        """Its labels now."""
        return self.rows[id_].labels

    def did(self, *act: object) -> None:
        """Note an act; raises when the world is broken."""
        if self.error:
            raise Conflict(self.error)
        self.acts.append(act)

    def ordered(self, queue: str, search: str | None) -> list[Row]:
        """The rows of a queue, most urgent first."""
        tests: dict[str, Callable[[Row], bool]] = {
            "open": lambda one: one.status == "open",
            "mine": lambda one: one.status == "open" and one.holder_is_me,
            "unassigned": lambda one: one.status == "open" and not one.assignee,
            "negative": lambda one: one.status == "open" and one.sentiment == "negative",
            "waiting": lambda one: one.status == "waiting",
            "snoozed": lambda one: one.status == "snoozed",
            "all": lambda _one: True,
        }
        test = tests.get(queue, _nothing)
        found = [one for one in self.rows.values() if test(one)]
        if search:
            found = [one for one in found if search.lower() in (one.preview + one.contact_name).lower()]
        return sorted(found, key=lambda one: (one.due_at or 2**60, one.id))


def _nothing(_one: Row) -> bool:
    return False
