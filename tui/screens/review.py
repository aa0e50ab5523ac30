"""The text exactly as it will stand, and the last question before it goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual import events
from textual.app import ComposeResult

from i18n import N_, _, ngettext
from tui.along_words import along_paras
from tui.footer import footer, token
from tui.format import number
from tui.keymap import Keymap, KeyReader, Pressed, key_name
from tui.look import Look
from tui.points import Point, Said, point_paras
from tui.screens.bottom import Bottom
from tui.spans import Span
from tui.widgets.sheet import BLANK, Line, Para, Sheet, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desk.reply_views import ReviewView

Verdict = Literal["send", "edit", "discard", "back", "parts"]

KIND_WORDS = {
    "public": N_("PUBLIC"),
    "private": N_("PRIVATE"),
    "note": N_("NOTE"),
}
KIND_TONES: dict[str, Literal["accent", "private", "note"]] = {
    "public": "accent",
    "private": "private",
    "note": "note",
}


_FRAME = 3
"""Lines of rule, title and keys."""

_LEAST_TEXT = 4
_VERDICTS: dict[str, Verdict] = {
    "review.parts": "parts",
    "review.edit": "edit",
    "review.discard": "discard",
    "review.back": "back",
}


class Review(Bottom[Verdict]):
    """Shows it and waits for `y`; what changed since the composer opened needs a second one."""

    def __init__(self, look: Look, keymap: Keymap, review: ReviewView, points: Sequence[Point] = ()) -> None:
        super().__init__(look, _title(review))
        self._review = review
        self._keymap = keymap
        self._reader = KeyReader(keymap)
        self._sheet = Sheet(id="review")
        self._remarks = Sheet(id="remarks")
        self._keys = Line()
        self._points = tuple(points)
        self._paras: list[Para] = []
        self._more = False
        self.at: int | None = None
        """The remark under the hand; writing goes on at its words."""

        self._stops = any(one.weight == "block" for one in points)
        self._sure = not (review.changed or self._stops)

    def contents(self) -> ComposeResult:
        """The text, what there is to say about it, the keys."""
        yield self._sheet
        yield self._remarks
        yield self._keys

    def on_mount(self) -> None:
        """Show it."""
        super().on_mount()
        door, review = self._look.door, self._review
        head: list[Span] = [(door.line(_(KIND_WORDS[review.kind])), KIND_TONES[review.kind])]
        if review.kind != "note":
            where = f" {self._look.signs.dot} {review.channel_name} {self._look.signs.dot} {review.account}"
            head.append((door.line(f"{where} {self._look.signs.to} {review.recipient}"), "dim"))
        along = along_paras(review.attachments, self._look, wrap=True)
        self._paras = [Para(tuple(head), indent=3), *self._text_paras(), *along, BLANK]
        self._sheet.show(self._paras)
        self._say()
        self._show_keys()

    def on_resize(self) -> None:
        """Another size leaves other room for the text."""
        self._say()

    def _say(self) -> None:
        """Show what there is to say; the text gives way where there is not room for both and the keys."""
        width, height = self.app.size
        said = sum(len(wrapped(para, width)) for para in self._remark_paras())
        room = max(_LEAST_TEXT, height * 4 // 5 - _FRAME - said)
        self._sheet.styles.max_height = room
        self._more = sum(len(wrapped(para, width)) for para in self._paras) > room
        self._remarks.show(self._remark_paras(), keep_place=True)

    def _text_paras(self) -> list[Para]:
        """The text as it will stand, each part behind its number."""
        door, parts = self._look.door, self._review.parts
        paras: list[Para] = []
        for place, text in enumerate([one.text for one in parts] or [self._review.text], 1):
            if parts:
                paras.append(Para(((door.line(f"{place}/{len(parts)}"), "accent"),), indent=1))
            paras += [Para(((door.line(line), "strong"),), indent=3) for line in text.split("\n")]
        return paras

    def _remark_paras(self) -> list[Para]:
        door, review = self._look.door, self._review
        paras = [Para(((door.line(f"! {one}"), "over"),), indent=1, hang=2) for one in review.blocks]
        paras += [Para(((door.line(f"! {one}"), "soon"),), indent=1, hang=2) for one in review.changed]
        paras += [
            Para(((door.line(f"{self._look.signs.dot} {one}"), "text"),), indent=1, hang=2)
            for one in review.warnings
        ]
        paras += point_paras(Said(self._points, self.at), self._look)
        kept = sum(one.kept is not None for one in self._points)
        if kept:
            words = ngettext("{n} promise will be kept", "{n} promises will be kept", kept)
            paras.append(Para(((door.line(words), "accent"),), indent=1))
        if review.can_part:
            key = key_name(self._keymap.of("review.parts").keys[0])
            paras.append(Para(((door.line(_("{key}  send it in parts", key=key)), "accent"),), indent=3))
        length = review.length
        count = _("{used} of {limit}", used=number(length.used), limit=number(length.limit))
        if review.parts:
            count = ngettext(
                "{n} message, the longest {used}", "{n} messages, the longest {used}", len(review.parts),
                used=count,
            )  # fmt: skip
        quiet = count if review.kind != "note" else _("only the team reads it")
        if not review.blocks and not self._stops:
            quiet = f"{quiet} {self._look.signs.dot} {_('nothing blocks')}"
        if self._more:
            key = key_name(self._keymap.of("review.down").keys[0])
            quiet = f"{quiet} {self._look.signs.dot} {_('{key} shows more', key=key)}"
        return [*paras, Para(((door.line(quiet), "dim"),), indent=1)]

    def _show_keys(self) -> None:
        instead: dict[str, str] = {}
        if self._review.kind == "note":
            instead["review.send"] = _("keep it")
        elif self._review.changed:
            instead["review.send"] = _("send all the same") if self._sure else _("send after all this")
        elif self._stops:
            instead["review.send"] = _("send all the same") if self._sure else _("send")
        self._keys.show(footer(self._keymap, "review", self._look, instead=instead))

    def on_key(self, event: events.Key) -> None:
        """One verdict."""
        event.stop()
        pressed = self._reader.read("review", token(event))
        if not isinstance(pressed, Pressed):
            return
        match pressed.id:
            case "review.send":
                self._send()
            case "review.next":
                self._next()
            case "review.down" | "review.up":
                half = max(1, self._sheet.size.height // 2)
                self._sheet.scroll_by(half if pressed.id == "review.down" else -half)
            case "review.parts" if not (self._review.can_part or self._review.parts):
                self.app.bell()
            case other:
                self.dismiss(_VERDICTS[other])

    def _next(self) -> None:
        if self._points:
            self.at = 0 if self.at is None else (self.at + 1) % len(self._points)
            self._say()

    def _send(self) -> None:
        if self._review.blocks:
            self.app.bell()
        elif self._sure:
            self.dismiss("send")
        else:
            self._sure = True
            words = (
                _("Read what changed; y once more sends it all the same")
                if self._review.changed
                else _("The coach says stop; y once more sends it all the same")
            )
            self.heading.show(((self._look.door.line(f" {words}"), "soon"),))
            self._show_keys()


def _title(review: ReviewView) -> str:
    if review.kind == "note":
        return _("Kept as it stands here")
    if not review.parts:
        return _("Goes out as it stands here")
    return ngettext(
        "Goes out as it stands here, in {n} part", "Goes out as it stands here, in {n} parts",
        len(review.parts),
    )  # fmt: skip
