"""Acts of the composer that offer: the team's own answers."""

from __future__ import annotations

from dataclasses import replace

from i18n import _
from tui.screens.page import Page
from tui.screens.suggestions import Offers, Verdict
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
