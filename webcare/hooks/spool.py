"""A spool: files that are only ever appended to, one a day, read from afar by a cursor.

A line is one body, or counts of refused calls. A line is written and on the disk before a call is answered.
What a crash left of a line was never answered; it is ended, and skipped by whoever reads. A file is let go of
when the reader has gone past it.
"""

from __future__ import annotations

import asyncio
import base64
import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from domain.clock import DAY, Clock, to_datetime
from domain.errors import ConfigError
from i18n import _
from webcare.hooks.store import Counts, Kept

ENDING: Final = ".spool"
AT_ONCE: Final = 200
"""Lines in an answer."""

MOST: Final = 3_000_000
"""Bytes in an answer, as far as whole lines allow."""


@dataclass(frozen=True, slots=True)
class Page:
    """What stands behind a cursor."""

    lines: tuple[bytes, ...]
    cursor: str
    more: bool


class Spool:
    """One directory; one process writes there."""

    def __init__(self, folder: Path, clock: Clock, *, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._folder = folder
        self._clock = clock
        self._lock = asyncio.Lock()
        self._held: int | None = None
        self._seen: set[str] = set()

    def open(self) -> None:
        """Make the directory where needed and take it for ourselves. Raises ConfigError."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._held = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for path in self._files()[-2:]:
                self._learn(path)
        except BlockingIOError as error:
            raise ConfigError(
                _("Another process writes to {folder} already.", folder=self._folder)
            ) from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise ConfigError(
                _("{file} cannot be written: {reason}.", file=self._folder, reason=reason)
            ) from error

    def close(self) -> None:
        """Let go of the directory."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    async def keep(self, kept: Kept) -> bool:
        """Append a body, on the disk; False where it is there already. Raises OSError."""
        name = kept.event_id or hashlib.sha256(kept.body).hexdigest()
        key = f"{kept.channel} {name}"
        async with self._lock:
            if key in self._seen:
                return False
            line = {
                "channel": kept.channel, "event_id": name, "at": kept.received_at,
                "body": base64.b64encode(kept.body).decode("ascii"),
            }  # fmt: skip
            await asyncio.to_thread(self._append, line)
            self._seen.add(key)
            return True

    async def count(self, counts: Counts) -> None:
        """Append the counts of refused calls."""
        refused = [[channel, reason, count] for (channel, reason), count in counts.items()]
        async with self._lock:
            await asyncio.to_thread(self._append, {"refused": refused, "at": self._clock.now()})

    async def page(self, cursor: str) -> Page:
        """What stands behind a cursor, and let go of files that lie before it. Raises OSError."""
        return await asyncio.to_thread(self._page, cursor)

    def _append(self, line: Mapping[str, object]) -> None:
        day = to_datetime(self._clock.now()).strftime("%Y-%m-%d")
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(self._folder / f"{day}{ENDING}", flags, 0o600)
        try:
            data = json.dumps(line, separators=(",", ":")).encode("ascii") + b"\n"
            start = os.fstat(descriptor).st_size
            if os.write(descriptor, data) != len(data):
                os.ftruncate(descriptor, start)
                raise OSError(28, "No space left on device")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if start == 0:
            self._sync_folder()

    def _sync_folder(self) -> None:
        """A new file's name is on the disk only when its directory is."""
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{ENDING}"))

    def _learn(self, path: Path) -> None:
        """What is in it counts as seen; half a line at its end is ended."""
        data = path.read_bytes()
        if data and not data.endswith(b"\n"):
            with path.open("ab") as stream:
                stream.write(b"\n")
                stream.flush()
                os.fsync(stream.fileno())
        for line in data.splitlines():
            try:
                entry = json.loads(line)
                self._seen.add(f"{entry['channel']} {entry['event_id']}")
            except (ValueError, KeyError, TypeError):
                continue

    def _page(self, cursor: str) -> Page:
        day, _colon, written = cursor.partition(":")
        offset = int(written) if written.isascii() and written.isdigit() else 0
        lines: list[bytes] = []
        size = 0
        for path in self._files():
            if path.stem < day:
                self._let_go(path)
                continue
            start = offset if path.stem == day else 0
            with path.open("rb") as stream:
                stream.seek(start)
                day, offset = path.stem, start
                while (line := stream.readline()).endswith(b"\n"):
                    if lines and (len(lines) >= self._at_once or size + len(line) > MOST):
                        return Page(tuple(lines), f"{day}:{offset}", more=True)
                    offset += len(line)
                    if _is_whole(line):
                        lines.append(line)
                        size += len(line)
        return Page(tuple(lines), f"{day}:{offset}", more=False)

    def _let_go(self, path: Path) -> None:
        """Read to its end, and a day older than anything that is written now."""
        today = to_datetime(self._clock.now() - DAY).strftime("%Y-%m-%d")
        if path.stem < today:
            path.unlink(missing_ok=True)


def _is_whole(line: bytes) -> bool:
    """False for what a crash left of a line; it was never answered."""
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
