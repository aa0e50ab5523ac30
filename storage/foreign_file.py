"""Reading a file that a person points at: it may be a pipe, a device, a link, or still growing."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Final

from domain.attachment import too_large
from domain.errors import NotAllowed
from domain.text import clean
from i18n import _

_PIECE: Final = 1_000_000


def read_file(path: Path, at_most: int) -> bytes:
    """All bytes of an ordinary file. Raises NotAllowed with one sentence for anything else.

    Blocks for as long as the disk takes; never waits for a writer, as opening a pipe would.
    """
    name = shown_name(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except (OSError, ValueError) as error:
        raise NotAllowed(_why_not(name, error)) from error
    try:
        return _read(descriptor, name, at_most)
    except OSError as error:
        raise NotAllowed(_why_not(name, error)) from error
    finally:
        os.close(descriptor)


def shown_name(path: Path) -> str:
    """The file's own name, made harmless."""
    return clean(os.fsencode(path.name).decode("utf-8", "replace"))[:200] or "?"


def _read(descriptor: int, name: str, at_most: int) -> bytes:
    before = os.fstat(descriptor)
    if not stat.S_ISREG(before.st_mode):
        raise NotAllowed(_("{name} is not an ordinary file; choose a picture or film.", name=name))
    if before.st_size > at_most:
        raise NotAllowed(too_large(name, before.st_size, at_most))
    pieces: list[bytes] = []
    room = before.st_size + 1  # one that keeps growing ends here
    while room and (piece := os.read(descriptor, min(room, _PIECE))):
        pieces.append(piece)
        room -= len(piece)
    after = os.fstat(descriptor)
    content = b"".join(pieces)
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    if not same or len(content) != before.st_size:
        raise NotAllowed(_("{name} changed while it was read; choose it again when it is done.", name=name))
    return content


def _why_not(name: str, error: Exception) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError | ValueError):
        return _("There is no file {name}; check its name and folder.", name=name)
    if isinstance(error, PermissionError):
        return _("You may not read {name}; choose a file of your own.", name=name)
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        return _("{name} is a symbolic link; choose the file itself.", name=name)
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return _("{name} cannot be read: {reason}.", name=name, reason=reason)
