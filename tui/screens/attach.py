"""Choosing a file that goes along with a reply: its path is typed, and completed from what is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from domain.errors import WebcareError
from domain.text import SafeText
from i18n import _
from tui.along_words import facts_words, size_words
from tui.beside import newest
from tui.look import Look
from tui.screens.bottom import Bottom
from tui.spans import Spans
from tui.widgets.choices import Choice, Choices
from tui.widgets.field import Field
from tui.widgets.sheet import Line, Para, Sheet

if TYPE_CHECKING:
    from desk.browsing import Entry, Listing
    from domain.attachment import Attached

_MOVES = {"down": 1, "up": -1, "ctrl+n": 1, "ctrl+p": -1, "pagedown": 6, "pageup": -6}


@dataclass(frozen=True, slots=True)
class Disk:
    """What is asked about files."""

    browse: Callable[[str], Awaitable[Listing]]
    look: Callable[[str], Awaitable[Attached]]
    """Raises WebcareError with the sentence to show."""


class AttachFile(Bottom[str]):
    """A path with what is there below it; answers with one that can go along."""

    def __init__(self, look: Look, disk: Disk, limits: Sequence[str], start: str = "~/") -> None:
        super().__init__(look, _("Attach a picture or film"))
        self._disk, self._limits = disk, limits
        self._field = Field(start)
        self._choices = Choices(look, ())
        self._verdict = Sheet(id="verdict")
        self._keys = Line()
        self._listing: Listing | None = None
        self._listed_for: str | None = None
        self._moved = False
        """The cursor was moved by hand, so it is what is meant."""

    def contents(self) -> ComposeResult:
        """Field, files, what the one under the cursor is, keys."""
        prompt = Line(id="prompt")
        prompt.show(((SafeText(f" {self._look.signs.prompt} "), "accent"),))
        with Horizontal(classes="field"):
            yield prompt
            yield self._field
        yield self._choices
        yield self._verdict
        yield self._keys

    def on_mount(self) -> None:
        """Type at once; what is there is read beside it."""
        super().on_mount()
        self._field.focus()
        self._field.action_end()
        door = self._look.door
        words = ((_("Tab"), _("complete")), (_("Enter"), _("attach")), (_("Esc"), _("back")))
        pairs = [((door.line(f" {key}"), "strong"), (door.line(f" {does} "), "dim")) for key, does in words]
        keys: Spans = tuple(span for pair in pairs for span in pair)  # type: ignore[misc]
        self._keys.show(keys)
        self._read()

    @property
    def verdict(self) -> str:
        """What is said of the file under the cursor, for tests."""
        return self._verdict.plain

    @property
    def current(self) -> Entry | None:
        """The file or folder under the cursor."""
        choice = self._choices.current
        if choice is None or self._listing is None:
            return None
        return next(one for one in self._listing.entries if one.path == choice.id)

    @property
    def _meant(self) -> str | None:
        """The path of the file that Enter takes; None where it is a folder or nothing."""
        if self._listing is not None and self._listing.exact and not self._moved:
            return self._field.value
        current = self.current
        return None if current is None or current.folder else current.path

    def _read(self) -> None:
        newest(self, "disk", partial(self._list, self._field.value))

    async def _list(self, typed: str) -> None:
        listing = await self._disk.browse(typed)
        if typed != self._field.value:
            return
        self._listing, self._listed_for, self._moved = listing, typed, False
        door = self._look.door
        self._choices.show(
            [
                Choice(
                    one.path,
                    door.line(f"{one.name}/" if one.folder else one.name),
                    SafeText() if one.folder else door.line(size_words(one.size)),
                )
                for one in listing.entries
            ]
        )
        await self._judge()

    async def _judge(self) -> None:
        """Say what the file under the cursor is, or why it cannot go."""
        meant = self._meant
        if meant is None:
            self._say("" if self.current else _("No picture or film here begins like that."), bad=False)
            return
        await self._can_go(meant)

    def _say(self, words: str, *, bad: bool) -> None:
        door = self._look.door
        paras = [Para(((door.line(each), "dim"),), indent=3) for each in self._limits]
        if words:
            said = (door.line(f"! {words}"), "over") if bad else (door.line(words), "text")
            paras.insert(0, Para((said,), indent=3, hang=2 if bad else 0))  # type: ignore[arg-type]
        self._verdict.show(paras)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what begins like it."""
        event.stop()
        self._read()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open the folder, or take the file, when it was read what there is."""
        event.stop()
        newest(self, "answer", self._submit)

    async def _submit(self) -> None:
        typed = self._field.value
        if self._listed_for != typed:
            await self._list(typed)
        meant, current = self._meant, self.current
        if meant is None and current is not None and current.folder:
            self._put(f"{typed.rpartition('/')[0]}/{current.name}/" if "/" in typed else f"{current.name}/")
        elif meant is None and not self._listing_is_empty(typed):
            self.app.bell()
        elif await self._can_go(meant or typed):
            self.dismiss(meant or typed)
        else:
            self.app.bell()

    def _listing_is_empty(self, typed: str) -> bool:
        """Nothing is offered, so what is typed is meant."""
        return bool(typed.strip()) and not (self._listing and self._listing.entries)

    async def _can_go(self, path: str) -> bool:
        """Whether this file can, said in either case."""
        try:
            one = await self._disk.look(path)
        except WebcareError as refused:
            self._say(str(refused), bad=True)
            return False
        self._say(facts_words(one), bad=False)
        return True

    def _put(self, text: str) -> None:
        self._field.value = text
        self._field.action_end()

    def on_key(self, event: events.Key) -> None:
        """Move, complete, or go back."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)
        elif event.key == "tab":
            event.stop()
            event.prevent_default()
            newest(self, "answer", self._complete)
        elif event.key in _MOVES:
            event.stop()
            event.prevent_default()
            self._move(_MOVES[event.key])

    async def _complete(self) -> None:
        if self._listed_for != self._field.value:
            await self._list(self._field.value)
        if self._listing is None or self._listing.completed == self._field.value:
            self._move(1)
        else:
            self._put(self._listing.completed)

    def _move(self, rows: int) -> None:
        self._choices.move(rows)
        self._moved = True
        newest(self, "judge", self._judge)
