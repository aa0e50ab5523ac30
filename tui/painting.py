"""How frames reach the terminal: through the glass, and each in one write.

Textual's own way is two or three writes a frame, which over SSH are as many packets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol, runtime_checkable

from rich.console import COLOR_SYSTEMS, Console
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.color import Color
from textual.geometry import Offset, Region, Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from tui.glass import Glass, Piece
from tui.overlays import Overlay, Overlays

SYNC_START: Final = "\x1b[?2026h"
SYNC_END: Final = "\x1b[?2026l"


class Painter:
    """Turns what the compositor wants shown into one piece of text for the terminal."""

    def __init__(self, *, scrolls: bool = True, width: int = 0) -> None:
        self.width = width
        self.glass = Glass(scrolls=scrolls)
        self._cursor: Offset | None = None
        self._overlays = Overlays()
        self._first = ""
        """What the next frame begins with."""

    def forget(self) -> None:
        """Something else wrote on the terminal."""
        self.glass.forget()
        self._cursor = None
        self._first += self._overlays.forget()

    def leave(self) -> str:
        """What makes the terminal let go of our pictures, before it is somebody else's."""
        first, self._first = self._first, ""
        return first + self._overlays.forget()

    def frame(
        self,
        pieces: Iterable[Piece],
        size: Size,
        cursor: Offset,
        console: Console,
        *,
        synchronised: bool,
        overlays: Sequence[Overlay] = (),
    ) -> str:
        """What a frame says; empty when the terminal shows it already. `cursor` is where input happens."""
        system = COLOR_SYSTEMS[console.color_system or "truecolor"]  # without one, as Textual has it
        if size != self.glass.size:
            self._first += self._overlays.forget()
        first, self._first = self._first, ""
        first += self._overlays.take_away(overlays, self.glass, system)
        painted = self.glass.frame(pieces, size, system, self._overlays.lines)
        painted = first + painted + self._overlays.draw(overlays, self.glass.touched)
        if not painted and cursor == self._cursor:
            return ""
        self._cursor = cursor
        text = f"{painted}\x1b[{cursor.y + 1};{cursor.x + 1}H"
        return f"{SYNC_START}{text}{SYNC_END}" if synchronised else text


def pieces_of(update: CompositorUpdate) -> Iterator[Piece]:
    """The cells that a frame of the compositor is about."""
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


class Lined(Widget):
    """A widget that is nothing but its lines: no border, no padding."""

    def lines_at(self, crop: Region) -> list[Strip]:
        """Some of its lines, past the guard: what Textual's own way gives, without its bookkeeping."""
        ground = self.background_colors[1] if self._ground is None else self._ground
        self._ground = ground
        lines = [self.render_line(y).crop(crop.x, crop.right) for y in range(crop.y, crop.bottom)]
        for each in self.app._filters:  # noqa: SLF001 - the guard is among them
            if each.enabled:
                lines = [line.apply_filter(each, ground) for line in lines]
        return lines

    _ground: Color | None = None

    def notify_style_update(self) -> None:
        """The ground may be another one."""
        self._ground = None
        super().notify_style_update()


@runtime_checkable
class Paints(Protocol):
    """A program whose frames go through a painter."""

    painter: Painter

    def paint(self, pieces: Iterable[Piece]) -> None:
        """Send what differs from what the terminal shows."""


def paint_at_once(screen: Screen[None]) -> None:
    """Paint what was marked for it now, and nothing else.

    Textual's own way to a frame goes through the idle moments of each widget and of the screen, then a clock,
    and then renders all that lies between the first and the last line that changed: most of the time between
    a key and its paint. Here each widget is asked for its own changed lines. Whatever needs a layout, or is
    covered by another screen, is left to Textual.
    """
    app, compositor = screen.app, screen._compositor  # noqa: SLF001 - there is no other door
    waits = screen._layout_required or app._batch_count  # noqa: SLF001
    if waits or not screen.is_current or not isinstance(app, Paints):
        return
    marked = [widget for widget in compositor.visible_widgets if widget._repaint_regions]  # noqa: SLF001
    lined = [widget for widget in marked if isinstance(widget, Lined)]
    if len(lined) < len(marked) or any(widget._layout_required for widget in lined):  # noqa: SLF001
        return
    app.paint(piece for widget in lined for piece in _changed(widget, *compositor.visible_widgets[widget]))


def _changed(widget: Lined, region: Region, clip: Region) -> Iterator[Piece]:
    """The lines of a widget that were marked, as they are now."""
    for marked in widget._exchange_repaint_regions():  # noqa: SLF001
        shown = clip.intersection(marked.translate(region.offset))
        if shown:
            strips = widget.lines_at(shown.translate(-region.offset))
            yield from (Piece(shown.x, y, strip) for y, strip in enumerate(strips, shown.y))
    widget._repaint_required = False  # noqa: SLF001 - or it would ask for the same frame again
