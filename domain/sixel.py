"""A picture of few colours as sixels: six rows of pixels to a line of letters (DEC STD 070, chapter 9)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from domain.drawn import BAND
from domain.half_blocks import Colour

MOST_COLOURS: Final = 128
"""Registers that are used; terminals have 256 or more."""

_RUN = re.compile(rb"(.)\1{3,}", re.DOTALL)


def sixels(width: int, height: int, indices: bytes, palette: Sequence[Colour]) -> bytes:
    """The whole sequence. `indices` are places in the palette, row by row."""
    colours = b"".join(
        b"#%d;2;%d;%d;%d" % (number, *(round(part * 100 / 255) for part in colour))
        for number, colour in enumerate(palette)
    )
    bands = b"-".join(
        _band(width, indices[width * y : width * min(y + BAND, height)]) for y in range(0, height, BAND)
    )
    return b'\x1bP0;1q"1;1;%d;%d%s%s\x1b\\' % (width, height, colours, bands)


def _band(width: int, indices: bytes) -> bytes:
    """One line of letters, each colour over the ones before."""
    lines: dict[int, bytearray] = {}
    for place, colour in enumerate(indices):
        row, column = divmod(place, width)
        line = lines.get(colour)
        if line is None:
            line = lines[colour] = bytearray(b"?" * width)
        line[column] += 1 << row
    return b"$".join(b"#%d%s" % (colour, _packed(bytes(line))) for colour, line in lines.items())


def _packed(line: bytes) -> bytes:
    return _RUN.sub(lambda run: b"!%d%s" % (len(run[0]), run[1]), line.rstrip(b"?"))
