"""What all our widgets draw with: pieces of safe text, each with a meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from domain.text import SafeText
from tui.badges import Tone
from tui.text import blank, fit
from tui.themes import ink_of

Span = tuple[SafeText, Tone]
"""A piece of text and what it means."""

Spans = tuple[Span, ...]

SHORT = 5
"""Blanks that are not worth a piece of their own."""


def width_of(spans: Spans) -> int:
    """Cells of all pieces together."""
    return sum(cell_len(text) for text, _tone in spans)


def cut(spans: Spans, width: int) -> Spans:
    """The pieces in at most `width` cells, the last one cut with an ellipsis."""
    if width_of(spans) <= width:
        return spans
    kept: list[Span] = []
    room = width
    for text, tone in spans:
        cells = cell_len(text)
        if cells >= room:
            if room > 0:
                kept.append((fit(text, room), tone))
            break
        kept.append((text, tone))
        room -= cells
    return tuple(kept)


def merged(spans: Spans) -> list[Span]:
    """Fewer pieces that look the same: short blanks join their neighbours, long ones have no meaning.

    A long blank that looks the same on every row need not be sent when the cursor goes to another one.
    """
    pieces: list[Span] = []
    for text, tone in _split(spans):
        if pieces and (pieces[-1][1] == tone or _joins(text) or _joins(pieces[-1][0])):
            before, kept = pieces[-1]
            pieces[-1] = (SafeText(before + text), tone if _joins(before) else kept)
        else:
            pieces.append((text, tone))
    return pieces


def _split(spans: Spans) -> Iterator[Span]:
    """The pieces, with long blanks at the end of one as a piece of their own."""
    for text, tone in spans:
        kept = text.rstrip(" ")
        if len(text) - len(kept) <= SHORT:
            if text:
                yield text, tone
            continue
        if kept:
            yield SafeText(kept), tone
        yield blank(len(text) - len(kept)), "text"


def _joins(text: str) -> bool:
    return len(text) <= SHORT and text.isspace()


class Inked(Widget):
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
