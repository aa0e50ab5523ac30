"""When something unforeseen happens on the command line: the desk's crash file, and one sentence."""

from __future__ import annotations

import os
from pathlib import Path

from config.identity import who_am_i
from config.paths import find_places
from i18n import _
from tui import crash
from webcare.clock import SystemClock


def state_folder() -> Path:
    """Where crash files go: the state directory of whoever runs this."""
    return find_places(os.environ, who_am_i(os.environ).home).state


def sentence(error: BaseException) -> str:
    """Write the crash file and say so in one sentence."""
    path = crash.write(error, state_folder(), SystemClock().now())
    if path is None:
        return _("Something unforeseen went wrong ({kind}); your work is kept.", kind=type(error).__name__)
    return _(
        "Something unforeseen went wrong ({kind}); your work is kept. Details, without your texts: {path}",
        kind=type(error).__name__,
        path=path,
    )
