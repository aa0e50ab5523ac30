"""The log: what nobody on the screen can act on, without secrets and without anybody's text."""

from __future__ import annotations

import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path

from config.redaction import RedactingFormatter, quiet_libraries
from webcare.program import Program

SIZE = 1_000_000
KEPT = 3


def keep_log(program: Program, *, to_file: bool) -> None:
    """Log warnings to `state/webcare.log` (0600, rotated), or to standard error for a service's journal."""
    handler = _file(program.settings.places.state) if to_file else logging.StreamHandler()
    handler.setFormatter(RedactingFormatter(lambda: program.credentials.loaded))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    quiet_libraries()


def _file(folder: Path) -> logging.Handler:
    """A private file; where it cannot be made the log goes nowhere, and the desk goes on."""
    path = folder / "webcare.log"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600))
        return RotatingFileHandler(path, maxBytes=SIZE, backupCount=KEPT, encoding="utf-8")
    except OSError:
        return logging.NullHandler()
