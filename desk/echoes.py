"""Our own posts as the platform shows them: the proof of a send, or an answer from outside the desk."""

from __future__ import annotations

import sqlite3

from config.settings import ChannelSettings
from desk import moves
from desk.clocks import Clocks
from desk.settling import confirm_sent
from domain import conversation as rules
from domain.clock import Millis
from domain.inbound import Echo
from domain.outbox import text_key
from storage import messages, outbox


def take_echo(
    connection: sqlite3.Connection,
    clocks: Clocks,
    channel: ChannelSettings,
    echo: Echo,
    *,
    now: Millis,
) -> None:
    """Settle a reply in doubt with it, or record that somebody answered outside the desk."""
    if _stored(connection, channel.id, echo.remote_id):
        return
    for row in outbox.in_doubt(connection, channel.id, echo.thread_key):
        if row["text_key"] == text_key(echo.text):
            # Between a sender's POST and its commit this finds `sending`; that commit then finds `sent`.
            confirm_sent(connection, clocks, row, remote_id=echo.remote_id, permalink=echo.permalink, now=now)
            return
    conversation_id = _conversation_of(connection, channel.id, echo)
    if conversation_id is None:
        return
    account = connection.execute(
        "SELECT account FROM conversation WHERE id = ?", (conversation_id,)
    ).fetchone()["account"]
    message_id = messages.insert(
        connection,
        {
            "conversation_id": conversation_id,
            "direction": "out",
            "channel": channel.id,
            "account": account,
            "remote_id": echo.remote_id,
            "parent_id": echo.parent_id,
            "text": echo.text,
            "visibility": "public",
            "created_at": echo.created_at,
            "received_at": now,
            "outside": 1,
            "permalink": echo.permalink,
        },
    )
    row = connection.execute("SELECT * FROM conversation WHERE id = ?", (conversation_id,)).fetchone()
    moves.make(
        connection,
        clocks,
        conversation_id,
        rules.reply_confirmed(moves.state_of(row)),
        at=now,
        actor="system",
        kind="answered_outside",
        touches_thread=True,
        details={"message": message_id},
    )


def _stored(connection: sqlite3.Connection, channel: str, remote_id: str) -> bool:
    found = connection.execute(
        "SELECT 1 FROM message WHERE channel = ? AND remote_id = ? LIMIT 1", (channel, remote_id)
    ).fetchone()
    return found is not None


def _conversation_of(connection: sqlite3.Connection, channel: str, echo: Echo) -> int | None:
    """The conversation of the message it answers; one post answers one conversation."""
    if echo.parent_id is None:
        return None
    row = connection.execute(
        "SELECT conversation_id FROM message WHERE channel = ? AND remote_id = ? LIMIT 1",
        (channel, echo.parent_id),
    ).fetchone()
    return None if row is None else int(row["conversation_id"])
