"""Pictures that a terminal draws itself: the bytes they cost, and that none is left behind."""

from __future__ import annotations

import base64
import io
import re

from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset, Region, Size
from textual.strip import Strip

from tui.glass import Piece
from tui.overlays import FIRST_ID, Overlay
from tui.painting import Painter

SIZE = Size(40, 20)
PLAIN = Style(color="#c9ccd1", bgcolor="#121519")
CONSOLE = Console(file=io.StringIO(), color_system="truecolor", force_terminal=True)
SIXEL = b'\x1bP0;1q"1;1;6;6#0~~~\x1b\\'
PNG = b"\x89PNG" + bytes(range(256)) * 20


def screen(*texts: str) -> list[Piece]:
    """A whole screen of lines."""
    lines = [*texts, *[""] * (SIZE.height - len(texts))]
    return [
        Piece(0, y, Strip([Segment(text.ljust(SIZE.width), PLAIN)], SIZE.width))
        for y, text in enumerate(lines)
    ]


class Painted:
    """A painter after its first frame."""

    def __init__(self) -> None:
        self.painter = Painter()
        self.frame(*(f"line {number}" for number in range(20)))

    def frame(self, *texts: str, overlays: tuple[Overlay, ...] = (), size: Size = SIZE) -> str:
        """The next frame; without texts nothing of the cells changes."""
        pieces = screen(*texts) if texts else []
        return self.painter.frame(pieces, size, Offset(0, 0), CONSOLE, synchronised=False, overlays=overlays)


def kitty(number: int = 1, y: int = 4) -> Overlay:
    """A picture of six by three cells."""
    return Overlay(number, "kitty", Region(3, y, 6, 3), PNG)


def sixel(number: int = 1, y: int = 4) -> Overlay:
    """The same as sixels."""
    return Overlay(number, "sixel", Region(3, y, 6, 3), SIXEL)


def test_kitty_gets_the_picture_in_pieces_and_once() -> None:
    painted = Painted()
    said = painted.frame(overlays=(kitty(),))
    assert said.startswith("\x1b[5;4H\x1b_G")
    pieces = re.findall("\x1b_G([^;]*);([A-Za-z0-9+/=]*)\x1b\\\\", said)
    assert pieces[0][0] == f"a=T,f=100,i={FIRST_ID + 1},q=2,C=1,c=6,r=3,m=1"
    assert [keys for keys, _letters in pieces[1:]] == ["m=0"]
    assert all(len(letters) <= 4096 for _keys, letters in pieces)
    assert base64.b64decode("".join(letters for _keys, letters in pieces)) == PNG
    assert painted.frame(overlays=(kitty(),)) == ""


def test_kitty_is_told_to_delete_what_went_and_what_moved() -> None:
    painted = Painted()
    painted.frame(overlays=(kitty(),))
    deleted = f"\x1b_Ga=d,d=I,i={FIRST_ID + 1},q=2;\x1b\\"
    moved = painted.frame(overlays=(kitty(y=9),))
    assert moved.startswith(deleted)
    assert "\x1b[10;4H\x1b_Ga=T" in moved
    gone = painted.frame()
    assert gone.startswith(deleted)
    assert "a=T" not in gone
    assert painted.frame() == ""


def test_a_sixel_is_drawn_once_and_its_cells_are_written_again_when_it_goes() -> None:
    painted = Painted()
    said = painted.frame(overlays=(sixel(),))
    assert said.startswith("\x1b[5;4H" + SIXEL.decode())
    assert painted.frame(overlays=(sixel(),)) == ""
    gone = painted.frame()
    assert "\x1bP" not in gone
    for y, text in ((5, "e 4   "), (6, "e 5   "), (7, "e 6   ")):
        assert f"\x1b[{y};4H" in gone
        assert text in gone
    assert painted.frame() == ""


def test_a_sixel_that_a_frame_wrote_into_is_drawn_again_and_another_is_not() -> None:
    painted = Painted()
    shown = (sixel(), sixel(2, y=12))
    painted.frame(overlays=shown)
    lines = [f"line {number}" for number in range(20)]
    lines[5] = "line 5 changed"
    said = painted.frame(*lines, overlays=shown)
    assert said.count(SIXEL.decode()) == 1
    assert "\x1b[5;4H" + SIXEL.decode() in said
    lines[0] = "another first line"
    assert SIXEL.decode() not in painted.frame(*lines, overlays=shown)


def test_lines_under_a_picture_are_never_moved_by_the_terminal() -> None:
    scrolled = [f"line {number}" for number in range(3, 23)]
    assert "\x1b[3S" in Painted().frame(*scrolled)
    painted = Painted()
    painted.frame(overlays=(kitty(),))
    assert "\x1b[3S" not in painted.frame(*scrolled, overlays=(kitty(),))
    painted = Painted()
    painted.frame(overlays=(kitty(),))
    moved = painted.frame(*scrolled)
    assert moved.index("a=d") < moved.index("\x1b[3S")


def test_another_size_and_a_screen_written_over_have_everything_drawn_anew() -> None:
    painted = Painted()
    painted.frame(overlays=(kitty(),))
    wider = Size(41, 20)
    said = painted.frame(overlays=(kitty(),), size=wider)
    assert said.index("a=d") < said.index("a=T")
    painted.painter.forget()
    said = painted.frame(overlays=(kitty(),), size=wider)
    assert said.index("a=d") < said.index("a=T")


def test_leaving_lets_go_of_the_pictures() -> None:
    painted = Painted()
    painted.frame(overlays=(kitty(), sixel(2, y=12)))
    assert painted.painter.leave() == f"\x1b_Ga=d,d=I,i={FIRST_ID + 1},q=2;\x1b\\"
    assert painted.painter.leave() == ""


def test_a_frame_without_pictures_says_what_it_always_said() -> None:
    one, other = Painted(), Painted()
    assert one.frame("x") == other.painter.frame(screen("x"), SIZE, Offset(0, 0), CONSOLE, synchronised=False)
    assert ColorSystem.TRUECOLOR.value == 3
