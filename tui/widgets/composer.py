"""Writing, in place below the thread. Its first line says in words who will read it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from domain.text import SafeText, clean
from i18n import N_, _
from tui.format import number
from tui.inks import Tone
from tui.keymap import Keymap, KeyReader, Pressed
from tui.look import Look
from tui.spans import Span, Spans, width_of
from tui.text import blank
from tui.widgets.sheet import Line, Para, Sheet

if TYPE_CHECKING:
    from desk.reply_views import ComposerView, DraftView, Length

HOLE = re.compile(r"\{\{\??[^{}\n]*\}\}")
"""A gap of a template that a person has to fill in."""


class Paper(TextArea):
    """The text itself: plain, wrapped, without line numbers."""

    @dataclass
    class Struck(Message):
        """A key of the composer that types nothing."""

        pressed: Pressed

    def __init__(self, keymap: Keymap) -> None:
        super().__init__(
            "",
            soft_wrap=True,
            show_line_numbers=False,
            tab_behavior="focus",
            highlight_cursor_line=False,
            compact=True,
        )
        self._reader = KeyReader(keymap)

    def on_key(self, event: events.Key) -> None:
        """Acts go up; everything else is typed."""
        pressed = self._reader.read("composer", event.key)
        if isinstance(pressed, Pressed):
            event.stop()
            event.prevent_default()
            self.post_message(self.Struck(pressed))

    def on_paste(self, event: events.Paste) -> None:
        """Pasted text is text: cleaned, never keys."""
        event.stop()
        event.prevent_default()
        self.replace(clean(event.text, multiline=True), *self.selection)


def who_reads(view: ComposerView) -> tuple[str, str, Tone]:
    """The first line: the word, the rest of the sentence, and its meaning."""
    kind = view.draft.kind
    if kind == "note":
        return _("NOTE"), _("only the team reads this"), "note"
    if kind == "private":
        words = _("only {recipient} reads this, from {account} on {channel}",
                  recipient=view.recipient, account=view.account, channel=view.channel_name)  # fmt: skip
        return _("PRIVATE"), words, "private"
    words = _(
        "everyone can read this, as {account} on {channel}", account=view.account, channel=view.channel_name
    )
    return _("PUBLIC"), words, "accent"


LANGUAGES = {"nl": N_("Dutch"), "en": N_("English"), "fr": N_("French"), "de": N_("German")}


def language_name(code: str | None) -> str:
    """The language of a reply in the reader's own words, or its code where there is no word for it."""
    if not code:
        return ""
    plain, _sign, region = code.partition("-")
    if plain == "nl" and region.upper() == "BE":
        return _("Flemish")
    return _(LANGUAGES[plain]) if plain in LANGUAGES else code


class Composer(Vertical):
    """One draft."""

    def __init__(self, look: Look, keymap: Keymap) -> None:
        super().__init__(id="composer")
        self._look = look
        self._heading = Line(id="composer-heading")
        self._last = Sheet(id="last-message")
        self._count = Line(id="count")
        self._along = Sheet(id="along")
        self._points = Sheet(id="points")
        self._length: Length | None = None
        self._changed: float | None = None
        self.paper = Paper(keymap)
        self.view: ComposerView | None = None

    def compose(self) -> ComposeResult:
        """Who reads it, the contact's last words (small screens), the text, its length, pictures, remarks."""
        yield self._heading
        yield self._last
        yield self.paper
        yield self._count
        yield self._along
        yield self._points

    def open(self, view: ComposerView, *, step: int = 0) -> None:
        """Begin, or go on with, a draft; `step` is its place where a private message follows, else 0."""
        self.view = view
        self.head(view, step=step)
        self._last.show([Para(((self._look.door.line(view.last_message), "dim"),), indent=3)])
        self.show_along()
        self.paper.load_text(clean(view.draft.text, multiline=True))
        self.paper.move_cursor(self.paper.document.end)
        self.paper.focus()

    def head(self, view: ComposerView, *, step: int = 0) -> None:
        """Say who will read it."""
        door = self._look.door
        word, rest, tone = who_reads(view)
        if step:
            word = _("{kind} {step} of 2", kind=word, step=step)
        right = [one for one in (language_name(view.language), view.form_of_address) if one]
        self._heading.show(
            ((door.line(f" {word}"), tone), (door.line(f", {rest}"), "text")),
            ((door.line(f" {self._look.signs.dot} ".join(right) + " "), "dim"),),
        )

    def show_along(self) -> None:
        """What goes along, a line each."""
        paras: Sequence[Para] = ()
        if self.view is not None and self.view.attachments:
            from tui.along_words import along_paras  # noqa: PLC0415 - not needed to paint

            paras = along_paras(self.view.attachments, self._look, wrap=False)
        self._along.show(paras, keep_place=True)

    def close(self) -> None:
        """Put the pen down."""
        self.view = None
        self.paper.load_text("")

    @property
    def text(self) -> str:
        """What is written."""
        return self.paper.text

    def draft(self, now: int) -> DraftView | None:
        """What is to be kept."""
        if self.view is None:
            return None
        return replace(self.view.draft, text=self.text, saved_at=now)

    def show_length(self, length: Length) -> None:
        """The count in the platform's own way, with the sign-off, and what forbids sending."""
        view, self._length = self.view, length
        if view is None:
            return
        door = self._look.door
        count = _("{used} of {limit}", used=number(length.used), limit=number(length.limit))
        tone: Tone = "dim" if length.ok else "over"
        left: list[Span] = [(door.line(f" {count}" if view.draft.kind != "note" else " "), tone)]
        if not length.ok:
            left.append((door.line(f" {length.note or _('too long')}"), "over"))
        if view.blocked:
            left.append((door.line(f"   ! {view.blocked}"), "over"))
        elif HOLE.search(self.text):
            left.append((door.line(f"   {_('Tab goes to the gaps to fill in')}"), "soon"))
        elif view.window:
            left.append((door.line(f"   {view.window}"), "dim"))
        room = self.size.width - width_of(tuple(left)) - 3
        beside = [one for one in (self._template(), self._sign_off()) if one]
        while beside and room and sum(map(width_of, beside)) > room:
            beside.pop(0)  # how long it is goes before what it began with
        self._count.show(tuple(left), tuple(span for spans in beside for span in spans))

    def _template(self) -> Spans:
        """Its name, and how much of the text is the operator's own."""
        view, door = self.view, self._look.door
        if view is None or view.template is None:
            return ()
        name: Span = (door.line(_("template {name}", name=view.template.name)), "dim")
        dot = f" {self._look.signs.dot} "
        end: Span = (blank(3), "text")
        if self._changed is None:
            return (name, end)
        if self._changed == 0:
            return (name, (door.line(f"{dot}{_('nothing changed yet')}"), "soon"), end)
        share = _("{n} % yours", n=round(self._changed * 100))
        return (name, (door.line(f"{dot}{share}"), "dim"), end)

    def _sign_off(self) -> Spans:
        view = self.view
        if view is None or not view.sign_off:
            return ()
        words = _("signed {sign_off}", sign_off=view.sign_off)
        return ((self._look.door.line(f"{words} "), "dim"),)

    def show_points(self, paras: Sequence[Para], changed: float | None = None) -> None:
        """What there is to say about the draft; how much of its template was changed."""
        self._points.show(paras, keep_place=True)
        if changed != self._changed:
            self._changed = changed
            if self._length is not None:
                self.show_length(self._length)

    def select(self, start: int, end: int) -> None:
        """Select a stretch of the text, by code points; nothing where it is empty."""
        if start < end:
            text = self.text
            self.paper.selection = Selection(_location(text, start), _location(text, end))
            self.paper.scroll_cursor_visible()

    def put(self, start: int, end: int, instead: str) -> None:
        """Put other words in the place of a stretch of the text; Ctrl+Z takes it back."""
        text = self.text
        self.paper.replace(clean(instead, multiline=True), _location(text, start), _location(text, end))
        self.paper.focus()

    def insert(self, text: str) -> None:
        """Put a template's text in: instead of nothing, or at the cursor; then to its first gap."""
        words: SafeText = clean(text, multiline=True)
        if self.text.strip():
            self.paper.insert(words)
        else:
            self.paper.load_text(words)
            self.paper.move_cursor((0, 0))
        self.next_hole()

    def replace_all(self, text: str) -> None:
        """What came back from an editor."""
        self.paper.load_text(clean(text, multiline=True))
        self.paper.move_cursor(self.paper.document.end)
        self.paper.focus()

    def next_hole(self) -> bool:
        """Select the next gap, so that typing fills it; False when there is none."""
        text, paper = self.text, self.paper
        row, column = paper.selection.end
        after = sum(len(line) + 1 for line in text.split("\n")[:row]) + column
        found = HOLE.search(text, after) or HOLE.search(text)
        if found is None:
            paper.move_cursor(paper.document.end)
            return False
        start, end = (_location(text, place) for place in found.span())
        paper.selection = Selection(start, end)
        return True


def _location(text: str, place: int) -> tuple[int, int]:
    """Row and column of a place in the text."""
    return text.count("\n", 0, place), place - text.rfind("\n", 0, place) - 1
