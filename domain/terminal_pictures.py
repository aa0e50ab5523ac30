"""Which terminals draw pictures: what was wished for, what the environment tells, what the terminal answers.

Sources: sw.kovidgoyal.net/kitty/graphics-protocol (its query and the terminals that support it),
arewesixelyet.com, invisible-island.net/xterm/ctlseqs (DA1: 4 is Sixel; `CSI 16 t`: pixels of a cell).
A terminal within tmux or screen is not told apart: both swallow what they do not know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Way = Literal["kitty", "sixel", "half_blocks", "none"]
Wish = Literal["auto", "kitty", "sixel", "blocks", "off"]

QUESTION: Final = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[16t\x1b[c"
"""Kitty's own query, the size of a cell, and DA1, which every terminal answers and so ends the answers."""

_KITTY_PROGRAMS: Final = frozenset({"ghostty", "WezTerm", "kitty"})
_KITTY_TERMS: Final = frozenset({"xterm-kitty", "xterm-ghostty"})
_SIXEL_TERMS: Final = ("foot", "mlterm", "contour", "yaft")
_SIXEL_PROGRAMS: Final = frozenset({"iTerm.app", "mintty"})
_PAINT_QUESTIONS: Final = frozenset({"Apple_Terminal"})
"""Programs that draw no pictures and paint the letters of a question that they do not know."""

_KONSOLE_SINCE: Final = 220_400
"""Konsole 22.04 draws both."""

_KITTY_OK: Final = re.compile("\x1b_G[^;]*;OK\x1b\\\\")
_CELL: Final = re.compile("\x1b\\[6;([0-9]{1,4});([0-9]{1,4})t")
_ATTRIBUTES: Final = re.compile("\x1b\\[\\?([0-9;]*)c")


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


@dataclass(frozen=True, slots=True)
class Answered:
    """What a terminal said of itself."""

    kitty: bool = False
    sixel: bool = False
    cell: tuple[int, int] | None = None
    """Width and height of a cell in pixels."""


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


def answered(said: str) -> Answered:
    """What all that a terminal answered means."""
    cell, attributes = _CELL.search(said), _ATTRIBUTES.search(said)
    pixels = (int(cell[2]), int(cell[1])) if cell is not None else (0, 0)
    return Answered(
        kitty=_KITTY_OK.search(said) is not None,
        sixel=attributes is not None and "4" in attributes[1].split(";"),
        cell=pixels if all(4 <= each <= 200 for each in pixels) else None,
    )


def better(way: Way, said: Answered) -> Way:
    """The best way to show a picture after the terminal's answer."""
    if said.kitty:
        return "kitty"
    return "sixel" if said.sixel else "half_blocks" if way != "none" else way


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
