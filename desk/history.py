"""Undo and redo: every act is an event that kept what was before, so any of one's own can be put back.

An undone act is not erased: `undone` and `redone` are events themselves, and the clocks read past what was
undone as if it had never been. An act cannot be undone once somebody has built on it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import cast

from desk import moves
from desk.ground import Ground
from desk.outgoing import call_back
from desk.promises import NAMES as PROMISE_NAMES
from desk.triage import SENTIMENT_VALUE
from desk.views import Done
from domain.clock import Millis
from domain.conversation import Value
from domain.errors import Conflict, NotAllowed
from i18n import N_, _
from storage import events, messages, operators, outbox, promises, scores
from storage.events import Event
from storage.scores import Judged

NAMES: Mapping[str, str] = {
    "claimed": N_("claim"),
    "released": N_("release"),
    "stolen": N_("take-over"),
    "resolved": N_("resolve"),
    "reopened": N_("reopen"),
    "no_reply": N_("no reply needed"),
    "snoozed": N_("snooze"),
    "woken": N_("wake"),
    "labelled": N_("label"),
    "unlabelled": N_("label"),
    "assigned": N_("assign"),
    "priority_set": N_("priority"),
    "kind_set": N_("kind"),
    "sentiment_corrected": N_("sentiment"),
    "question_made": N_("made a question"),
    **PROMISE_NAMES,
}
"""Acts that can be undone, with the word for each."""

CORRECTED: Mapping[str, str] = {"sentiment_corrected": "sentiment", "kind_set": "kind"}
"""Acts from which the desk learns, with the field each corrects."""


class History:
    """Undo and redo of this operator's own acts."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def undo(self) -> Done:
        """Take back the last act; a reply still in its undo window counts as one."""
        return await self._ground.write(self._undo)

    async def redo(self) -> Done:
        """Do again what was undone last."""
        return await self._ground.write(self._redo)

    def _undo(self, connection: sqlite3.Connection) -> Done:
        ground = self._ground
        act = self._last(connection, redo=False)
        reply = outbox.last_to_call_back(connection, ground.operator.login, ground.clock.now())
        if reply is not None and (act is None or reply["queued_at"] >= act.at):
            return call_back(connection, ground, reply["id"])
        if act is None:
            raise NotAllowed(_("There is nothing of yours to undo."))
        self._put(connection, act, kind="undone", forward=False)
        return Done(
            _("Undone: {act}.", act=_(NAMES[act.kind])), undoable=False, conversation=act.conversation_id
        )

    def _redo(self, connection: sqlite3.Connection) -> Done:
        act = self._last(connection, redo=True)
        if act is None:
            raise NotAllowed(_("There is nothing of yours to redo."))
        self._put(connection, act, kind="redone", forward=True)
        return Done(_("Done again: {act}.", act=_(NAMES[act.kind])), conversation=act.conversation_id)

    def _last(self, connection: sqlite3.Connection, *, redo: bool) -> Event | None:
        done: list[Event] = []
        undone: list[Event] = []
        for event in events.by_actor(connection, self._ground.operator.login):
            target = event.payload.get("event")
            if event.kind == "undone":
                done, undone = _shift(done, undone, target)
            elif event.kind == "redone":
                undone, done = _shift(undone, done, target)
            elif event.kind in NAMES:
                done.append(event)
                undone.clear()
        stack = undone if redo else done
        return stack[-1] if stack else None

    def _put(self, connection: sqlite3.Connection, act: Event, *, kind: str, forward: bool) -> None:
        conversation_id = act.conversation_id
        if conversation_id is None:
            raise NotAllowed(_("This act cannot be undone."))
        recorded = events.of_conversation(connection, conversation_id)
        if not _free(act, events.writers(recorded), forward=forward):
            raise Conflict(_("Somebody has changed this conversation since; it cannot be put back."))
        wanted = act.payload.get("set", {}) if forward else _was(act, recorded)
        promised = _promised(connection, act, recorded, forward=forward)
        events.move(
            connection,
            at=self._ground.clock.now(),
            actor=self._ground.operator.login,
            conversation_id=conversation_id,
            kind=kind,
            changes=self._lease(connection, cast("Mapping[str, Value]", wanted)),
            details={"event": act.id, **promised},
        )
        _beside(connection, act, forward=forward, now=self._ground.clock.now())
        moves.refresh(connection, self._ground.clocks, conversation_id)

    def _lease(self, connection: sqlite3.Connection, wanted: Mapping[str, Value]) -> Mapping[str, Value]:
        """A lease belongs to a running desk: ours comes back to this one, a dead one to nobody."""
        holder, session = wanted.get("holder"), wanted.get("holder_session")
        if holder is None:
            return wanted
        if holder == self._ground.operator.login:
            return {**wanted, "holder_session": self._ground.session}
        if operators.lease_alive(connection, cast("str | None", session), self._ground.alive_since()):
            return wanted
        return {**wanted, "holder": None, "holder_session": None}


def _shift(source: list[Event], target: list[Event], event_id: object) -> tuple[list[Event], list[Event]]:
    moved = [event for event in source if event.id == event_id]
    return [event for event in source if event.id != event_id], target + moved


def _free(act: Event, writers: Mapping[str, list[int]], *, forward: bool) -> bool:
    """Whether nobody has built on an act (to undo it), or on what was before it (to do it again)."""
    last = [(writers.get(name) or [0])[-1] for name in events.fields_of(act)]
    return all(one < act.id if forward else one == act.id for one in last)


def _was(act: Event, recorded: list[Event], key: str = "was") -> object:
    """What was before an act, or before it was done again."""
    again = [event for event in recorded if event.kind == "redone" and event.payload.get("event") == act.id]
    return (again[-1] if again else act).payload.get(key, {})


def _promised(
    connection: sqlite3.Connection, act: Event, recorded: list[Event], *, forward: bool
) -> dict[str, object]:
    """Put back what an act did to a promise, and say so for the record; nothing where it was about none."""
    promise_id = act.payload.get("promise")
    if not isinstance(promise_id, int):
        return {}
    to = act.payload["promise_set"] if forward else _was(act, recorded, "promise_was")
    wanted = cast("Mapping[str, Value]", to)
    was = promises.current(connection, promise_id, wanted)
    promises.project(connection, promise_id, wanted)
    return {"promise": promise_id, "promise_set": dict(wanted), "promise_was": was}


def _beside(connection: sqlite3.Connection, act: Event, *, forward: bool, now: Millis) -> None:
    """What an act changed beside the conversation's own fields."""
    if act.kind == "question_made":
        messages.set_late(connection, cast("list[int]", act.payload["messages"]), late=not forward)
    if act.kind in CORRECTED and act.payload.get("message") is not None:
        _correction(connection, act, forward=forward, now=now)


def _correction(connection: sqlite3.Connection, act: Event, *, forward: bool, now: Millis) -> None:
    message_id = cast("int", act.payload["message"])
    field = CORRECTED[act.kind]
    became = str(cast("Mapping[str, Value]", act.payload["set"])[field])
    if forward:
        was = str(act.payload["predicted"])
        scores.keep_correction(
            connection, message_id, operator=act.actor, field=field, was=was, became=became, at=now
        )
    else:
        scores.drop_correction(connection, message_id, operator=act.actor, field=field, became=became)
    if field == "sentiment":
        before = cast("Mapping[str, object]", act.payload["judged"])
        after = Judged(became, SENTIMENT_VALUE[became], unsure=False, corrected=True)
        scores.judge(connection, message_id, after if forward else Judged(**before))  # type: ignore[arg-type]
