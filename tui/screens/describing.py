"""What a picture shows, for who does not see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import TextArea

from domain.text import clean
from i18n import _, ngettext
from tui.along_words import facts_words
from tui.footer import footer
from tui.format import number
from tui.keymap import Keymap, KeyReader, Pressed
from tui.look import Look
from tui.screens.bottom import Bottom
from tui.widgets.picture import Draw, Picture
from tui.widgets.sheet import Line, Para, Sheet

if TYPE_CHECKING:
    from domain.attachment import Attached


@dataclass(frozen=True, slots=True)
class Description:
    """What it shows; or that it only decorates."""

    alt: str
    decorative: bool = False


class Words(TextArea):
    """A sentence or two; line breaks mean nothing in them."""

    @dataclass
    class Struck(Message):
        """A key that types nothing."""

        pressed: Pressed

    def __init__(self, keymap: Keymap, text: str) -> None:
        super().__init__(
            clean(text), soft_wrap=True, show_line_numbers=False, tab_behavior="focus",
            highlight_cursor_line=False, compact=True,
        )  # fmt: skip
        self._reader = KeyReader(keymap)

    def on_key(self, event: events.Key) -> None:
        """Acts go up; everything else is typed."""
        pressed = self._reader.read("describing", event.key)
        if isinstance(pressed, Pressed):
            event.stop()
            event.prevent_default()
            self.post_message(self.Struck(pressed))

    def on_paste(self, event: events.Paste) -> None:
        """Pasted text is one clean line, never keys."""
        event.stop()
        event.prevent_default()
        self.replace(clean(event.text), *self.selection)


class Describe(Bottom[Description]):
    """Asks for it, with the picture beside the words where the terminal can show it."""

    def __init__(self, look: Look, keymap: Keymap, one: Attached, most: int, draw: Draw | None) -> None:
        super().__init__(look, _("What does {name} show?", name=one.name))
        self._one, self._most, self._draw = one, most, draw
        self._keymap = keymap
        self._picture = Picture(look)
        self._why = Sheet(id="why")
        self._words = Words(keymap, one.alt)
        self._count = Line()
        self._keys = Line()

    def contents(self) -> ComposeResult:
        """The picture, why words are asked for, the words, how many there are, the keys."""
        yield self._picture
        yield self._why
        yield self._words
        yield self._count
        yield self._keys

    def on_mount(self) -> None:
        """Write at once."""
        super().on_mount()
        door = self._look.door
        why = _(
            "Say it in a sentence, as you would on the telephone: who does not see the picture hears this."
        )
        self._why.show([Para(((door.line(why), "dim"),), indent=3)])
        self._keys.show(footer(self._keymap, "describing", self._look))
        self._words.move_cursor(self._words.document.end)
        self._words.focus()
        self._show_count()
        if self._draw is not None:
            self._picture.show(self._one.facts, self._draw)

    def on_resize(self) -> None:
        """The picture may have another room."""
        self._picture.again()

    @property
    def alt(self) -> str:
        """The words as they are kept."""
        return " ".join(self._words.text.split())

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Count."""
        event.stop()
        self._show_count()

    def _show_count(self, instead: str = "") -> None:
        door, used = self._look.door, len(self.alt)
        count = _("{used} of {limit}", used=number(used), limit=number(self._most))
        tone = "over" if used > self._most or instead else "dim"
        left = door.line(f" {instead or count}")
        self._count.show(((left, tone),), ((door.line(f"{facts_words(self._one)} "), "dim"),))  # type: ignore[arg-type]

    def on_words_struck(self, message: Words.Struck) -> None:
        """Keep them, say that there is nothing to say, or go back."""
        message.stop()
        match message.pressed.id:
            case "describe.keep":
                self._keep()
            case "describe.decorative":
                self.dismiss(Description("", decorative=True))
            case _:
                self.dismiss(None)

    def _keep(self) -> None:
        alt = self.alt
        over = len(alt) - self._most
        if alt and over <= 0:
            self.dismiss(Description(alt))
            return
        self.app.bell()
        self._show_count(
            ngettext("{n} character too many; shorten it", "{n} characters too many; shorten it", over)
            if alt
            else _("Write what it shows; Ctrl+D says that it only decorates")
        )
