"""Answers that the team gave before to mentions like the open one; offered, never sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual import events
from textual.app import ComposeResult

from i18n import _
from tui.footer import footer, token
from tui.keymap import Keymap, KeyReader, Pressed
from tui.look import Look
from tui.screens.bottom import Bottom
from tui.widgets.choices import Choice, Choices
from tui.widgets.sheet import BLANK, Line, Para, Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desk.suggestion_views import Suggestion

Verdict = Literal["take", "source", "refuse"]


class Offers(Bottom[Verdict]):
    """Up to three, with why each stands here; `index` is the one under the cursor."""

    def __init__(self, look: Look, keymap: Keymap, offered: Sequence[Suggestion], at: int = 0) -> None:
        super().__init__(look, _("The team's own answers to mentions like it"))
        self._offered, self._keymap = offered, keymap
        self._reader = KeyReader(keymap)
        door = look.door
        self._choices = Choices(look, [Choice(one.name, door.line(_first_line(one.text))) for one in offered])
        self._choices.index = at
        self._preview = Sheet(id="preview")
        self._keys = Line()

    @property
    def index(self) -> int:
        """Which of them."""
        return self._choices.index

    def contents(self) -> ComposeResult:
        """The answers, the one under the cursor in full with its reasons, the keys."""
        yield self._choices
        yield self._preview
        yield self._keys

    def on_mount(self) -> None:
        """Show it."""
        super().on_mount()
        self._keys.show(footer(self._keymap, "suggestions", self._look))
        self._show_preview()

    def _show_preview(self) -> None:
        door, one = self._look.door, self._offered[self.index]
        text = [Para(((door.line(line), "strong"),), indent=3) for line in one.text.split("\n")]
        dot = self._look.signs.dot
        why = [Para(((door.line(f"{dot} {reason}"), "dim"),), indent=3, hang=2) for reason in one.why]
        self._preview.show([*text, BLANK, *why])

    def on_key(self, event: events.Key) -> None:
        """Move, or answer."""
        event.stop()
        pressed = self._reader.read("suggestions", token(event))
        if not isinstance(pressed, Pressed):
            return
        match pressed.id:
            case "suggestion.down" | "suggestion.up":
                self._choices.move(pressed.count if pressed.id == "suggestion.down" else -pressed.count)
                self._show_preview()
            case "suggestion.take":
                self.dismiss("take")
            case "suggestion.source":
                self.dismiss("source")
            case "suggestion.refuse":
                self.dismiss("refuse")
            case "sheet.back":
                self.dismiss(None)


def _first_line(text: str) -> str:
    return text.partition("\n")[0]
