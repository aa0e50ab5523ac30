"""The terminal's driver: Textual's own, on a terminal that may show the first rows already."""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver

from tui.first_light import FirstLight
from tui.painting import Painter

LEAST = 40
"""Columns below which no row can be read."""

_OTHER_SCREEN = "\x1b[?1049h"


class DeskDriver(LinuxDriver):
    """Starts, and comes back from a suspension, on a screen of which nothing is known."""

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        if self._painter is not None:
            self._painter.forget()
        light = self._light
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if light is not None:
            light.taken = True
            self.attrs_before = light.settings

    def write(self, data: str) -> None:
        """Write; going to the other screen a second time would wipe what stands there."""
        if data != _OTHER_SCREEN or self._light is None:
            super().write(data)

    @property
    def _painter(self) -> Painter | None:
        painter = getattr(self._app, "painter", None)
        return painter if isinstance(painter, Painter) else None

    @property
    def _light(self) -> FirstLight | None:
        """The first rows on the screen, until we have it."""
        light = getattr(self._app, "light", None)
        return light if isinstance(light, FirstLight) and not light.taken else None

    def _get_terminal_size(self) -> tuple[int, int]:
        width, height = super()._get_terminal_size()
        most = self._painter.width if self._painter is not None else 0
        return (min(width, max(most, LEAST)) if most else width), height
