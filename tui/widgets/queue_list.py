"""The list of a queue: holds ids, draws only its window, and keeps the cursor on its conversation.

It is a widget on the line API without a scrollbar. What it needs it asks for with `Wanted`; what it was
given it keeps in a bounded store. New conversations are announced and never move what is under the hand.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence

from textual import events
from textual.geometry import Region
from textual.message import Message

from desk.queue_views import Row
from domain.clock import SECOND, Millis
from tui.look import Look
from tui.widgets.order import Order
from tui.widgets.row_view import RowView

_REST: Millis = 3 * SECOND
"""How long the hand has to rest at the top before new rows come in by themselves."""


class QueueList(RowView):
    """The rows of one queue."""

    class Opened(Message):
        """The row under the cursor was clicked."""

    class OrderWanted(Message):
        """What was announced has to be read before it can come in."""

    def __init__(self, look: Look, *, id: str | None = None) -> None:  # noqa: A002 - as in Textual
        super().__init__(look, id=id)
        self._touched: Millis = 0

    # what comes in

    def show(
        self, rows: Sequence[Row], now: Millis, *, own_status: str = "", cursor: int | None = None
    ) -> None:
        """Another queue: its first page, with the cursor on `cursor` or at the top."""
        self._now = self._touched = now
        self.store.clear()
        self.store.put(rows)
        self._own_status = own_status
        self.order = Order(array("q", (row.id for row in rows)), cursor)
        self._window.top = 0
        self._settle(None)

    def adopt(self, ids: array[int]) -> None:
        """The whole order behind the first page."""
        line, before = self.order.index - self._window.top, self._standing()
        self.order.adopt(ids)
        self._settle(line, before)

    def reconcile(self, fresh: array[int], *, bring: frozenset[int] = frozenset()) -> None:
        """What the queue holds now: what left goes, what is new is announced, `bring` comes in at once."""
        line = self.order.index - self._window.top
        if self.order.reconcile(fresh, bring=bring):
            self._settle(line)
        else:
            self.post_message(self.Moved())

    def announce(self, arrived: int) -> None:
        """So many more wait to be let in."""
        if arrived:
            self.order.new += arrived
            self.post_message(self.Moved())

    def give(self, rows: Mapping[int, Row]) -> None:
        """Rows that were read; only lines that differ are painted again."""
        changed = self.store.put(rows.values())
        for line, conversation in enumerate(self.ids_shown):
            if conversation in changed:
                self.refresh(Region(0, line, self.size.width, 1))
        if self.current in changed:
            self.post_message(self.Moved())
        self._draw_ahead()

    def let_go(self, conversations: Iterable[int]) -> None:
        """We settled these ourselves: they may leave from under the cursor."""
        line = self.order.index - self._window.top
        self.order.let_go(conversations)
        self._settle(line)

    # moving

    def move(self, rows: int) -> bool:
        """Move the cursor by rows; False at the end of the list."""
        return self.move_to(self.order.index + rows)

    def move_to(self, index: int) -> bool:
        """Put the cursor on a row by its place."""
        self._touched = self._now
        before, top, size = self.order.index, self._window.top, len(self.order.ids)
        if not self.order.move_to(index):
            return False
        if len(self.order.ids) != size:  # what had left the queue went as the cursor left it
            self._settle(None)
            return True
        self._refresh_index(before)
        self._window_to(self._window.follow(self.order))
        if top == self._window.top:
            self._refresh_index(self.order.index)
        self._want()
        self.post_message(self.Moved())
        return True

    def move_to_id(self, conversation: int) -> bool:
        """Put the cursor on a conversation; False when it is not in this list."""
        index = self.order.place_of(conversation)
        if index is None:
            return False
        self.move_to(index)
        return True

    def fold(self) -> None:
        """Bring in what was announced, and show the top; the cursor stays on its conversation."""
        if not self.order.new:
            return
        if self.order.fold():
            self._window.top = 0
            self._settle(None)
        else:
            self.post_message(self.OrderWanted())

    def tick(self, now: Millis) -> int:
        """As the base does; and when the hand rests at the top, let in what is new."""
        if self.order.new and self.order.index == 0 and now - self._touched >= _REST:
            self.fold()
        return super().tick(now)

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor there; a second one opens."""
        index = self._window.top + event.y
        if index == self.order.index:
            self.post_message(self.Opened())
        elif index < len(self.order.ids):
            self.move_to(index)
