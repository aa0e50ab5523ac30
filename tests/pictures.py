"""Small pictures and films, whole and true to their formats, with as many notes in them as wanted."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Sequence

from channels.base import OutboundAttachment, Uploaded
from domain.attachment import Attached
from domain.media import EXIF, look

GPS = b"GPS 52.3702 4.8952"
"""Stands in notes; must never be found in what goes out."""


def chunk(kind: bytes, body: bytes) -> bytes:
    """One PNG chunk."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(
    width: int = 2, height: int = 3, *, notes: bool = False, moving: bool = False, grey: int = 128
) -> bytes:
    """A grey picture."""
    pixels = zlib.compress((b"\x00" + bytes([grey]) * width) * height) if width * height < 10**6 else b""
    extra = chunk(b"acTL", struct.pack(">II", 1, 0)) if moving else b""
    if notes:
        extra += chunk(b"tEXt", b"Comment\x00" + GPS) + chunk(b"eXIf", tiff(1) + GPS)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + extra + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def tiff(orientation: int, *, little: bool = True) -> bytes:
    """Exif that says which way is up, behind an entry that does not matter."""
    mark, order = (b"II", "<") if little else (b"MM", ">")
    entries = [struct.pack(order + "HHIHH", 0x0100, 3, 1, 9, 0)]
    entries.append(struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0))
    head = mark + struct.pack(order + "HIH", 42, 8, len(entries))
    return head + b"".join(entries) + bytes(4)


def segment(marker: int, body: bytes) -> bytes:
    """One JPEG segment."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg(width: int = 4, height: int = 2, *, orientation: int = 1, notes: bool = False) -> bytes:
    """As a camera writes it; its scan is no picture that can be decoded."""
    parts = [b"\xff\xd8", segment(0xE0, b"JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00")]
    if notes or orientation != 1:
        parts.append(segment(0xE1, EXIF + tiff(orientation) + (GPS if notes else b"")))
    if notes:
        parts += [segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + GPS), segment(0xED, b"Photoshop" + GPS)]
        parts += [segment(0xFE, GPS), segment(0xE2, b"MPF\x00" + GPS)]
    parts += [segment(0xE2, b"ICC_PROFILE\x00\x01\x01profile"), segment(0xDB, bytes(65))]
    parts.append(segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"))
    parts += [segment(0xDA, b"\x01\x01\x00\x00\x3f\x00"), b"\x12\xff\x00\x34\xff\xd0\x56", b"\xff\xd9"]
    return b"".join(parts) + (GPS if notes else b"")


def gif(width: int = 5, height: int = 4, *, frames: int = 1, notes: bool = False) -> bytes:
    """Frames of two colours."""
    loop = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
    comment = b"\x21\xfe" + bytes([len(GPS)]) + GPS + b"\x00"
    xmp = b"\x21\xff\x0bXMP DataXMP" + bytes([len(GPS)]) + GPS + b"\x00"
    image = b"\x21\xf9\x04\x00\x0a\x00\x00\x00" + b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0)
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\x00\x00\x00\xff\xff\xff"
    data = b"\x02\x02\x4c\x01\x00"
    return (
        head
        + (loop if frames > 1 else b"")
        + (comment + xmp if notes else b"")
        + (image + data) * frames
        + b"\x3b"
    )


def webp(
    width: int = 7, height: int = 6, *, notes: bool = False, orientation: int = 1, lossless: bool = False
) -> bytes:
    """Simple, or extended where it has notes."""
    if lossless:
        still = _riff(b"VP8L", b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14) + bytes(3))
    else:
        sides = struct.pack("<HH", width & 0x3FFF, height)
        still = _riff(b"VP8 ", b"\x30\x01\x00\x9d\x01\x2a" + sides + bytes(3))
    if notes or orientation != 1:
        canvas = b"\x0c\x00\x00\x00" + struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
        still = _riff(b"VP8X", canvas) + still + _riff(b"EXIF", tiff(orientation) + GPS) + _riff(b"XMP ", GPS)
    return b"RIFF" + struct.pack("<I", len(still) + 4) + b"WEBP" + still


def _riff(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\x00" * (len(body) % 2)


def box(kind: bytes, body: bytes) -> bytes:
    """One box of a film."""
    return struct.pack(">I", len(body) + 8) + kind + body


def mp4(
    width: int = 640, height: int = 360, *, seconds: int = 3, turned: bool = False, notes: bool = False
) -> bytes:
    """A film of one track; nothing can be played of it."""
    header = box(b"mvhd", bytes(12) + struct.pack(">II", 1000, seconds * 1000) + bytes(80))
    matrix = struct.pack(">9I", *((0, 1 << 16, 0) if turned else (1 << 16, 0, 0)), *([0] * 6))
    track = box(b"tkhd", bytes(40) + matrix + struct.pack(">II", width << 16, height << 16))
    sound = box(b"trak", box(b"tkhd", bytes(40) + matrix + bytes(8)))
    said = box(b"udta", box(b"\xa9xyz", GPS)) + box(b"meta", GPS) if notes else b""
    film = box(b"moov", header + sound + box(b"trak", track + said) + said)
    return (
        box(b"ftyp", b"isom\x00\x00\x02\x00isommp41")
        + film
        + (box(b"uuid", GPS) if notes else b"")
        + box(b"mdat", b"film")
    )


ALL: Sequence[bytes] = (png(), jpeg(), gif(), webp(), webp(lossless=True), mp4())


def attached(content: bytes, alt: str = "Een lege container", name: str = "foto.png") -> Attached:
    """The content as a draft has it."""
    return Attached(hashlib.sha256(content).hexdigest(), name, look(content, name), alt)


def outbound(
    content: bytes, alt: str = "Een lege container", name: str = "foto.png", *, private: bool = False
) -> OutboundAttachment:
    """The content on its way."""
    return OutboundAttachment(attached(content, alt, name), content, "private" if private else "public")


def uploaded(sent: OutboundAttachment, remote: object) -> Uploaded:
    """The content as the platform has it."""
    assert isinstance(remote, dict)
    return Uploaded(sent.attached, remote)
