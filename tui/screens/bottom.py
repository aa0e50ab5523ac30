"""Modals that rise from the bottom of the screen, with a rule above and nothing around."""

from __future__ import annotations

from typing import TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.look import Look
from tui.screens.asking import Asking
from tui.widgets.sheet import Line, Rule

Answer = TypeVar("Answer")


class Bottom(Asking[Answer | None], inherit_bindings=False):
    """Asks for one value; None when the operator went back."""

    AUTO_FOCUS = ""

    def __init__(self, look: Look, title: str) -> None:
        super().__init__()
        self._look = look
        self._title = title
        self.heading = Line()

    def compose(self) -> ComposeResult:
        """A rule, the title, and what the modal is about."""
        with Vertical(classes="bottom"):
            yield Rule(self._look.signs.rule)
            yield self.heading
            yield from self.contents()

    def contents(self) -> ComposeResult:
        """What the modal is about."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Say what is asked."""
        door = self._look.door
        self.heading.show(((door.line(f" {self._title}"), "strong"),))
