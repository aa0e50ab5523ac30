"""The part of a list that draws: its window, its rows and strips, and the badges that tick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from desk.queue_views import Row
from domain.clock import Millis
from domain.text import SafeText
from tui import badges
from tui.badges import BADGE_WIDTH, Badge
from tui.look import Look
from tui.row_layout import BADGE_COLUMN, Drawing, spans
from tui.widgets.ink import Inked
from tui.widgets.order import Order
from tui.widgets.window import PAGE, RowStore, Window

_KEPT_STRIPS = 8 * PAGE
_AT_ONCE = 8
"""Rows drawn ahead between two looks for keys: about a millisecond."""

_BREATH = 0.004
"""Seconds between them."""


class RowView(Inked):
    """Draws the rows of an order that are on the screen, and asks for those it lacks."""

    DEFAULT_CSS = "RowView { height: 1fr; width: 1fr; }"

    class Moved(Message):
        """The cursor stands on another conversation, its row came in, or the list's length changed."""

        def can_replace(self, message: Message) -> bool:
            """Only the last one counts."""
            return isinstance(message, RowView.Moved)

    @dataclass
    class Wanted(Message):
        """Rows that will be drawn soon and are not here."""

        ids: tuple[int, ...]

    def __init__(self, look: Look, *, id: str | None = None) -> None:  # noqa: A002 - as in Textual
        super().__init__(id=id)
        self._door, self._signs = look.door, look.signs
        self._window = Window()
        self._strips: dict[tuple[int, bool], tuple[Drawing, Strip]] = {}
        self._drawing_ahead: Timer | None = None
        self._painted: dict[int, Badge] = {}
        self._changes_at: Millis = 0
        """Before this moment no badge on the screen is another one."""

        self._now: Millis = 0
        self._own_status = ""
        self._empty: tuple[SafeText, ...] = ()
        self.store = RowStore()
        self.order = Order()

    @property
    def current(self) -> int | None:
        """The conversation under the cursor."""
        return self.order.current

    @property
    def ids_shown(self) -> Sequence[int]:
        """The ids on the screen."""
        return self._window.shown(self.order)

    def row(self, conversation: int | None) -> Row | None:
        """A row, if it was read."""
        return None if conversation is None else self.store.get(conversation)

    def half_page(self) -> int:
        """Rows of half a page."""
        return self._window.half

    def tick(self, now: Millis) -> int:
        """Repaint the badges whose text or meaning changed, and nothing else; returns how many."""
        self._now = now
        if now < self._changes_at:
            return 0
        changed, self._changes_at = 0, badges.NEVER
        for line, conversation in enumerate(self.ids_shown):
            row = self.store.get(conversation)
            if row is None:
                continue
            self._changes_at = min(self._changes_at, badges.row_changes_at(row, now))
            badge = badges.row_clock(row, now, self._door)
            if self._painted.get(conversation) != badge:
                self._painted[conversation] = badge
                self.refresh(Region(BADGE_COLUMN, line, BADGE_WIDTH, 1))
                changed += 1
        return changed

    def say_empty(self, sentences: Sequence[str]) -> None:
        """What stands here when there is no row."""
        self._empty = tuple(self._door.line(one) for one in sentences)

    def repaint(self) -> None:
        """Marks changed: all lines may look different."""
        self.refresh()
        self.post_message(self.Moved())

    def _standing(self) -> tuple[object, ...]:
        """What the rows on the screen are drawn by, but for what stands in them."""
        return self.ids_shown, self.current, set(self.order.gone), tuple(self.order.marks)

    def _settle(self, line: int | None, before: tuple[object, ...] = ()) -> None:
        """After the ids changed: the cursor's row on the same line of the screen.

        All is painted anew, but where it stands as `before`.
        """
        if line is not None:
            self._window.top = max(0, self.order.index - line)
        self._window_to(self._window.follow(self.order))
        if self._standing() != before:
            self.refresh()
        self._want()
        self.post_message(self.Moved())

    def _window_to(self, top: int) -> None:
        """The one place where the window moves."""
        if top != self._window.top:
            self._window.top = top
            self.refresh()

    def _refresh_index(self, index: int) -> None:
        line = index - self._window.top
        if 0 <= line < self.size.height:
            self.refresh(Region(0, line, self.size.width, 1))

    def _want(self) -> None:
        if self._window.short_of_rows(self.order, self.store):
            missing = self.store.ask(self._window.near(self.order))
            if missing:
                self.post_message(self.Wanted(missing))
        self._draw_ahead()

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in the window; Textual itself repaints what was resized."""
        self._strips.clear()
        self._window.height = event.size.height
        self._window.by_line = event.size.width == self.app.size.width
        self._window_to(self._window.follow(self.order))
        self._want()
        self.post_message(self.Moved())

    def render_line(self, y: int) -> Strip:
        """The row on this line."""
        index, width = self._window.top + y, self.size.width
        if index >= len(self.order.ids):
            empty = self._empty[y - 1 : y] if y and not self.order.ids else ()
            return self.strip(tuple((SafeText(f"   {one}"), "dim") for one in empty), width)
        conversation = self.order.ids[index]
        row = self.store.get(conversation)
        if row is None:
            return self.strip(((self._door.line(f"   {self._signs.more}"), "dim"),), width)
        badge = badges.row_clock(row, self._now, self._door)
        self._painted[conversation] = badge
        self._changes_at = 0
        return self._drawn(row, badge, cursor=index == self.order.index)

    def _drawn(self, row: Row, badge: Badge, *, cursor: bool) -> Strip:
        conversation = row.id
        drawing = Drawing(
            row,
            badge,
            self.size.width,
            cursor=cursor,
            marked=conversation in self.order.marks,
            gone=conversation in self.order.gone,
            own_status=self._own_status,
        )
        kept = self._strips.get((conversation, cursor))
        if kept is not None and kept[0] == drawing:
            return kept[1]
        strip = self.strip(spans(drawing, self._door, self._signs), drawing.width)
        if len(self._strips) > _KEPT_STRIPS:
            self._strips.clear()
        self._strips[conversation, cursor] = (drawing, strip)
        return strip

    def _draw_ahead(self) -> None:
        """While nobody presses, draw what the next half page will show, a few rows at a time."""
        if self._drawing_ahead is not None:
            self._drawing_ahead.stop()
        waiting = [one for one in self._window.soon(self.order) if (one, False) not in self._strips]
        if waiting:
            self._drawing_ahead = self.set_timer(_BREATH, lambda: self._draw_some(waiting))

    def _draw_some(self, waiting: list[int]) -> None:
        for conversation in waiting[:_AT_ONCE]:
            row = self.store.get(conversation)
            if row is not None:
                self._drawn(row, badges.row_clock(row, self._now, self._door), cursor=False)
        rest = waiting[_AT_ONCE:]
        if rest:
            self._drawing_ahead = self.set_timer(_BREATH, lambda: self._draw_some(rest))
