"""The terminal's driver: Textual's own, on a terminal that may show the first rows already, over any line."""

from __future__ import annotations

import asyncio
import fcntl
import struct
import termios
import time
from contextlib import suppress
from typing import IO, Any, Final, Protocol, cast, runtime_checkable

from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.backlog import PATIENCE, Backlog, cost
from tui.first_light import FirstLight
from tui.painting import Painter
from tui.stage import ShowsPictures
from tui.terminal_answers import Told

LEAST = 40
"""Columns below which no row can be read."""

LAST_ANSWERS: Final = 1.0
"""Seconds to wait for answers when leaving: later ones would be typed into whoever has the terminal next."""

_OTHER_SCREEN = "\x1b[?1049h"


@runtime_checkable
class CatchesUp(Protocol):
    """A program that paints what it left out while the line was behind."""

    def catch_up(self) -> None:
        """There is room for a frame again."""


class DeskDriver(LinuxDriver):
    """Starts, and comes back from a suspension, on a screen of which nothing is known."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._backlog = Backlog(self._freed)
        self._stderr = cast("IO[str]", self._file)
        self._patience: asyncio.TimerHandle | None = None
        self._wonders = False
        """The terminal was asked what it can draw, and has not answered."""

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        if self._painter is not None:
            self._painter.forget()
        self._backlog = Backlog(self._freed)
        self._file = Counted(self._stderr, self._backlog)  # type: ignore[assignment]
        light = self._light
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if light is not None:
            light.taken = True
            self.attrs_before = light.settings

    def stop_application_mode(self) -> None:
        """Leave the terminal, when it has answered what it was asked."""
        if self._painter is not None and (last := self._painter.leave()):
            self.write(last)
        deadline = time.monotonic() + LAST_ANSWERS
        while (self._backlog.asks or self._wonders) and time.monotonic() < deadline:
            time.sleep(0.01)
        super().stop_application_mode()

    def write(self, data: str) -> None:
        """Write; going to the other screen a second time would wipe what stands there."""
        if data != _OTHER_SCREEN or self._light is None:
            self._backlog.sent(data)
            super().write(data)

    def has_room(self) -> bool:
        """Whether the line takes more; where not, the program is told to catch up when it does."""
        if self._backlog.has_room():
            return True
        if self._patience is None:
            self._patience = self._loop.call_later(PATIENCE, self._give_up)
        return False

    def write_frame(self, frame: str) -> None:
        """Write a frame, and ask now and then whether it arrived."""
        self.write(frame + self._backlog.question(frame))

    def ask(self, question: str) -> None:
        """Ask the terminal about itself; the program is told what it answers, and nobody waits for it."""
        self._wonders = True
        self.write(question)
        self.flush()

    def cell(self) -> tuple[int, int] | None:
        """Width and height of a cell in pixels, where the kernel was told them."""
        try:
            told = fcntl.ioctl(self.fileno, termios.TIOCGWINSZ, bytes(8))
        except OSError:
            return None
        lines, columns, width, height = struct.unpack("HHHH", told)
        return (width // columns, height // lines) if columns and lines and width and height else None

    def process_message(self, message: Message) -> None:
        """An answer of the terminal is for us, the rest for the program."""
        if isinstance(message, events.CursorPosition):
            self._backlog.answered(message.y + 1, message.x + 1)
        elif isinstance(message, Told):
            self._wonders = self._wonders and not message.last
            with suppress(RuntimeError):  # as below
                self._loop.call_soon_threadsafe(self._hand_on, message.text)
        else:
            super().process_message(message)

    def _hand_on(self, told: str) -> None:
        if isinstance(self._app, ShowsPictures):
            self._app.stage.told(told)

    def _freed(self) -> None:
        with suppress(RuntimeError):  # the program has ended meanwhile
            self._loop.call_soon_threadsafe(self._catch_up)

    def _catch_up(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        if isinstance(self._app, CatchesUp):
            self._app.call_later(self._app.catch_up)

    def _give_up(self) -> None:
        self._patience = None
        self._backlog.give_up()

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


class Counted:
    """A file of which is known how much of it the kernel has taken."""

    def __init__(self, file: IO[str], backlog: Backlog) -> None:
        self._file, self._backlog = file, backlog
        self._held = 0

    def write(self, text: str) -> None:
        """Hand a text over; it may wait in a buffer."""
        self._held += cost(text)
        self._file.write(text)

    def flush(self) -> None:
        """Until the kernel has all of it."""
        self._file.flush()
        held, self._held = self._held, 0
        self._backlog.wrote(held)

    def fileno(self) -> int:
        """The file's number."""
        return self._file.fileno()
