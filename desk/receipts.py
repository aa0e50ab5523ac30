"""Receipts: a platform's later word on what we sent settles doubt, or brings back what was not delivered."""

from __future__ import annotations

import sqlite3

from desk import moves
from desk.clocks import Clocks
from desk.settling import confirm_sent
from domain import conversation as rules
from domain.clock import Millis
from domain.conversation import Move
from domain.inbound import SendStatus
from domain.text import clean_for_store
from i18n import _
from storage import conversations, messages, outbox, receipts


def take_status(
    connection: sqlite3.Connection, clocks: Clocks, channel: str, status: SendStatus, *, now: Millis
) -> None:
    """Settle a reply in doubt with it, and remember it of a message that is in the thread."""
    doubtful = receipts.reply_in_doubt(connection, channel, status.key, status.remote_id)
    if doubtful is not None:
        if status.state == "failed":
            _ask(connection, doubtful, status)
            return
        confirm_sent(
            connection,
            clocks,
            doubtful,
            remote_id=status.remote_id,
            permalink=None,
            now=now,
            sent_at=status.at,
        )
    message = receipts.sent_message(connection, channel, status.remote_id)
    if message is None:
        return
    sentence = clean_for_store(status.sentence)
    news = receipts.put(connection, message["id"], status.state, at=status.at, sentence=sentence)
    if news and status.state == "failed":
        _bring_back(connection, clocks, message, sentence, now=now)


def _ask(connection: sqlite3.Connection, reply: sqlite3.Row, status: SendStatus) -> None:
    """In doubt, and now the platform says that it was not delivered: a person decides what to do instead."""
    why = status.sentence or _("it gave no reason")
    sentence = _("The platform did not deliver it: {why}", why=clean_for_store(why))
    if reply["status"] == "unknown":
        outbox.step(connection, reply["id"], "unknown", "ask_operator", next_at=None, sentence=sentence)
    else:
        outbox.update(connection, reply["id"], status=reply["status"], sentence=sentence)


def _bring_back(
    connection: sqlite3.Connection, clocks: Clocks, message: sqlite3.Row, sentence: str, *, now: Millis
) -> None:
    """What counted as answered is not: a note says why, and the conversation needs us again."""
    row = conversations.get(connection, message["conversation_id"])
    note = messages.insert(
        connection,
        {
            "conversation_id": row["id"],
            "direction": "note",
            "channel": row["channel"],
            "account": row["account"],
            "text": _("Not delivered: {why}", why=sentence or _("the platform gave no reason")),
            "visibility": "private",
            "created_at": now,
            "received_at": now,
        },
    )
    state = moves.state_of(row)
    move = Move() if state.status == "open" else rules.reopen(state)
    moves.make(
        connection, clocks, row["id"], move, at=now, actor="system", kind="reply_undelivered",
        touches_thread=True, details={"message": message["id"], "note": note},
    )  # fmt: skip
