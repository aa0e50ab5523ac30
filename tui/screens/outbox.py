"""Replies on their way: where each stands, calling back, and settling what nobody can know but a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events, work
from textual.app import ComposeResult

from desk.views import Done
from domain.errors import WebcareError
from i18n import N_, _
from tui import format as fmt
from tui.footer import footer, token
from tui.inks import Tone
from tui.keymap import Keymap, KeyReader, Pressed
from tui.look import Look
from tui.screens.asking import Asking
from tui.spans import Span
from tui.text import blank
from tui.widgets.sheet import BLANK, Line, Para, Rule, Sheet
from tui.widgets.thread import OUTBOX_WORDS

if TYPE_CHECKING:
    from desk.reply_views import OutboxView
    from tui.ports import Desk

_ACTS: dict[str, tuple[str, ...]] = {
    "queued": ("outbox.call_back",),
    "retry_wait": ("outbox.call_back",),
    "refused": ("outbox.try_again", "outbox.call_back"),
    "ask_operator": ("outbox.there", "outbox.not_there", "outbox.call_back"),
}
"""What can be done with a reply as it stands."""

SIDE_WORDS = {"public": N_("public"), "private": N_("private")}
_EVER = ("outbox.open", "sheet.back")
_TONES: dict[str, Tone] = {"refused": "over", "ask_operator": "over", "unknown": "soon", "retry_wait": "soon"}


class OutboxScreen(Asking[int | None], inherit_bindings=False):
    """Every reply that is not settled; answers with a conversation to go to."""

    AUTO_FOCUS = ""

    def __init__(self, look: Look, keymap: Keymap, desk: Desk) -> None:
        super().__init__(classes="page")
        self._look, self._keymap, self._desk = look, keymap, desk
        self._reader = KeyReader(keymap)
        self._heading, self._sheet, self._said, self._keys = Line(), Sheet(), Line(), Line()
        self._replies: tuple[OutboxView, ...] = ()
        self._chosen: int | None = None

    def compose(self) -> ComposeResult:
        """Title, replies, the last outcome, keys."""
        sign = self._look.signs.rule
        yield from (self._heading, Rule(sign), self._sheet, Rule(sign), self._said, self._keys)

    async def on_mount(self) -> None:
        """Read and show; once a second again, for what changes by itself."""
        self._heading.show(((self._look.door.line(f" {_('Outbox')}"), "strong"),))
        await self._read()
        self.set_interval(1.0, self.changed)

    @work(group="outbox")
    async def changed(self) -> None:
        """Something moved: read again."""
        await self._read()

    async def _read(self) -> None:
        try:
            self._replies = await self._desk.outbox.list()
        except WebcareError as error:
            self._say(str(error), bad=True)
        self._show()

    @property
    def _index(self) -> int:
        ids = [reply.id for reply in self._replies]
        return ids.index(self._chosen) if self._chosen in ids else 0

    @property
    def _current(self) -> OutboxView | None:
        return self._replies[self._index] if self._replies else None

    def _show(self) -> None:
        current = self._current
        self._chosen = None if current is None else current.id
        paras = [para for reply in self._replies for para in self._paras(reply, here=reply is current)]
        if not paras:
            paras = [BLANK, Para(((self._look.door.line(_("Every reply has arrived.")), "dim"),), indent=3)]
        self._sheet.show(paras, keep_place=True)
        acts = [*_ACTS.get("" if current is None else current.status, ()), *_EVER[current is None :]]
        instead = (
            {"outbox.call_back": _("call back the rest")} if current is not None and current.out else None
        )
        self._keys.show(footer(self._keymap, "outbox", self._look, instead=instead, acts=acts))

    def _paras(self, reply: OutboxView, *, here: bool) -> list[Para]:
        door, signs, now = self._look.door, self._look.signs, self._desk.clock.now()
        bar: Span = (signs.cursor if here else blank(1), "accent")
        words = _(OUTBOX_WORDS[reply.status])
        if reply.status == "queued" and reply.undo_until is not None and reply.undo_until > now:
            words = _("out in {n} s", n=-(-(reply.undo_until - now) // 1000))
        queued = fmt.moment(reply.queued_at, now, self._look.zone)
        if reply.in_private_too:
            words = _("{kind}: {state}", kind=_(SIDE_WORDS[reply.visibility]), state=words)
        elif reply.parts:
            words = _("part {n} of {total}: {state}", n=reply.part, total=len(reply.parts), state=words)
        head = Para(
            (
                bar,
                (door.line(f" {reply.contact}"), "strong" if here else "text"),
                (door.line(f"  {reply.channel} {signs.dot} {queued} {signs.dot} {reply.operator}"), "dim"),
            ),
            right=((door.line(words), _TONES.get(reply.status, "dim")), (blank(1), "text")),
            wrap=False,
        )
        text = Para(((door.line(reply.text), "text" if here else "dim"),), indent=2, wrap=here)
        paras = [head, *(self._part_paras(reply, here=here) or [text])]
        if reply.sentence:
            paras.append(Para(((door.line(reply.sentence), _TONES.get(reply.status, "dim")),), indent=2))
        return [*paras, BLANK]

    def _part_paras(self, reply: OutboxView, *, here: bool) -> list[Para]:
        """Each part in a line, with where it stands; the one that it is about in full."""
        door, paras = self._look.door, []
        for number, part in enumerate(reply.parts, 1):
            at = number == reply.part
            words = _("waits") if part.status == "queued" and number > reply.part else ""
            words = words or _(OUTBOX_WORDS[part.status])
            tone: Tone = "text" if here and at else "dim"
            right: Span = (door.line(words), _TONES.get(part.status, "dim"))
            mark = f"{number}/{len(reply.parts)}"
            if reply.in_private_too:
                mark = _(SIDE_WORDS[part.visibility])
            spans: list[Span] = [(door.line(f"{mark}  "), "accent" if at else "dim")]
            spans.append((door.line(part.text), tone))
            paras.append(
                Para(tuple(spans), indent=2, hang=5, right=(right, (blank(1), "text")), wrap=here and at)
            )
        return paras

    def _say(self, sentence: str, *, bad: bool = False) -> None:
        self._said.show(((self._look.door.line(f" {sentence}"), "over" if bad else "text"),))

    def on_key(self, event: events.Key) -> None:
        """Move, or act on the reply under the cursor."""
        event.stop()
        pressed = self._reader.read("outbox", token(event))
        if not isinstance(pressed, Pressed):
            return
        match pressed.id:
            case "outbox.down" | "outbox.up":
                self._move(pressed.count if pressed.id == "outbox.down" else -pressed.count)
            case "outbox.open" if self._current is not None:
                self.dismiss(self._current.conversation)
            case "sheet.back":
                self.dismiss(None)
            case "outbox.call_back" | "outbox.there" | "outbox.not_there" | "outbox.try_again" if (
                self._current is not None
            ):
                self._act(pressed.id, self._current.id)

    def _move(self, rows: int) -> None:
        if self._replies:
            index = max(0, min(self._index + rows, len(self._replies) - 1))
            self._chosen = self._replies[index].id
            self._show()

    @work(group="outbox-act")
    async def _act(self, act: str, reply: int) -> None:
        try:
            done = await self._done(act, reply)
        except WebcareError as error:
            self._say(str(error), bad=True)
        else:
            self._say(done.sentence)
        await self._read()

    async def _done(self, act: str, reply: int) -> Done:
        if act == "outbox.call_back":
            return await self._desk.outbox.call_back(reply)
        if act == "outbox.try_again":
            return await self._desk.outbox.try_again(reply)
        return await self._desk.outbox.settle(reply, there=act == "outbox.there")
