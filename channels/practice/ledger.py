"""What was posted on the practice platform: one JSON line a post in a file, on disk before it counts.

The file is the platform's own memory, apart from the desk's database, so that a reply can be read back after
a crash and anybody can count from outside how often each reply went out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final

from domain.clock import Millis

_NEWLINE: Final = b"\n"


@dataclass(frozen=True, slots=True)
class Posted:
    """One post of ours, as the platform keeps it."""

    key: str
    remote_id: str
    at: Millis
    shown_at: Millis
    """From when it can be read back; later than `at` where the platform lags."""

    text: str
    visibility: str
    thread_key: str
    parent_id: str
    """Empty where it answers nothing in particular."""

    recipient: str
    handle: str
    name: str
    lang: str
    media: str = ""
    """Ids of what goes along, with spaces between."""

    template: str = ""
    """The approved template that it is; empty for free text."""

    @property
    def permalink(self) -> str:
        """Where it could be seen, if there were anything to see."""
        return f"https://practice.example/@heldervonk/{self.remote_id}"


@dataclass(frozen=True, slots=True)
class Held:
    """A picture or film that the platform has, seen by nobody until a post names it."""

    media_id: str
    at: Millis
    sha256: str
    alt: str


class Ledger:
    """The file of posts; several processes may append and read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._read_to = 0
        self._posts: list[Posted] = []
        self._held: list[Held] = []

    def append(self, entry: Posted | Held) -> None:
        """Write it and wait for the disk. Raises OSError; what was written by then may stand."""
        line = json.dumps(asdict(entry), ensure_ascii=True, separators=(",", ":")).encode() + _NEWLINE
        with self._lock:
            fresh = not self._path.exists()
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o660)
            try:
                os.write(descriptor, self._end_torn_line(descriptor) + line)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if fresh:
                self._sync_folder()

    def posts(self) -> tuple[Posted, ...]:
        """All posts so far, oldest first; a line that a crash cut off is no post. Raises OSError."""
        with self._lock:
            self._read_on()
            return tuple(self._posts)

    def held(self) -> tuple[Held, ...]:
        """All that was uploaded so far, oldest first. Raises OSError."""
        with self._lock:
            self._read_on()
            return tuple(self._held)

    def _read_on(self) -> None:
        try:
            with self._path.open("rb") as file:
                if os.fstat(file.fileno()).st_size < self._read_to:
                    self._forget()
                file.seek(self._read_to)
                fresh = file.read()
        except FileNotFoundError:
            self._forget()
            return
        whole = fresh.rfind(_NEWLINE) + 1
        self._read_to += whole
        entries = [_parse(line) for line in fresh[:whole].split(_NEWLINE)]
        self._posts.extend(entry for entry in entries if isinstance(entry, Posted))
        self._held.extend(entry for entry in entries if isinstance(entry, Held))

    def _forget(self) -> None:
        self._read_to, self._posts, self._held = 0, [], []

    @staticmethod
    def _end_torn_line(descriptor: int) -> bytes:
        size = os.fstat(descriptor).st_size
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != _NEWLINE
        return _NEWLINE if torn else b""

    def _sync_folder(self) -> None:
        descriptor = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def post_id(key: str, at: Millis, ordinal: int) -> str:
    """The platform's id for a post; another one for every post, also of the same key."""
    return "us-" + sha256(f"{key}:{at}:{ordinal}".encode()).hexdigest()[:16]


def _parse(line: bytes) -> Posted | Held | None:
    """What stands on a line, or None for a torn one, which never counted."""
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return _entry(entry) if isinstance(entry, dict) else None


def _entry(entry: Mapping[str, object]) -> Posted | Held | None:
    shape = Held if "media_id" in entry else Posted
    named = {field.name for field in fields(shape)}
    try:
        return shape(**{name: value for name, value in entry.items() if name in named})  # type: ignore[arg-type]
    except TypeError:
        return None  # a field is missing
