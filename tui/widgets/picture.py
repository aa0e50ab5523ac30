"""A picture among text: in half blocks, or blank where the terminal draws over it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip

from domain.drawn import Box, Drawn, cells_of, pixels_in
from domain.errors import WebcareError
from domain.half_blocks import PIXELS_OF_A_CELL, fitting
from domain.text import SafeText
from tui.beside import newest
from tui.overlays import Overlay
from tui.stage import ShowsPictures, Stage
from tui.widgets.ink import Inked

if TYPE_CHECKING:
    from domain.media import Facts
    from tui.look import Look

Draw = Callable[[Box], Awaitable[Drawn]]
"""Makes the picture; raises WebcareError with the sentence to show in its place."""

INDENT = 3
WIDEST = 60
HIGHEST = 14
"""Cells of a picture."""


class Picture(Inked):
    """Shows one picture at a time, and takes no room without one."""

    DEFAULT_CSS = "Picture { height: 0; width: 1fr; }"

    def __init__(self, look: Look) -> None:
        super().__init__(id="picture")
        self._look = look
        self._wanted: tuple[Facts, Draw] | None = None
        self._made_for: Box | None = None
        self._drawn: Drawn | None = None
        self._number = 0
        self.words = SafeText()
        """What is said in its place."""

    @property
    def stage(self) -> Stage | None:
        """How this terminal shows pictures."""
        return self.app.stage if isinstance(self.app, ShowsPictures) else None

    @property
    def drawn(self) -> Drawn | None:
        """What is shown."""
        return self._drawn

    def on_mount(self) -> None:
        """From now on it may be seen."""
        if self.stage is not None:
            self.stage.add(self)

    def on_unmount(self) -> None:
        """No longer."""
        if self.stage is not None:
            self.stage.remove(self)

    def show(self, facts: Facts, draw: Draw) -> None:
        """Show a picture of this size, when it is made."""
        self._wanted, self._made_for = (facts, draw), None
        self.again()

    def hide(self) -> None:
        """Take it away."""
        self._wanted = None
        self._put(None, SafeText(), 0)

    def say(self, sentence: str) -> None:
        """Say why there is none."""
        self._put(None, self._look.door.line(sentence), 1)

    def again(self) -> None:
        """Make it anew: the room or the terminal's way is another one."""
        box = self._box()
        if self._wanted is None or box is None or box == self._made_for:
            return
        self._made_for = box
        newest(self, "picture", partial(self._make, box, self._wanted[1]))

    async def _make(self, box: Box, draw: Draw) -> None:
        try:
            drawn = await draw(box)
        except WebcareError as error:
            self.say(str(error))
            return
        self._put(drawn, SafeText(), drawn.rows)

    def _box(self) -> Box | None:
        """The room that it gets on this screen, no more than it fills."""
        if self.stage is None or self._wanted is None:
            return None
        size, facts = self.app.size, self._wanted[0]
        columns = max(1, min(WIDEST, size.width - 2 * INDENT))
        box = self.stage.box(columns, max(3, min(HIGHEST, size.height // 3)))
        if box is None:
            return None
        across, rows = (
            fitting(facts.width, facts.height, box.columns, box.rows)
            if box.way == "half_blocks"
            else cells_of(box, pixels_in(box, facts.width, facts.height))
        )
        if box.way == "half_blocks":
            rows = -(-rows // PIXELS_OF_A_CELL)
        self._reserve(rows)
        return box if across else None

    def _reserve(self, rows: int) -> None:
        """Have the room before there is something to fill it, so that nothing jumps."""
        height = self.styles.height
        if height is None or height.value != rows:
            self.styles.height = rows

    def _put(self, drawn: Drawn | None, words: SafeText, rows: int) -> None:
        if drawn is not None and self.stage is not None:
            self._number = self.stage.number()
        self._drawn, self.words = drawn, words
        self._reserve(rows)
        self.refresh()

    def overlay(self, screen: Screen[Any]) -> Overlay | None:
        """What the terminal has to draw over this widget; None where it is not all in sight on the screen."""
        drawn = self._drawn
        if drawn is None or drawn.way == "half_blocks" or self.screen is not screen:
            return None
        found = screen._compositor.visible_widgets.get(self)  # noqa: SLF001 - there is no other door
        if found is None:
            return None
        region, clip = found
        place = Region(region.x + INDENT, region.y, drawn.columns, drawn.rows)
        whole = drawn.columns and clip.contains_region(place) and region.contains_region(place)
        return Overlay(self._number, drawn.way, place, drawn.body) if whole else None

    def render_line(self, y: int) -> Strip:
        """One line of cells."""
        width, drawn = self.size.width, self._drawn
        if self.words and y == 0:
            return self.strip(((SafeText(" " * INDENT), "text"), (self.words, "dim")), width)
        if drawn is None or y >= len(drawn.blocks):
            return self.strip((), width)
        plain = self.ink("text")
        cells = [
            Segment("▀", Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower)))
            for upper, lower in drawn.blocks[y]
        ]
        return Strip([Segment(" " * INDENT, plain), *cells]).adjust_cell_length(width, plain)
