"""A picture or film without what a camera or a program noted in it: place, time, device, name, thumbnail.

Where somebody stood is personal data, and a platform may pass it on. The picture itself is not touched: its
pixels, colours and which way is up stay byte for byte. What a camera mixes with the pictures of a film
(GoPro's place track) is not found.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from typing import Final

from domain.media import EXIF, Mime
from domain.media_tiff import UPRIGHT, only_orientation, orientation_of
from domain.media_walk import (
    PNG,
    Part,
    gif_blocks,
    gif_header,
    jpeg_segments,
    mp4_boxes,
    png_chunks,
    webp_chunks,
)

_PNG_KEPT: Final = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"acTL", b"fcTL", b"fdAT"}
    | {b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs", b"cICP", b"mDCV", b"cLLI"}
)
_WEBP_KEPT: Final = frozenset({b"VP8X", b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L"})
_LOOPS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_NOTES_OF_FILMS: Final = frozenset({b"udta", b"meta", b"uuid"})
_XMP_AND_EXIF: Final = 0x0C
_EXIF: Final = 0x08


def strip(content: bytes, mime: Mime) -> bytes:
    """The same picture without the notes. `content` has been looked at and is whole."""
    return _STRIPPERS[mime](content)


def _jpeg(content: bytes) -> bytes:
    pieces, orientation = [content[:2]], UPRIGHT
    kept = []
    for segment in jpeg_segments(content):
        if _is_exif(content, segment):
            orientation = orientation_of(content[segment.body + 6 : segment.end])
        elif _stays_in_jpeg(content, segment):
            kept.append(content[segment.start : segment.after])
    if orientation != UPRIGHT:
        notes = EXIF + only_orientation(orientation)
        pieces.append(b"\xff\xe1" + (len(notes) + 2).to_bytes(2, "big") + notes)
    return b"".join(pieces + kept)


def _is_exif(content: bytes, segment: Part) -> bool:
    return segment.kind == b"\xe1" and content[segment.body : segment.body + 6] == EXIF


def _stays_in_jpeg(content: bytes, segment: Part) -> bool:
    """All but comments and application segments, of which JFIF, the colour profile and Adobe's stay."""
    marker = segment.kind[0]
    if marker == 0xFE:
        return False
    if not 0xE0 <= marker <= 0xEF:
        return True
    begins = content[segment.body : segment.end]
    kept = {0xE0: b"JFIF\x00", 0xE2: b"ICC_PROFILE\x00", 0xEE: b"Adobe"}.get(marker)
    # A thumbnail may stand behind JFIF's first 14 bytes.
    return kept is not None and begins.startswith(kept) and (marker != 0xE0 or len(begins) == 14)


def _png(content: bytes) -> bytes:
    pieces = [PNG]
    for chunk in png_chunks(content):
        if chunk.kind in _PNG_KEPT:
            pieces.append(content[chunk.start : chunk.after])
        elif chunk.kind == b"eXIf":
            orientation = orientation_of(content[chunk.body : chunk.end])
            pieces.append(
                b"" if orientation == UPRIGHT else _png_chunk(b"eXIf", only_orientation(orientation))
            )
    return b"".join(pieces)


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def _gif(content: bytes) -> bytes:
    kept = (block for block in gif_blocks(content) if _stays_in_gif(content, block))
    pieces = [content[block.start : block.after] for block in kept]
    return content[: gif_header(content)] + b"".join(pieces) + b"\x3b"


def _stays_in_gif(content: bytes, block: Part) -> bool:
    if block.kind == b"\xff":
        return content[block.body + 1 : block.body + 12] in _LOOPS
    return block.kind != b"\xfe"


def _webp(content: bytes) -> bytes:
    pieces, orientation = [], UPRIGHT
    chunks = list(webp_chunks(content))
    for chunk in chunks:
        if chunk.kind == b"EXIF" and chunks[0].kind == b"VP8X":
            orientation = orientation_of(content[chunk.body : chunk.end].removeprefix(EXIF))
    for chunk in chunks:
        if chunk.kind in _WEBP_KEPT:
            piece = bytearray(content[chunk.start : chunk.end] + b"\x00" * (chunk.after - chunk.end))
            if chunk.kind == b"VP8X" and chunk.end > chunk.body:
                piece[8] = piece[8] & ~_XMP_AND_EXIF | (_EXIF if orientation != UPRIGHT else 0)
            pieces.append(bytes(piece))
    if orientation != UPRIGHT:
        notes = only_orientation(orientation)
        pieces.append(b"EXIF" + len(notes).to_bytes(4, "little") + notes)
    body = b"WEBP" + b"".join(pieces)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _mp4(content: bytes) -> bytes:
    """Boxes of notes become free space of the same size, so that no place in the file moves."""
    emptied = bytearray(content)
    for box in _notes_of_film(content):
        emptied[box.start + 4 : box.start + 8] = b"free"
        emptied[box.body : box.end] = bytes(box.end - box.body)
    return bytes(emptied)


def _notes_of_film(content: bytes) -> list[Part]:
    found = []
    for box in mp4_boxes(content, 0, len(content)):
        inside = list(mp4_boxes(content, box.body, box.end)) if box.kind == b"moov" else []
        tracks = [part for part in inside if part.kind == b"trak"]
        of_tracks = [part for track in tracks for part in mp4_boxes(content, track.body, track.end)]
        found += [part for part in (box, *inside, *of_tracks) if part.kind in _NOTES_OF_FILMS]
    return found


_STRIPPERS: Final[Mapping[Mime, Callable[[bytes], bytes]]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/gif": _gif,
    "image/webp": _webp,
    "video/mp4": _mp4,
}
