"""Acts on conversations that write nothing to the contact."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from desk.queue_views import Sentiment
from desk.views import Done
from domain import conversation as rules
from i18n import _
from tui.acts.table import ActOn
from tui.floor import Floor
from tui.screens.picker import Picker, Question
from tui.widgets.choices import Choice


async def _claim(floor: Floor, count: int) -> None:  # noqa: ARG001 - one signature for all acts
    row = floor.parts.list.row(floor.current)
    claims = floor.desk.claims
    await floor.each(claims.release if row is not None and row.holder_is_me else claims.claim)


async def _steal(floor: Floor, count: int) -> None:  # noqa: ARG001
    if floor.current is None:
        return
    title = _("Take over: why? Your colleague sees this")
    picked = await floor.ask(Picker(floor.look, Question(title, free=True, hint=_("a reason"))))
    if picked is not None:

        async def steal(conversation: int) -> Done:
            return await floor.desk.claims.steal(conversation, picked.text)

        await floor.each(steal)


async def _resolve(floor: Floor, count: int) -> None:  # noqa: ARG001
    row = floor.parts.list.row(floor.current)
    if row is not None and row.status == "resolved":
        await floor.each(floor.desk.triage.reopen)
    else:
        await floor.each(floor.desk.triage.resolve, settles=True)


async def _resolve_next(floor: Floor, count: int) -> None:  # noqa: ARG001
    if await floor.each(floor.desk.triage.resolve, settles=True):
        await next_by_clock(floor, 1)


async def next_by_clock(floor: Floor, count: int) -> None:  # noqa: ARG001
    """Go to the most urgent conversation that nobody else holds."""
    current = floor.current
    following = await floor.desk.queues.next_by_clock()
    if following is not None and following == current:
        following = await floor.desk.queues.next_by_clock(current)
    if following is None or following == current:
        floor.say(_("Nothing else is open."))
    else:
        await floor.go_to(following)


async def _no_reply(floor: Floor, count: int) -> None:  # noqa: ARG001
    door = floor.look.door
    choices = [Choice(id_, door.line(_(words))) for id_, words in rules.NO_REPLY_REASONS.items()]
    picked = await floor.ask(Picker(floor.look, Question(_("No reply needed: why?"), choices)))
    if picked is not None and picked.id is not None:
        reason = picked.id

        async def settle(conversation: int) -> Done:
            return await floor.desk.triage.no_reply(conversation, reason)

        await floor.each(settle, settles=True)


async def _label(floor: Floor, count: int) -> None:  # noqa: ARG001
    row = floor.parts.list.row(floor.current)
    if row is None:
        return
    has = row.labels
    known = [*has, *(one for one in await floor.desk.triage.labels() if one not in has)]
    door = floor.look.door
    choices = [
        Choice(one, door.line(one), door.line(_("remove")) if one in has else door.line("")) for one in known
    ]
    title = _("Label: choose one, or type a new one")
    picked = await floor.ask(Picker(floor.look, Question(title, choices, free=True)))
    if picked is not None:
        label = picked.id or picked.text

        async def put(conversation: int) -> Done:
            return await floor.desk.triage.label(conversation, label, on=label not in has)

        await floor.each(put)


async def _assign(floor: Floor, count: int) -> None:  # noqa: ARG001
    door = floor.look.door
    choices = [
        Choice(one.login, door.line(one.name), door.line(one.initials))
        for one in await floor.desk.triage.operators()
    ]
    choices.append(Choice("", door.line(_("nobody"))))
    picked = await floor.ask(Picker(floor.look, Question(_("Assign to"), choices)))
    if picked is not None:
        login = picked.id or None

        async def assign(conversation: int) -> Done:
            return await floor.desk.triage.assign(conversation, login)

        await floor.each(assign)


async def _priority(floor: Floor, count: int) -> None:  # noqa: ARG001
    row = floor.parts.list.row(floor.current)
    if row is not None:
        step = (row.priority + 1) % len(rules.PRIORITIES)

        async def set_priority(conversation: int) -> Done:
            return await floor.desk.triage.priority(conversation, step)

        await floor.each(set_priority)


async def _sentiment(value: Sentiment, floor: Floor, count: int) -> None:  # noqa: ARG001
    async def correct(conversation: int) -> Done:
        return await floor.desk.triage.sentiment(conversation, value)

    await floor.each(correct)


async def _kind(floor: Floor, count: int) -> None:  # noqa: ARG001
    door = floor.look.door
    choices = [Choice(kind, door.line(_(kind))) for kind in rules.KINDS]
    picked = await floor.ask(Picker(floor.look, Question(_("What is it?"), choices)))
    if picked is not None and picked.id is not None:
        kind = picked.id

        async def say(conversation: int) -> Done:
            return await floor.desk.triage.kind(conversation, kind)

        await floor.each(say)


async def _make_question(floor: Floor, count: int) -> None:  # noqa: ARG001
    await floor.each(floor.desk.triage.make_question)


async def _hide(floor: Floor, count: int) -> None:  # noqa: ARG001
    if floor.current is None:
        return
    door = floor.look.door
    hidden = not await floor.desk.hiding.hidden(floor.current)
    if hidden:
        choices = [Choice("yes", door.line(_("hide it"))), Choice("no", door.line(_("leave it")))]
        title = _("Hide their comment? Others see it no longer")
        picked = await floor.ask(Picker(floor.look, Question(title, choices)))
        if picked is None or picked.id != "yes":
            return

    async def ask(conversation: int) -> Done:
        return await floor.desk.hiding.ask(conversation, hidden=hidden)

    await floor.each(ask)


TRIAGE: Mapping[str, ActOn] = {
    "triage.hide": _hide,
    "claim.toggle": _claim,
    "claim.steal": _steal,
    "triage.resolve": _resolve,
    "triage.resolve_next": _resolve_next,
    "triage.no_reply": _no_reply,
    "triage.label": _label,
    "triage.assign": _assign,
    "triage.priority": _priority,
    "triage.make_question": _make_question,
    "triage.kind": _kind,
    "triage.positive": partial(_sentiment, "positive"),
    "triage.neutral": partial(_sentiment, "neutral"),
    "triage.negative": partial(_sentiment, "negative"),
    "triage.unknown": partial(_sentiment, "unknown"),
    "go.next_by_clock": next_by_clock,
}
