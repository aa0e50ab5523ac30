"""What all our widgets draw with: spans in the colours of the theme."""

from __future__ import annotations

from collections.abc import Mapping

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.inks import Tone
from tui.painting import Lined
from tui.spans import Spans, cut, merged, width_of
from tui.text import blank
from tui.themes import ink_of


class Inked(Lined):
    """A widget that draws pieces by their meaning; colours come from the theme."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as in Textual
        self._mixed: dict[tuple[Tone, bool], Style] = {}
        self._mixed_for: Mapping[str, str] = {}
        super().__init__(id=id)

    def ink(self, tone: Tone, *, cursor: bool = False) -> Style:
        """The style of a meaning on this widget's ground; `cursor` for the row under the hand."""
        theme = self.app.theme_variables
        if theme is not self._mixed_for:
            self._mixed, self._mixed_for = {}, theme
        style = self._mixed.get((tone, cursor))
        if style is None:
            style = self._mixed[tone, cursor] = self.rich_style + ink_of(theme, tone, cursor=cursor)
        return style

    def notify_style_update(self) -> None:
        """The ground may be another one."""
        self._mixed = {}
        super().notify_style_update()

    def strip(self, spans: Spans, width: int, *, cursor: bool = False) -> Strip:
        """One line of exactly `width` cells."""
        spans = cut(spans, width)
        filled = (*spans, (blank(width - width_of(spans)), "text"))
        return Strip([Segment(text, self.ink(tone, cursor=cursor)) for text, tone in merged(filled)], width)
