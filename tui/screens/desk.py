"""The desk: queues, the list, the conversation under the cursor, and the composer in place.

It only wires: presses go through the keymap to acts, messages of widgets to the feed, changes of the desk
to what is shown. What acts do stands in `tui/acts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.geometry import Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import TextArea

from domain.clock import SECOND, Millis
from domain.errors import WebcareError
from tui.acts.moving import MOVES
from tui.acts.table import ActOn
from tui.background import HEARTBEAT, LOOK_AFTER, Background
from tui.feed import Shown
from tui.first_light import SMALL_HEIGHT, SMALL_WIDTH, WIDE
from tui.floor import Floor, Parts
from tui.footer import token
from tui.keymap import Keymap, KeyReader, Pending, Pressed
from tui.lines import Lines
from tui.look import Look
from tui.painting import paint_at_once
from tui.spans import Spans
from tui.turns import Turns
from tui.widgets.composer import Composer, Paper
from tui.widgets.contact_card import ContactCard
from tui.widgets.conversation import Conversation
from tui.widgets.foot import Foot
from tui.widgets.queue_list import QueueList
from tui.widgets.queue_tabs import QueueColumn, QueueTabs
from tui.widgets.row_view import RowView
from tui.widgets.sheet import Line, Rule
from tui.widgets.status_line import StatusLine
from tui.writing import Writing

if TYPE_CHECKING:
    from tui.ports import Desk

STARTING: Millis = 15 * SECOND
"""How long a collector of our own is looked for each second; later every few seconds."""


class DeskScreen(Screen[None], inherit_bindings=False):
    """Where an operator works."""

    AUTO_FOCUS = ""

    def __init__(self, desk: Desk, look: Look, keymap: Keymap, *, ready: Callable[[], None]) -> None:
        super().__init__()
        self._desk, self._look = desk, look
        self._ready = ready
        """Called when everything that the first paint shows has been read."""

        self._reader = KeyReader(keymap)
        self._turns = Turns(self._perform)
        parts = Parts(
            QueueTabs(look), QueueColumn(), QueueList(look, id="list"), Foot(), Conversation(look),
            ContactCard(look), Composer(look, keymap), StatusLine(look), Line(id="keys"),
        )  # fmt: skip
        self._parts = parts
        self._starts_until = desk.clock.now() + STARTING
        self.floor = Floor(self, desk, look, keymap, parts)
        self._lines = Lines(self.floor)
        self._writing = Writing(self.floor)
        self._background = Background(self.floor, self._writing)

    @cached_property
    def _acts(self) -> Mapping[str, ActOn]:
        from tui.acts.every import every_act  # noqa: PLC0415 - what acts ask with is not needed to paint

        return {**every_act(self._writing), "desk.command": self._command}

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
        yield Rule(signs.rule, id="status-rule")
        yield parts.status
        yield parts.keys

    async def on_mount(self) -> None:
        """The first page is read before the first paint."""
        self._fit(self.app.size)
        status = self._parts.status
        status.standing = replace(status.standing, initials=self._desk.operator.initials)
        try:
            await self.floor.go(Shown(self._look.first_queue))
            await self._background.read_health()
        except WebcareError as error:
            self._parts.list.say_empty((str(error),))
            self.floor.say(str(error), bad=True)
        self._lines.keys()
        self._background.run("turns", self._turns.run())
        self._background.watch()
        self.set_interval(1.0, self.tick)
        self.set_interval(HEARTBEAT, self._background.beat)
        self.set_interval(LOOK_AFTER, self._background.look_after)
        self._ready()
        # A long order would take its share of the processor from the first paint.
        self.call_after_refresh(self._background.load_rest)

    async def on_unmount(self) -> None:
        """However the program ends, what was typed just now is kept."""
        with suppress(WebcareError):  # nobody is left to be told
            await self._writing.save()

    def inked(self, lines: Sequence[Spans], width: int) -> list[Strip]:
        """Lines as this screen's widgets draw them."""
        return [self._parts.list.strip(line, width) for line in lines]

    @property
    def idle(self) -> bool:
        """No act is being done, and none waits."""
        return self._turns.idle

    def on_resize(self, event: events.Resize) -> None:
        """Stacked, wide or small."""
        self._fit(event.size)

    def _fit(self, size: Size) -> None:
        small = size.width <= SMALL_WIDTH or size.height <= SMALL_HEIGHT
        self.set_class(size.width >= WIDE and not small, "-wide")
        self.set_class(small, "-small")
        self._lines.keys()

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
            self._lines.row()  # in the frame of the move, not in one of its own
            paint_at_once(self)
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
        from tui.acts.looking import choose_command  # noqa: PLC0415 - as above

        chosen = await choose_command(floor)
        if chosen is not None:
            await self._perform(Pressed(chosen, count))

    # what the widgets say

    def on_row_view_moved(self, message: RowView.Moved) -> None:
        """Say where the cursor is; read the conversation once it rests."""
        message.stop()
        self._lines.row()
        if self.floor.place != "composer":
            self._background.peek()

    def on_row_view_wanted(self, message: RowView.Wanted) -> None:
        """Read rows for the list."""
        message.stop()
        self._background.read_rows(message.ids)

    def on_queue_list_order_wanted(self) -> None:
        """What was announced in a very long list comes in."""
        self._background.load_rest()

    def on_queue_list_opened(self) -> None:
        """A click on the row under the cursor."""
        self._do(Pressed("list.open"))

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Count, and keep what is typed."""
        event.stop()
        self._writing.typed()
        self._background.save_soon()

    def tick(self) -> None:
        """A second went by: badges, header and countdown, where their text changed."""
        now = self._desk.clock.now()
        self._parts.list.tick(now)
        self._parts.conversation.tick(now)
        self._parts.status.tick(now)
        collector = self._parts.status.standing.collector
        if now < self._starts_until and collector is not None and not collector.running:
            self._background.look_after()
