"""What the glass sends leaves the terminal exactly as whole frames would."""

from __future__ import annotations

import re

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip

from tui.glass import Glass, Piece

WIDTH, HEIGHT = 48, 14
SIZE = Size(WIDTH, HEIGHT)
GROUND = "#121519"
STYLES = (
    Style(color="#c9ccd1", bgcolor=GROUND),
    Style(color="#f2f3f5", bgcolor="#1d2229", bold=True),
    Style(color="#7d848e", bgcolor=GROUND),
    Style(color="#ef6b63", bgcolor=GROUND, bold=True),
    Style(color="red"),
    Style(reverse=True, underline=True),
    Style(dim=True, italic=True, color="#86bf8b"),
)
COLOURS = ColorSystem.TRUECOLOR

words = st.text(st.sampled_from("abc xyz.−→✎ é"), max_size=20) | st.sampled_from(
    ["你好", "é 💦 x", " " * 20, "👍", "", "cafe\u0301", "same line everywhere"]
)
pieces = st.lists(st.tuples(words, st.sampled_from(STYLES)), max_size=4)


def strip_of(parts: list[tuple[str, Style]], width: int = WIDTH) -> Strip:
    """These texts on exactly so many cells."""
    return Strip([Segment(text, style) for text, style in parts]).adjust_cell_length(width, STYLES[0])


def _as_lines(found: re.Match[str]) -> str:
    top, bottom, count, way = found.groups()
    return f"\x1b[{top};{bottom}r\x1b[{top};1H\x1b[{count}{'M' if way == 'S' else 'L'}"


class Screen:
    """A terminal as pyte has it."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self.stream = pyte.Stream(self.screen)

    def feed(self, text: str) -> None:
        """As a terminal would take it; pyte has no SU and SD, which here never differ from IL and DL."""
        self.stream.feed(re.sub(r"\x1b\[(\d+);(\d+)r\x1b\[(\d+)([ST])", _as_lines, text))

    def cells(self) -> list[tuple[object, ...]]:
        """Every cell: its character, colours and weight; what does not show on a blank is left out."""
        return [
            (x, y, cell.data, cell.bg, cell.reverse, cell.underscore)
            + ((cell.fg, cell.bold, cell.italics) if cell.data.strip() else ())
            for y in range(HEIGHT)
            for x, cell in enumerate(self.screen.buffer[y][column] for column in range(WIDTH))
        ]


def whole(lines: list[Strip]) -> list[tuple[object, ...]]:
    """The cells when all lines are written plainly on an empty terminal."""
    reference = Screen()
    glass = Glass(SIZE)
    reference.feed(glass.frame([Piece(0, y, one) for y, one in enumerate(lines)], SIZE, COLOURS))
    return reference.cells()


frames = st.lists(
    st.one_of(
        st.tuples(st.just("lines"), st.dictionaries(st.integers(0, HEIGHT - 1), pieces, max_size=HEIGHT)),
        st.tuples(st.just("scroll"), st.integers(-HEIGHT, HEIGHT)),
        st.tuples(st.just("part"), st.integers(0, HEIGHT - 1), st.integers(0, WIDTH - 9), words),
    ),
    min_size=1,
    max_size=8,
)


@given(first=st.lists(pieces, min_size=HEIGHT, max_size=HEIGHT), moves=frames)
def test_any_run_of_frames_leaves_what_whole_frames_would(
    first: list[list[tuple[str, Style]]], moves: list[tuple[object, ...]]
) -> None:
    """Lines that change, scroll or change in part: the terminal ends with the same cells."""
    glass, screen = Glass(SIZE), Screen()
    lines = [strip_of(parts) for parts in first]

    def show(shown: list[Piece]) -> None:
        screen.feed(glass.frame(shown, SIZE, COLOURS))

    show([Piece(0, y, one) for y, one in enumerate(lines)])
    for move in moves:
        if move[0] == "lines":
            changed = {y: strip_of(parts) for y, parts in move[1].items()}  # type: ignore[attr-defined]
            for y, strip in changed.items():
                lines[y] = strip
            show([Piece(0, y, strip) for y, strip in changed.items()])
        elif move[0] == "scroll":
            by = int(move[1])  # type: ignore[call-overload]
            body = lines[2:-1]
            lines[2:-1] = body[by:] + body[:by] if by else body
            show([Piece(0, y, one) for y, one in enumerate(lines)])
        else:
            y, x = int(move[1]), int(move[2])  # type: ignore[call-overload]
            part = strip_of([(str(move[3]), STYLES[1])], 8)
            if lines[y].text.isascii():  # a window's edge never cuts a wide character: widgets are boxes
                lines[y] = Strip.join((lines[y].crop(0, x), part, lines[y].crop(x + 8, WIDTH)))
                show([Piece(x, y, part)])
    assert screen.cells() == whole(lines)


def test_a_line_more_is_scrolled_by_the_terminal() -> None:
    """A list that moves by one line costs that line, not the list."""
    lines = [strip_of([(f"row {number} of the list, all different", STYLES[0])]) for number in range(40)]
    glass = Glass(SIZE)
    glass.frame([Piece(0, y, lines[y]) for y in range(HEIGHT)], SIZE, COLOURS)
    sent = glass.frame([Piece(0, y, lines[y + 1]) for y in range(HEIGHT)], SIZE, COLOURS)
    assert f"\x1b[1;{HEIGHT}r\x1b[1S\x1b[r" in sent
    assert "row 14 " in sent
    assert "row 5 " not in sent


def test_the_same_frame_twice_sends_nothing() -> None:
    """What the terminal shows already is not sent."""
    shown = [Piece(0, y, strip_of([(f"line {y}", STYLES[y % 3])])) for y in range(HEIGHT)]
    glass = Glass(SIZE)
    assert glass.frame(shown, SIZE, COLOURS)
    assert glass.frame(shown, SIZE, COLOURS) == ""


def test_what_was_forgotten_is_sent_again() -> None:
    """After an editor had the screen, everything is written."""
    shown = [Piece(0, y, strip_of([(f"line {y}", STYLES[0])])) for y in range(HEIGHT)]
    glass = Glass(SIZE)
    sent = glass.frame(shown, SIZE, COLOURS)
    glass.forget()
    assert glass.frame(shown, SIZE, COLOURS) == sent


def test_a_changed_badge_costs_the_badge() -> None:
    """A clock that ticks sends its digits and their place."""
    glass = Glass(SIZE)
    before = strip_of([("  7m32s ", STYLES[3]), ("somebody wrote something", STYLES[0])])
    after = strip_of([("  7m31s ", STYLES[3]), ("somebody wrote something", STYLES[0])])
    glass.frame([Piece(0, 3, before)], SIZE, COLOURS)
    sent = glass.frame([Piece(0, 3, after)], SIZE, COLOURS)
    assert "\x1b[4;6H" in sent
    assert "7m3" not in sent
    assert "somebody" not in sent


def test_a_line_of_doubtful_width_is_written_whole() -> None:
    """Where terminals disagree about an emoji, what stands behind it must not stay where it was."""
    glass = Glass(SIZE)
    glass.frame([Piece(0, 0, strip_of([("👍🏽 a same end", STYLES[0])]))], SIZE, COLOURS)
    sent = glass.frame([Piece(0, 0, strip_of([("👍🏽 b same end", STYLES[0])]))], SIZE, COLOURS)
    assert "👍🏽 b same end" in sent
