"""A reply in parts on its way: what each part answers, and what keeps it from beginning."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from channels.base import Connector, Prepared
from desk.settling import SEEN_BY_OPERATOR
from domain.chain import in_parts
from i18n import _
from storage import chains
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Parent:
    """The message that a reply answers."""

    id: str | None
    ref: str | None
    """JSON: what the platform needs beside the id."""


async def parent_of(database: Database, row: sqlite3.Row, connector: Connector) -> Parent:
    """What an outbox row answers. Raises the channel's errors where it has to be asked first."""
    own = Parent(row["parent_id"], row["parent_ref"])
    if row["after_id"] is None:
        return own
    before = await database.read(lambda connection: chains.before(connection, row["after_id"]))
    if before["visibility"] != row["visibility"]:
        return own  # a private message goes to the contact, not under our public answer
    way = in_parts(before["platform"], before["visibility"])
    if way is None or not way.each_answers:
        return own
    remote_id, ref = before["remote_id"], _mapping(before["ref"])
    if remote_id is None or remote_id.startswith(SEEN_BY_OPERATOR):
        # A person saw it there and the platform has not said under which id; where it cannot say so now,
        # the rest answers the contact: a thread with a kink is better than half a reply.
        if not connector.caps.find_sent or not before["prepared"]:
            return own
        found = await connector.find_sent(Prepared(**json.loads(before["prepared"])))
        if found is None:
            return own
        remote_id, ref = found.remote_id, found.ref or {}
    return Parent(remote_id, json.dumps({**_mapping(own.ref), **ref}))


def changed_meanwhile(connection: sqlite3.Connection, row: sqlite3.Row) -> str:
    """Why a reply does not begin: one sentence when the contact changed what it answers."""
    if row["status"] not in {"queued", "retry_wait"}:
        return ""  # it may have begun already
    changed = chains.changed_since_queued(connection, row)
    if changed is None:
        return ""
    if changed == "mention_deleted":
        return _("The contact took a message down before this went out; look at it, then decide.")
    return _("The contact changed a message before this went out; look at it, then decide.")


def _mapping(text: str | None) -> Mapping[str, object]:
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {}
