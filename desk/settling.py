"""The last step of a reply: the platform has it, so it becomes a message and the clock stops."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from desk import moves
from desk.clocks import Clocks
from domain import conversation as rules
from domain.clock import Millis
from domain.outbox import OutboxStatus
from storage import conversations, messages, outbox


def confirm_sent(
    connection: sqlite3.Connection,
    clocks: Clocks,
    row: sqlite3.Row,
    *,
    remote_id: str,
    permalink: str | None,
    now: Millis,
    ref: Mapping[str, object] | None = None,
    sent_at: Millis | None = None,
) -> bool:
    """Mark an outbox row as sent, once; False when something else settled it meanwhile."""
    before: OutboxStatus = row["status"]
    if before == "sent" or not outbox.step(
        connection, row["id"], before, "sent", remote_id=remote_id, next_at=None, sentence=""
    ):
        return False
    conversation = conversations.get(connection, row["conversation_id"])
    known = messages.known(connection, row["channel"], conversation["account"], [remote_id]).get(remote_id)
    if known is not None:
        # It was seen on the platform first and taken for an answer from outside the desk.
        message_id = int(known["id"])
        messages.adopt(connection, message_id, operator=row["operator"])
    else:
        message_id = messages.insert(
            connection,
            {
                "conversation_id": row["conversation_id"],
                "direction": "out",
                "channel": row["channel"],
                "account": conversation["account"],
                "remote_id": remote_id,
                "parent_id": row["parent_id"],
                "parent_ref": None if ref is None else json.dumps(dict(ref)),
                "operator": row["operator"],
                "text": row["text"],
                "visibility": row["visibility"],
                "lang": row["lang"],
                "created_at": sent_at or now,
                "received_at": now,
                "permalink": permalink,
            },
        )
    outbox.update(connection, row["id"], message_id=message_id)
    moves.make(
        connection,
        clocks,
        row["conversation_id"],
        rules.reply_confirmed(moves.state_of(conversation)),
        at=now,
        actor="system",
        kind="reply_sent",
        details={"outbox": row["id"], "message": message_id, "operator": row["operator"]},
    )
    conversation_last(connection, row["conversation_id"], sent_at or now)
    return True


def conversation_last(connection: sqlite3.Connection, conversation_id: int, at: Millis) -> None:
    """A message at `at` keeps the conversation going for its hours."""
    connection.execute(
        "UPDATE conversation SET last_at = max(last_at, ?) WHERE id = ?", (at, conversation_id)
    )
