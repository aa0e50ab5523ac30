"""A sheet of paragraphs that wraps, scrolls by lines and repaints only when its text changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text
from textual.geometry import Region, Size
from textual.strip import Strip

from domain.text import SafeText
from tui.spans import Span, Spans, cut, width_of
from tui.text import blank, fit
from tui.widgets.ink import Inked


@dataclass(frozen=True, slots=True)
class Para:
    """Some pieces that wrap together."""

    spans: Spans = ()
    indent: int = 0
    """Cells before every line."""

    hang: int = 0
    """Cells more before the lines after the first."""

    right: Spans = ()
    """Flush right on the first line; the first line keeps clear of it."""

    wrap: bool = True
    fill: bool = False
    """Repeat the first piece over the whole width; a rule."""


BLANK = Para()
_WRAPPER = Console(width=80, force_terminal=False, color_system=None, legacy_windows=False)
"""Only asked to measure; it writes nothing."""


def wrapped(para: Para, width: int) -> list[Spans]:
    """The paragraph in lines of at most `width` cells."""
    if para.fill:
        sign, tone = para.spans[0]
        return [((SafeText(sign * width), tone),)]
    right = width_of(para.right)
    room = max(8, width - para.indent - (right + 2 if right else 0))
    lines = _wrap(para.spans, max(8, room - para.hang)) if para.wrap else [cut(para.spans, room)]
    return [_placed(line, para, width, index) for index, line in enumerate(lines)]


def _placed(line: Spans, para: Para, width: int, index: int) -> Spans:
    before = blank(para.indent + (para.hang if index else 0))
    placed: list[Span] = [(before, "text"), *line] if before else list(line)
    if para.right and index == 0:
        gap = width - width_of(tuple(placed)) - width_of(para.right)
        placed += [(blank(gap), "text"), *para.right]
    return tuple(placed)


def _wrap(spans: Spans, width: int) -> list[Spans]:
    text = Text(end="")
    owners: list[Span] = []
    for span in spans:
        owners += [span] * len(span[0])
        text.append(span[0])
    if not owners:
        return [()]
    lines: list[Spans] = []
    position = 0
    whole = text.plain
    for line in text.wrap(_WRAPPER, width, tab_size=4):
        plain = line.plain.rstrip()
        start = whole.find(plain, position) if plain else position
        position = max(start, position)
        lines.append(_pieces(whole, owners, position, position + len(plain)))
        position += len(plain)
    return lines


def _pieces(whole: str, owners: Sequence[Span], start: int, stop: int) -> Spans:
    pieces: list[Span] = []
    begin = start
    for index in range(start, stop):
        if index + 1 == stop or owners[index + 1] is not owners[index]:
            pieces.append((SafeText(whole[begin : index + 1]), owners[index][1]))
            begin = index + 1
    return tuple(pieces)


class Sheet(Inked):
    """Shows paragraphs. `top` is the first line shown; the end is shown first when `from_end`."""

    DEFAULT_CSS = "Sheet { height: 1fr; width: 1fr; }"

    def __init__(self, *, from_end: bool = False, id: str | None = None) -> None:  # noqa: A002 - as in Textual
        super().__init__(id=id)
        self._from_end = from_end
        self._paras: tuple[Para, ...] = ()
        self._lines: list[Spans] = []
        self._laid_out_for = Size(0, 0)
        self.top = 0

    def show(self, paras: Sequence[Para], *, keep_place: bool = False) -> None:
        """Put other paragraphs on it; nothing is repainted when they are the same."""
        if tuple(paras) == self._paras and keep_place:
            return
        before, count = self._shown(), len(self._lines)
        self._paras = tuple(paras)
        self._lay_out()
        if not keep_place:
            self.top = self.last_top if self._from_end else 0
        self.top = max(0, min(self.top, self.last_top))
        if self.styles.height is not None and self.styles.height.is_auto and len(self._lines) != count:
            self.refresh(layout=True)
            return
        for y, (old, new) in enumerate(zip(before, self._shown(), strict=True)):
            if old != new:
                self.refresh(Region(0, y, self.size.width, 1))

    def _shown(self) -> list[Spans]:
        """The lines in sight, blank ones below the end."""
        height = self.size.height
        lines = self._lines[self.top : self.top + height]
        return lines + [()] * (height - len(lines))

    @property
    def plain(self) -> str:
        """All lines as text, for tests and for a reader that cannot see."""
        return "\n".join("".join(text for text, _tone in line).rstrip() for line in self._lines)

    @property
    def last_top(self) -> int:
        """The furthest that it can be scrolled."""
        return max(0, len(self._lines) - self.size.height)

    def scroll_by(self, lines: int) -> bool:
        """Scroll; False when it was at that end already."""
        top = max(0, min(self.top + lines, self.last_top))
        moved = top != self.top
        self.top = top
        if moved:
            self.refresh()
        return moved

    def _lay_out(self) -> None:
        width = self.size.width
        self._lines = [line for para in self._paras for line in wrapped(para, width)] if width else []

    def on_resize(self) -> None:
        """Wrap again; Textual itself repaints what was resized."""
        self._fit()

    def _fit(self) -> None:
        """Lay out for this size, once, whoever asks first."""
        if self.size == self._laid_out_for:
            return
        at_end = self._from_end
        if self.size.width != self._laid_out_for.width:
            self._lay_out()
        self._laid_out_for = self.size
        self.top = self.last_top if at_end else max(0, min(self.top, self.last_top))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Lines at this width."""
        return sum(len(wrapped(para, width)) for para in self._paras)

    def render_line(self, y: int) -> Strip:
        """One line of it."""
        self._fit()
        index = self.top + y
        return self.strip(self._lines[index] if index < len(self._lines) else (), self.size.width)


class Line(Inked):
    """One line with something flush left and something flush right."""

    DEFAULT_CSS = "Line { height: 1; width: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as in Textual
        super().__init__(id=id)
        self._left: Spans = ()
        self._right: Spans = ()

    def show(self, left: Spans, right: Spans = ()) -> None:
        """Put other text on it; nothing is repainted when it is the same."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def refit(self, left: Spans, right: Spans) -> None:
        """The same, cut otherwise for another width; said while painting."""
        self._left, self._right = left, right

    @property
    def plain(self) -> str:
        """The text, for tests."""
        return "".join(text for text, _tone in (*self._left, (SafeText("  "), "text"), *self._right)).strip()

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - it has one
        """The line."""
        width = self.size.width
        right = cut(self._right, width)
        room = width - width_of(right) - (1 if right else 0)
        left = cut(self._left, room)
        gap = blank(width - width_of(left) - width_of(right))
        return self.strip((*left, (gap, "text"), *right), width)


class Rule(Inked):
    """A line of rule signs."""

    DEFAULT_CSS = "Rule { height: 1; width: 1fr; }"

    def __init__(self, sign: SafeText, *, id: str | None = None) -> None:  # noqa: A002 - as in Textual
        super().__init__(id=id)
        self._sign = sign

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - it has one
        """The rule."""
        width = self.size.width
        return self.strip(((fit(SafeText(self._sign * width), width), "rule"),), width)
