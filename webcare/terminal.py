"""The terminal that a desk is opened on: whether it will do, and how the desk is drawn on it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

from domain.calendar import ALWAYS
from domain.errors import WebcareError
from domain.terminal_pictures import Showing, showing
from i18n import _
from tui.look import Look
from webcare.program import Program

_ASCII_TERMINALS = frozenset({"vt52", "vt100", "vt102", "vt220", "ansi", "cons25"})
"""Terminals that have no UTF-8 of their own, whatever the locale says."""

_NO_SU = _ASCII_TERMINALS | {"linux"}
"""Terminals without SU and SD (`CSI S`, `CSI T`); console_codes(4) lists what Linux's own has."""


class NoTerminal(WebcareError):
    """The desk was started where nobody can see it or press a key."""

    exit_code = 2


def refuse_no_terminal(environment: Mapping[str, str]) -> None:
    """Raise NoTerminal unless keys can be read and the screen be painted; Textual paints on standard error.

    Without a keyboard Textual reads the end of its input for ever, and nothing but kill -9 ends it.
    """
    if not (os.isatty(0) and os.isatty(2)):
        raise NoTerminal(
            _("The desk needs a terminal; for scripts there are “webcare ls”, “show” and “collect”.")
        )
    if environment.get("TERM") == "dumb":
        raise NoTerminal(_("This terminal cannot be painted on (TERM=dumb); open the desk in another one."))


def look_of(program: Program) -> Look:
    """How the desk is drawn, by the settings and the terminal's environment."""
    settings, environment = program.settings, program.environment
    display = settings.display
    return Look(
        theme="terminal" if display.colours == "16" else "light" if display.theme == "light" else "dark",
        unicode=display.unicode if _speaks_utf8(environment) else "ascii",
        timezone=settings.timezone,
        keys=settings.keys,
        calendar=next(iter(settings.calendars.values()), ALWAYS),
        editor=environment.get("VISUAL") or environment.get("EDITOR") or "vi",
        width=display.width,
        scrolls=display.scrolling == "auto" and environment.get("TERM") not in _NO_SU,
        pictures=_pictures(program),
        simulated=any(channel.platform == "practice" for channel in settings.channels.values()),
    )


def _pictures(program: Program) -> Showing:
    """How pictures are shown; half blocks need their sign and many colours."""
    display = program.settings.display
    found = showing(display.pictures, program.environment)
    plain = display.colours == "16" or display.unicode == "ascii" or not _speaks_utf8(program.environment)
    return replace(found, way="none") if plain and found.way == "half_blocks" else found


def _speaks_utf8(environment: Mapping[str, str]) -> bool:
    """Whether terminal and locale can show more than ASCII; an empty locale is Python's own UTF-8."""
    if environment.get("TERM") in _ASCII_TERMINALS:
        return False
    named = environment.get("LC_ALL") or environment.get("LC_CTYPE") or environment.get("LANG") or ""
    return named in {"", "C", "POSIX"} or "utf" in named.casefold()
