"""Below the list: what is new and marked, and where the cursor is."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal

from tui.spans import Spans
from tui.widgets.sheet import Line


class Foot(Horizontal):
    """Two lines side by side, because a move changes the right one only, and only that is sent."""

    DEFAULT_CSS = "Foot { height: 1; } Foot #where { width: 24; }"

    def __init__(self) -> None:
        super().__init__(id="foot")
        self._news = Line(id="news")
        self._where = Line(id="where")

    def compose(self) -> ComposeResult:
        """News left, place right."""
        yield self._news
        yield self._where

    def show(self, news: Spans, where: Spans) -> None:
        """Repaints what differs."""
        self._news.show(news)
        self._where.show((), where)
