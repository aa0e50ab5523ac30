"""A picture drawn for a terminal: how much room it has, and what fills it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from domain.half_blocks import Blocks, Colour

DrawnWay = Literal["kitty", "sixel", "half_blocks"]

WIDEST: Final = 800
HIGHEST: Final = 600
"""Pixels that are sent to a terminal at most, however large its window."""

BAND: Final = 6
"""Rows of pixels that sixels are written in."""


@dataclass(frozen=True, slots=True)
class Box:
    """The room for a picture, and how the terminal shows one."""

    way: DrawnWay
    columns: int
    rows: int
    cell_width: int = 6
    cell_height: int = 12
    """Pixels of a cell; the smallest usual ones, so that a picture never grows out of its room."""

    ground: Colour = (0, 0, 0)
    """What stands behind a picture that can be seen through."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that fits its box."""

    way: DrawnWay
    columns: int
    rows: int
    """Cells that it takes."""

    blocks: Blocks = ()
    """For half blocks."""

    body: bytes = b""
    """A PNG for Kitty, a whole sixel sequence for Sixel."""


def pixels_in(box: Box, width: int, height: int) -> tuple[int, int]:
    """Pixels to scale a picture of this size to: its shape kept, never larger than it is, at least one."""
    if min(width, height, box.columns, box.rows) < 1:
        return (0, 0)
    across = min(box.columns * box.cell_width, WIDEST)
    down = min(box.rows * box.cell_height, HIGHEST)
    if box.way == "sixel":
        down = max(down - down % BAND, 1)
    share = min(across / width, down / height, 1.0)
    return (max(1, int(width * share)), max(1, int(height * share)))


def cells_of(box: Box, pixels: tuple[int, int]) -> tuple[int, int]:
    """Columns and rows that so many pixels take."""
    across, down = pixels
    return (
        min(box.columns, math.ceil(across / box.cell_width)),
        min(box.rows, math.ceil(down / box.cell_height)),
    )
