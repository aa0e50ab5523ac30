"""The terminal's driver: Textual's own, but it says when the screen was taken over."""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver

from tui.painting import Painter

LEAST = 40
"""Columns below which no row can be read."""


class DeskDriver(LinuxDriver):
    """Starts, and comes back from a suspension, on a screen of which nothing is known."""

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        painter = getattr(self._app, "painter", None)
        if isinstance(painter, Painter):
            painter.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def _get_terminal_size(self) -> tuple[int, int]:
        width, height = super()._get_terminal_size()
        painter = getattr(self._app, "painter", None)
        most = painter.width if isinstance(painter, Painter) else 0
        return (min(width, max(most, LEAST)) if most else width), height
