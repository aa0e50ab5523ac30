"""Sixels, read back by a reader of the same letters."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from domain.drawn import Box, cells_of, pixels_in
from domain.sixel import sixels


def read(sequence: bytes, width: int, height: int) -> tuple[bytes, dict[int, tuple[int, ...]]]:
    """Indices row by row, and the palette in per cent."""
    head = re.match(rb'\x1bP0;1q"1;1;(\d+);(\d+)', sequence)
    assert head is not None
    assert (int(head[1]), int(head[2])) == (width, height)
    body = sequence[head.end() :].removesuffix(b"\x1b\\")
    palette, pixels = {}, bytearray(width * height)
    x = y = colour = 0
    for token in re.finditer(rb"#(\d+)((?:;\d+)*)|!(\d+)(.)|([$-])|([?-~])", body):
        if token[1] is not None:
            colour = int(token[1])
            if token[2]:
                palette[colour] = tuple(int(part) for part in token[2].split(b";")[2:])
        elif token[5] is not None:
            x, y = 0, y + 6 * (token[5] == b"-")
        else:
            letter = (token[4] or token[6])[0] - 63
            run = int(token[3] or 1)
            for bit in range(6):
                if letter >> bit & 1:
                    start = (y + bit) * width + x
                    pixels[start : start + run] = bytes([colour]) * run
            x += run
    return bytes(pixels), palette


@given(st.data(), st.integers(1, 40), st.integers(1, 20), st.integers(1, 5))
def test_what_is_written_reads_the_same(data: st.DataObject, width: int, height: int, colours: int) -> None:
    size = width * height
    indices = bytes(data.draw(st.lists(st.integers(0, colours - 1), min_size=size, max_size=size)))
    palette = [(number * 50, 255, 0) for number in range(colours)]
    pixels, said = read(sixels(width, height, indices, palette), width, height)
    assert pixels == indices
    assert said == {number: (round(number * 5000 / 255), 100, 0) for number in range(colours)}


@given(
    st.sampled_from(["kitty", "sixel"]), *[st.integers(0, 6_000)] * 2, *[st.integers(0, 90)] * 2,
    st.integers(4, 20), st.integers(8, 40),
)  # fmt: skip
def test_a_picture_never_grows_out_of_its_box(
    way: str, width: int, height: int, columns: int, rows: int, across: int, down: int
) -> None:
    box = Box(way, columns, rows, across, down)  # type: ignore[arg-type]
    pixels = pixels_in(box, width, height)
    assert pixels[0] <= min(width, columns * across)
    assert pixels[1] <= min(height, rows * down)
    assert bool(pixels[0]) == bool(pixels[1]) == (min(width, height, columns, rows) > 0)
    taken = cells_of(box, pixels)
    assert taken[0] <= columns
    assert taken[1] <= rows
