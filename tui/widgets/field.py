"""A line to type in."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from domain.text import clean


class Field(Input):
    """Takes typed and pasted text; what is pasted is cleaned, and a line break in it submits nothing."""

    DEFAULT_CSS = """
    Field, Field:focus {
        border: none; height: 1; padding: 0; width: 1fr; background: $background;
        background-tint: $background 0%;
    }
    """

    def __init__(self, value: str = "", *, hint: str = "") -> None:
        super().__init__(value=clean(value), placeholder=clean(hint), select_on_focus=False)

    def on_paste(self, event: events.Paste) -> None:
        """Put the pasted text in, as one clean line."""
        event.stop()
        event.prevent_default()
        self.replace(clean(event.text), *self.selection)
