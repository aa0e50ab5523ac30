"""What is left of a crash: one sentence on the screen, and a file that only its owner can read.

The file names the exception and the places, and nothing else: locals and messages of exceptions hold
what customers wrote and what channels keep secret.
"""

from __future__ import annotations

import os
import platform
import traceback
from pathlib import Path

from domain.clock import Millis, to_datetime

_DEPTH = 60


def report(error: BaseException, now: Millis) -> str:
    """The exception and its causes as type and places, newest last; no locals, no messages."""
    from importlib.metadata import version  # noqa: PLC0415 - with all of `email`, for a crash alone

    lines = [
        f"webcare crash {to_datetime(now).isoformat(timespec='seconds')}",
        f"python {platform.python_version()}, textual {version('textual')}",
    ]
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        lines += ["", f"{type(cause).__module__}.{type(cause).__qualname__}"]
        lines += [
            f"  {frame.filename}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(cause.__traceback__)[-_DEPTH:]
        ]
        cause = cause.__cause__ or cause.__context__
    return "\n".join(lines) + "\n"


def write(error: BaseException, folder: Path, now: Millis) -> Path | None:
    """Write the report to a new file of mode 0600; None when the folder cannot be written."""
    stamp = to_datetime(now).strftime("%Y%m%dT%H%M%S")
    path = folder / f"crash-{stamp}-{os.getpid()}.txt"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except OSError:
        return None  # a crash on a full or read-only disk still gets its sentence
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(report(error, now))
    return path
