"""Where pictures are shown: how this terminal does it, and which of them it draws itself."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from textual.screen import Screen

from domain.terminal_pictures import Showing
from tui.inks import GROUNDS

if TYPE_CHECKING:
    from domain.drawn import Box
    from domain.half_blocks import Colour
    from tui.look import ThemeName
    from tui.overlays import Overlay
    from tui.widgets.picture import Picture

SMALLEST_CELL, LARGEST_CELL = 4, 200
"""Pixels between which a cell's width and height are believed."""

Ask = Callable[[str], tuple[int, int] | None]
"""Asks the terminal, where there is a question, and says how large a cell is, where that is known."""


class Stage:
    """One terminal's way with pictures. It is asked at the first one, and nobody waits for its answer."""

    def __init__(self, showing: Showing, theme: ThemeName, ask: Ask) -> None:
        self.way = showing.way
        self.off = showing.off
        self.by_itself = showing.by_itself
        """Pictures are shown without being asked for."""

        self._asks = showing.asks
        self._ask = ask
        self._said = ""
        self._told_cell: tuple[int, int] | None = None
        self._ground = _colour(GROUNDS[theme])
        self._numbers = count(1)
        self._pictures: list[Picture] = []

    def number(self) -> int:
        """For a picture that was not there before."""
        return next(self._numbers)

    def add(self, picture: Picture) -> None:
        """A picture comes onto a screen."""
        from domain.picture_answers import QUESTION  # noqa: PLC0415 - not needed to paint

        self._pictures.append(picture)
        if self._asks:
            self._asks = False
            self._ask(QUESTION)

    def remove(self, picture: Picture) -> None:
        """A picture leaves."""
        if picture in self._pictures:
            self._pictures.remove(picture)

    def box(self, columns: int, rows: int) -> Box | None:
        """So much room, as this terminal fills it; None where it cannot."""
        from domain.drawn import Box  # noqa: PLC0415 - as above

        if self.way == "none":
            return None
        cell = self._ask("")
        if cell is None or not all(SMALLEST_CELL <= each <= LARGEST_CELL for each in cell):
            cell = self._told_cell
        if cell is None:
            return Box(self.way, columns, rows, ground=self._ground)
        return Box(self.way, columns, rows, *cell, ground=self._ground)

    def told(self, text: str) -> None:
        """Some of what the terminal answered; it counts when all of it has come."""
        from domain.picture_answers import answered, better  # noqa: PLC0415 - as above

        self._said += text
        said = answered(self._said)
        if not said.whole:
            return
        self._said = ""
        before = self.way, self._told_cell
        self.way, self._told_cell = better(self.way, said), said.cell or self._told_cell
        if before != (self.way, self._told_cell):
            for picture in self._pictures:
                picture.again()

    def overlays(self, screen: Screen[Any]) -> tuple[Overlay, ...]:
        """What the terminal has to draw itself over this screen."""
        if not self._pictures:
            return ()
        found = (picture.overlay(screen) for picture in self._pictures)
        return tuple(one for one in found if one is not None)


@runtime_checkable
class ShowsPictures(Protocol):
    """A program with a stage."""

    stage: Stage


def _colour(name: str) -> Colour:
    """`#121519`; black where the terminal's own ground is not known."""
    if not name.startswith("#"):
        return (0, 0, 0)
    red, green, blue = bytes.fromhex(name.removeprefix("#"))
    return (red, green, blue)
