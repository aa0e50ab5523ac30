"""One contact behind several ids: items get the id under which the desk knows their author.

WhatsApp names a person by telephone number, by an id made for our business (which changes with the number),
or by either alone; a user name can be given up and taken by somebody else, so it names nobody. A number that
comes with another business id than we know belongs to somebody new.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace

from domain.clock import Millis
from domain.inbound import Echo, Inbound
from storage import aliases

SURE = ("bsuid", "wa_id")
"""Kinds of ids that name one person, the surest first."""

DIRECT = "dm:"
"""Begins the key of a private thread; the person's id follows."""


def known_as(connection: sqlite3.Connection, item: Inbound, *, now: Millis) -> Inbound:
    """The item under the id by which the desk knows its author; what it says of other ids is kept."""
    ids = item.author.alt_ids
    if not ids:
        return item
    channel = item.channel
    remote_id = _owner(connection, channel, ids) or _fresh(connection, channel, item)
    if "was_wa_id" in ids:
        aliases.drop(connection, channel, "bsuid", remote_id)  # it changes with the number
        aliases.put(connection, channel, "wa_id", ids["was_wa_id"], remote_id, at=now - 1)
    for kind, value in ids.items():
        if kind in SURE and not ("was_wa_id" in ids and kind == "bsuid"):
            aliases.put(connection, channel, kind, value, remote_id, at=now)
    if remote_id == item.author.remote_id:
        return item
    private = item.thread_key == f"{DIRECT}{item.author.remote_id}"
    return replace(
        item,
        author=replace(item.author, remote_id=remote_id),
        thread_key=f"{DIRECT}{remote_id}" if private else item.thread_key,
    )


def threaded(connection: sqlite3.Connection, channel: str, echo: Echo) -> Echo:
    """The echo in the thread of the contact whom it names."""
    person = echo.thread_key.removeprefix(DIRECT)
    if person == echo.thread_key:
        return echo
    for kind in SURE:
        found = aliases.owner(connection, channel, kind, person)
        if found is not None:
            return replace(echo, thread_key=f"{DIRECT}{found}")
    return echo


def _owner(connection: sqlite3.Connection, channel: str, ids: Mapping[str, str]) -> str | None:
    if "bsuid" in ids and (found := aliases.owner(connection, channel, "bsuid", ids["bsuid"])):
        return found
    number = ids.get("was_wa_id") or ids.get("wa_id")
    found = aliases.owner(connection, channel, "wa_id", number) if number else None
    if found is None:
        return None
    other = aliases.of(connection, channel, found).get("bsuid")
    somebody_new = other is not None and ids.get("bsuid") not in {None, other} and "was_wa_id" not in ids
    return None if somebody_new else found


def _fresh(connection: sqlite3.Connection, channel: str, item: Inbound) -> str:
    """A new contact's id: as the item says, or the surer one where that is somebody else's by now."""
    ids = item.author.alt_ids
    taken = "wa_id" in ids and aliases.owner(connection, channel, "wa_id", ids["wa_id"]) is not None
    return ids["bsuid"] if taken and "bsuid" in ids else item.author.remote_id
