"""Writing a reply or a note: open, keep, review, send, call back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from domain.errors import Conflict, WebcareError
from i18n import _
from tui.floor import Floor
from tui.following import Following

if TYPE_CHECKING:
    from desk.reply_views import ComposerView
    from tui.advising import Advising
    from tui.ports import DraftKind


class Writing:
    """The composer's side of the floor. A draft belongs to its conversation, wherever the cursor goes."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.following = Following(self)
        self._kept = ""

    @cached_property
    def advising(self) -> Advising:
        """The coach beside the draft, from the first draft on."""
        from tui.advising import Advising  # noqa: PLC0415 - not needed to paint

        return Advising(self.floor)

    async def begin(self, conversation: int, kind: DraftKind, *, template: bool = False) -> None:
        """Open the composer; a reply claims the conversation first."""
        floor = self.floor
        view = await floor.desk.replies.open(conversation, kind)
        if view.templates_only:
            from tui.approved import Approving  # noqa: PLC0415 - not needed to paint

            if await Approving(floor, conversation).offer() or not view.draft.text:
                return
        if view.blocked and not view.draft.text:
            floor.say(view.blocked, bad=True)
            return
        if kind != "note":
            try:
                await floor.desk.claims.claim(conversation)
            except Conflict as held:
                floor.say(_("{sentence} C takes it over.", sentence=held), bad=True)
                return
        await floor.desk.claims.composing(conversation)
        self.advising.forget()
        self.following.on = False
        self.take_up(view)
        floor.screen.add_class("-composing")
        await floor.feed.read((conversation,))
        await floor.peek()
        if template and not view.draft.text:
            await self.template()

    def take_up(self, view: ComposerView) -> None:
        """Put the pen to a draft."""
        self.floor.parts.composer.open(view, step=self.following.place(view))
        self._kept = view.draft.text
        self.count()
        self.advising.show()
        self.advising.changed()

    def count(self) -> None:
        """Show the length of what is written."""
        composer = self.floor.parts.composer
        if composer.view is not None:
            composer.show_length(self.floor.desk.replies.length_of(composer.view, composer.text))

    def typed(self) -> None:
        """The text changed: count at once, and look at it when the hand rests."""
        self.count()
        if self.floor.parts.composer.view is not None:
            self.advising.changed()

    async def next_remark(self) -> None:
        """To the next thing that the coach says."""
        await self.advising.next()

    async def take_remark(self) -> None:
        """Take what it offers."""
        await self.advising.take()

    async def leave_remark(self) -> None:
        """Leave it aside."""
        await self.advising.leave()

    @property
    def unsaved(self) -> bool:
        """Something was typed that the desk does not have yet."""
        composer = self.floor.parts.composer
        return composer.view is not None and composer.text != self._kept

    async def save(self) -> None:
        """Give the desk what was typed; it stays unsaved when that fails, and is tried again."""
        composer = self.floor.parts.composer
        draft = composer.draft(self.floor.desk.clock.now())
        if draft is not None and draft.text != self._kept:
            await self.floor.desk.replies.save(draft)
            self._kept = draft.text

    async def leave(self) -> None:
        """Put the pen down; the draft is kept."""
        await self.save()
        view = self.floor.parts.composer.view
        had = bool(self._kept.strip()) or bool(view is not None and view.attachments)
        await self._close()
        if had:
            self.floor.say(_("Draft kept."))

    async def _close(self) -> None:
        floor = self.floor
        conversation = floor.current
        floor.parts.composer.close()
        self.advising.forget()
        self.following.on = False
        floor.screen.remove_class("-composing")
        floor.screen.set_focus(None)
        self._kept = ""
        await floor.desk.claims.composing(None)
        if conversation is not None:
            await floor.feed.read((conversation,))
        await floor.peek()

    def notice(self) -> None:
        """Say it when a colleague took over what is being written; the draft stays."""
        floor = self.floor
        row = floor.parts.list.row(floor.current)
        if floor.parts.composer.view is None or row is None or row.holder_is_me:
            return
        if row.holder and floor.parts.composer.view.draft.kind != "note":
            floor.say(_("{who} took this over; your draft is kept.", who=row.holder), bad=True)

    async def review(self, *, in_parts: bool = False) -> None:
        """Show the text as it will stand, in parts where that is asked, and do what is answered."""
        from tui.reviewing import Reviewing  # noqa: PLC0415 - not needed to paint

        await Reviewing(self).review(in_parts=in_parts)

    async def thrown_away(self) -> None:
        """The draft is gone; put the pen down."""
        self._kept = self.floor.parts.composer.text
        await self._close()

    async def sent(self, conversation: int, *, settles: bool) -> None:
        """It is on its way; put the pen down and go on."""
        floor = self.floor
        self._kept = floor.parts.composer.text
        await self._close()
        if settles:
            floor.stop_reading()
        await floor.feed.after_act((conversation,), settles=settles)
        await floor.peek()

    async def called_back(self, conversation: int) -> None:
        """A reply came back before it went out: its text is in the composer again."""
        floor = self.floor
        await floor.feed.reconcile(frozenset({conversation}))
        await floor.go_to(conversation)
        public = await floor.desk.replies.open(conversation, "public")
        private = await floor.desk.replies.open(conversation, "private")
        if public.draft.text:
            await self.begin(conversation, "public")
            if private.draft.text and not public.no_private and floor.parts.composer.view is not None:
                self.following.on = True
                floor.parts.composer.head(public, step=1)
        elif private.draft.text:
            await self.begin(conversation, "private")

    async def template(self) -> None:
        """Pick a template and put its text in."""
        from desk.reply_views import BegunWith  # noqa: PLC0415 - not needed to paint
        from tui.screens.picker import Picker, Question  # noqa: PLC0415 - as above
        from tui.widgets.choices import Choice  # noqa: PLC0415 - as above

        floor = self.floor
        view = floor.parts.composer.view
        if view is None:
            return
        draft = view.draft
        found = await floor.desk.replies.templates(draft.conversation)
        if not found:
            floor.say(_("There are no templates yet."))
            return
        from tui.template_words import figures  # noqa: PLC0415 - as above

        door, now = floor.look.door, floor.desk.clock.now()
        choices = [
            Choice(
                one.id, door.line(one.name), door.line(figures(one, now, floor.look)), door.block(one.preview)
            )
            for one in found
        ]
        question = Question(_("Template"), choices, preview=True)
        picked = await floor.ask(Picker(floor.look, question))
        if picked is None or picked.id is None:
            return
        text = await floor.desk.replies.fill(draft.conversation, picked.id, draft.kind)
        composer = floor.parts.composer
        name = next(one.name for one in found if one.id == picked.id)
        begun = BegunWith(name, text)
        composer.view = replace(view, draft=replace(draft, template=picked.id), template=begun)
        composer.insert(text)
        composer.paper.focus()
        self.count()

    async def edit_outside(self) -> None:
        """Write it in the operator's own editor, with our own text only."""
        from tui import editor  # noqa: PLC0415 - not needed to paint

        floor = self.floor
        composer = floor.parts.composer
        await self.save()
        try:
            with floor.screen.app.suspend():
                text = await asyncio.to_thread(editor.edit, composer.text, floor.look.editor)
        except SuspendNotSupported:
            floor.say(_("This terminal cannot be lent to an editor."), bad=True)
            return
        except WebcareError as error:
            floor.say(str(error), bad=True)
            return
        composer.replace_all(text)
        self.count()
        await self.save()
