"""Which terminals draw pictures, by what was wished for and what the environment tells.

Sources: sw.kovidgoyal.net/kitty/graphics-protocol (terminals that support it), arewesixelyet.com.
A terminal within tmux or screen is not told apart: both swallow what they do not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Way = Literal["kitty", "sixel", "half_blocks", "none"]
Wish = Literal["auto", "kitty", "sixel", "blocks", "off"]

_KITTY_PROGRAMS: Final = frozenset({"ghostty", "WezTerm", "kitty"})
_KITTY_TERMS: Final = frozenset({"xterm-kitty", "xterm-ghostty"})
_SIXEL_TERMS: Final = ("foot", "mlterm", "contour", "yaft")
_SIXEL_PROGRAMS: Final = frozenset({"iTerm.app", "mintty"})
_PAINT_QUESTIONS: Final = frozenset({"Apple_Terminal"})
"""Programs that draw no pictures and paint the letters of a question that they do not know."""

_KONSOLE_SINCE: Final = 220_400
"""Konsole 22.04 draws both."""


@dataclass(frozen=True, slots=True)
class Showing:
    """How pictures are shown on a terminal, before it was asked."""

    way: Way = "none"
    asks: bool = False
    """The terminal may be asked whether it can do better."""

    by_itself: bool = True
    """False where a picture is only sent when somebody asks for it: the line may be slow."""

    off: bool = False
    """Somebody wished for none."""


def showing(wish: Wish, environment: Mapping[str, str]) -> Showing:
    """What is wished for, within what the environment tells."""
    if wish == "off":
        return Showing(off=True, by_itself=False)
    if wish != "auto":
        return Showing("half_blocks" if wish == "blocks" else wish)
    way = way_of(environment)
    remote = bool(environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"))
    program = environment.get("TERM_PROGRAM", "")
    asks = way != "none" and not _inside_another(environment) and program not in _PAINT_QUESTIONS
    return Showing(way, asks=asks, by_itself=not remote)


def way_of(environment: Mapping[str, str]) -> Way:
    """The best way to show a picture here; `none` where there are not enough colours."""
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "")
    if term in {"", "dumb", "linux"} or environment.get("NO_COLOR"):
        return "none"
    if _inside_another(environment):
        return _blocks(environment, term)
    if term in _KITTY_TERMS or program in _KITTY_PROGRAMS or environment.get("KITTY_WINDOW_ID"):
        return "kitty"
    if _konsole(environment.get("KONSOLE_VERSION", "")):
        return "kitty"
    if term.startswith(_SIXEL_TERMS) or program in _SIXEL_PROGRAMS:
        return "sixel"
    return _blocks(environment, term)


def _inside_another(environment: Mapping[str, str]) -> bool:
    """Within tmux or screen."""
    term = environment.get("TERM", "")
    return bool(environment.get("TMUX") or environment.get("STY")) or term.startswith(("tmux", "screen"))


def _konsole(version: str) -> bool:
    return version.isascii() and version.isdigit() and len(version) <= 9 and int(version) >= _KONSOLE_SINCE


def _blocks(environment: Mapping[str, str], term: str) -> Way:
    many = environment.get("COLORTERM") in {"truecolor", "24bit"} or "256color" in term or "direct" in term
    return "half_blocks" if many else "none"
