"""Acts on promises: note one, or say what became of one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from desk.promise_views import NewPromise, PromiseView
from desk.views import Done
from i18n import N_, _
from tui.acts.table import ActOn
from tui.floor import Floor
from tui.points import moment_words
from tui.promising import ask_when, understood
from tui.screens.picker import Picker, Question
from tui.widgets.choices import Choice
from tui.writing import Writing

if TYPE_CHECKING:
    from domain.promise_way import What

NEW = "new"
WHAT: Mapping[What, str] = {
    "call": N_("call them"),
    "report": N_("report back"),
    "find_out": N_("find out"),
    "pass_on": N_("pass it on"),
    "done": N_("have it done"),
    "send": N_("send it"),
    "visit": N_("come by"),
}
"""What can be promised, as the ledger has it; msgids."""

Outcome = Callable[[Floor, Writing, PromiseView], Awaitable[Done | None]]


async def _kept(floor: Floor, writing: Writing, seen: PromiseView) -> Done | None:  # noqa: ARG001 - one shape
    return await floor.desk.promises.keep(seen)


async def _broken(floor: Floor, writing: Writing, seen: PromiseView) -> Done | None:  # noqa: ARG001
    reason = await _reason(floor, _("Why was it not kept?"))
    return await floor.desk.promises.break_(seen, reason) if reason else None


async def _taken_back(floor: Floor, writing: Writing, seen: PromiseView) -> Done | None:  # noqa: ARG001
    reason = await _reason(floor, _("Why does it no longer stand?"))
    return await floor.desk.promises.withdraw(seen, reason) if reason else None


async def _report(floor: Floor, writing: Writing, seen: PromiseView) -> Done | None:
    await floor.go_to(seen.conversation)
    await writing.begin(seen.conversation, seen.kind)
    return None


async def _moved(floor: Floor, writing: Writing, seen: PromiseView) -> Done | None:  # noqa: ARG001
    due_at = await ask_when(floor, _("By when instead?"))
    return None if due_at is None else await floor.desk.promises.move(seen, due_at)


async def _taken_over(floor: Floor, writing: Writing, seen: PromiseView) -> Done | None:  # noqa: ARG001
    return await floor.desk.promises.take_over(seen)


OUTCOMES: Mapping[str, tuple[str, Outcome]] = {
    "report": (N_("report back to them"), _report),
    "kept": (N_("it was kept; late where its moment is past"), _kept),
    "broken": (N_("it was not kept"), _broken),
    "move": (N_("another moment"), _moved),
    "take_over": (N_("I see to it"), _taken_over),
    "withdraw": (N_("it no longer stands"), _taken_back),
}
"""What can become of an open promise; msgids and deeds."""


async def _reason(floor: Floor, title: str) -> str:
    picked = await floor.ask(Picker(floor.look, Question(title, free=True)))
    return "" if picked is None else picked.text


async def _which(floor: Floor, found: tuple[PromiseView, ...]) -> PromiseView | str | None:
    """One of the open promises, or a new one; asked only where there is a choice."""
    door, now = floor.look.door, floor.desk.clock.now()
    choices = [
        Choice(
            str(one.id),
            door.line(f"{one.label}: “{' '.join(one.said.split())}”"),
            door.line(f"{moment_words(one.due_at, now, floor.look)}, {one.owner_initials}"),
        )
        for one in found
    ]
    choices.append(Choice(NEW, door.line(_("note another promise"))))
    picked = await floor.ask(Picker(floor.look, Question(_("Promises"), choices)))
    if picked is None or picked.id == NEW:
        return NEW if picked else None
    return next(one for one in found if str(one.id) == picked.id)


async def _note(floor: Floor, conversation: int) -> None:
    """By hand: what, by when."""
    door = floor.look.door
    choices = [Choice(id_, door.line(_(words))) for id_, words in WHAT.items()]
    picked = await floor.ask(Picker(floor.look, Question(_("What was promised?"), choices)))
    if picked is None:
        return
    what = next((one for one in WHAT if one == picked.id), None)
    when = await floor.ask(Picker(floor.look, Question(_("By when?"), answer=understood(floor))))
    if what is None or when is None:
        return
    new = NewPromise(what, floor.desk.promises.when(when.text), words=_(WHAT[what]))
    floor.done(await floor.desk.promises.note(conversation, new))


def promising(writing: Writing) -> Mapping[str, ActOn]:
    """Reporting back opens the composer."""

    async def act(floor: Floor, count: int) -> None:  # noqa: ARG001 - one signature for all acts
        conversation = floor.current
        if conversation is None:
            return
        found = await floor.desk.promises.of_conversation(conversation)
        still_open = tuple(one for one in found if one.state == "open")
        chosen = await _which(floor, still_open) if still_open else NEW
        if isinstance(chosen, str):
            await _note(floor, conversation)
        elif chosen is not None:
            await _settle(floor, chosen)
        await floor.feed.read((conversation,))
        await floor.feed.reconcile(frozenset({conversation}))
        await floor.count()
        await floor.peek()

    async def _settle(floor: Floor, seen: PromiseView) -> None:
        door = floor.look.door
        choices = [Choice(id_, door.line(_(words))) for id_, (words, _do) in OUTCOMES.items()]
        title = _("{what}: “{said}”", what=seen.label, said=" ".join(seen.said.split()))
        picked = await floor.ask(Picker(floor.look, Question(title, choices)))
        if picked is None or picked.id is None:
            return
        done = await OUTCOMES[picked.id][1](floor, writing, seen)
        if done is not None:
            floor.done(done)

    return {"promise.act": act}
