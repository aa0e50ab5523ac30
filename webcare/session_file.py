"""A channel's session kept between runs: it opens the account, so it is kept like a password."""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from channels.base import Retryable
from i18n import _

MAX_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class SessionFile:
    """One file, 0600, in a directory that only we can enter; replaced as a whole."""

    path: Path

    async def load(self) -> str | None:
        """What was saved last; None where there is nothing, or where others could have read or put it."""
        return await asyncio.to_thread(self._load)

    async def save(self, session: str) -> None:
        """Replace what was saved. Raises Retryable where it cannot be; the session itself is still good."""
        try:
            await asyncio.to_thread(self._save, session)
        except OSError as error:
            raise Retryable(
                _(
                    "The session cannot be kept in {path} ({reason}); check the directory's rights.",
                    path=self.path,
                    reason=error.strerror or error,
                )
            ) from error

    def _load(self) -> str | None:
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError:  # a session that cannot be read costs one more sign-in, nothing else
            return None
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(descriptor)
            ours = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid()
            if not ours or status.st_mode & 0o077:
                return None
            return stream.read(MAX_BYTES).decode("utf-8", "replace")

    def _save(self, session: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()  # left by a process of our number that was killed
        try:
            with os.fdopen(os.open(fresh, flags, 0o600), "w", encoding="utf-8") as stream:
                stream.write(session)
            fresh.replace(self.path)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise
