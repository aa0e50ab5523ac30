"""Acts that look: queues, search, why, help, links; and undo."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from urllib.parse import urlsplit

from domain.errors import NotAllowed, WebcareError
from i18n import _, ngettext
from tui.acts.table import ActOn
from tui.feed import Shown
from tui.floor import Floor
from tui.help import help_paras
from tui.keymap import key_name
from tui.screens.outbox import OutboxScreen
from tui.screens.page import Page
from tui.screens.picker import Confirm, Picker, Question
from tui.widgets.choices import Choice
from tui.widgets.sheet import Para
from tui.writing import Writing


async def _queue(queue: str, floor: Floor, count: int) -> None:  # noqa: ARG001 - one signature for all acts
    await floor.go(Shown(queue))


async def _turn(step: int, floor: Floor, count: int) -> None:
    tabs = [tab.id for tab in await floor.desk.queues.tabs()]
    here = tabs.index(floor.feed.shown.queue) if floor.feed.shown.queue in tabs else 0
    await floor.go(Shown(tabs[(here + step * count) % len(tabs)]))


async def _back(floor: Floor, count: int) -> None:  # noqa: ARG001
    marks = floor.parts.list.order.marks
    if marks:
        marks.clear()
        floor.parts.list.repaint()
    elif floor.feed.before_search is not None:
        await floor.go(floor.feed.before_search)


async def _search(floor: Floor, count: int) -> None:  # noqa: ARG001
    hint = _("words, from: channel: label: is: before: after: sentiment:")
    await _narrow(floor, "all", Question(_("Search everything"), free=True, hint=hint))


async def _filter(floor: Floor, count: int) -> None:  # noqa: ARG001
    await _narrow(floor, floor.feed.shown.queue, Question(_("Filter this queue"), free=True, hint=_("words")))


async def _narrow(floor: Floor, queue: str, question: Question) -> None:
    picked = await floor.ask(Picker(floor.look, question))
    if picked is not None:
        await floor.go(Shown(queue, picked.text))


async def _why(floor: Floor, count: int) -> None:  # noqa: ARG001
    if floor.current is not None:
        door = floor.look.door
        sentences = await floor.desk.conversations.why(floor.current)
        paras = [Para(((door.line(one), "text"),), indent=3, hang=2) for one in sentences]
        await floor.ask(Page(floor.look, floor.keymap, _("Why it is due then"), paras))


async def _help(floor: Floor, count: int) -> None:  # noqa: ARG001
    paras = help_paras(floor.keymap, floor.place, floor.look)
    await floor.ask(Page(floor.look, floor.keymap, _("Keys"), paras))


async def _copy(floor: Floor, count: int) -> None:  # noqa: ARG001
    if floor.current is None:
        return
    link = await floor.desk.conversations.link(floor.current)
    if not link:
        raise NotAllowed(_("This conversation has no link."))
    if not clean_link(link):
        raise NotAllowed(_("The link is not a plain https address, so it is not copied."))
    floor.screen.app.copy_to_clipboard(link)
    floor.say(_("Copied: {link}", link=link))


def clean_link(link: str) -> bool:
    """Whether it is an https address of visible ASCII without a name and password in it."""
    if not all("!" <= char <= "~" for char in link):
        return False
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc


async def _repeat(floor: Floor, count: int) -> None:  # noqa: ARG001
    if floor.last is None:
        floor.say(_("There is nothing to repeat yet."))
    else:
        await floor.each(floor.last.act, settles=floor.last.settles)


async def _redo(floor: Floor, count: int) -> None:
    for _again in range(count):
        done = await floor.desk.history.redo()
        floor.done(done)
    await floor.feed.reconcile()
    await floor.peek()


async def _outbox(floor: Floor, count: int) -> None:  # noqa: ARG001
    conversation = await floor.ask(OutboxScreen(floor.look, floor.keymap, floor.desk))
    if conversation is not None:
        await floor.go_to(conversation)


async def _meter(floor: Floor, count: int) -> None:  # noqa: ARG001
    from tui.screens.meter import MeterScreen  # noqa: PLC0415 - nobody waits for it at the start

    await floor.ask(MeterScreen(floor.look, floor.keymap, floor.desk))


async def _quit(floor: Floor, count: int) -> None:  # noqa: ARG001
    try:
        sentences = await _still_here(floor)
    except WebcareError as error:  # a database that is gone, full or damaged must not hold anybody here
        sentences = [str(error)]
    if await floor.ask(Confirm(floor.look, _("Quit?"), sentences)):
        with suppress(WebcareError):  # the leases run out by themselves
            await floor.desk.claims.leave()
        floor.screen.app.exit()


async def _still_here(floor: Floor) -> list[str]:
    """What waits for a desk that is open."""
    waiting = [
        one for one in await floor.desk.outbox.list() if one.status in {"queued", "sending", "retry_wait"}
    ]
    collector = await floor.desk.health.collector()
    if not (waiting and collector.mine):
        return []
    return [
        ngettext(
            "{n} reply has not gone out yet; it goes when a desk is open again.",
            "{n} replies have not gone out yet; they go when a desk is open again.",
            len(waiting),
        )
    ]


def looking(writing: Writing) -> Mapping[str, ActOn]:
    """The acts that need to know of the composer are bound to it."""

    async def undo(floor: Floor, count: int) -> None:
        for _again in range(count):
            done = await floor.desk.history.undo()
            floor.done(done)
            if done.conversation is None:
                continue
            if done.outbox is not None:
                await writing.called_back(done.conversation)
                return
            await floor.feed.read((done.conversation,))
            await floor.feed.reconcile(frozenset({done.conversation}))
        await floor.peek()

    return {"desk.undo": undo, **_PLAIN}


async def choose_command(floor: Floor) -> str | None:
    """The id of the act chosen on the command line."""
    door = floor.look.door
    seen: set[str] = set()
    choices: list[Choice] = []
    for key in floor.keymap.at(floor.place):
        if key.id not in seen and not key.id.startswith(("list.", "sheet.")):
            seen.add(key.id)
            choices.append(Choice(key.id, door.line(_(key.says)), door.line(key_name(key.keys[0]))))
    picked = await floor.ask(Picker(floor.look, Question(_("Command"), choices)))
    return None if picked is None else picked.id


_PLAIN: Mapping[str, ActOn] = {
    "desk.back": _back,
    "desk.help": _help,
    "desk.quit": _quit,
    "desk.redo": _redo,
    "desk.repeat": _repeat,
    "find.search": _search,
    "find.filter": _filter,
    "look.why": _why,
    "look.copy": _copy,
    "queue.next": partial(_turn, 1),
    "queue.previous": partial(_turn, -1),
    "go.outbox": _outbox,
    "go.meter": _meter,
    "go.open": partial(_queue, "open"),
    "go.mine": partial(_queue, "mine"),
    "go.unassigned": partial(_queue, "unassigned"),
    "go.negative": partial(_queue, "negative"),
    "go.waiting": partial(_queue, "waiting"),
    "go.snoozed": partial(_queue, "snoozed"),
    "go.promises": partial(_queue, "promises"),
    "go.windows": partial(_queue, "windows"),
    "go.listening": partial(_queue, "listening"),
    "go.all": partial(_queue, "all"),
}
