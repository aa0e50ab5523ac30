"""The one door through which every text reaches the screen.

Textual and Rich protect nobody: a `str` handed to a widget is parsed as markup, and control characters
go to the terminal as they are. So widgets of this package take `SafeText` only, and only `Door` makes it.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len, split_graphemes

from domain.text import Mode, SafeText, clean

ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Door:
    """Cleans every text, foreign or our own, for the terminal at hand."""

    mode: Mode = "safe"

    def line(self, text: str) -> SafeText:
        """One line: line breaks become spaces."""
        return clean(text, mode=self.mode)

    def block(self, text: str) -> SafeText:
        """Several lines, as they were written."""
        return clean(text, mode=self.mode, multiline=True)

    def fit(self, text: str, width: int) -> SafeText:
        """One line of exactly `width` cells: cut with an ellipsis, or filled with blanks."""
        return fit(self.line(text), width, "..." if self.mode == "ascii" else ELLIPSIS)


def fit(text: SafeText, width: int, ellipsis: str = ELLIPSIS) -> SafeText:
    """The text in exactly `width` cells; never cut inside a character of two cells or before its marks."""
    length = cell_len(text)
    if length <= width:
        return SafeText(text + " " * (width - length))
    room = width - len(ellipsis)
    if room <= 0:
        return SafeText(ellipsis[:width])
    if text.isascii():
        return SafeText(text[:room] + ellipsis)
    end, used = 0, 0
    for _start, stop, cells in split_graphemes(text)[0]:
        if used + cells > room:
            break
        end, used = stop, used + cells
    return SafeText(text[:end] + " " * (room - used) + ellipsis)


def blank(width: int) -> SafeText:
    """So many blanks."""
    return SafeText(" " * max(0, width))


def joined(parts: tuple[SafeText, ...], between: str = " ") -> SafeText:
    """Texts that are safe by themselves are safe together."""
    return SafeText(between.join(parts))
