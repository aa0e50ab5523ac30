"""What a picture or a short film is, read from its own first bytes and lengths; never from its name.

Nothing is decoded, so a picture of a billion pixels costs what its file costs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from domain.clock import SECOND, Millis
from domain.errors import NotAllowed
from domain.media_tiff import orientation_of
from domain.media_walk import (
    GIFS,
    JPEG,
    PNG,
    SOS,
    Broken,
    Part,
    gif_blocks,
    jpeg_segments,
    mp4_boxes,
    number,
    png_chunks,
    webp_chunks,
)
from i18n import _

Mime = Literal["image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4"]

EXIF: Final = b"Exif\x00\x00"
"""Begins the JPEG segment that holds a camera's notes."""

_SIZES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers of a frame header: T.81, table B.1."""

_FILMS: Final = frozenset(
    {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso8", b"iso9", b"mp41", b"mp42", b"avc1"}
    | {b"M4V ", b"MSNV", b"dash", b"mmp4", b"3gp4", b"3gp5", b"3gp6"}
)
"""Brands of MP4 films that platforms take; HEIC and AVIF pictures and QuickTime come in the same boxes."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A file as its own bytes describe it."""

    mime: Mime
    size: int
    """In bytes."""

    width: int
    """In pixels, as it is shown: a picture that is turned has its sides swapped."""

    height: int
    moving: bool = False
    """True for a film and for a picture of several frames."""

    lasts: Millis = 0
    """Of a film; 0 where it does not say."""


def look(content: bytes, name: str) -> Facts:
    """What the file is. Raises NotAllowed with a sentence that names it as `name`."""
    mime = kind_of(content)
    if mime is None:
        raise NotAllowed(_not_taken(content, name))
    try:
        facts = _READERS[mime](content)
    except Broken:
        raise NotAllowed(
            _("{name} is broken off or damaged; export it again and choose that one.", name=name)
        ) from None
    if not (facts.width and facts.height):
        raise NotAllowed(_("{name} says that it has no width or height; export it again.", name=name))
    return facts


def kind_of(content: bytes) -> Mime | None:
    """The type by the first bytes; None for anything that is not taken."""
    if content.startswith(PNG):
        return "image/png"
    if content.startswith(JPEG):
        return "image/jpeg"
    if content.startswith(GIFS):
        return "image/gif"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return "video/mp4" if content[4:8] == b"ftyp" and content[8:12] in _FILMS else None


def _not_taken(content: bytes, name: str) -> str:
    if not content:
        return _("{name} is empty; choose another file.", name=name)
    if content[4:8] == b"ftyp":
        return _("{name} is of a kind that platforms do not take; save it as JPEG or MP4.", name=name)
    return _("{name} is no picture or film: JPEG, PNG, GIF, WebP and MP4 can go along.", name=name)


def _png(content: bytes) -> Facts:
    width = height = 0
    kinds: set[bytes] = set()
    turned = False
    for chunk in png_chunks(content):
        if not kinds:
            if chunk.kind != b"IHDR" or chunk.end - chunk.body != 13:
                raise Broken
            width, height = number(content, chunk.body, 4), number(content, chunk.body + 4, 4)
        if chunk.kind == b"eXIf":
            turned = orientation_of(content[chunk.body : chunk.end]) > 4
        kinds.add(chunk.kind)
    if b"IDAT" not in kinds:
        raise Broken
    sides = (height, width) if turned else (width, height)
    return Facts("image/png", len(content), *sides, moving=b"acTL" in kinds)


def _jpeg(content: bytes) -> Facts:
    width = height = 0
    turned = scanned = False
    for segment in jpeg_segments(content):
        marker = segment.kind[0]
        if marker in _SIZES and not width:
            height, width = number(content, segment.body + 1, 2), number(content, segment.body + 3, 2)
        elif marker == 0xE1 and content[segment.body : segment.body + 6] == EXIF:
            turned = orientation_of(content[segment.body + 6 : segment.end]) > 4
        scanned = scanned or marker == SOS
    if not scanned:
        raise Broken
    sides = (height, width) if turned else (width, height)
    return Facts("image/jpeg", len(content), *sides)


def _gif(content: bytes) -> Facts:
    width, height = number(content, 6, 2, little=True), number(content, 8, 2, little=True)
    frames = sum(block.kind == b"image" for block in gif_blocks(content))
    if not frames:
        raise Broken
    return Facts("image/gif", len(content), width, height, moving=frames > 1)


def _webp(content: bytes) -> Facts:
    chunks = {chunk.kind: chunk for chunk in reversed(list(webp_chunks(content)))}
    first = min(chunks.values(), key=lambda chunk: chunk.start, default=None)
    if first is None or first.kind not in _WEBP or not chunks.keys() & {b"VP8 ", b"VP8L", b"ANMF"}:
        raise Broken
    width, height = _WEBP[first.kind](content, first.body)
    if first.kind != b"VP8X":
        return Facts("image/webp", len(content), width, height)
    notes = chunks.get(b"EXIF")
    if notes and orientation_of(content[notes.body : notes.end].removeprefix(EXIF)) > 4:
        width, height = height, width
    moving = bool(number(content, first.body, 1) & 0x02)
    return Facts("image/webp", len(content), width, height, moving=moving)


def _lossy(content: bytes, body: int) -> tuple[int, int]:
    if content[body + 3 : body + 6] != b"\x9d\x01\x2a":
        raise Broken
    width, height = (number(content, body + at, 2, little=True) for at in (6, 8))
    return width & 0x3FFF, height & 0x3FFF


def _lossless(content: bytes, body: int) -> tuple[int, int]:
    if number(content, body, 1) != 0x2F:
        raise Broken
    bits = number(content, body + 1, 4, little=True)
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _canvas(content: bytes, body: int) -> tuple[int, int]:
    return number(content, body + 4, 3, little=True) + 1, number(content, body + 7, 3, little=True) + 1


_WEBP: Final[Mapping[bytes, Callable[[bytes, int], tuple[int, int]]]] = {
    b"VP8 ": _lossy,
    b"VP8L": _lossless,
    b"VP8X": _canvas,
}


def _mp4(content: bytes) -> Facts:
    boxes = list(mp4_boxes(content, 0, len(content)))
    films = [box for box in boxes if box.kind == b"moov"]
    if len(films) != 1 or not any(box.kind == b"mdat" for box in boxes):
        raise Broken
    lasts: Millis = 0
    sides = (0, 0)
    for box in mp4_boxes(content, films[0].body, films[0].end):
        if box.kind == b"mvhd":
            lasts = _length_of(content, box)
        elif box.kind == b"trak":
            sides = max(sides, _sides_of(content, box))
    return Facts("video/mp4", len(content), *sides, moving=True, lasts=lasts)


def _length_of(content: bytes, box: Part) -> Millis:
    if number(content, box.body, 1) == 1:
        scale, units = number(content, box.body + 20, 4), number(content, box.body + 24, 8)
    else:
        scale, units = number(content, box.body + 12, 4), number(content, box.body + 16, 4)
    return units * SECOND // scale if scale else 0


def _sides_of(content: bytes, track: Part) -> tuple[int, int]:
    """Width and height of a track as it is shown; zeros for sound."""
    for box in mp4_boxes(content, track.body, track.end):
        if box.kind == b"tkhd":
            matrix = box.body + (52 if number(content, box.body, 1) == 1 else 40)
            width, height = number(content, matrix + 36, 2), number(content, matrix + 40, 2)
            upright = number(content, matrix, 4) != 0
            return (width, height) if upright else (height, width)
    return (0, 0)


_READERS: Final[Mapping[Mime, Callable[[bytes], Facts]]] = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/gif": _gif,
    "image/webp": _webp,
    "video/mp4": _mp4,
}
