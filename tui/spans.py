"""Lines of text before anybody draws them: pieces of safe text, each with a meaning."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len

from domain.text import SafeText
from tui.inks import Tone
from tui.text import blank, fit

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
