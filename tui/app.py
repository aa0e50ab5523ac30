"""The desk as a full-screen program in a terminal.

The launcher has to set TEXTUAL_FPS, TEXTUAL_ANIMATIONS and TEXTUAL_SMOOTH_SCROLL before this module is
imported: Textual reads them once.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from rich.console import RenderableType
from rich.text import Text
from textual import events
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.geometry import Size
from textual.screen import Screen

from i18n import _
from tui import crash, pasting
from tui.driver import DeskDriver
from tui.first_light import FirstLight
from tui.glass import Piece
from tui.guard import Guard
from tui.keys import shipped
from tui.look import Look
from tui.mends import let_closed_screens_go
from tui.painting import Painter, pieces_of
from tui.screens.asking import Asking
from tui.screens.desk import DeskScreen
from tui.stage import Stage
from tui.themes import THEMES
from tui.typed_ahead import TypedAhead

if TYPE_CHECKING:
    from tui.ports import Desk


class DeskApp(App[None], inherit_bindings=False):
    """One operator's desk. Raises ConfigError when own keys name an act that does not exist."""

    CSS_PATH = "webcare.tcss"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    ALLOW_SELECT = False
    TITLE = "webcare"
    BINDINGS: ClassVar = []

    def __init__(
        self,
        desk: Desk,
        look: Look | None = None,
        *,
        crash_folder: Path | None = None,
        light: FirstLight | None = None,
    ) -> None:
        pasting.install()
        let_closed_screens_go()
        super().__init__(driver_class=DeskDriver)
        self._desk = desk
        self._look = look if look is not None else Look()
        self._keys = shipped().remapped(self._look.keys)
        self._crash_folder = crash_folder
        self.light = light
        self._first_paint = ExitStack()
        self._typed_ahead = TypedAhead(self, super().on_event, self._is_busy)
        self.painter = Painter(scrolls=self._look.scrolls, width=self._look.width)
        self.stage = Stage(self._look.pictures, self._look.theme, self._ask)
        self.guard = Guard()
        self._filters.append(self.guard)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = f"webcare-{self._look.theme}"
        self.crashed: Path | None = None
        self.last_words = self._look.door.line("")

    @property
    def guard_hits(self) -> int:
        """How often something reached the terminal's door that should have been cleaned before."""
        return self.guard.hits

    def get_default_screen(self) -> DeskScreen:
        """The desk is the only screen below all modals."""
        return DeskScreen(self._desk, self._look, self._keys, ready=self._paint)

    async def on_event(self, event: events.Event) -> None:
        """What is typed goes out in order, each press when the one before it has had its effect."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self._typed_ahead.take(event)
        else:
            await super().on_event(event)

    def _is_busy(self) -> bool:
        if not self.screen_stack:
            return False  # the program is being closed
        top, desk = self.screen, self.screen_stack[0]
        asks = isinstance(top, Asking) and top.ready
        return isinstance(desk, DeskScreen) and not desk.idle and not asks

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        # Textual writes each frame whole and in three pieces; ours goes through the glass and in one
        driver, update = self._driver, cast("object", renderable)
        if self._batch_count or driver is None or not self._running or self._closed or self.is_headless:
            super()._display(screen, None if self._batch_count else renderable)
        elif isinstance(update, CompositorUpdate):
            self.paint(pieces_of(update))

    def paint(self, pieces: Iterable[Piece]) -> None:
        """Send what differs from what the terminal shows, in one write; later where the line is behind."""
        driver = self._driver
        if not isinstance(driver, DeskDriver) or not driver.has_room():
            return
        cursor = self.screen.outer_size.clamp_offset(self.cursor_position)
        painted = self.painter.frame(
            pieces,
            self.size,
            cursor,
            self.console,
            synchronised=self._sync_available,
            overlays=self.stage.overlays(self.screen),
        )
        if painted:
            driver.write_frame(painted)
        self.post_display_hook()

    def _ask(self, question: str) -> tuple[int, int] | None:
        """Ask the terminal about itself, and say what is known of its cells without asking."""
        driver = self._driver
        if not isinstance(driver, DeskDriver):
            return None
        if question:
            driver.ask(question)
        return driver.cell()

    def catch_up(self) -> None:
        """Paint what was left out while the line was behind: whatever differs by now."""
        if self.screen_stack:
            self.screen.refresh()

    def on_load(self) -> None:
        """Paint nothing before there is something to read: Textual would paint the empty screen thrice."""
        self._first_paint.enter_context(self.batch_update())

    def _paint(self) -> None:
        """Paint, once; what stands there already need not be sent."""
        if self.light is not None and isinstance(self.screen, DeskScreen):
            known = self.screen.inked(self.light.lines, self.light.size[0])
            self.painter.glass.holds(known, Size(*self.light.size))
        self._first_paint.close()

    def open_url(self, url: str, *, new_tab: bool = True) -> None:  # noqa: ARG002 - as in Textual
        """Never open anything on the machine the desk runs on."""
        self.bell()

    def _handle_exception(self, error: Exception) -> None:
        # Textual lets an exception with `__rich__` print itself, with whatever it holds
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._fatal_error()

    def _fatal_error(self) -> None:
        # Textual prints a traceback with all locals here: tokens and what customers wrote
        if self._exit_renderables or self._exception is None:
            self._close_messages_no_wait()
            return
        sentence = _("webcare stopped because of a fault of its own; drafts are kept.")
        if self._crash_folder is not None:
            self.crashed = crash.write(self._exception, self._crash_folder, self._desk.clock.now())
        if self.crashed is not None:
            sentence = _("{sentence} What happened is in {path}.", sentence=sentence, path=self.crashed)
        self.bell()
        self.last_words = self._look.door.line(sentence)
        self._exit_renderables.append(Text(self.last_words))
        self._close_messages_no_wait()
