"""The least that a Textual program can be: one line of text."""

from __future__ import annotations

import os

for _name, _value in (("FPS", "240"), ("ANIMATIONS", "none"), ("SMOOTH_SCROLL", "0")):
    os.environ.setdefault(f"TEXTUAL_{_name}", _value)  # read by Textual at its import; as the desk sets them

from textual.app import App, ComposeResult  # noqa: E402
from textual.widgets import Static  # noqa: E402

TEXT = "a bare program"


class Bare(App[None]):
    """One widget."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static(TEXT)


if __name__ == "__main__":
    Bare().run()
