"""The before/after meter of a month, over the whole screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events, work
from textual.app import ComposeResult

from desk.meter_views import MeterView, Split
from domain.errors import WebcareError
from i18n import _
from tui.dials import SPLIT_WORDS, following, meter_paras
from tui.footer import footer, token
from tui.keymap import Keymap, KeyReader, Pressed
from tui.look import Look
from tui.screens.asking import Asking
from tui.screens.page import scroll
from tui.widgets.sheet import Line, Para, Rule, Sheet

if TYPE_CHECKING:
    from tui.ports import Desk


class MeterScreen(Asking[None], inherit_bindings=False):
    """Months back and forth, and the tables in turn."""

    AUTO_FOCUS = ""

    def __init__(self, look: Look, keymap: Keymap, desk: Desk) -> None:
        super().__init__(classes="page")
        self._look, self._keymap, self._desk = look, keymap, desk
        self._reader = KeyReader(keymap)
        self._heading, self._sheet, self._keys = Line(), Sheet(), Line()
        self._back = 0
        """Months ago."""

        self._split: Split = "label"
        self._view: MeterView | None = None

    def compose(self) -> ComposeResult:
        """Title, rule, page, rule, keys."""
        sign = self._look.signs.rule
        yield from (self._heading, Rule(sign), self._sheet, Rule(sign), self._keys)

    def on_mount(self) -> None:
        """Read the month that it is."""
        self._heading.show(((self._look.door.line(f" {_('Before and after our answers')}"), "strong"),))
        self._read()

    @work(group="meter", exclusive=True)
    async def _read(self) -> None:
        meter = self._desk.meter
        try:
            self._view = await meter.read(meter.month(self._back))
        except WebcareError as error:
            self._sheet.show([Para(((self._look.door.line(str(error)), "over"),), indent=1)])
        else:
            self._show()

    def on_resize(self) -> None:
        """The dials are as wide as there is room."""
        self._show()

    def _show(self, *, keep_place: bool = False) -> None:
        next_table = _(SPLIT_WORDS[following(self._split)]).lower()
        words = {"meter.split": next_table}
        self._keys.show(footer(self._keymap, "meter", self._look, instead=words, width=self.size.width))
        if self._view is not None and self.size.width:
            paras = meter_paras(self._view, self._split, self.size.width, self._look)
            self._sheet.show(paras, keep_place=keep_place)

    def on_key(self, event: events.Key) -> None:
        """Another month, another table, or back."""
        event.stop()
        pressed = self._reader.read("meter", token(event))
        if not isinstance(pressed, Pressed):
            return
        match pressed.id:
            case "sheet.back":
                self.dismiss(None)
            case "meter.earlier":
                self._turn(pressed.count)
            case "meter.later":
                self._turn(-pressed.count)
            case "meter.split":
                self._split = following(self._split)
                self._show(keep_place=True)
            case _:
                scroll(self._sheet, pressed)

    def _turn(self, months: int) -> None:
        back = max(0, min(self._back + months, 12 * 50))
        if back != self._back:
            self._back = back
            self._read()
