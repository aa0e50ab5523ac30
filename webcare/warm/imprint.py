"""What Python and Textual settle once when they are loaded: caller and parent must have it alike."""

from __future__ import annotations

import os
import sys

from webcare.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:  # loading it takes as long as all the rest of this
    from collections.abc import Mapping

PROTOCOL = 1

READ_AT_IMPORT = (b"PYTHON", b"TEXTUAL", b"ESCDELAY")
"""How the variables begin that are read at import and never again."""


def imprint(environment: Mapping[bytes, bytes]) -> bytes:
    """One line; two processes with the same one can stand in for each other."""
    flags = sys.flags
    settled = [
        PROTOCOL, __version__, __file__, sys.executable, sys.prefix, sys.version,
        flags.optimize, flags.dev_mode, flags.utf8_mode, flags.ignore_environment, flags.no_user_site,
        sys.getfilesystemencoding(), *(stream.encoding for stream in (sys.stdin, sys.stdout, sys.stderr)),
        _iterm(environment),
        *sorted(each for each in environment.items() if each[0].startswith(READ_AT_IMPORT)),
    ]  # fmt: skip
    return repr(settled).encode("utf-8", "backslashreplace")


def _iterm(environment: Mapping[bytes, bytes]) -> bool:
    """Textual asks at its import for this one terminal."""
    return environment.get(b"LC_TERMINAL") == b"iTerm2" or environment.get(b"TERM_PROGRAM") == b"iTerm.app"


def inherited(environment: Mapping[str, str]) -> dict[str, str]:
    """What a parent gets to know of its starter's environment: no secret, and what leaves a mark."""
    marks = tuple(os.fsdecode(name) for name in READ_AT_IMPORT)
    known = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_TERMINAL", "TERM_PROGRAM")
    places = ("XDG_RUNTIME_DIR", "XDG_STATE_HOME")
    return {
        name: value
        for name, value in environment.items()
        if name in known or name in places or name.startswith((*marks, "LC_"))
    }
