"""What a terminal answers when it is asked how it shows pictures.

Sources: sw.kovidgoyal.net/kitty/graphics-protocol (its query), invisible-island.net/xterm/ctlseqs (DA1: 4 is
Sixel; `CSI 16 t`: pixels of a cell).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from domain.terminal_pictures import Way

QUESTION: Final = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[16t\x1b[c"
"""Kitty's own query, the size of a cell, and DA1, which every terminal answers and so ends the answers."""

_KITTY_OK: Final = re.compile("\x1b_G[^;]*;OK\x1b\\\\")
_CELL: Final = re.compile("\x1b\\[6;([0-9]{1,4});([0-9]{1,4})t")
_ATTRIBUTES: Final = re.compile("\x1b\\[\\?([0-9;]*)c")


@dataclass(frozen=True, slots=True)
class Answered:
    """What a terminal said of itself."""

    kitty: bool = False
    sixel: bool = False
    cell: tuple[int, int] | None = None
    """Width and height of a cell in pixels."""

    whole: bool = False
    """The last question is answered, so what it has not said by now it cannot do."""


def answered(said: str) -> Answered:
    """What all that a terminal answered means."""
    cell, attributes = _CELL.search(said), _ATTRIBUTES.search(said)
    pixels = (int(cell[2]), int(cell[1])) if cell is not None else (0, 0)
    return Answered(
        kitty=_KITTY_OK.search(said) is not None,
        sixel=attributes is not None and "4" in attributes[1].split(";"),
        whole=attributes is not None,
        cell=pixels if all(4 <= each <= 200 for each in pixels) else None,
    )


def better(way: Way, said: Answered) -> Way:
    """The best way to show a picture after the terminal's answer."""
    if said.kitty:
        return "kitty"
    return "sixel" if said.sixel else "half_blocks" if way != "none" else way
