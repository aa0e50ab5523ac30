"""The last line before the terminal: nothing that a terminal obeys leaves through a widget.

`tui.text.Door` should have cleaned everything already, so a hit here means that some text came in beside
the door. `hits` counts them, and every test of the screen asserts that it stayed at zero.
"""

from __future__ import annotations

import re

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_OBEYED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\U000e0000-\U000e007f]"
)
"""Controls (C0, DEL, C1), direction marks and overrides, line separators, surrogates, tags."""

_SHOWN = "\ufffd"


class Guard(LineFilter):
    """Makes harmless what slipped through, and counts it."""

    def __init__(self) -> None:
        super().__init__(enabled=True)
        self.hits = 0

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The segments, with what a terminal would obey replaced by U+FFFD."""
        if not any(map(self._suspect, segments)):
            return segments
        return [self._harmless(segment) for segment in segments]

    def _suspect(self, segment: Segment) -> bool:
        text, style, control = segment
        return (
            _OBEYED.search(text) is not None
            or control is not None
            or (style is not None and style.link is not None)
        )

    def _harmless(self, segment: Segment) -> Segment:
        if not self._suspect(segment):
            return segment
        self.hits += 1
        style = segment.style
        if style is not None and style.link is not None:
            style = style.update_link(None)
        return Segment(_OBEYED.sub(_SHOWN, segment.text), style or Style.null())
