"""Our own posts as the platform shows them: the proof of a send, or an answer from outside the desk."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from config.settings import ChannelSettings
from desk import moves
from desk.clocks import Clocks
from desk.settling import SEEN_BY_OPERATOR, confirm_sent, question_stands
from domain import conversation as rules
from domain.clock import MINUTE, Millis
from domain.inbound import Echo
from domain.outbox import text_key
from domain.text import clean_for_store
from storage import conversations, messages, outbox

SKEW: Millis = 5 * MINUTE
"""How far a platform's clock may be off; a post older than that before we queued ours is not ours."""


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
    echo = replace(echo, text=clean_for_store(echo.text), created_at=min(echo.created_at, now))
    ours = _ours(connection, channel.id, echo)
    if ours is None:
        _answered_outside(connection, clocks, channel, echo, now=now)
    elif ours["status"] == "sent":
        # A person said that it is there; now the platform says under which id.
        messages.name(connection, ours["message_id"], remote_id=echo.remote_id, permalink=echo.permalink)
        outbox.update(connection, ours["id"], status="sent", remote_id=echo.remote_id)
    else:
        # Between a sender's POST and its commit this finds `sending`; that commit then finds `sent`.
        confirm_sent(
            connection, clocks, ours, remote_id=echo.remote_id, permalink=echo.permalink, now=now,
            sent_at=echo.created_at,
        )  # fmt: skip


def _ours(connection: sqlite3.Connection, channel: str, echo: Echo) -> sqlite3.Row | None:
    """The reply that this is: same words, in answer to the same message, and not older than its queueing.

    A template that went to many in one thread has the same words many times.
    """
    key = text_key(echo.text)
    for row in outbox.may_be(connection, channel, echo.thread_key, SEEN_BY_OPERATOR):
        same_parent = echo.parent_id is None or row["parent_id"] in {None, echo.parent_id}
        if row["text_key"] == key and same_parent and echo.created_at >= row["queued_at"] - SKEW:
            return row
    return None


def _answered_outside(
    connection: sqlite3.Connection, clocks: Clocks, channel: ChannelSettings, echo: Echo, *, now: Millis
) -> None:
    conversation_id = _conversation_of(connection, channel.id, echo)
    if conversation_id is None:
        return
    row = conversations.get(connection, conversation_id)
    message_id = messages.insert(
        connection,
        {
            "conversation_id": conversation_id,
            "direction": "out",
            "channel": channel.id,
            "account": row["account"],
            "remote_id": echo.remote_id,
            "parent_id": echo.parent_id,
            "text": echo.text,
            "visibility": row["visibility"],
            "created_at": echo.created_at,
            "received_at": now,
            "outside": 1,
            "permalink": echo.permalink,
        },
    )
    asked = messages.asked_after(connection, conversation_id, echo.created_at)
    state = moves.state_of(row)
    move = rules.reply_confirmed(state, asked_since=asked is not None)
    moves.make(
        connection,
        clocks,
        conversation_id,
        replace(move, changes={**move.changes, "last_at": max(row["last_at"], echo.created_at)}),
        at=now,
        actor="system",
        kind="answered_outside",
        touches_thread=True,
        details={"message": message_id, "moment": echo.created_at},
    )
    if asked is not None and state.status == "open":
        question_stands(connection, clocks, conversation_id, asked, now=now)


def _stored(connection: sqlite3.Connection, channel: str, remote_id: str) -> bool:
    found = connection.execute(
        "SELECT 1 FROM message WHERE channel = ? AND remote_id = ? LIMIT 1", (channel, remote_id)
    ).fetchone()
    return found is not None


def _conversation_of(connection: sqlite3.Connection, channel: str, echo: Echo) -> int | None:
    """The conversation of the message it answers; one post answers one conversation.

    A private message answers nothing in particular, but its chat is one contact's.
    """
    if echo.parent_id is None:
        row = connection.execute(
            "SELECT id AS conversation_id FROM conversation WHERE channel = ? AND thread_key = ?"
            " AND visibility = 'private' ORDER BY last_at DESC LIMIT 1",
            (channel, echo.thread_key),
        ).fetchone()
    else:
        row = connection.execute(
            "SELECT conversation_id FROM message WHERE channel = ? AND remote_id = ? LIMIT 1",
            (channel, echo.parent_id),
        ).fetchone()
    return None if row is None else int(row["conversation_id"])
