"""What a person can do with replies that are on their way."""

from __future__ import annotations

import sqlite3

from desk import moves
from desk.ground import Ground
from desk.promises import unsaid
from desk.reply_views import OutboxView
from desk.settling import SEEN_BY_OPERATOR, confirm_sent
from desk.views import Done
from domain.clock import Millis
from domain.conversation import Move
from domain.errors import Conflict, NotFound
from i18n import _
from storage import attachments, conversations, drafts, events, outbox


class Outgoing:
    """The outbox as the operator sees it."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def list(self) -> tuple[OutboxView, ...]:
        """Everything on its way, in doubt, or refused; oldest first."""
        rows = await self._ground.read(outbox.shown)
        return tuple(_view(row) for row in rows)

    async def call_back(self, outbox_id: int) -> Done:
        """Stop a reply that has not left; its text becomes a draft again. Raises Conflict when too late."""
        return await self._ground.write(lambda connection: call_back(connection, self._ground, outbox_id))

    async def settle(self, outbox_id: int, *, there: bool) -> Done:
        """A person looked: the reply in doubt is there, or it is not and goes out again."""
        return await self._ground.write(lambda connection: self._settle(connection, outbox_id, there=there))

    def _settle(self, connection: sqlite3.Connection, outbox_id: int, *, there: bool) -> Done:
        row = outbox.get(connection, outbox_id)
        if row is None or row["status"] != "ask_operator":
            raise Conflict(_("This reply is no longer in doubt."))
        ground, now = self._ground, self._ground.clock.now()
        if there:
            confirm_sent(
                connection,
                ground.clocks,
                row,
                remote_id=f"{SEEN_BY_OPERATOR}{outbox_id}",
                permalink=None,
                now=now,
                actor=ground.operator.login,
            )
            return Done(_("Noted: it is there."), undoable=False, conversation=row["conversation_id"])
        outbox.step(
            connection,
            outbox_id,
            "ask_operator",
            "queued",
            next_at=now,
            undo_until=now,
            sentence="",
            prepared=None,
        )
        events.move(
            connection, at=now, actor=ground.operator.login, conversation_id=row["conversation_id"],
            kind="reply_sent_again", changes={}, details={"outbox": outbox_id},
        )  # fmt: skip
        return Done(_("Goes out again."), undoable=False, conversation=row["conversation_id"])


def call_back(connection: sqlite3.Connection, ground: Ground, outbox_id: int) -> Done:
    """Stop a reply inside a write transaction, and give its text back as a draft."""
    row = outbox.get(connection, outbox_id)
    if row is None:
        raise NotFound(_("There is no reply {id}.", id=outbox_id))
    stoppable = row["status"] in {"queued", "retry_wait", "refused", "ask_operator"}
    if not stoppable or not outbox.step(connection, outbox_id, row["status"], "called_back", next_at=None):
        raise Conflict(_("Too late: it has left, or is leaving right now."))
    now = ground.clock.now()
    unsaid(connection, ground, outbox_id)
    moves.make(
        connection, ground.clocks, row["conversation_id"], Move(), at=now, actor=ground.operator.login,
        kind="reply_called_back", touches_thread=True, details={"outbox": outbox_id},
    )  # fmt: skip
    _give_back(connection, row, now)
    return Done(
        _("Called back; the text is in your draft."), undoable=False, conversation=row["conversation_id"],
        outbox=outbox_id,
    )  # fmt: skip


def _give_back(connection: sqlite3.Connection, row: sqlite3.Row, now: Millis) -> None:
    """Text and pictures become their writer's draft again, the text in front of what was begun since."""
    conversation_id, operator, kind = row["conversation_id"], row["operator"], row["visibility"]
    begun = drafts.get(connection, conversation_id, operator, kind)
    text = row["body"]
    if begun is not None and begun["text"].strip() and begun["text"].strip() != text:
        text = f"{text}\n\n{begun['text']}"
    drafts.save(
        connection,
        conversation_id=conversation_id,
        operator=operator,
        kind=kind,
        text=text,
        template=None,
        base_version=conversations.get(connection, conversation_id)["thread_version"],
        at=now,
    )
    for one in attachments.of_outbox(connection, row["id"]):
        attachments.add(connection, attachments.Draft(conversation_id, operator, kind), one.attached)


def _view(row: sqlite3.Row) -> OutboxView:
    return OutboxView(
        id=row["id"],
        conversation=row["conversation_id"],
        contact=row["contact_name"],
        channel=row["channel"],
        text=row["text"],
        visibility=row["visibility"],
        status=row["status"],
        undo_until=row["undo_until"] if row["status"] == "queued" else None,
        attempts=row["attempts"],
        sentence=row["sentence"],
        operator=row["operator"],
        queued_at=row["queued_at"],
        next_at=row["next_at"],
        attachments=row["attachments"],
    )
