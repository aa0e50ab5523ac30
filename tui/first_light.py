"""The list on the screen before the program behind it is there.

Importing Textual takes most of the time until a first frame. The rows of the first queue need none of it:
they are read and written before, by the same functions that lay them out later, and what is typed meanwhile
waits in the terminal. When the program has its first frame ready, its glass is told what stands there, and
only the rest is sent.
"""

from __future__ import annotations

import os
import signal
import termios
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Any, Final, NoReturn

from rich.color import ColorSystem
from rich.style import Style

from desk.queue_views import Row
from domain.clock import Millis
from domain.text import SafeText
from tui import badges
from tui.footer import footer
from tui.inks import BOLD, DARK, GROUNDS, LIGHT, SHARED, TERMINAL, Tone
from tui.keymap import Keymap
from tui.look import Look
from tui.pen import Pen
from tui.row_layout import Drawing, spans
from tui.spans import Spans, cut, merged, width_of
from tui.tab_line import Tabs, tab_line
from tui.text import blank, fit

OPENING: Final = "\x1b[?1049h\x1b[?25l\x1b[?7l"
"""The other screen, no cursor, no wrapping: as the driver opens it."""

CLOSING: Final = "\x1b[?7h\x1b[?25h\x1b[?1049l"
WIDE = 161
SMALL_WIDTH, SMALL_HEIGHT = 80, 24
QUEUES, GAP = 26, 2
"""Cells of the column of queues with its margin, and between list and conversation, on a wide screen."""

_INKS: Final[Mapping[str, Mapping[str, str]]] = {"dark": DARK, "light": LIGHT, "terminal": TERMINAL}


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to paint."""

    rows: Sequence[Row]
    tabs: Tabs
    own_status: str
    now: Millis


class FirstLight:
    """A terminal that shows the first rows already; close it when no program takes it over."""

    def __init__(
        self, lines: Sequence[Spans], size: tuple[int, int], look: Look, system: ColorSystem
    ) -> None:
        self._look, self._system = look, system
        self.lines = lines
        self.size = size
        """Columns and lines."""

        self.settings: list[Any] | None = None
        """How the terminal was set before, for whoever leaves it."""

        self.taken = False
        """A driver has the terminal now, and will leave it as it was."""

    def paint(self) -> None:
        """Take the terminal and write the lines; keys are neither shown nor lost from here on."""
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, _leave)  # until the program's own way to leave is there
        self.settings = termios.tcgetattr(0)
        quiet = termios.tcgetattr(0)
        quiet[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
        quiet[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
        termios.tcsetattr(0, termios.TCSANOW, quiet)
        _write(OPENING + _drawn(self.lines, self.size[0], self._look, self._system))

    def close(self) -> None:
        """Leave the terminal as it was found, unless a driver will."""
        if self.settings is not None and not self.taken:
            _write(CLOSING)
            termios.tcsetattr(0, termios.TCSANOW, self.settings)


def first_lines(scene: Scene, look: Look, keymap: Keymap, size: tuple[int, int]) -> list[Spans]:
    """The lines of each layout, as the stylesheet places them; what is read later stays blank."""
    columns, height = size
    small = columns <= SMALL_WIDTH or height <= SMALL_HEIGHT
    left, right = tab_line(scene.tabs, look, columns)
    tabs = _ends(left, right, columns)
    keys = footer(keymap, "list", look, width=columns)
    rule: Spans = ((fit(SafeText(look.signs.rule * columns), columns), "rule"),)
    if small:
        room = height - 4
        return [tabs, *_rows(scene, look, columns, room), (), (), keys]
    if columns >= WIDE:
        before: Spans = ((blank(QUEUES), "text"),)
        rows = _rows(scene, look, (columns - QUEUES - GAP) * 5 // 9, height - 4)
        return [*((*before, *row) for row in rows), (), rule, (), keys]
    listing = (height - 6) // 2
    reading = height - 6 - listing
    return [
        tabs, rule, *_rows(scene, look, columns, listing - 1), (), rule,
        *(() for _line in range(reading)), rule, (), keys,
    ]  # fmt: skip


def _rows(scene: Scene, look: Look, columns: int, room: int) -> list[Spans]:
    drawn = [
        spans(
            Drawing(
                row, badges.row_clock(row, scene.now, look.door), columns, cursor=not index, marked=False,
                gone=False, own_status=scene.own_status,
            ),
            look.door,
            look.signs,
        )
        for index, row in enumerate(scene.rows[:room])
    ]  # fmt: skip
    return [*drawn, *(() for _line in range(room - len(drawn)))]


def _ends(left: Spans, right: Spans, columns: int) -> Spans:
    """As `Line` places them."""
    right = cut(right, columns)
    left = cut(left, columns - width_of(right) - (1 if right else 0))
    return (*left, (blank(columns - width_of(left) - width_of(right)), "text"), *right)


def _drawn(lines: Sequence[Spans], columns: int, look: Look, system: ColorSystem) -> str:
    inks, ground = _INKS[look.theme], _colour(GROUNDS[look.theme])
    styles: dict[Tone, Style] = {}
    pen = Pen(system)
    for y, line in enumerate(lines):
        pen.at(0, y)
        for text, tone in merged((*cut(line, columns), (blank(columns - width_of(line)), "text"))):
            style = styles.get(tone)
            if style is None:
                colour, bold = _colour(inks[f"ink-{SHARED.get(tone, tone)}"]), tone in BOLD or None
                style = styles[tone] = Style(color=colour, bgcolor=ground, bold=bold)
            pen.write(text, style)
    return pen.done()


def _colour(name: str) -> str:
    """A colour of a theme as Rich names it: Textual's `ansi_bright_black` is its `bright_black`."""
    return name.removeprefix("ansi_")


def colour_system(environment: Mapping[str, str]) -> ColorSystem | None:
    """The colours of the terminal as Rich finds them out; None where a first paint should rather wait."""
    if "NO_COLOR" in environment or "TEXTUAL_COLOR_SYSTEM" in environment or "FORCE_COLOR" in environment:
        return None
    if environment.get("COLORTERM", "").strip().lower() in {"truecolor", "24bit"}:
        return ColorSystem.TRUECOLOR
    term = environment.get("TERM", "").strip().lower()
    if term in {"", "dumb", "unknown"}:
        return None
    kinds = {"kitty": ColorSystem.EIGHT_BIT, "256color": ColorSystem.EIGHT_BIT}
    return kinds.get(term.rpartition("-")[2], ColorSystem.STANDARD)


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    """End, and leave the terminal on the way out."""
    raise SystemExit(128 + number)


def _write(text: str) -> None:
    data = text.encode()
    while data:
        data = data[os.write(2, data) :]
