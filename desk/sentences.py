"""Why a reply cannot go out, and what moved since somebody began to write it: sentences for a person."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from typing import Literal

from config import platforms
from config.settings import ChannelSettings
from desk.reply_views import Length
from desk.windows import at
from domain.clock import Millis, to_datetime
from domain.inbound import Cap
from domain.template import first_gap, line_and_column
from i18n import _
from storage import messages, operators, outbox

Kind = Literal["public", "private", "note"]


def caps_of(inbound: sqlite3.Row | None, now: Millis) -> tuple[Cap, Cap]:
    """(public, private): what the platform allows now in answer to a message."""
    public, private = told(inbound)
    return at(public, now), at(private, now)


def told(inbound: sqlite3.Row | None) -> tuple[Cap, Cap]:
    """(public, private): what the platform said when the message came in."""
    if inbound is None:
        nobody = Cap(ok=False, reason=_("There is no message to answer."))
        return nobody, nobody
    caps = json.loads(inbound["caps"] or "{}")
    return _cap(caps.get("public", {})), _cap(caps.get("private", {}))


def blocked(
    row: sqlite3.Row,
    inbound: sqlite3.Row | None,
    channel: ChannelSettings | None,
    kind: Kind,
    *,
    now: Millis,
    templated: bool = False,
) -> str:
    """One sentence when nothing can be sent; empty when it can.

    A closed window does not hold up what goes out as a template that the platform approved (`templated`).
    """
    if channel is None:
        return _("Channel {channel} is not configured here; it can only be read.", channel=row["channel"])
    if platforms.only_listens(channel):
        return _("{channel} is listen-only: nothing can be sent on it.", channel=channel.name)
    public, private = caps_of(inbound, now)
    cap = public if kind == "public" else private
    if not cap.ok and not (templated and cap.needs == "template" and platforms.has_templates(channel)):
        return cap.reason or _("The platform does not allow this reply.")
    return ""


def window_over(inbound: sqlite3.Row | None, kind: Kind, *, now: Millis) -> bool:
    """Whether the time for free text of this kind has run out."""
    public, private = caps_of(inbound, now)
    cap = public if kind == "public" else private
    return not cap.ok and cap.until is not None and cap.until <= now


def window(inbound: sqlite3.Row | None, kind: Kind, *, now: Millis) -> str:
    """What to know of a reply that can go out now, such as how long; empty where there is nothing."""
    public, private = caps_of(inbound, now)
    cap = public if kind == "public" else private
    return cap.reason if cap.ok else ""


def used(connection: sqlite3.Connection, row: sqlite3.Row, inbound: sqlite3.Row | None) -> str:
    """One sentence where the one private message that a public one allows was written; empty otherwise."""
    if inbound is None or inbound["visibility"] == "private":
        return ""
    spec = platforms.find(row["platform"])
    if spec is None or spec.private_after_public != "once":
        return ""
    if not outbox.has_private_answer(connection, row["id"], inbound["remote_id"]):
        return ""
    return _(
        "{platform} allows one private message to a public one, and it was written.", platform=spec.title
    )


def no_private(
    row: sqlite3.Row,
    inbound: sqlite3.Row | None,
    channel: ChannelSettings | None,
    written: str,
    *,
    now: Millis,
) -> str:
    """Why no private message can follow a public answer; empty where one can. `written` is from `used`."""
    if inbound is not None and inbound["visibility"] == "private":
        return _("This was written in private; answer it in private.")
    if why := blocked(row, inbound, channel, "private", now=now) or written:
        return why
    spec = platforms.find(row["platform"])
    if spec is None or spec.private_after_public == "never":
        title = row["platform"] if spec is None else spec.title
        return _(
            "On {platform} who wrote in public cannot be written to in private from here.", platform=title
        )
    return ""


def replacing(connection: sqlite3.Connection, row: sqlite3.Row, kind: Kind) -> tuple[str, ...]:
    """A sentence on whose place a reply takes, where the platform keeps one; empty where it keeps all."""
    if kind != "public" or not platforms.replaces(row["platform"]):
        return ()
    last = messages.last_reply(connection, row["id"])
    if last is None:
        return ()
    day = to_datetime(last["created_at"]).date().isoformat()
    if last["initials"] is None:
        return (_("This takes the place of the reply of {day}, which was written elsewhere.", day=day),)
    return (_("This takes the place of {initials}'s reply of {day}.", initials=last["initials"], day=day),)


def nothing_to_send() -> str:
    """The sentence for a reply without words."""
    return _("There is nothing to send yet.")


def holes(text: str) -> str:
    """One sentence when a placeholder is left in the text, with its place; empty otherwise."""
    gap = first_gap(text)
    if gap is None:
        return ""
    line, column = line_and_column(text, gap.start)
    if not gap.name:
        return _("There is still a gap in line {line}, column {column}: {opening} that nothing fills.",
                 line=line, column=column, opening="{{")  # fmt: skip
    return _("There is still a gap to fill in: {name} (line {line}, column {column}).",
             name=gap.name, line=line, column=column)  # fmt: skip


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
        told = [_TOLD[event["kind"]](_name_of(connection, _by(event))) for event in reversed(rows)]
    if taken := taken_over(connection, row, session=session, login=login, alive_since=alive_since):
        told.append(taken)
    return tuple(dict.fromkeys(told))


def taken_over(
    connection: sqlite3.Connection, row: sqlite3.Row, *, session: str, login: str, alive_since: int
) -> str:
    """One sentence when a colleague's running desk holds the conversation; empty when none does."""
    taken = row["holder_session"] not in (None, session) and row["holder"] != login
    if taken and operators.lease_alive(connection, row["holder_session"], alive_since):
        name = _name_of(connection, row["holder"])
        return _("{name} has taken this conversation over.", name=name)
    return ""


def _cap(values: Mapping[str, object]) -> Cap:
    until, last = values.get("until"), values.get("needed_until")
    return Cap(
        ok=bool(values.get("ok", True)),
        reason=str(values.get("reason", "")),
        until=until if isinstance(until, int) else None,
        needs=str(values["needs"]) if values.get("needs") else None,
        needed_until=last if isinstance(last, int) else None,
    )


def _name_of(connection: sqlite3.Connection, login: str) -> str:
    known = operators.get(connection, login)
    return login if known is None else str(known["name"])


def _by(event: sqlite3.Row) -> str:
    return str(json.loads(event["payload"]).get("operator") or event["actor"])


_TOLD: Mapping[str, Callable[[str], str]] = {
    "mention_received": lambda _name: _("The contact wrote again."),
    "late_arrival": lambda _name: _("The contact thanked."),
    "mention_edited": lambda _name: _("The contact changed a message."),
    "mention_deleted": lambda _name: _("The contact took a message down."),
    "reply_queued": lambda name: _("{name} has put a reply on its way.", name=name),
    "answered_outside": lambda _name: _("Somebody answered outside this desk."),
    "reply_called_back": lambda name: _("{name} called a reply back.", name=name),
}
