"""Snoozing: out of sight until one moment, and due by another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desk.views import Done
from domain.clock import Millis
from domain.snooze import NotAMoment, When, parse_when, presets
from i18n import _
from tui import format as fmt
from tui.acts.table import ActOn
from tui.floor import Floor
from tui.look import Look
from tui.screens.picker import Picked, Picker, Question
from tui.widgets.choices import Choice

DUE_SIGN = "/"
"""Between the moment it shows again and the moment it is due: `tomorrow 9:00 / friday`."""


@dataclass(frozen=True, slots=True)
class Snooze:
    """When it shows again, and by when it must be done."""

    shows: When
    due: When | None = None


def parse(text: str, now: Millis, look: Look) -> Snooze:
    """Both moments of a text; raises NotAMoment, with a sentence, when one is not understood."""
    shows, _slash, due = text.partition(DUE_SIGN)
    moment = parse_when(shows, now, look.timezone, look.calendar)
    if not due.strip():
        return Snooze(moment)
    return Snooze(moment, parse_when(due, now, look.timezone, look.calendar, edge="end"))


def in_words(snooze: Snooze, now: Millis, look: Look) -> str:
    """How it is understood: `shows Tue 09:00, due Fri 17:00`."""
    if snooze.shows.at is None:
        words = _("shows when they reply")
    else:
        words = _("shows {moment}", moment=fmt.moment(snooze.shows.at, now, look.zone))
    if snooze.due is not None and snooze.due.at is not None:
        words = _("{shows}, due {moment}", shows=words, moment=fmt.moment(snooze.due.at, now, look.zone))
    return words


async def _snooze(floor: Floor, count: int) -> None:  # noqa: ARG001 - one signature for all acts
    row = floor.parts.list.row(floor.current)
    if row is not None and row.status == "snoozed":
        await floor.each(floor.desk.triage.wake, settles=True)
        return
    look, now = floor.look, floor.desk.clock.now()
    offered = {one.id: one for one in presets(now, look.timezone, look.calendar)}
    choices = [
        Choice(id_, look.door.line(_(one.label)), look.door.line(in_words(Snooze(one.when), now, look)))
        for id_, one in offered.items()
    ]

    def answer(text: str) -> str:
        if not text.strip():
            return _("or type when: friday 14:00, in 2 hours; after {sign} when it is due", sign=DUE_SIGN)
        try:
            return in_words(parse(text, now, look), now, look)
        except NotAMoment:
            return ""

    picked = await floor.ask(Picker(look, Question(_("Snooze until"), choices, answer=answer)))
    if picked is not None:
        await _until(floor, _meant(picked, {id_: one.when for id_, one in offered.items()}, now, look))


def _meant(picked: Picked, offered: Mapping[str, When], now: Millis, look: Look) -> Snooze:
    return parse(picked.text, now, look) if picked.id is None else Snooze(offered[picked.id])


async def _until(floor: Floor, snooze: Snooze) -> None:
    shows_at, until_reply = snooze.shows.at, snooze.shows.until_reply
    due_at = None if snooze.due is None else snooze.due.at

    async def put(conversation: int) -> Done:
        return await floor.desk.triage.snooze(conversation, shows_at, due_at, until_reply=until_reply)

    await floor.each(put, settles=True)


SNOOZING: Mapping[str, ActOn] = {"triage.snooze": _snooze}
