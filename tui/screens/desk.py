"""The desk: queues, the list, the conversation under the cursor, and the composer in place.

It only wires: presses go through the keymap to acts, messages of widgets to the feed, changes of the desk
to what is shown. What acts do stands in `tui/acts`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen
from textual.widgets import TextArea

from desk.views import Change
from domain.errors import WebcareError
from tui.acts.answering import answering
from tui.acts.looking import choose_command, looking
from tui.acts.moving import MOVES
from tui.acts.snoozing import SNOOZING
from tui.acts.table import ActOn
from tui.acts.triage import TRIAGE
from tui.feed import Shown
from tui.floor import Floor, Parts
from tui.keymap import Keymap, KeyReader, Pending, Pressed
from tui.lines import Lines
from tui.look import Look
from tui.ports import Desk
from tui.turns import Turns
from tui.widgets.composer import Composer, Paper
from tui.widgets.contact_card import ContactCard
from tui.widgets.conversation import Conversation
from tui.widgets.foot import Foot
from tui.widgets.footer import token
from tui.widgets.queue_list import QueueList
from tui.widgets.queue_tabs import QueueColumn, QueueTabs
from tui.widgets.row_view import RowView
from tui.widgets.sheet import Line, Rule
from tui.widgets.status_line import StatusLine
from tui.writing import Writing

_HEARTBEAT = 15.0
_SAVE_AFTER = 1.0
"""Seconds after a letter until the draft is on disk; two are promised."""

_REST = 0.12
"""Seconds that the cursor rests on a row before its conversation is read; holding `j` reads none."""

_BREATH = 0.1
"""Seconds between two repaints for changes; a storm must not stand between a key and its paint."""

WIDE = 161
SMALL_WIDTH = 80
SMALL_HEIGHT = 24


class DeskScreen(Screen[None], inherit_bindings=False):
    """Where an operator works."""

    AUTO_FOCUS = ""

    class Ready(Message):
        """Everything that the first paint shows has been read."""

    def __init__(self, desk: Desk, look: Look, keymap: Keymap) -> None:
        super().__init__()
        self._desk, self._look = desk, look
        self._reader = KeyReader(keymap)
        self._turns = Turns(self._perform)
        parts = Parts(
            QueueTabs(look), QueueColumn(), QueueList(look, id="list"), Foot(), Conversation(look),
            ContactCard(look), Composer(look, keymap), StatusLine(look), Line(id="keys"),
        )  # fmt: skip
        self._parts = parts
        self.floor = Floor(self, desk, look, keymap, parts)
        self._lines = Lines(self.floor)
        self._writing = Writing(self.floor)
        self._acts: dict[str, ActOn] = {
            **TRIAGE, **SNOOZING, **looking(self._writing), **answering(self._writing),
            "desk.command": self._command,
        }  # fmt: skip
        self._save_timer_runs = False

    def compose(self) -> ComposeResult:
        """Tabs, list, conversation, composer, status, keys; the stylesheet places them by width."""
        parts, signs = self._parts, self._look.signs
        yield parts.tabs
        yield Rule(signs.rule, id="tabs-rule")
        with Horizontal(id="middle"):
            yield parts.column
            with Container(id="work"):
                with Vertical(id="listing"):
                    yield parts.list
                    yield parts.foot
                yield Rule(signs.rule)
                with Vertical(id="reading"):
                    yield parts.conversation
                    yield parts.composer
            yield parts.card
        yield Rule(signs.rule)
        yield parts.status
        yield parts.keys

    async def on_mount(self) -> None:
        """The first page is read before the first paint."""
        self._fit(self.app.size)
        status = self._parts.status
        status.standing = replace(status.standing, initials=self._desk.operator.initials)
        try:
            await self.floor.go(Shown(self._look.first_queue))
            await self._read_health()
        except WebcareError as error:
            self._parts.list.say_empty((str(error),))
            self.floor.say(str(error), bad=True)
        self._lines.keys()
        self._load_rest()
        self._take_turns()
        self._watch_changes()
        self.set_interval(1.0, self.tick)
        self.set_interval(_HEARTBEAT, self._beat)
        self.post_message(self.Ready())

    def on_resize(self, event: events.Resize) -> None:
        """Stacked, wide or small."""
        self._fit(event.size)

    def _fit(self, size: Size) -> None:
        small = size.width <= SMALL_WIDTH or size.height <= SMALL_HEIGHT
        self.set_class(size.width >= WIDE and not small, "-wide")
        self.set_class(small, "-small")

    # keys

    def on_key(self, event: events.Key) -> None:
        """A press becomes an act; a move is done at once when no act is being done."""
        place = self.floor.place
        if place == "composer":
            return
        event.stop()
        if event.key == "escape" and self._reader.forget():
            self._lines.typed("")
            return
        pressed = self._reader.read(place, token(event))
        self._lines.typed(pressed.typed if isinstance(pressed, Pending) else "")
        if isinstance(pressed, Pressed):
            self._do(pressed)

    def on_paper_struck(self, message: Paper.Struck) -> None:
        """An act of the composer."""
        self._do(message.pressed)

    def _do(self, pressed: Pressed) -> None:
        move = MOVES.get(pressed.id)
        if move is not None and self._turns.idle:
            move(self.floor, pressed.count)
            self._lines.keys()
        else:
            self._turns.put(pressed)

    async def _perform(self, pressed: Pressed) -> None:
        try:
            move = MOVES.get(pressed.id)
            if move is not None:
                move(self.floor, pressed.count)
            else:
                await self._acts[pressed.id](self.floor, pressed.count)
        except WebcareError as error:
            self.floor.say(str(error), bad=True)
        self._lines.keys()
        self._lines.row()

    async def _command(self, floor: Floor, count: int) -> None:
        chosen = await choose_command(floor)
        if chosen is not None:
            await self._perform(Pressed(chosen, count))

    @work(group="turns")
    async def _take_turns(self) -> None:
        await self._turns.run()

    # what the widgets say

    def on_row_view_moved(self, message: RowView.Moved) -> None:
        """Say where the cursor is; read the conversation once it rests."""
        message.stop()
        self._lines.row()
        if self.floor.place != "composer":
            self._peek()

    def on_row_view_wanted(self, message: RowView.Wanted) -> None:
        """Read rows for the list."""
        message.stop()
        self._read_rows(message.ids)

    def on_queue_list_order_wanted(self) -> None:
        """What was announced in a very long list comes in."""
        self._load_rest()

    def on_queue_list_opened(self) -> None:
        """A click on the row under the cursor."""
        self._do(Pressed("list.open"))

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Count, and keep what is typed."""
        event.stop()
        self._writing.count()
        if self._writing.unsaved and not self._save_timer_runs:
            self._save_timer_runs = True
            self.set_timer(_SAVE_AFTER, self._save)

    @work(group="save")
    async def _save(self) -> None:
        self._save_timer_runs = False
        try:
            await self._writing.save()
        except WebcareError as error:
            self.floor.say(str(error), bad=True)
            self._save_timer_runs = True
            self.set_timer(_SAVE_AFTER, self._save)

    @work(group="peek", exclusive=True)
    async def _peek(self) -> None:
        view = self._parts.conversation.view
        if view is not None and view.row == self._parts.list.row(self.floor.current):
            return
        await asyncio.sleep(_REST)
        await self._told(self.floor.peek())

    async def _told(self, work: Awaitable[None]) -> None:
        """Do it; what goes wrong is said on the status line."""
        try:
            await work
        except WebcareError as error:
            self.floor.say(str(error), bad=True)

    @work(group="rows")
    async def _read_rows(self, ids: tuple[int, ...]) -> None:
        await self._told(self.floor.feed.read(ids))

    @work(group="rest")
    async def _load_rest(self) -> None:
        await self._told(self.floor.feed.load_rest())

    # what the desk says

    @work(group="changes")
    async def _watch_changes(self) -> None:
        while True:
            try:
                async for change in self._desk.changes():
                    await self._take(change)
                    await asyncio.sleep(_BREATH)
            except WebcareError as error:
                self.floor.say(str(error), bad=True)
                await asyncio.sleep(1.0)

    async def _take(self, change: Change) -> None:
        await self.floor.feed.changed(change)
        self._writing.notice()
        await self.floor.count()
        shown = self._parts.conversation.view
        touched = change.everything or change.outbox or change.presence
        if shown is None or touched or shown.row.id in change.conversations:
            await self.floor.peek()
        if change.channels or change.everything:
            await self._read_health()

    async def _read_health(self) -> None:
        health, status = self._desk.health, self._parts.status
        channels, collector = await health.channels(), await health.collector()
        status.put(replace(status.standing, channels=channels, collector=collector), self._desk.clock.now())

    @work(group="heartbeat", exclusive=True)
    async def _beat(self) -> None:
        await self._told(self._desk.claims.heartbeat())
        await self._told(self._read_health())

    def tick(self) -> None:
        """A second went by: badges, header and countdown, where their text changed."""
        now = self._desk.clock.now()
        self._parts.list.tick(now)
        self._parts.conversation.tick(now)
        self._parts.status.tick(now)
        collector = self._parts.status.standing.collector
        if collector is not None and not collector.running:
            self._look_after()

    @work(group="health", exclusive=True)
    async def _look_after(self) -> None:
        await self._told(self._read_health())
