"""What stands beside the conversation about the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.views import ConversationView
from domain.clock import Millis
from i18n import N_, _, ngettext
from tui import badges
from tui import format as fmt
from tui.look import Look
from tui.row_layout import STATUS_WORDS
from tui.widgets.sheet import BLANK, Para, Sheet

if TYPE_CHECKING:
    from desk.promise_views import PromiseView

_PROFILE = {"bio": N_("bio"), "followers": N_("followers"), "since": N_("since"), "link": N_("link")}
"""What the channels tell of a person; any other name is shown as it came."""


class ContactCard(Sheet):
    """The contact of a conversation."""

    def __init__(self, look: Look) -> None:
        super().__init__(id="card")
        self._look = look

    def put(self, view: ConversationView, now: Millis) -> None:
        """Another contact."""
        self.show(card(view, now, self._look), keep_place=True)


def card(view: ConversationView, now: Millis, look: Look) -> list[Para]:
    """Name, handles, profile as the channel gave it, notes, earlier conversations."""
    door, contact = look.door, view.contact
    paras = [Para(((door.line(contact.name or contact.handle), "strong"),), indent=1)]
    paras += [
        Para(((door.line(handle), "text"), (door.line(f"  {channel}"), "dim")), indent=1)
        for channel, handle in contact.handles or ((view.channel_name, contact.handle),)
    ]
    n = contact.contacts_this_month
    paras += [
        Para(
            ((door.line(ngettext("{n} contact this month", "{n} contacts this month", n)), "dim"),), indent=1
        ),
        BLANK,
    ]
    paras += [
        Para(
            (
                (door.line(f"{_(_PROFILE[name]) if name in _PROFILE else name}: "), "dim"),
                (door.line(value), "text"),
            ),
            indent=1,
            hang=2,
        )
        for name, value in contact.profile
    ]
    paras += [Para(((door.line(f"# {note}"), "note"),), indent=1, hang=2) for note in contact.notes]
    if contact.promises:
        paras += [BLANK, Para(((door.line(_("Promised")), "dim"),), indent=1)]
    paras += [_promise(one, now, look) for one in contact.promises]
    if contact.past:
        paras += [BLANK, Para(((door.line(_("Earlier")), "dim"),), indent=1)]
    for past in contact.past:
        sign = badges.sentiment(past.sentiment, unsure=False, signs=look.signs)
        ends = [fmt.day(past.at, now, look.zone), past.channel, past.outcome or _(STATUS_WORDS[past.status])]
        paras += [
            Para(
                ((door.line(f"{sign.text} "), sign.tone), (door.line(past.preview), "text")), indent=1, hang=2
            ),
            Para(((door.line(f" {look.signs.dot} ".join(ends)), "dim"),), indent=3),
        ]
    return paras


def _promise(promise: PromiseView, now: Millis, look: Look) -> Para:
    """What was promised, by when, and who sees to it; past its moment it says so."""
    door, due_at = look.door, promise.due_at
    late = due_at is not None and due_at <= now
    moment = _("no moment yet") if due_at is None else fmt.moment(due_at, now, look.zone)
    if late:
        moment = _("late: {moment}", moment=moment)
    said = " ".join(promise.said.split())
    return Para(
        (
            (door.line(f"{look.signs.to} "), "accent"),
            (door.line(f"“{said}” "), "text"),
            (door.line(f"{moment}, {promise.owner_initials}"), "over" if late else "dim"),
        ),
        indent=1,
        hang=2,
    )
