"""Acts of the composer that offer: the team's own answers, and the reply as a thread."""

from __future__ import annotations

from dataclasses import replace

from i18n import _, ngettext
from tui.screens.page import Page
from tui.screens.suggestions import Offers, Verdict
from tui.widgets.sheet import BLANK, Para
from tui.widgets.thread import thread
from tui.writing import Writing


async def suggest(writing: Writing) -> None:
    """Offer up to three answers; what is taken, and that none will do, teaches the desk."""
    floor = writing.floor
    view = floor.parts.composer.view
    if view is None:
        return
    conversation = view.draft.conversation
    offered = await floor.desk.suggestions.suggest(conversation)
    if not offered:
        floor.say(_("Nothing like it was answered yet."))
        return
    at = 0
    while True:
        asked = Offers(floor.look, floor.keymap, offered, at)
        verdict: Verdict | None = await floor.ask(asked)
        at = asked.index
        if verdict != "source":
            break
        await _show(writing, offered[at].source)
    if verdict == "take":
        floor.done(await floor.desk.suggestions.chosen(conversation, offered, at))
        composer = floor.parts.composer
        now = composer.view
        if now is not None:
            composer.view = replace(now, draft=replace(now.draft, template=offered[at].template))
        composer.insert(offered[at].text)
        writing.typed()
    elif verdict == "refuse":
        floor.done(await floor.desk.suggestions.refused(conversation, offered))
    floor.parts.composer.paper.focus()


async def _show(writing: Writing, conversation: int) -> None:
    """The conversation that an answer comes from, to read only."""
    floor = writing.floor
    view = await floor.desk.conversations.view(conversation)
    now = floor.desk.clock.now()
    title = _("{contact} on {channel}, to read only", contact=view.contact.name, channel=view.channel_name)
    await floor.ask(Page(floor.look, floor.keymap, title, thread(view, now, floor.look)))


async def as_a_thread(writing: Writing) -> None:
    """Show how a long reply would be cut into a thread, each part as it would stand."""
    floor = writing.floor
    composer = floor.parts.composer
    if composer.view is None:
        return
    parts = floor.desk.replies.thread_of(composer.view, composer.text)
    door = floor.look.door
    paras: list[Para] = []
    for number, part in enumerate(parts, 1):
        paras.append(Para(((door.line(f"{number}/{len(parts)}"), "accent"),), indent=1))
        paras += [Para(((door.line(line), "text"),), indent=3) for line in part.split("\n")]
        paras.append(BLANK)
    title = ngettext("It fits in {n} message", "As a thread of {n} messages", len(parts))
    await floor.ask(Page(floor.look, floor.keymap, title, paras))
    composer.paper.focus()
