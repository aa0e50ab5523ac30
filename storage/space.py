"""How much room the disk has left, and what stops when it runs out.

On a full disk SQLite cannot even delete: checkpoints and DELETE fail too. So intake stops early, its cursor
waits, and the last room is kept for people's claims and replies.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from i18n import _
from storage.finding import Finding

MEGABYTE = 1_000_000
WARN_BELOW = 500 * MEGABYTE
STOP_INTAKE_BELOW = 200 * MEGABYTE


class FileSystemStatus(Protocol):
    """The part of `os.statvfs_result` that counts."""

    @property
    def f_bavail(self) -> int:
        """Blocks that ordinary users can have."""
        ...

    @property
    def f_frsize(self) -> int:
        """Bytes in a block."""
        ...


StatVfs = Callable[[Path], FileSystemStatus]


class Room(StrEnum):
    """What the free space allows."""

    ENOUGH = "enough"
    LOW = "low"
    """Say so."""
    STOP_INTAKE = "stop_intake"
    """Fetch nothing more; claims, drafts and replies go on."""


def free_bytes(folder: Path, statvfs: StatVfs = os.statvfs) -> int:
    """What an ordinary user can still write in `folder`."""
    status = statvfs(folder)
    return status.f_bavail * status.f_frsize


def room(folder: Path, statvfs: StatVfs = os.statvfs) -> Room:
    """What the space in `folder` allows now."""
    free = free_bytes(folder, statvfs)
    if free < STOP_INTAKE_BELOW:
        return Room.STOP_INTAKE
    return Room.LOW if free < WARN_BELOW else Room.ENOUGH


def space_finding(folder: Path, statvfs: StatVfs = os.statvfs) -> Finding:
    """The same for a person."""
    megabytes = free_bytes(folder, statvfs) // MEGABYTE
    match room(folder, statvfs):
        case Room.ENOUGH:
            return Finding("ok", _("{megabytes} MB free under {folder}.", megabytes=megabytes, folder=folder))
        case Room.LOW:
            return Finding(
                "warning",
                _("Only {megabytes} MB free under {folder}.", megabytes=megabytes, folder=folder),
                _("Free some space before it falls under 200 MB, where fetching stops."),
            )
        case Room.STOP_INTAKE:
            return Finding(
                "error",
                _(
                    "Only {megabytes} MB free under {folder}: no new mentions are fetched.",
                    megabytes=megabytes,
                    folder=folder,
                ),
                _("Free some space; fetching goes on by itself and nothing is lost."),
            )
