"""The parts of picture and film files, walked by their own lengths; only what these formats share and need.

Nothing is decoded. Every walk ends, reads within the bytes it was given, and raises `Broken` where the file
does not add up.

Sources: PNG (w3.org/TR/png-3), JPEG (ITU T.81, annex B), GIF (89a specification), WebP (RFC 9649), MP4
(ISO/IEC 14496-12).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

PNG: Final = b"\x89PNG\r\n\x1a\n"
JPEG: Final = b"\xff\xd8\xff"
GIFS: Final = (b"GIF87a", b"GIF89a")

SOS: Final = 0xDA
EOI: Final = 0xD9

MOST_STEPS: Final = 400_000
"""Parts of one file, more than any that was not made to keep us busy."""

_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_FILL: Final = re.compile(rb"\xff+")
_NEXT_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


class Broken(Exception):
    """The file ends too early, or its lengths do not add up."""


@dataclass(frozen=True, slots=True)
class Part:
    """One chunk, segment, block or box."""

    kind: bytes
    start: int
    """Where it begins, its header included."""

    body: int
    """Where its content begins."""

    end: int
    """One past its content; a checksum or padding lies behind."""

    after: int
    """Where the next one begins."""


def number(content: bytes, at: int, size: int, *, little: bool = False) -> int:
    """An unsigned number of `size` bytes. Raises Broken where it is not there."""
    if at < 0 or at + size > len(content):
        raise Broken
    return int.from_bytes(content[at : at + size], "little" if little else "big")


def png_chunks(content: bytes) -> Iterator[Part]:
    """All chunks up to IEND."""
    at = len(PNG)
    for _step in range(MOST_STEPS):
        length, kind = number(content, at, 4), content[at + 4 : at + 8]
        part = _within(content, Part(kind, at, at + 8, at + 8 + length, at + 12 + length))
        yield part
        if kind == b"IEND":
            return
        at = part.after
    raise Broken


def jpeg_segments(content: bytes) -> Iterator[Part]:
    """All segments up to the end of the image; a scan comes with its compressed data."""
    at = 2
    for _step in range(MOST_STEPS):
        fill = _FILL.match(content, at)
        if fill is None:
            raise Broken
        at, marker = fill.end() - 1, number(content, fill.end(), 1)
        part = _jpeg_segment(content, at, marker)
        yield part
        if marker == EOI:
            return
        at = part.after
    raise Broken


def _jpeg_segment(content: bytes, at: int, marker: int) -> Part:
    kind = bytes([marker])
    if marker == EOI or marker in _ALONE:
        return Part(kind, at, at + 2, at + 2, at + 2)
    length = number(content, at + 2, 2)
    end = at + 2 + length
    if marker == 0 or length < 2:
        raise Broken
    if marker != SOS:
        return _within(content, Part(kind, at, at + 4, end, end))
    found = _NEXT_MARKER.search(content, end)
    if found is None:
        raise Broken
    return Part(kind, at, at + 4, end, found.start())


def gif_blocks(content: bytes) -> Iterator[Part]:
    """Blocks behind the header: `image`, or the label of an extension. A missing trailer is forgiven."""
    at, steps = gif_header(content), iter(range(MOST_STEPS))
    while at < len(content) and content[at] != 0x3B:
        introducer = content[at]
        if introducer == 0x2C:
            flags = number(content, at + 9, 1)
            body = at + 10 + _colours(flags) + 1  # and the code size
            after = _behind_sub_blocks(content, body, steps)
            yield Part(b"image", at, body, after, after)
        elif introducer == 0x21:
            label = number(content, at + 1, 1)
            after = _behind_sub_blocks(content, at + 2, steps)
            yield Part(bytes([label]), at, at + 2, after, after)
        else:
            raise Broken
        at = after


def gif_header(content: bytes) -> int:
    """Where the header with its colours ends."""
    end = 13 + _colours(number(content, 10, 1))
    if end > len(content):
        raise Broken
    return end


def _colours(flags: int) -> int:
    """Bytes of the colour table that the flags announce."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _behind_sub_blocks(content: bytes, at: int, steps: Iterator[int]) -> int:
    """`steps` are those left for the whole file."""
    for _step in steps:
        size = number(content, at, 1)
        at += 1 + size
        if not size:
            return at
    raise Broken


def webp_chunks(content: bytes) -> Iterator[Part]:
    """All chunks of the RIFF container; what lies behind it is not the picture's."""
    whole = 8 + number(content, 4, 4, little=True)
    if whole > len(content):
        raise Broken
    at = 12
    for _step in range(MOST_STEPS):
        if at >= whole:
            return
        length = number(content, at + 4, 4, little=True)
        end = at + 8 + length
        if end > whole:
            raise Broken
        yield Part(content[at : at + 4], at, at + 8, end, end + length % 2)
        at = end + length % 2
    raise Broken


def mp4_boxes(content: bytes, start: int, end: int) -> Iterator[Part]:
    """The boxes between two places, not those inside them."""
    at = start
    for _step in range(MOST_STEPS):
        if at >= end:
            return
        length, body = number(content, at, 4), at + 8
        if length == 1:
            length, body = number(content, at + 8, 8), at + 16
        elif length == 0:
            length = end - at
        if length < body - at or at + length > end:
            raise Broken
        yield Part(content[at + 4 : at + 8], at, body, at + length, at + length)
        at += length
    raise Broken


def _within(content: bytes, part: Part) -> Part:
    if part.after > len(content):
        raise Broken
    return part
