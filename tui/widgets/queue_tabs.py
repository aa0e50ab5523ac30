"""The queues with their counts: as one line of tabs, or as a column on wide screens."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from desk.queue_views import QueueTab
from i18n import _
from tui.look import Look
from tui.spans import Span
from tui.tab_line import Tabs, practice, tab_line, tab_spans
from tui.text import blank
from tui.widgets.sheet import BLANK, Line, Para, Sheet


class QueueTabs(Line):
    """One line; the current tab is always in sight, and signs say where more are."""

    def __init__(self, look: Look) -> None:
        super().__init__(id="tabs")
        self._look = look
        self._tabs = Tabs()

    def put(self, tabs: Sequence[QueueTab], current: str, search: str | None) -> None:
        """Other counts, or another current queue."""
        self._tabs = Tabs(tuple(tabs), current, search)
        self.show(*tab_line(self._tabs, self._look, self.size.width))

    def render_line(self, y: int) -> Strip:
        """The tabs that there is room for at this width."""
        self.refit(*tab_line(self._tabs, self._look, self.size.width))
        return super().render_line(y)


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
