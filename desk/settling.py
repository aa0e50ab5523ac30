"""The last step of a reply: the platform has it, so it becomes a message and the clock stops."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import replace

from config import platforms
from desk import moves
from desk.clocks import Clocks
from domain import conversation as rules
from domain.attachment import Attached
from domain.clock import Millis
from domain.conversation import Move
from domain.outbox import OutboxStatus, text_key
from storage import attachments, chains, conversations, edits, messages, outbox
from storage.edits import Rewrite

SEEN_BY_OPERATOR = "seen-by-operator:"
"""Begins the id of a reply of which a person said that it is there, until an echo brings its real one."""


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
    actor: str = "system",
) -> bool:
    """Mark an outbox row as sent, once; False when something else settled it meanwhile.

    The conversation then waits for the contact, unless they wrote after the reply was queued: that stands.
    The first part of a reply in parts does that; the others only follow, and each lets the next one go.
    """
    before: OutboxStatus = row["status"]
    if before == "sent" or not outbox.step(
        connection, row["id"], before, "sent", remote_id=remote_id, next_at=None, sentence=""
    ):
        return False
    conversation = conversations.get(connection, row["conversation_id"])
    moment = min(sent_at or now, now)
    message_id = _message(
        connection, row, conversation["account"], conversation["platform"], remote_id=remote_id,
        permalink=permalink, ref=ref, created_at=moment, now=now,
    )  # fmt: skip
    outbox.update(connection, row["id"], status="sent", message_id=message_id)
    attachments.sweep(connection, now=now)
    chains.release(connection, row["id"], at=now)
    follows = row["after_id"] is not None
    asked = None if follows else outbox.asked_since_queued(connection, row["id"], row["conversation_id"])
    state = moves.state_of(conversation)
    move = Move() if follows else rules.reply_confirmed(state, asked_since=asked is not None)
    moves.make(
        connection,
        clocks,
        row["conversation_id"],
        replace(move, changes={**move.changes, "last_at": max(conversation["last_at"], moment)}),
        at=now,
        actor=actor,
        kind="reply_sent",
        details={"outbox": row["id"], "message": message_id, "operator": row["operator"]},
    )
    if asked is not None and state.status == "open":
        question_stands(connection, clocks, row["conversation_id"], asked, now=now)
    return True


def _along(one: Attached) -> Mapping[str, str]:
    """As a message keeps what came along with it; where the platform shows it is not known."""
    return {
        "kind": "video" if one.is_film else "image",
        "url": "",
        "mime": one.facts.mime,
        "alt": one.alt or one.name,
    }


def question_stands(
    connection: sqlite3.Connection, clocks: Clocks, conversation_id: int, asked: sqlite3.Row, *, now: Millis
) -> None:
    """An answer did not answer what the contact had written since: its clock runs from when they wrote."""
    moves.make(
        connection,
        clocks,
        conversation_id,
        Move({}, ("question",)),
        at=now,
        actor="system",
        kind="question_stands",
        details={"message": asked["id"], "moment": asked["created_at"]},
    )


def _replace(connection: sqlite3.Connection, known: sqlite3.Row, text: str, *, at: Millis) -> None:
    """The platform keeps one reply: the new text stands, the one before it is kept as its earlier version."""
    revision = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
    edit = Rewrite(known["id"], known["text"], known["revision"], text, revision, at)
    edits.rewrite(connection, [edit])


def _message(
    connection: sqlite3.Connection,
    row: sqlite3.Row,
    account: str,
    platform: str,
    *,
    remote_id: str,
    permalink: str | None,
    ref: Mapping[str, object] | None,
    created_at: Millis,
    now: Millis,
) -> int:
    known = messages.known(connection, row["channel"], account, [remote_id]).get(remote_id)
    if known is not None:
        # It was seen on the platform first and taken for an answer from outside the desk.
        said = None if ref is None else json.dumps(dict(ref))
        if text_key(known["text"]) != row["text_key"] and platforms.replaces(platform):
            _replace(connection, known, row["text"], at=created_at)
        messages.adopt(connection, known["id"], operator=row["operator"], ref=said)
        return int(known["id"])
    return messages.insert(
        connection,
        {
            "conversation_id": row["conversation_id"],
            "direction": "out",
            "channel": row["channel"],
            "account": account,
            "remote_id": remote_id,
            "parent_id": row["parent_id"],
            "parent_ref": None if ref is None else json.dumps(dict(ref)),
            "operator": row["operator"],
            "text": row["text"],
            "visibility": row["visibility"],
            "lang": row["lang"],
            "attachments": json.dumps(
                [_along(one.attached) for one in attachments.of_outbox(connection, row["id"])]
            ),
            "created_at": created_at,
            "received_at": now,
            "permalink": permalink,
        },
    )
