"""Why a reply cannot go out, and what moved since somebody began to write it: sentences for a person."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from typing import Literal

from config.settings import ChannelSettings
from desk.views import Length
from domain.inbound import Cap
from domain.template import has_placeholder
from i18n import _
from storage import operators

Kind = Literal["public", "private", "note"]

UNSENDABLE = frozenset({"feed", "jsonl"})
"""Platforms that can only be listened to."""


def caps_of(inbound: sqlite3.Row | None) -> tuple[Cap, Cap]:
    """(public, private): what the platform allows in answer to a message."""
    if inbound is None:
        nobody = Cap(ok=False, reason=_("There is no message to answer."))
        return nobody, nobody
    caps = json.loads(inbound["caps"] or "{}")
    return _cap(caps.get("public", {})), _cap(caps.get("private", {}))


def blocked(
    row: sqlite3.Row, inbound: sqlite3.Row | None, channel: ChannelSettings | None, kind: Kind
) -> str:
    """One sentence when nothing can be sent; empty when it can."""
    if channel is None:
        return _("Channel {channel} is not configured here; it can only be read.", channel=row["channel"])
    if channel.listen_only or channel.platform in UNSENDABLE:
        return _("{channel} is listen-only: nothing can be sent on it.", channel=channel.name)
    public, private = caps_of(inbound)
    cap = public if kind == "public" else private
    if not cap.ok:
        return cap.reason or _("The platform does not allow this reply.")
    return ""


def holes(text: str) -> str:
    """One sentence when a placeholder is left in the text; empty otherwise."""
    return _("A placeholder is not filled in yet.") if has_placeholder(text) else ""


def too_long(length: Length) -> str:
    """One sentence when the text does not fit; empty otherwise."""
    if length.ok:
        return ""
    return length.note or _("Too long: {used} of {limit}.", used=length.used, limit=length.limit)


def since(
    connection: sqlite3.Connection,
    row: sqlite3.Row,
    base_version: int,
    *,
    session: str,
    login: str,
    alive_since: int,
) -> tuple[str, ...]:
    """What moved in the thread since `base_version`, and who took the claim; the send gate shows it."""
    told: list[str] = []
    steps = row["thread_version"] - base_version
    if steps > 0:
        rows = connection.execute(
            "SELECT kind, actor, payload FROM event WHERE conversation_id = ? AND kind IN"
            " ('mention_received', 'late_arrival', 'mention_edited', 'mention_deleted', 'reply_queued',"
            " 'answered_outside', 'reply_called_back') ORDER BY id DESC LIMIT ?",
            (row["id"], steps),
        ).fetchall()
        told = [_TOLD[event["kind"]](event) for event in reversed(rows)]
    taken = row["holder_session"] not in (None, session) and row["holder"] != login
    if taken and operators.lease_alive(connection, row["holder_session"], alive_since):
        told.append(_("{name} has taken this conversation over.", name=row["holder"]))
    return tuple(dict.fromkeys(told))


def _cap(values: Mapping[str, object]) -> Cap:
    until = values.get("until")
    return Cap(
        ok=bool(values.get("ok", True)),
        reason=str(values.get("reason", "")),
        until=until if isinstance(until, int) else None,
        needs=str(values["needs"]) if values.get("needs") else None,
    )


def _by(event: sqlite3.Row) -> str:
    return str(json.loads(event["payload"]).get("operator") or event["actor"])


_TOLD: Mapping[str, Callable[[sqlite3.Row], str]] = {
    "mention_received": lambda _event: _("The contact wrote again."),
    "late_arrival": lambda _event: _("The contact thanked."),
    "mention_edited": lambda _event: _("The contact changed a message."),
    "mention_deleted": lambda _event: _("The contact took a message down."),
    "reply_queued": lambda event: _("{name} has put a reply on its way.", name=_by(event)),
    "answered_outside": lambda _event: _("Somebody answered outside this desk."),
    "reply_called_back": lambda event: _("{name} called a reply back.", name=_by(event)),
}
