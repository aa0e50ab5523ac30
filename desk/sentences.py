"""Why a reply cannot go out, and what moved since somebody began to write it: sentences for a person."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

from config import platforms
from config.settings import ChannelSettings
from desk.reply_views import Length
from domain.clock import DAY, HOUR, MINUTE, Millis
from domain.inbound import Cap
from domain.template import first_gap, line_and_column
from i18n import _
from storage import operators

Kind = Literal["public", "private", "note"]


def caps_of(inbound: sqlite3.Row | None, now: Millis) -> tuple[Cap, Cap]:
    """(public, private): what the platform allows now in answer to a message."""
    if inbound is None:
        nobody = Cap(ok=False, reason=_("There is no message to answer."))
        return nobody, nobody
    caps = json.loads(inbound["caps"] or "{}")
    return _cap(caps.get("public", {}), now), _cap(caps.get("private", {}), now)


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


def _cap(values: Mapping[str, object], now: Millis) -> Cap:
    """What was allowed when the message came in, at this moment."""
    until, last = values.get("until"), values.get("needed_until")
    cap = Cap(
        ok=bool(values.get("ok", True)),
        reason=str(values.get("reason", "")),
        until=until if isinstance(until, int) else None,
        needs=str(values["needs"]) if values.get("needs") else None,
        needed_until=last if isinstance(last, int) else None,
    )
    return at(cap, now)


def at(cap: Cap, now: Millis) -> Cap:
    """What a cap means at a moment: its window may be over, or only open for what `needs` names."""
    if not cap.ok or cap.until is None:
        return cap
    if now < cap.until:
        return replace(
            cap, reason=cap.reason or _("The window closes in {left}.", left=_left(cap.until - now))
        )
    if cap.needs == "template":
        return replace(cap, ok=False, reason=_("The window is closed: only approved templates."))
    if cap.needs == "human_agent" and cap.needed_until is not None and now < cap.needed_until:
        left = _left(cap.needed_until - now)
        return replace(
            cap,
            reason=_("Past the usual window; answers typed by a person go out for {left} more.", left=left),
        )
    return replace(cap, ok=False, reason=_("The platform's window for an answer is over."))


def _left(span: Millis) -> str:
    """Hours and minutes, or days and hours of more than two days."""
    if span >= 2 * DAY:
        return _("{days} d {hours} h", days=span // DAY, hours=span % DAY // HOUR)
    if span >= HOUR:
        return _("{hours} h {minutes:02}", hours=span // HOUR, minutes=span % HOUR // MINUTE)
    return _("{minutes} min", minutes=max(1, span // MINUTE))


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
