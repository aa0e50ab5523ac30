"""A page to read: help, why this clock."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult

from tui.footer import footer, token
from tui.keymap import Keymap, KeyReader, Pressed
from tui.look import Look
from tui.screens.asking import Asking
from tui.widgets.sheet import Line, Para, Rule, Sheet


class Page(Asking[None], inherit_bindings=False):
    """A title and paragraphs over the whole screen."""

    AUTO_FOCUS = ""

    def __init__(self, look: Look, keymap: Keymap, title: str, paras: Sequence[Para]) -> None:
        super().__init__(classes="page")
        self._look, self._keymap = look, keymap
        self._reader = KeyReader(keymap)
        self._title, self._paras = title, paras
        self._heading, self._sheet, self._keys = Line(), Sheet(), Line()

    def compose(self) -> ComposeResult:
        """Title, rule, page, rule, keys."""
        sign = self._look.signs.rule
        yield from (self._heading, Rule(sign), self._sheet, Rule(sign), self._keys)

    def on_mount(self) -> None:
        """Show it."""
        self._heading.show(((self._look.door.line(f" {self._title}"), "strong"),))
        self._sheet.show(self._paras)
        self._keys.show(footer(self._keymap, "sheet", self._look))

    def on_key(self, event: events.Key) -> None:
        """Scroll, or go back."""
        event.stop()
        pressed = self._reader.read("sheet", token(event))
        if not isinstance(pressed, Pressed):
            return
        if pressed.id in {"sheet.back", "desk.help"}:
            self.dismiss(None)
        else:
            scroll(self._sheet, pressed)


def scroll(sheet: Sheet, pressed: Pressed) -> bool:
    """Do one of the `sheet.` acts; False when it is none of them."""
    half = max(1, sheet.size.height // 2)
    steps = {
        "sheet.down": pressed.count,
        "sheet.up": -pressed.count,
        "sheet.half_down": half,
        "sheet.half_up": -half,
        "sheet.top": -1_000_000,
        "sheet.bottom": 1_000_000,
    }
    if pressed.id not in steps:
        return False
    sheet.scroll_by(steps[pressed.id])
    return True
