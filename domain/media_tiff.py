"""The one thing of a camera's notes (Exif, a TIFF structure) that a picture needs: which way is up."""

from __future__ import annotations

from typing import Final

from domain.media_walk import Broken, number

UPRIGHT: Final = 1

_ORIENTATION: Final = 0x0112
"""The tag, and its values 1 to 8: Exif 2.32, 4.6.4."""

_MOST_ENTRIES: Final = 1_000


def orientation_of(tiff: bytes) -> int:
    """1 to 8; 1 where it is missing or makes no sense."""
    try:
        return _orientation(tiff)
    except Broken:
        return UPRIGHT


def only_orientation(orientation: int) -> bytes:
    """Notes that say which way is up, and nothing else."""
    header = b"MM\x00\x2a" + (8).to_bytes(4, "big")
    entry = _ORIENTATION.to_bytes(2, "big") + b"\x00\x03" + (1).to_bytes(4, "big")
    return header + b"\x00\x01" + entry + orientation.to_bytes(2, "big") + b"\x00\x00" + b"\x00" * 4


def _orientation(tiff: bytes) -> int:
    little = tiff[:2] == b"II"
    if tiff[:2] not in {b"II", b"MM"}:
        raise Broken
    place = number(tiff, 4, 4, little=little)
    for entry in range(min(number(tiff, place, 2, little=little), _MOST_ENTRIES)):
        at = place + 2 + 12 * entry
        if number(tiff, at, 2, little=little) == _ORIENTATION:
            value = number(tiff, at + 8, 2, little=little)
            return value if 1 <= value <= 8 else UPRIGHT
    return UPRIGHT
