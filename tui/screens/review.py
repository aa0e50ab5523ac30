"""The text exactly as it will stand, and the last question before it goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual import events
from textual.app import ComposeResult

from domain.text import SafeText
from i18n import N_, _, ngettext
from tui.along_words import along_paras
from tui.footer import footer, token
from tui.format import number
from tui.inks import Tone
from tui.keymap import Keymap, KeyReader, Pressed, key_name
from tui.look import Look
from tui.points import Point, Said, point_paras
from tui.screens.bottom import Bottom
from tui.spans import Span
from tui.widgets.sheet import BLANK, Line, Para, Sheet, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desk.reply_views import ReviewView

Verdict = Literal["send", "edit", "discard", "back", "parts", "both"]

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
    "review.both": "both",
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
        self._paras = [para for one in self._texts for para in self._one(one)]
        self._sheet.show(self._paras)
        self._say()
        self._show_keys()

    @property
    def _texts(self) -> tuple[ReviewView, ...]:
        """The text, and the private one behind it."""
        follow = self._review.follow
        return (self._review,) if follow is None else (self._review, follow)

    def _one(self, review: ReviewView) -> list[Para]:
        """One text as it will stand, with who reads it above and what goes along below."""
        door, signs = self._look.door, self._look.signs
        word = _(KIND_WORDS[review.kind])
        if review is self._review.follow:
            word = _("{kind}, once that is out", kind=word)
        head: list[Span] = [(door.line(word), KIND_TONES[review.kind])]
        if review.kind != "note":
            where = f" {signs.dot} {review.channel_name} {signs.dot} {review.account}"
            head.append((door.line(f"{where} {signs.to} {review.recipient}"), "dim"))
        along = along_paras(review.attachments, self._look, wrap=True)
        return [Para(tuple(head), indent=3), *self._text_paras(review), *along, BLANK]

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

    def _text_paras(self, review: ReviewView) -> list[Para]:
        """The text as it will stand, each part behind its number."""
        door, parts = self._look.door, review.parts
        paras: list[Para] = []
        for place, text in enumerate([one.text for one in parts] or [review.text], 1):
            if parts:
                paras.append(Para(((door.line(f"{place}/{len(parts)}"), "accent"),), indent=1))
            paras += [Para(((door.line(line), "strong"),), indent=3) for line in text.split("\n")]
        return paras

    def _remark_paras(self) -> list[Para]:
        door, review = self._look.door, self._review
        dot = self._look.signs.dot
        paras = [_said(door.line(f"! {one}"), "over") for one in self._by_text("blocks")]
        paras += [_said(door.line(f"! {one}"), "soon") for one in review.changed]
        paras += [_said(door.line(f"{dot} {one}"), "text") for one in self._by_text("warnings")]
        paras += point_paras(Said(self._points, self.at), self._look)
        kept = sum(one.kept is not None for one in self._points)
        if kept:
            words = ngettext("{n} promise will be kept", "{n} promises will be kept", kept)
            paras.append(Para(((door.line(words), "accent"),), indent=1))
        if review.can_part:
            key = key_name(self._keymap.of("review.parts").keys[0])
            paras.append(Para(((door.line(_("{key}  send it in parts", key=key)), "accent"),), indent=3))
        if review.can_follow or review.follow is not None:
            key = key_name(self._keymap.of("review.both").keys[0])
            words = _("{key}  go on in private too", key=key)
            if review.follow is not None:
                words = _("{key}  the public answer alone", key=key)
            paras.append(Para(((door.line(words), "accent"),), indent=3))
        quiet = self._counts() if review.kind != "note" else _("only the team reads it")
        if not self._blocked and not self._stops:
            quiet = f"{quiet} {self._look.signs.dot} {_('nothing blocks')}"
        if self._more:
            key = key_name(self._keymap.of("review.down").keys[0])
            quiet = f"{quiet} {self._look.signs.dot} {_('{key} shows more', key=key)}"
        return [*paras, Para(((door.line(quiet), "dim"),), indent=1)]

    @property
    def _blocked(self) -> bool:
        return any(one.blocks for one in self._texts)

    def _by_text(self, what: Literal["blocks", "warnings"]) -> list[str]:
        """What is said of the texts; of the private one behind it with that word."""
        said = list(getattr(self._review, what))
        if self._review.follow is not None:
            said += [_("in private: {sentence}", sentence=one) for one in getattr(self._review.follow, what)]
        return said

    def _counts(self) -> str:
        """How long it is, in the platform's own way."""
        counts = [
            _("{used} of {limit}", used=number(one.length.used), limit=number(one.length.limit))
            for one in self._texts
        ]
        if self._review.parts:
            return ngettext(
                "{n} message, the longest {used}", "{n} messages, the longest {used}",
                len(self._review.parts), used=counts[0],
            )  # fmt: skip
        return f" {self._look.signs.dot} ".join(counts)

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
            case "review.both" if not (self._review.can_follow or self._review.follow):
                self.app.bell()
            case other:
                self.dismiss(_VERDICTS[other])

    def _next(self) -> None:
        if self._points:
            self.at = 0 if self.at is None else (self.at + 1) % len(self._points)
            self._say()

    def _send(self) -> None:
        if self._blocked:
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


def _said(words: SafeText, tone: Tone) -> Para:
    return Para(((words, tone),), indent=1, hang=2)


def _title(review: ReviewView) -> str:
    if review.kind == "note":
        return _("Kept as it stands here")
    if review.follow is not None:
        return _("Go out as they stand here: first in public, then in private")
    if not review.parts:
        return _("Goes out as it stands here")
    return ngettext(
        "Goes out as it stands here, in {n} part", "Goes out as it stands here, in {n} parts",
        len(review.parts),
    )  # fmt: skip
