"""When something unforeseen happens: a crash file without values, and one sentence for the person."""

from __future__ import annotations

import os
import platform
import sys
import time
import traceback
from pathlib import Path

from config.identity import who_am_i
from config.paths import find_places
from i18n import _
from webcare.version import __version__


def write(error: BaseException, folder: Path) -> Path:
    """Write a crash file, 0600: where it happened, never what was in the variables or the message."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"crash-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{os.getpid()}.txt"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [
        f"webcare {__version__}, Python {platform.python_version()}, {sys.platform}",
        # An exception's text can quote a customer or a token; its type and place are enough.
        f"{type(error).__module__}.{type(error).__qualname__}",
        *(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames),
    ]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path


def state_folder() -> Path:
    """Where crash files go: the state directory of whoever runs this."""
    return find_places(os.environ, who_am_i(os.environ).home).state


def sentence(error: BaseException) -> str:
    """Write the crash file and say so in one sentence."""
    try:
        path = write(error, state_folder())
    except OSError:
        return _("Something unforeseen went wrong ({kind}); your work is kept.", kind=type(error).__name__)
    return _(
        "Something unforeseen went wrong ({kind}); your work is kept. Details, without your texts: {path}",
        kind=type(error).__name__,
        path=path,
    )
