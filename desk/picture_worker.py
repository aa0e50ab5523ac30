"""Run as a program: decodes one picture from standard input, and writes it as small as it was asked for.

In comes a line of JSON (`domain.drawn.Box`) and the file; out goes a line of JSON and red, green, blue row by
row, a PNG, or sixels. Nothing comes out where the picture cannot be decoded within the bounds.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings
from typing import TYPE_CHECKING, Any, Final

from domain.drawn import Box, cells_of, pixels_in
from domain.half_blocks import fitting
from domain.media import kind_of
from domain.sixel import MOST_COLOURS, sixels

if TYPE_CHECKING:
    from PIL import Image

MOST_MEMORY: Final = 1_500_000_000
"""Bytes of address space."""

MOST_TIME: Final = 8
"""Seconds of the processor."""


def main() -> None:
    """One picture."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_TIME, MOST_TIME))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    box = _box(json.loads(sys.stdin.buffer.readline()))
    said, body = drawn(sys.stdin.buffer.read(), box)
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + body)


def _box(said: dict[str, Any]) -> Box:
    red, green, blue = said.pop("ground")
    return Box(**said, ground=(red, green, blue))


def drawn(content: bytes, box: Box) -> tuple[dict[str, int], bytes]:
    """The picture within the box: columns, rows, width and height, and its bytes. Raises what Pillow does."""
    small = _small(content, box)
    size = small.size
    if box.way == "half_blocks":
        columns, rows = size[0], (size[1] + 1) // 2
        body = small.tobytes()
    else:
        columns, rows = cells_of(box, size)
        body = _png(small) if box.way == "kitty" else _sixels(small)
    return {"columns": columns, "rows": rows, "width": size[0], "height": size[1]}, body


def _small(content: bytes, box: Box) -> Image.Image:
    from PIL import Image, ImageOps  # noqa: PLC0415 - an extra, that only this process loads

    mime = kind_of(content)
    assert mime is not None
    warnings.simplefilter("ignore")  # its own guard against bombs only warns; the desk has looked before
    # Only the decoder of the type that was looked at: Pillow knows many more, some of them fragile.
    with Image.open(io.BytesIO(content), formats=[mime.rpartition("/")[2].upper()]) as opened:
        # a JPEG is decoded at half, a quarter or an eighth of its size where that is enough, turned or not
        side = max(*_fit(box, *opened.size), *_fit(box, *opened.size[::-1]))
        opened.draft("RGB", (side, side))
        upright = ImageOps.exif_transpose(opened)
        plain = upright.convert("RGBA")
    size = _fit(box, *plain.size)
    shrunk = plain.resize(size, Image.Resampling.BOX)
    under = Image.new("RGBA", size, (*box.ground, 255))
    return Image.alpha_composite(under, shrunk).convert("RGB")


def _fit(box: Box, width: int, height: int) -> tuple[int, int]:
    if box.way == "half_blocks":
        return fitting(width, height, box.columns, box.rows)
    return pixels_in(box, width, height)


def _png(small: Image.Image) -> bytes:
    made = io.BytesIO()
    small.save(made, "PNG", optimize=False, compress_level=6)
    return made.getvalue()


def _sixels(small: Image.Image) -> bytes:
    few = small.quantize(colors=MOST_COLOURS)
    listed = few.getpalette() or []
    palette = [(listed[at], listed[at + 1], listed[at + 2]) for at in range(0, len(listed) - 2, 3)]
    return sixels(*few.size, few.tobytes(), palette)


if __name__ == "__main__":
    main()
