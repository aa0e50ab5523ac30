"""The queues with their counts: as one line of tabs, or as a column on wide screens."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from desk.views import QueueTab
from domain.text import SafeText
from i18n import _
from tui.format import number
from tui.look import Look
from tui.text import blank
from tui.widgets.ink import Span, Spans, width_of
from tui.widgets.sheet import BLANK, Line, Para, Sheet

_GAP = 3


class QueueTabs(Line):
    """One line; the current tab is always in sight, and signs say where more are."""

    def __init__(self, look: Look) -> None:
        super().__init__(id="tabs")
        self._look = look
        self._tabs: tuple[QueueTab, ...] = ()
        self._current = ""
        self._search: str | None = None

    def put(self, tabs: Sequence[QueueTab], current: str, search: str | None) -> None:
        """Other counts, or another current queue."""
        self._tabs, self._current, self._search = tuple(tabs), current, search
        self.show(*self._fitted())

    def render_line(self, y: int) -> Strip:
        """The tabs that there is room for at this width."""
        self.refit(*self._fitted())
        return super().render_line(y)

    def _fitted(self) -> tuple[Spans, Spans]:
        look = self._look
        right: Spans = ((practice(look), "note"), (blank(1), "text")) if look.simulated else ()
        pieces = [tab_spans(tab, look, current=self._is_current(tab)) for tab in self._tabs]
        if self._search is not None:
            pieces.insert(0, ((look.door.line(_("search: {query}", query=self._search)), "strong"),))
        here = next((index for index, tab in enumerate(self._tabs) if self._is_current(tab)), 0)
        room = self.size.width - width_of(right) - 4
        first, last = _fitting([width_of(piece) for piece in pieces], here, room)
        left: list[Span] = [(look.signs.cut_left if first else blank(1), "dim")]
        for piece in pieces[first:last]:
            left += [*piece, (blank(_GAP), "text")]
        if last < len(pieces):
            left[-1] = (look.door.line(f" {look.signs.cut_right}"), "dim")
        return tuple(left), right

    def _is_current(self, tab: QueueTab) -> bool:
        return tab.id == self._current and self._search is None


def practice(look: Look) -> SafeText:
    """Said wherever the people on the screen are invented."""
    return look.door.line(_("practice: nobody is real"))


def _fitting(widths: Sequence[int], here: int, room: int) -> tuple[int, int]:
    """The run of tabs around `here` that fits, from the first one where possible."""
    first, last = 0, 0
    used = 0
    while last < len(widths) and used + widths[last] + _GAP <= room:
        used += widths[last] + _GAP
        last += 1
    while here >= last and last < len(widths):
        used += widths[last] + _GAP
        last += 1
        while used > room and first < here:
            used -= widths[first] + _GAP
            first += 1
    return first, max(last, 1)


def tab_spans(tab: QueueTab, look: Look, *, current: bool) -> Spans:
    """`open 37`."""
    empty = not tab.count
    name = look.door.line(tab.name)
    pieces: list[Span] = [(name, "strong" if current else ("dim" if empty else "text"))]
    if tab.count is not None and (tab.count or current):
        pieces.append((look.door.line(f" {number(tab.count)}"), "accent" if current else "dim"))
    return tuple(pieces)


def queue_paras(tabs: Sequence[QueueTab], current: str, search: str | None, look: Look) -> list[Para]:
    """The queues below each other, counts flush right; channels stand apart."""
    paras: list[Para] = []
    if search is not None:
        bar: Span = (look.signs.cursor, "accent")
        paras += [Para((bar, (look.door.line(_("search: {query}", query=search)), "strong"))), BLANK]
        current = ""
    apart = False
    for tab in tabs:
        if tab.id.startswith("channel:") and not apart:
            paras.append(BLANK)
            apart = True
        name, *count = tab_spans(tab, look, current=tab.id == current)
        bar = (look.signs.cursor if tab.id == current else blank(1), "accent")
        right = tuple((look.door.line(text.strip()), tone) for text, tone in count)
        paras.append(Para((bar, name), right=(*right, (blank(1), "text")), wrap=False))
    if look.simulated:
        paras += [BLANK, Para(((practice(look), "note"),), indent=1)]
    return paras


class QueueColumn(Sheet):
    """The queues as a column."""

    def __init__(self) -> None:
        super().__init__(id="queues")

    def put(self, tabs: Sequence[QueueTab], current: str, search: str | None, look: Look) -> None:
        """Other counts, or another current queue."""
        self.show(queue_paras(tabs, current, search, look), keep_place=True)
