"""What a person can do with replies that are on their way."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from desk import moves, sentences
from desk.ground import Ground
from desk.promises import unsaid
from desk.reply_views import OutboxView, SentPart
from desk.settling import SEEN_BY_OPERATOR, confirm_sent
from desk.views import Done
from domain.chain import Standing
from domain.clock import Millis
from domain.conversation import Move
from domain.errors import Conflict, NotAllowed, NotFound
from i18n import _, ngettext
from storage import attachments, chains, conversations, drafts, events, messages, outbox


class Outgoing:
    """The outbox as the operator sees it."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def list(self) -> tuple[OutboxView, ...]:
        """Everything on its way, in doubt, or refused; oldest first, a reply in parts as one."""

        def work(connection: sqlite3.Connection) -> tuple[OutboxView, ...]:
            rows = outbox.shown(connection)
            parts = chains.of_chains(connection, [row["chain"] for row in rows if row["chain"] is not None])
            return tuple(_view(row, parts.get(row["chain"], ())) for row in rows if _is_at(row, parts))

        return await self._ground.read(work)

    async def call_back(self, outbox_id: int) -> Done:
        """Stop a reply that has not left; its text becomes a draft again. Raises Conflict when too late.

        Of a reply in parts all stops that can: the whole of it, or what is not out yet.
        """
        return await self._ground.write(lambda connection: call_back(connection, self._ground, outbox_id))

    async def try_again(self, outbox_id: int) -> Done:
        """Send what was refused once more, and the parts behind it. Raises Conflict, NotAllowed."""
        return await self._ground.write(lambda connection: self._try_again(connection, outbox_id))

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
        return self._goes_again(connection, row)

    def _try_again(self, connection: sqlite3.Connection, outbox_id: int) -> Done:
        row, now = outbox.get(connection, outbox_id), self._ground.clock.now()
        if row is None or row["status"] != "refused":
            raise Conflict(_("This reply is not refused, or somebody saw to it meanwhile."))
        if late := self._blocked(connection, row, now):
            raise NotAllowed(late)
        try:
            outbox.step(
                connection, outbox_id, "refused", "queued", next_at=now, undo_until=now, sentence="",
                prepared=None,
            )  # fmt: skip
        except sqlite3.IntegrityError as error:
            raise Conflict(_("This very text is already on its way in this conversation.")) from error
        return self._goes_again(connection, row)

    def _blocked(self, connection: sqlite3.Connection, row: sqlite3.Row, now: Millis) -> str:
        """Why it cannot go out now; empty when it can."""
        conversation = conversations.get(connection, row["conversation_id"])
        inbound = messages.last_inbound(connection, row["conversation_id"])
        channel = self._ground.settings.channels.get(row["channel"])
        why = sentences.blocked(
            conversation, inbound, channel, row["visibility"], now=now, templated=row["template"] is not None
        )
        if why or row["visibility"] == "public":
            return why
        return sentences.used(connection, conversation, inbound)

    def _goes_again(self, connection: sqlite3.Connection, row: sqlite3.Row) -> Done:
        events.move(
            connection, at=self._ground.clock.now(), actor=self._ground.operator.login,
            conversation_id=row["conversation_id"], kind="reply_sent_again", changes={},
            details={"outbox": row["id"]},
        )  # fmt: skip
        return Done(_("Goes out again."), undoable=False, conversation=row["conversation_id"])


def call_back(connection: sqlite3.Connection, ground: Ground, outbox_id: int) -> Done:
    """Stop a reply inside a write transaction, and give its text back as a draft."""
    rows = chains.of_reply(connection, outbox_id)
    if not rows:
        raise NotFound(_("There is no reply {id}.", id=outbox_id))
    standing = Standing(tuple(row["status"] for row in rows))
    stopped = [rows[number - 1] for number in standing.stoppable]
    if not stopped:
        raise Conflict(_("Too late: it has left, or is leaving right now."))
    for row in reversed(stopped):
        outbox.step(connection, row["id"], row["status"], "called_back", next_at=None)
        unsaid(connection, ground, row["id"])
    first, *others = stopped
    now = ground.clock.now()
    moves.make(
        connection, ground.clocks, first["conversation_id"], Move(), at=now, actor=ground.operator.login,
        kind="reply_called_back", touches_thread=True,
        details={"outbox": first["id"], **({"parts": [row["id"] for row in others]} if others else {})},
    )  # fmt: skip
    templated = first["template"] is not None
    for visibility in dict.fromkeys(row["visibility"] for row in stopped if not templated):
        _give_back(connection, [row for row in stopped if row["visibility"] == visibility], now)
    in_private_too = len({row["visibility"] for row in rows}) > 1
    said = _called_back(len(rows) - len(stopped), in_private_too=in_private_too)
    return Done(
        _("Called back.") if templated else said, undoable=False,
        conversation=first["conversation_id"], outbox=first["id"],
    )  # fmt: skip


def _called_back(gone: int, *, in_private_too: bool) -> str:
    """What became of it; `gone` parts have left, or are leaving right now."""
    if in_private_too and gone:
        return _("Too late for the public answer; the private message is called back, it is in your draft.")
    if in_private_too:
        return _("Both are called back; each text is in its draft.")
    if not gone:
        return _("Called back; the text is in your draft.")
    return ngettext(
        "Too late for {n} part; the rest is called back, its text is in your draft.",
        "Too late for {n} parts; the rest is called back, its text is in your draft.",
        gone,
    )


def _give_back(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row], now: Millis) -> None:
    """Text and pictures become their writer's draft again, the text in front of what was begun since."""
    row = rows[0]
    conversation_id, operator, kind = row["conversation_id"], row["operator"], row["visibility"]
    begun = drafts.get(connection, conversation_id, operator, kind)
    text = _joined(rows)
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
    for one in (one for each in rows for one in attachments.of_outbox(connection, each["id"])):
        attachments.add(connection, attachments.Draft(conversation_id, operator, kind), one.attached)


def _joined(rows: Sequence[sqlite3.Row]) -> str:
    """Parts with the white space between them, as they were typed."""
    return "".join(row["body"] for row in rows).strip()


def _is_at(row: sqlite3.Row, parts: Mapping[str, Sequence[sqlite3.Row]]) -> bool:
    """Whether it is the part that its reply is about now; a reply of one message always is."""
    if row["chain"] is None:
        return True
    standing = Standing(tuple(one["status"] for one in parts[row["chain"]]))
    return bool(row["part"] == standing.at)


def _view(row: sqlite3.Row, parts: Sequence[sqlite3.Row]) -> OutboxView:
    return OutboxView(
        id=row["id"],
        conversation=row["conversation_id"],
        contact=row["contact_name"],
        channel=row["channel"],
        text=row["text"] or _("(picture)"),
        visibility=row["visibility"],
        status=row["status"],
        undo_until=row["undo_until"] if row["status"] == "queued" else None,
        attempts=row["attempts"],
        sentence=row["sentence"],
        operator=row["operator"],
        queued_at=row["queued_at"],
        next_at=row["next_at"],
        attachments=row["attachments"],
        part=row["part"] or 1,
        parts=tuple(
            SentPart(one["text"] or _("(picture)"), one["status"], one["visibility"]) for one in parts
        ),
    )
