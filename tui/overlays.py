"""Pictures that a terminal draws itself, over cells that the glass keeps blank.

The glass knows cells only. So what lies over them is kept here: taken away before a frame in which it is no
longer wanted, put back where a frame wrote into it, and never on lines that a frame moves.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.color import ColorSystem
from textual.geometry import Region

from domain.drawn import DrawnWay
from tui.glass import Glass

FIRST_ID: Final = 0x7763_0000
"""Of our pictures in a Kitty terminal, whose numbers are shared by all programs in a window."""

_CHUNK: Final = 4096
"""Letters of a picture in one sequence: sw.kovidgoyal.net/kitty/graphics-protocol, `m`."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """One picture at its place."""

    number: int
    """Counts from 1; another picture has another one."""

    way: DrawnWay
    region: Region
    body: bytes


class Overlays:
    """The pictures that the terminal shows."""

    def __init__(self) -> None:
        self._shown: tuple[Overlay, ...] = ()

    @property
    def lines(self) -> frozenset[int]:
        """Lines under a picture: they must not be moved."""
        return frozenset(y for one in self._shown for y in range(one.region.y, one.region.bottom))

    def forget(self) -> str:
        """Something else wrote on the terminal: draw all anew; what makes it let go of ours meanwhile."""
        gone, self._shown = self._shown, ()
        return "".join(map(_deleted, gone))

    def take_away(self, wanted: Sequence[Overlay], glass: Glass, system: ColorSystem) -> str:
        """Take away what is no longer wanted where it is."""
        gone = [one for one in self._shown if one not in wanted]
        self._shown = tuple(one for one in self._shown if one in wanted)
        return "".join(
            _deleted(one) if one.way == "kitty" else glass.again(one.region, system) for one in gone
        )

    def draw(self, wanted: Sequence[Overlay], touched: Sequence[Region]) -> str:
        """Draw what is not there yet, and what the frame wrote into."""
        hurt = [
            one
            for one in self._shown
            if one.way == "sixel" and any(one.region.overlaps(region) for region in touched)
        ]
        shown, self._shown = self._shown, tuple(wanted)
        return "".join(_drawn(one) for one in wanted if one not in shown or one in hurt)


def _drawn(one: Overlay) -> str:
    body = "".join(_kitty(one)) if one.way == "kitty" else one.body.decode("latin-1")
    return f"\x1b[{one.region.y + 1};{one.region.x + 1}H{body}"


def _kitty(one: Overlay) -> Iterator[str]:
    """A PNG, placed in its cells; the terminal answers nothing (q) and leaves the cursor (C)."""
    letters = base64.b64encode(one.body).decode("ascii")
    keys = f"a=T,f=100,i={FIRST_ID + one.number},q=2,C=1,c={one.region.width},r={one.region.height},"
    for at in range(0, len(letters), _CHUNK):
        more = int(at + _CHUNK < len(letters))
        yield f"\x1b_G{keys}m={more};{letters[at : at + _CHUNK]}\x1b\\"
        keys = ""


def _deleted(one: Overlay) -> str:
    return f"\x1b_Ga=d,d=I,i={FIRST_ID + one.number},q=2;\x1b\\" if one.way == "kitty" else ""
