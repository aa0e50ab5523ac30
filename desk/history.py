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
from desk.triage import SENTIMENT_VALUE
from desk.views import Done
from domain.conversation import Value
from domain.errors import Conflict, NotAllowed
from i18n import N_, _
from storage import conversations, events, messages, outbox
from storage.events import Event

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
}
"""Acts that can be undone, with the word for each."""


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
        before, after = act.payload.get("was", {}), act.payload.get("set", {})
        expected, wanted = (before, after) if forward else (after, before)
        expected = cast("Mapping[str, Value]", expected)
        wanted = cast("Mapping[str, Value]", wanted)
        if events.current(connection, conversation_id, expected) != dict(expected):
            raise Conflict(_("Somebody has changed this conversation since; it cannot be put back."))
        conversations.get(connection, conversation_id)
        events.move(
            connection,
            at=self._ground.clock.now(),
            actor=self._ground.operator.login,
            conversation_id=conversation_id,
            kind=kind,
            changes=wanted,
            details={"event": act.id},
        )
        _beside(connection, act, forward=forward)
        moves.refresh(connection, self._ground.clocks, conversation_id)


def _shift(source: list[Event], target: list[Event], event_id: object) -> tuple[list[Event], list[Event]]:
    moved = [event for event in source if event.id == event_id]
    return [event for event in source if event.id != event_id], target + moved


def _beside(connection: sqlite3.Connection, act: Event, *, forward: bool) -> None:
    """What an act changed beside the conversation's own fields."""
    if act.kind == "question_made" and act.conversation_id is not None:
        messages.set_late(connection, act.conversation_id, late=not forward)
    if act.kind == "sentiment_corrected":
        changed = cast("Mapping[str, Value]", act.payload.get("set", {}))
        became = str(changed.get("sentiment")) if forward else str(act.payload.get("predicted"))
        value = SENTIMENT_VALUE[became] if forward else act.payload.get("predicted_value")
        connection.execute(
            "UPDATE message SET sentiment = ?, sentiment_value = ?, corrected = ? WHERE id = ?",
            (became, value, int(forward), act.payload.get("message")),
        )
