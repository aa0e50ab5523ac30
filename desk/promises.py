"""Promises: found while writing, noted when sent, and kept, because somebody is told in time.

Nothing closes one but a person: not the clock, not a “bedankt”, not a later reply. Where a reply may have
kept one, the desk offers to say so.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from config.settings import Settings
from desk.ground import Ground
from desk.promise_views import NewPromise, PromiseAlert, PromiseFound, PromiseMonth, PromiseView
from desk.views import Done
from domain import promise_ledger as rules
from domain.calendar import Calendar
from domain.clock import SECOND, Millis
from domain.conversation import Value
from domain.errors import Conflict, NotAllowed, NotFound
from domain.promise_ledger import Promise
from domain.promise_way import LABELS, What
from i18n import N_, _
from storage import conversations, operators, promises

NAMES = {
    "promise_made": N_("promise"),
    "promise_kept": N_("promise kept"),
    "promise_late": N_("promise kept late"),
    "promise_broken": N_("promise broken"),
    "promise_withdrawn": N_("promise withdrawn"),
    "promise_moved": N_("promise moved"),
    "promise_taken_over": N_("promise taken over"),
}
"""Acts that can be undone; what went with a reply (`promise_given`) goes when that is called back."""

Rule = Callable[[Promise, Millis], rules.Changes]


class Promises:
    """The ledger, and what a draft promises."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._calendar: Calendar | None = None

    def found(self, text: str) -> tuple[PromiseFound, ...]:
        """The promises in a draft, with their moments as understood now; no I/O."""
        from domain.promise import find_promises  # noqa: PLC0415 - only for whoever writes

        ground = self._ground
        told = find_promises(text, ground.clock.now(), ground.settings.timezone, self._counted_on())
        return tuple(
            PromiseFound(one.start, one.end, one.what, _(LABELS[one.what]), one.due, one.certainty, one.when)
            for one in told
        )

    def when(self, text: str) -> Millis:
        """The moment that a person types for a promise: a day means its end. Raises NotAMoment."""
        from domain.snooze import NotAMoment, parse_when  # noqa: PLC0415 - only for whoever promises

        ground = self._ground
        moment = parse_when(
            text, ground.clock.now(), ground.settings.timezone, self._counted_on(), edge="end"
        )
        if moment.at is None:
            raise NotAMoment(_("A promise needs a moment; write for instance “friday 17:00”."))
        return moment.at

    async def note(self, conversation_id: int, new: NewPromise) -> Done:
        """Keep what was promised elsewhere, such as on the telephone. Raises NotAllowed, NotFound."""
        now = self._ground.clock.now()
        if new.due_at is not None and new.due_at <= now:
            raise NotAllowed(_("A promise needs a moment that is still to come."))

        def work(connection: sqlite3.Connection) -> None:
            conversations.get(connection, conversation_id)
            made = _made(connection, self._ground, conversation_id, new, now)
            words = " ".join(new.words.replace("\x00", "\ufffd").split())
            promises.insert(
                connection, made, at=now, actor=self._ground.operator.login, kind="promise_made", words=words
            )

        await self._ground.write(work)
        return Done(_("Noted as a promise."), conversation=conversation_id)

    async def queue(self, *, mine: bool = False) -> tuple[PromiseView, ...]:
        """What is still to be done, first due first; of everybody, or only our own."""
        owner = self._ground.operator.login if mine else None
        return await self._read(lambda connection: promises.open_ones(connection, owner))

    async def of_conversation(self, conversation_id: int) -> tuple[PromiseView, ...]:
        """Everything promised in a conversation, settled ones included, oldest first."""
        return await self._read(lambda connection: promises.of_conversation(connection, conversation_id))

    async def get(self, promise_id: int) -> PromiseView:
        """One promise. Its `conversation` and `kind` say where to open the composer to report back."""
        found = await self._read(lambda connection: [promises.get(connection, promise_id)])
        return found[0]

    async def alert(self, *, mine: bool = False) -> PromiseAlert:
        """How many are over their moment or close to it."""
        now, owner = self._ground.clock.now(), self._ground.operator.login if mine else None
        row = await self._ground.read(lambda connection: promises.due_counts(connection, now, owner))
        return PromiseAlert(row["over"], row["soon"], row["next_at"])

    async def keep(self, seen: PromiseView, *, late: bool | None = None) -> Done:
        """It was done and told; the clock says whether in time, unless `late` does."""
        state = await self._act(seen, lambda promise, now: rules.keep(promise, now, late=late))
        sentence = _("Kept, though late.") if state == "late" else _("Promise kept.")
        return Done(sentence, conversation=seen.conversation)

    async def break_(self, seen: PromiseView, reason: str) -> Done:
        """It was not done. Raises NotAllowed without a reason."""
        if not reason.strip():
            raise NotAllowed(_("Say why it was broken; the team learns from it."))
        await self._act(seen, rules.break_, reason=reason)
        return Done(_("Noted as broken."), conversation=seen.conversation)

    async def withdraw(self, seen: PromiseView, reason: str = "") -> Done:
        """It need not be done any more, or never was a promise."""
        await self._act(seen, rules.withdraw, reason=reason)
        return Done(_("Promise withdrawn."), conversation=seen.conversation)

    async def move(self, seen: PromiseView, due_at: Millis) -> Done:
        """The contact was told another moment."""
        await self._act(seen, lambda promise, now: rules.move(promise, now, due_at), kind="promise_moved")
        return Done(_("Promise moved."), conversation=seen.conversation)

    async def take_over(self, seen: PromiseView, login: str | None = None) -> Done:
        """See to it ourselves, or give it to a colleague."""
        owner = login or self._ground.operator.login
        await self._act(
            seen,
            lambda promise, _now: rules.hand_over(promise, owner),
            kind="promise_taken_over",
            owner=owner,
        )
        return Done(_("Promise taken over."), conversation=seen.conversation)

    async def months(self) -> tuple[PromiseMonth, ...]:
        """What became of promises, month by month, from the record; what was undone is left out."""
        acts = await self._ground.read(promises.settled)
        zone = ZoneInfo(self._ground.settings.timezone)
        counted: dict[str, Counter[str]] = {}
        for act in acts:
            month = f"{datetime.fromtimestamp(act.at / SECOND, zone):%Y-%m}"
            counted.setdefault(month, Counter())[act.how] += 1
        return tuple(PromiseMonth(month, **counted[month]) for month in sorted(counted))

    # -- inside -----------------------------------------------------------------------------------------

    async def _read(self, work: Callable[[sqlite3.Connection], list[sqlite3.Row]]) -> tuple[PromiseView, ...]:
        rows = await self._ground.read(work)
        return tuple(promise_view(row, self._ground.operator.login) for row in rows)

    async def _act(
        self, seen: PromiseView, rule: Rule, *, kind: str = "", reason: str | None = None, owner: str = ""
    ) -> str:
        """Do something to a promise as it was seen; returns its state. Raises Conflict, NotAllowed."""
        ground, now = self._ground, self._ground.clock.now()

        def work(connection: sqlite3.Connection) -> str:
            row = promises.get(connection, seen.id)
            if row["version"] != seen.version:
                raise Conflict(_moved(row))
            if owner:
                _known(connection, owner)
            changes = rule(Promise(row["state"], row["owner"], row["made_at"], row["due_at"]), now)
            state = str(changes.get("state", row["state"]))
            promises.change(
                connection, seen.id, changes, at=now, actor=ground.operator.login,
                kind=kind or f"promise_{state}", reason=reason,
            )  # fmt: skip
            return state

        return await ground.write(work)

    def _counted_on(self) -> Calendar:
        if self._calendar is None:
            self._calendar = working_calendar(self._ground.settings)
        return self._calendar


def working_calendar(settings: Settings) -> Calendar:
    """The hours in which this desk keeps what it promises: its first calendar, or else office hours."""
    own = (*settings.calendars.values(), *(policy.calendar for policy in settings.sla))
    for calendar in own:
        if not calendar.around_the_clock:
            return calendar
    return Calendar("office", settings.timezone, dict.fromkeys(range(5), ((9 * 60, 17 * 60 + 30),)))


def given(
    connection: sqlite3.Connection,
    ground: Ground,
    conversation_id: int,
    outbox_id: int,
    told: tuple[NewPromise, ...],
) -> None:
    """Note what a reply promises, in the transaction that queues it."""
    now = ground.clock.now()
    for one in told:
        made = {**_made(connection, ground, conversation_id, one, now), "outbox_id": outbox_id}
        promises.insert(connection, made, at=now, actor=ground.operator.login, kind="promise_given")


def unsaid(connection: sqlite3.Connection, ground: Ground, outbox_id: int) -> None:
    """A reply was called back, so what it promised was never said."""
    for promise_id in promises.of_reply(connection, outbox_id):
        promises.change(
            connection, promise_id, promises.UNDONE, at=ground.clock.now(), actor=ground.operator.login,
            kind="promise_unsaid",
        )  # fmt: skip


def promise_view(row: sqlite3.Row, me: str) -> PromiseView:
    """A row of the ledger as it is shown."""
    what: What = row["what"]
    return PromiseView(
        id=row["id"],
        version=row["version"],
        conversation=row["conversation_id"],
        contact=row["contact_name"],
        handle=row["handle"],
        channel=row["channel"],
        what=what,
        label=_(LABELS[what]),
        said=row["said"],
        state=row["state"],
        made_at=row["made_at"],
        made_by=row["made_by"],
        owner=row["owner"],
        owner_initials=row["owner_initials"],
        mine=row["owner"] == me,
        due_at=row["due_at"],
        soon_at=row["soon_at"],
        closed_at=row["closed_at"],
        reason=row["reason"] if row["state"] in {"broken", "withdrawn"} else "",
        kind=row["visibility"],
        answered_at=row["answered_at"],
    )


def _made(
    connection: sqlite3.Connection, ground: Ground, conversation_id: int, new: NewPromise, now: Millis
) -> dict[str, Value]:
    owner = new.owner or ground.operator.login
    if new.owner:
        _known(connection, owner)
    return {
        "conversation_id": conversation_id,
        "made_at": now,
        "made_by": ground.operator.login,
        "owner": owner,
        "what": new.what,
        "due_at": new.due_at,
        "soon_at": rules.soon_at(now, new.due_at),
        "state": "open",
        "span_start": new.start,
        "span_end": new.end,
    }


def _known(connection: sqlite3.Connection, login: str) -> None:
    if operators.get(connection, login) is None:
        raise NotFound(_("No operator is called {login}.", login=login))


def _moved(row: sqlite3.Row) -> str:
    if row["state"] != "open":
        return _("This promise was settled meanwhile: {state}.", state=_(rules.STATES[row["state"]]))
    return _("This promise changed meanwhile; {name} sees to it. Look at it again.", name=row["owner_name"])
