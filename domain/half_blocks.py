"""A picture as a terminal without graphics can show it: two colours a cell, one above the other (`▀`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Colour = tuple[int, int, int]
"""Red, green, blue; 0 to 255."""

Blocks = tuple[tuple[tuple[Colour, Colour], ...], ...]
"""Rows of cells, each with its upper and its lower colour."""

PIXELS_OF_A_CELL: Final = 2
"""One cell is about as high as two of its widths, so a half block is about square."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """A decoded picture: red, green, blue, row by row."""

    width: int
    height: int
    body: bytes

    def at(self, column: int, row: int) -> Colour:
        """One pixel."""
        place = 3 * (row * self.width + column)
        return (self.body[place], self.body[place + 1], self.body[place + 2])


def fitting(width: int, height: int, columns: int, rows: int) -> tuple[int, int]:
    """The size in half blocks of a picture within so many cells, its shape kept; never larger than it is."""
    if min(width, height, columns, rows) < 1:
        return (0, 0)
    share = min(columns / width, rows * PIXELS_OF_A_CELL / height, 1.0)
    return (max(1, int(width * share)), max(1, int(height * share)))


def half_blocks(picture: Pixels, background: Colour = (0, 0, 0)) -> Blocks:
    """Two rows of pixels to a row of cells; under an odd last row lies the background."""
    return tuple(
        tuple(
            (picture.at(x, y), picture.at(x, y + 1) if y + 1 < picture.height else background)
            for x in range(picture.width)
        )
        for y in range(0, picture.height, PIXELS_OF_A_CELL)
    )
