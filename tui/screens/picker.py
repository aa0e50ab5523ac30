"""Choosing one of several things, or typing what is meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from domain.text import SafeText
from i18n import _
from tui.fuzzy import ranked
from tui.look import Look
from tui.screens.bottom import Bottom
from tui.widgets.choices import Choice, Choices
from tui.widgets.field import Field
from tui.widgets.sheet import Line, Para, Sheet

_MOVES = {
    "down": 1,
    "up": -1,
    "ctrl+n": 1,
    "ctrl+p": -1,
    "tab": 1,
    "shift+tab": -1,
    "pagedown": 8,
    "pageup": -8,
}


@dataclass(frozen=True, slots=True)
class Picked:
    """What was chosen, and what stood in the field."""

    id: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a picker asks."""

    title: str
    choices: Sequence[Choice] = ()
    free: bool = False
    """Text that fits no choice is an answer too."""

    hint: str = ""
    value: str = ""
    """What stands in the field at first."""

    answer: Callable[[str], str] | None = None
    """Says in words how typed text is understood; empty when it is not, and then Enter does nothing."""

    preview: bool = False


class Picker(Bottom[Picked]):
    """A field above the choices that fit it."""

    def __init__(self, look: Look, question: Question) -> None:
        super().__init__(look, question.title)
        self._question = question
        self._field = Field(question.value, hint=question.hint)
        self._choices = Choices(look, question.choices)
        self._understood = Line()
        self._preview = Sheet(id="preview")

    def contents(self) -> ComposeResult:
        """Field, choices, and what they mean."""
        prompt = Line(id="prompt")
        prompt.show(((SafeText(f" {self._look.signs.prompt} "), "accent"),))
        with Horizontal(classes="field"):
            yield prompt
            yield self._field
        yield self._choices
        if self._question.answer:
            yield self._understood
        if self._question.preview:
            yield self._preview

    def on_mount(self) -> None:
        """Type at once."""
        super().on_mount()
        self._field.focus()
        self._field.action_end()
        self._say_answer(self._field.value)
        self._show_preview()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits."""
        event.stop()
        query = event.value if event.value != self._question.value else ""
        self._choices.show(ranked(query, self._question.choices, lambda choice: choice.name))
        self._say_answer(event.value)
        self._show_preview()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer, when there is one."""
        event.stop()
        choice, text = self._choices.current, event.value.strip()
        if self._question.answer and text:
            understood = self._question.answer(text)
            if understood and choice is None:
                self.dismiss(Picked(None, text))
                return
        if choice is not None:
            self.dismiss(Picked(choice.id, text))
        elif self._question.free and text and not self._question.answer:
            self.dismiss(Picked(None, text))
        else:
            self.app.bell()

    def on_key(self, event: events.Key) -> None:
        """Move in the choices, or go back."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)
        elif event.key in _MOVES:
            event.stop()
            event.prevent_default()
            self._choices.move(_MOVES[event.key])
            self._show_preview()

    def _say_answer(self, text: str) -> None:
        if self._question.answer:
            words = self._look.door.line(f"   {self._question.answer(text)}")
            self._understood.show(((words, "dim"),))

    def _show_preview(self) -> None:
        if self._question.preview:
            choice = self._choices.current
            door = self._look.door
            paras = [
                Para(((door.line(line), "dim"),), indent=3)
                for line in (choice.more if choice else SafeText()).split("\n")
            ]
            self._preview.show(paras)


class Confirm(Bottom[bool]):
    """Yes or no, by `y` or `n`."""

    def __init__(self, look: Look, title: str, sentences: Sequence[str] = ()) -> None:
        super().__init__(look, title)
        self._sentences = sentences
        self._sheet = Sheet(id="sentences")

    def contents(self) -> ComposeResult:
        """The sentences and the two keys."""
        yield self._sheet
        keys = Line()
        door = self._look.door
        keys.show(
            (
                (door.line(" y"), "strong"),
                (door.line(f" {_('yes')}   "), "dim"),
                (door.line("n"), "strong"),
                (door.line(f" {_('no')}"), "dim"),
            )
        )
        yield keys

    def on_mount(self) -> None:
        """Say what it is about."""
        super().on_mount()
        self._sheet.show([Para(((self._look.door.line(one), "text"),), indent=3) for one in self._sentences])

    def on_key(self, event: events.Key) -> None:
        """Only a clear yes is a yes."""
        event.stop()
        if event.key == "y":
            self.dismiss(result=True)
        elif event.key in {"n", "escape", "q"}:
            self.dismiss(result=False)
