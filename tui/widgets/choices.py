"""A short list to choose from, inside a modal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.geometry import Size
from textual.strip import Strip

from domain.text import SafeText
from tui.look import Look
from tui.spans import Span, Spans, cut, width_of
from tui.text import blank
from tui.widgets.ink import Inked


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose."""

    id: str
    name: SafeText
    right: SafeText = SafeText()  # noqa: RUF009 - immutable
    """Something dim flush right: keys, counts."""

    more: SafeText = SafeText()  # noqa: RUF009 - immutable
    """What it would put, shown below the list while it is under the cursor."""


class Choices(Inked):
    """The choices that fit what was typed."""

    DEFAULT_CSS = "Choices { height: auto; width: 1fr; max-height: 12; }"

    def __init__(self, look: Look, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._signs = look.signs
        self._choices = tuple(choices)
        self._top = 0
        self.index = 0

    @property
    def current(self) -> Choice | None:
        """The choice under the cursor."""
        return self._choices[self.index] if self._choices else None

    def show(self, choices: Sequence[Choice]) -> None:
        """Other choices, from the top."""
        resized = len(choices) != len(self._choices)
        self._choices = tuple(choices)
        self._top = self.index = 0
        self.refresh(layout=resized)

    def move(self, rows: int) -> None:
        """Move the cursor."""
        self.index = max(0, min(self.index + rows, len(self._choices) - 1))
        height = max(1, self.size.height)
        self._top = max(self.index - height + 1, min(self._top, self.index))
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """One line each."""
        return len(self._choices)

    def render_line(self, y: int) -> Strip:
        """One choice."""
        index, width = self._top + y, self.size.width
        if index >= len(self._choices):
            return self.strip((), width)
        choice, here = self._choices[index], index == self.index
        right: Spans = ((choice.right, "dim"), (blank(1), "text")) if choice.right else ()
        bar: Span = (self._signs.cursor if here else blank(1), "accent")
        left = cut(
            (bar, (blank(1), "text"), (choice.name, "strong" if here else "text")),
            width - width_of(right) - 1,
        )
        gap = blank(width - width_of(left) - width_of(right))
        return self.strip((*left, (gap, "text"), *right), width, cursor=here)
