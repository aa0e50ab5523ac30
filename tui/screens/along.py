"""What goes along with a draft: look at it, describe it, take it out, add to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from textual import events
from textual.app import ComposeResult

from i18n import _
from tui.along_words import facts_words, shows
from tui.footer import footer, token
from tui.keymap import Keymap, KeyReader, Pressed
from tui.look import Look
from tui.screens.bottom import Bottom
from tui.widgets.choices import Choice, Choices
from tui.widgets.picture import Draw, Picture
from tui.widgets.sheet import Line, Para, Sheet

if TYPE_CHECKING:
    from domain.attachment import Attached

Verdict = Literal["add", "describe", "take_out"]


class Along(Bottom[Verdict]):
    """The list; `index` is the one under the cursor."""

    def __init__(
        self,
        look: Look,
        keymap: Keymap,
        all_of_them: Sequence[Attached],
        draw: Callable[[Attached], Draw],
        *,
        at: int = 0,
    ) -> None:
        super().__init__(look, _("Goes along with this reply"))
        self._all, self._draw = all_of_them, draw
        self._keymap, self._reader = keymap, KeyReader(keymap)
        door = look.door
        self._choices = Choices(
            look,
            [Choice(one.sha256, door.line(one.name), door.line(facts_words(one))) for one in all_of_them],
        )
        self._choices.index = min(at, len(all_of_them) - 1)
        self._alt = Sheet(id="alt")
        self._picture = Picture(look)
        self._keys = Line()

    @property
    def index(self) -> int:
        """Which of them."""
        return self._choices.index

    def contents(self) -> ComposeResult:
        """The files, what the one under the cursor shows, the picture, the keys."""
        yield self._choices
        yield self._alt
        yield self._picture
        yield self._keys

    def on_mount(self) -> None:
        """Show it; a picture by itself only where the line is not a slow one."""
        super().on_mount()
        self._keys.show(footer(self._keymap, "along", self._look))
        self._show()

    def on_resize(self) -> None:
        """The picture may have another room."""
        self._picture.again()

    def _show(self) -> None:
        self._alt.show([Para((shows(self._all[self.index], self._look),), indent=3)])
        stage = self._picture.stage
        if stage is not None and stage.by_itself and not stage.off:
            self._look_at()
        else:
            self._picture.hide()

    def _look_at(self, *, asked: bool = False) -> None:
        one, stage = self._all[self.index], self._picture.stage
        if stage is None or stage.off:
            if asked:
                self._picture.say(_("Pictures are switched off here (display.pictures)."))
        elif stage.way == "none":
            if asked:
                self._picture.say(_("This terminal cannot show pictures."))
        else:
            self._picture.show(one.facts, self._draw(one))

    def on_key(self, event: events.Key) -> None:
        """Move, look, or answer."""
        event.stop()
        pressed = self._reader.read("along", token(event))
        if not isinstance(pressed, Pressed):
            return
        match pressed.id:
            case "along.down" | "along.up":
                self._choices.move(pressed.count if pressed.id == "along.down" else -pressed.count)
                self._show()
            case "along.look":
                self._look_at(asked=True)
            case "along.add":
                self.dismiss("add")
            case "along.describe":
                self.dismiss("describe")
            case "along.take_out":
                self.dismiss("take_out")
            case _:
                self.dismiss(None)
