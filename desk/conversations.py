"""One conversation with everything its screen shows.

Reading takes nothing: peek, claim and reply are three acts.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

from config import platforms
from desk.ground import Ground
from desk.queue_views import Sentiment
from desk.rows import row_view
from desk.sentences import told, used
from desk.views import AttachmentView, ClockView, ContactCard, ConversationView, MessageView, PastConversation
from desk.windows import at
from domain.chain import NOT_YET
from domain.clock import DAY
from domain.inbound import Cap
from domain.meter import Arc, arc_of
from i18n import _
from storage import contacts, conversations, drafts, events, messages, operators, outbox

if TYPE_CHECKING:
    from desk.promise_views import PromiseView


class Conversations:
    """Reading one conversation."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def view(self, conversation_id: int) -> ConversationView:
        """The conversation as it is now. Raises NotFound."""
        return await self._ground.read(lambda connection: self._view(connection, conversation_id))

    async def why(self, conversation_id: int) -> tuple[str, ...]:
        """Why it is due when it is, line by line."""

        def work(connection: sqlite3.Connection) -> tuple[str, ...]:
            row = conversations.get(connection, conversation_id)
            return self._ground.clocks.why(row, events.of_conversation(connection, conversation_id))

        return await self._ground.read(work)

    async def link(self, conversation_id: int) -> str | None:
        """Where the newest message of the contact stands on the platform; None where it has no address."""

        def work(connection: sqlite3.Connection) -> str | None:
            newest = messages.last_inbound(connection, conversation_id)
            return None if newest is None else newest["permalink"]

        return await self._ground.read(work)

    def _view(self, connection: sqlite3.Connection, conversation_id: int) -> ConversationView:
        record = conversations.get(connection, conversation_id)
        listed = conversations.rows(connection, (conversation_id,))[0]
        composing = operators.composing(connection, self._ground.alive_since())
        inbound, now = messages.last_inbound(connection, conversation_id), self._ground.clock.now()
        public, private = told(inbound)
        channel = self._ground.settings.channels.get(record["channel"])
        thread = messages.thread(connection, conversation_id)
        if private.ok and (written := used(connection, record, inbound)):
            private = replace(private, ok=False, reason=written)
        deaf = channel is None or platforms.only_listens(channel)
        if deaf:
            public = private = Cap(ok=False, reason=_("Nothing can be sent on this channel."))
        return ConversationView(
            row=row_view(listed, self._ground.operator.login, conversation_id in composing),
            channel_name=channel.name if channel else record["channel"],
            account=record["account"],
            contact=self._card(connection, record),
            messages=_messages(connection, conversation_id, thread),
            clocks=self._clocks(connection, record),
            reply_public=at(public, now),
            reply_private=at(private, now),
            caps=(public, private),
            window_until=record["window_until"],
            outcome=record["outcome"],
            before=record["before"],
            after=record["after"],
            arc=_arc(thread),
            listen_only=bool(record["listen_only"]),
            proactive=bool(record["proactive"]),
            drafts=tuple(drafts.on_conversation(connection, conversation_id)),
        )

    def _clocks(self, connection: sqlite3.Connection, record: sqlite3.Row) -> tuple[ClockView, ...]:
        return self._ground.clocks.views(record, events.of_conversation(connection, record["id"]))

    def _card(self, connection: sqlite3.Connection, record: sqlite3.Row) -> ContactCard:
        contact_id = record["contact_id"]
        handles = contacts.handles(connection, contact_id)
        name = contacts.name(connection, contact_id)
        profile: dict[str, object] = next((json.loads(row["profile"]) for row in handles), {})
        return ContactCard(
            id=contact_id,
            name=name,
            first_name=first_name(name),
            handle=record["handle"],
            handles=tuple((row["channel"], row["handle"]) for row in handles),
            profile=tuple((str(key), str(value)) for key, value in profile.items()),
            past=tuple(_past(row) for row in contacts.past(connection, contact_id, but=record["id"])),
            promises=self._promises(connection, contact_id),
            contacts_this_month=contacts.conversations_since(
                connection, contact_id, self._ground.clock.now() - 31 * DAY
            ),
        )

    def _promises(self, connection: sqlite3.Connection, contact_id: int) -> tuple[PromiseView, ...]:
        from storage import promises  # noqa: PLC0415 - not on the way to the first paint

        rows = promises.of_contact(connection, contact_id)
        if not rows:
            return ()
        from desk.promises import promise_view  # noqa: PLC0415 - only where something was promised

        return tuple(promise_view(row, self._ground.operator.login) for row in rows)


def first_name(name: str) -> str:
    """What to call somebody: the first word of a name; a bare handle has none."""
    word = name.split(maxsplit=1)[0] if name.split() else ""
    return "" if word.startswith("@") or "." in word.strip(".") or any(c.isdigit() for c in word) else word


def _arc(thread: list[sqlite3.Row]) -> Arc:
    standing = (row for row in thread if row["direction"] != "note" and not row["deleted"])
    return arc_of(
        [(row["direction"], None if row["sentiment_unsure"] else row["sentiment_value"]) for row in standing]
    )


def _messages(
    connection: sqlite3.Connection, conversation_id: int, thread: list[sqlite3.Row]
) -> tuple[MessageView, ...]:
    replies = outbox.of_conversation(connection, conversation_id)
    mixed = {row["chain"] for row in replies if row["visibility"] == "private" and row["after_id"]} & {
        row["chain"] for row in replies if row["visibility"] == "public"
    }
    parts = {
        row["message_id"]: (row["part"], row["parts"])
        for row in replies
        if row["chain"] is not None and row["chain"] not in mixed
    }
    stored = [_message(row, parts.get(row["id"])) for row in thread]
    going = [
        _going(connection, row, in_parts=row["chain"] is not None and row["chain"] not in mixed)
        for row in replies
        if row["status"] not in {"sent", "called_back"}
    ]
    return (*stored, *going)


def _message(row: sqlite3.Row, part: tuple[int, int] | None) -> MessageView:
    outgoing = row["direction"] != "in"
    return MessageView(
        id=row["id"],
        direction=row["direction"],
        at=row["created_at"],
        author=(row["operator"] or "") if outgoing else (row["contact_name"] or ""),
        handle="",
        text=row["text"],
        visibility=row["visibility"],
        sentiment=row["sentiment"],
        sentiment_unsure=bool(row["sentiment_unsure"]),
        sentiment_engine=row["engine"],
        corrected=bool(row["corrected"]),
        edited=row["edited_at"] is not None,
        deleted=bool(row["deleted"]),
        hidden=None if row["hide"] is None else bool(row["hide"]),
        hiding=row["hide_state"] or "",
        hiding_sentence=row["hide_sentence"] or "",
        late=bool(row["late"]),
        rating=row["rating"],
        permalink=row["permalink"],
        attachments=tuple(
            AttachmentView(one["kind"], one["url"], one["alt"]) for one in json.loads(row["attachments"])
        ),
        outbox="sent" if row["direction"] == "out" else None,
        outside=bool(row["outside"]),
        part=part,
    )


def _going(connection: sqlite3.Connection, row: sqlite3.Row, *, in_parts: bool) -> MessageView:
    """A reply that is not on the platform yet; its id is negative, so that it never meets a message's."""
    return MessageView(
        id=-row["id"],
        direction="out",
        at=row["queued_at"],
        author=row["operator"],
        handle="",
        text=row["text"],
        visibility=row["visibility"],
        attachments=_along(connection, row["id"]),
        outbox=row["status"],
        part=(row["part"], row["parts"]) if in_parts else None,
        waits=row["next_at"] == NOT_YET,
    )


def _along(connection: sqlite3.Connection, outbox_id: int) -> tuple[AttachmentView, ...]:
    from storage import attachments  # noqa: PLC0415 - only for a reply that is on its way

    return tuple(
        AttachmentView("video" if one.attached.is_film else "image", "", one.attached.alt)
        for one in attachments.of_outbox(connection, outbox_id)
    )


def _past(row: sqlite3.Row) -> PastConversation:
    return PastConversation(
        id=row["id"],
        at=row["opened_at"],
        channel=row["channel"],
        preview=row["preview"],
        status=row["status"],
        outcome=row["outcome"],
        sentiment=row["sentiment"],
        after=_sign(row["after"]),
        answered_by=row["answered_by"],
    )


def _sign(value: float | None) -> Sentiment | None:
    if value is None:
        return None
    if abs(value) < 0.2:
        return "neutral"
    return "positive" if value > 0 else "negative"
