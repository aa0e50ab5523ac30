"""How frames reach the terminal: through the glass, and each in one write.

Textual's own way is two or three writes a frame, which over SSH are as many packets.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol, runtime_checkable

from rich.console import COLOR_SYSTEMS, Console
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Offset, Size

from tui.glass import Glass, Piece

SYNC_START: Final = "\x1b[?2026h"
SYNC_END: Final = "\x1b[?2026l"


class Painter:
    """Turns what the compositor wants shown into one piece of text for the terminal."""

    def __init__(self, *, scrolls: bool = True, width: int = 0) -> None:
        self.width = width
        self.glass = Glass(scrolls=scrolls)
        self._cursor: Offset | None = None

    def forget(self) -> None:
        """Something else wrote on the terminal."""
        self.glass.forget()
        self._cursor = None

    def frame(
        self, update: CompositorUpdate, size: Size, cursor: Offset, console: Console, *, synchronised: bool
    ) -> str:
        """The bytes of a frame; empty when the terminal shows it already. `cursor` is where input happens."""
        system = COLOR_SYSTEMS[console.color_system or "truecolor"]  # without one, as Textual has it
        painted = self.glass.frame(_pieces(update), size, system)
        if not painted and cursor == self._cursor:
            return ""
        self._cursor = cursor
        text = f"{painted}\x1b[{cursor.y + 1};{cursor.x + 1}H"
        return f"{SYNC_START}{text}{SYNC_END}" if synchronised else text


def _pieces(update: CompositorUpdate) -> Iterator[Piece]:
    if isinstance(update, LayoutUpdate):
        return _of_layout(update)
    if isinstance(update, ChopsUpdate):
        return _of_chops(update)
    raise TypeError(f"a frame of an unknown kind: {type(update).__name__}")


def _of_layout(update: LayoutUpdate) -> Iterator[Piece]:
    for y, strips in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in strips:
            yield Piece(x, y, strip)
            x += strip.cell_length


def _of_chops(update: ChopsUpdate) -> Iterator[Piece]:
    """As the compositor cuts lines: whole chops where a dirty span covers them, else their beginning."""
    for y, start, stop in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x >= stop or end <= start:
                continue
            first, last = max(x, start), min(end, stop)
            yield Piece(first, y, strip.crop(first - x, last - x))


@runtime_checkable
class Paints(Protocol):
    """A program whose frames go through a painter."""

    painter: Painter
