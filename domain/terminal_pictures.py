"""Which terminals draw pictures, told from the environment alone; nothing is asked of the terminal.

Sources: sw.kovidgoyal.net/kitty/graphics-protocol (terminals that support it), arewesixelyet.com.
A terminal within tmux or screen is not told apart: both swallow what they do not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Way = Literal["kitty", "sixel", "half_blocks", "none"]

_KITTY_PROGRAMS: Final = frozenset({"ghostty", "WezTerm", "kitty"})
_KITTY_TERMS: Final = frozenset({"xterm-kitty", "xterm-ghostty"})
_SIXEL_TERMS: Final = ("foot", "mlterm", "contour", "yaft")
_SIXEL_PROGRAMS: Final = frozenset({"iTerm.app", "mintty"})
_KONSOLE_SINCE: Final = 220_400
"""Konsole 22.04 draws both."""


def way_of(environment: Mapping[str, str]) -> Way:
    """The best way to show a picture here; `none` where there are not enough colours."""
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "")
    if term in {"", "dumb", "linux"} or environment.get("NO_COLOR"):
        return "none"
    if environment.get("TMUX") or environment.get("STY") or term.startswith(("tmux", "screen")):
        return _blocks(environment, term)
    if term in _KITTY_TERMS or program in _KITTY_PROGRAMS or environment.get("KITTY_WINDOW_ID"):
        return "kitty"
    if _konsole(environment.get("KONSOLE_VERSION", "")):
        return "kitty"
    if term.startswith(_SIXEL_TERMS) or program in _SIXEL_PROGRAMS:
        return "sixel"
    return _blocks(environment, term)


def _konsole(version: str) -> bool:
    return version.isascii() and version.isdigit() and len(version) <= 9 and int(version) >= _KONSOLE_SINCE


def _blocks(environment: Mapping[str, str], term: str) -> Way:
    many = environment.get("COLORTERM") in {"truecolor", "24bit"} or "256color" in term or "direct" in term
    return "half_blocks" if many else "none"
