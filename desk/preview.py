"""A picture made small enough for a terminal's cells; needs Pillow, which `webcare[images]` brings."""

from __future__ import annotations

import io
import warnings
from typing import Final

from domain.errors import NotAllowed
from domain.half_blocks import Blocks, Colour, Pixels, fitting, half_blocks
from domain.media import kind_of, look
from i18n import _

MOST_PIXELS: Final = 50_000_000
"""Width times height; more is not decoded. At four bytes each that is 200 MB for a moment."""

MOST_CELLS: Final = 400
"""Columns or rows."""


def can_preview() -> bool:
    """Whether Pillow is there."""
    try:
        import PIL  # noqa: F401, PLC0415 - an extra, and only at first need
    except ImportError:
        return False
    return True


def preview(content: bytes, columns: int, rows: int, background: Colour = (0, 0, 0)) -> Blocks:
    """The picture in at most so many cells; empty for a film and without Pillow.

    Raises NotAllowed where it is no picture, too large to decode, or damaged.
    """
    facts = look(content, _("The picture"))
    if facts.mime == "video/mp4" or not can_preview():
        return ()
    if facts.width * facts.height > MOST_PIXELS:
        raise NotAllowed(_("The picture has too many pixels to be shown here."))
    size = fitting(facts.width, facts.height, min(columns, MOST_CELLS), min(rows, MOST_CELLS))
    return half_blocks(_decoded(content, size, background), background) if all(size) else ()


def _decoded(content: bytes, size: tuple[int, int], background: Colour) -> Pixels:
    from PIL import Image, ImageOps  # noqa: PLC0415

    mime = kind_of(content)
    assert mime is not None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its own guard against bombs only warns; ours has looked before
            # Only the decoder of the type that was looked at: Pillow knows many more, some of them fragile.
            with Image.open(io.BytesIO(content), formats=[mime.rpartition("/")[2].upper()]) as opened:
                opened.draft("RGB", (size[0] * 2, size[1] * 2))
                upright = ImageOps.exif_transpose(opened).convert("RGBA")
        under = Image.new("RGBA", upright.size, (*background, 255))
        small = Image.alpha_composite(under, upright).convert("RGB").resize(size, Image.Resampling.BOX)
    except Exception as error:
        raise NotAllowed(_("The picture is damaged and cannot be shown.")) from error
    return Pixels(*size, small.tobytes())
