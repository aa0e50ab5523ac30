"""What acts stand on: the desk below, the widgets in front, and the few things every act needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from textual.screen import ModalScreen, Screen

from desk.views import Done
from domain.errors import Conflict, WebcareError
from i18n import _, ngettext
from tui.feed import Feed, Shown
from tui.keymap import Keymap, Place
from tui.look import Look
from tui.painting import Paints
from tui.widgets.composer import Composer
from tui.widgets.contact_card import ContactCard
from tui.widgets.conversation import Conversation
from tui.widgets.foot import Foot
from tui.widgets.queue_list import QueueList
from tui.widgets.queue_tabs import QueueColumn, QueueTabs
from tui.widgets.sheet import Line
from tui.widgets.status_line import Leaving, StatusLine

if TYPE_CHECKING:
    from tui.ports import Desk

Answer = TypeVar("Answer")
Act = Callable[[int], Awaitable[Done]]
"""Does one thing to one conversation."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The widgets of the desk's screen."""

    tabs: QueueTabs
    column: QueueColumn
    list: QueueList
    foot: Foot
    conversation: Conversation
    card: ContactCard
    composer: Composer
    status: StatusLine
    keys: Line


@dataclass(frozen=True, slots=True)
class Repeatable:
    """The last act, for `.`."""

    act: Act
    settles: bool


class Floor:
    """One operator's desk on one screen."""

    def __init__(self, screen: Screen[None], desk: Desk, look: Look, keymap: Keymap, parts: Parts) -> None:
        self.screen = screen
        self.desk = desk
        self.look = look
        self.keymap = keymap
        self.parts = parts
        self.feed = Feed(desk, parts.list)
        self.last: Repeatable | None = None
        self._sheet_of: int | None = None

    @property
    def place(self) -> Place:
        """Where the keys go."""
        if self.parts.composer.view is not None:
            return "composer"
        return "conversation" if self.screen.has_class("-reading") else "list"

    @property
    def current(self) -> int | None:
        """The conversation that an act means: the one being written to, else the one under the cursor."""
        view = self.parts.composer.view
        return self.parts.list.current if view is None else view.draft.conversation

    @property
    def chosen(self) -> tuple[int, ...]:
        """The marked conversations, else the one under the cursor."""
        return self.parts.list.order.chosen

    def say(self, sentence: str, *, bad: bool = False) -> None:
        """Put a sentence on the status line."""
        self.parts.status.say(sentence, self.desk.clock.now(), bad=bad)

    def done(self, done: Done) -> None:
        """Say the outcome of an act; a reply on its way starts its countdown."""
        status = self.parts.status
        if done.undo_until is not None and done.outbox is not None:
            row = self.parts.list.row(done.conversation)
            who = (row.contact_name or row.handle) if row else ""
            status.standing = replace(status.standing, leaving=Leaving(who, done.undo_until))
            self.say("")
        else:
            if done.outbox is not None:
                status.standing = replace(status.standing, leaving=None)
            self.say(done.sentence)

    async def ask(self, modal: ModalScreen[Answer | None]) -> Answer | None:
        """Ask for one value; None when the operator went back."""
        return await self.screen.app.push_screen_wait(modal)

    def redraw(self) -> None:
        """Write the whole screen anew, whatever somebody else wrote on it."""
        app = self.screen.app
        if isinstance(app, Paints):
            app.painter.forget()
        self.screen.refresh()

    # acts on conversations

    async def each(self, act: Act, *, settles: bool = False) -> bool:
        """Do it to all that are chosen, and remember it for `.`; False when one of them refused."""
        self.last = Repeatable(act, settles)
        chosen = self.chosen
        done: list[int] = []
        try:
            for conversation in chosen:
                outcome = await act(conversation)
                done.append(conversation)
                self.done(outcome)
        except WebcareError as refused:
            self.say(self._with_way_out(refused), bad=True)
        if len(done) > 1:
            self.say(ngettext("{n} conversation.", "{n} conversations.", len(done)))
        if done:
            self.parts.list.order.marks.drop(done)
            await self.feed.after_act(done, settles=settles)
            if settles:
                self.stop_reading()
            await self.peek()
        return bool(chosen) and len(done) == len(chosen)

    def _with_way_out(self, refused: WebcareError) -> str:
        if isinstance(refused, Conflict):
            return _("{sentence} C takes it over.", sentence=refused)
        return str(refused)

    # what is looked at

    async def go(self, shown: Shown, *, cursor: int | None = None) -> None:
        """Show another queue."""
        self.stop_reading()
        await self.feed.open(shown, cursor=cursor)
        await self.count()
        await self.peek()

    async def go_to(self, conversation: int) -> None:
        """Put the cursor on a conversation, in this queue or else in the one that has it."""
        if self.parts.list.move_to_id(conversation):
            return
        for queue in ("open", "all"):
            await self.go(Shown(queue), cursor=conversation)
            if self.parts.list.current == conversation:
                return

    async def count(self) -> None:
        """Read the counts of the queues again."""
        tabs = await self.desk.queues.tabs()
        shown = self.feed.shown
        self.parts.tabs.put(tabs, shown.queue, shown.search)
        self.parts.column.put(tabs, shown.queue, shown.search, self.look)

    async def peek(self) -> None:
        """Show the conversation that is meant; takes nothing."""
        conversation, pane = self.current, self.parts.conversation
        if conversation is None:
            pane.say([])
            return
        view = await self.desk.conversations.view(conversation)
        if self.current == conversation:
            now = self.desk.clock.now()
            if self.parts.composer.view is not None:
                view = replace(view, drafts=())  # ours is under the hand
            pane.show(view, now)
            self.parts.card.put(view, now)

    def read(self) -> None:
        """Open the conversation under the cursor: its thread gets the keys and the room."""
        if self.current is not None:
            self.screen.add_class("-reading")

    def stop_reading(self) -> bool:
        """Back to the list; False when it was there already."""
        was = self.screen.has_class("-reading")
        self.screen.remove_class("-reading")
        return was
