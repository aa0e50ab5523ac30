"""The conversation under the cursor, or opened: its header and its thread."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical

from desk.views import ConversationView
from desk.windows import next_change
from domain.clock import Millis
from tui.badges import NEVER, changes_at
from tui.look import Look
from tui.widgets.sheet import Line, Para, Sheet
from tui.widgets.thread import clocks, header, thread, windows


class Conversation(Vertical):
    """Shows one `ConversationView`; the newest message is in sight."""

    def __init__(self, look: Look) -> None:
        super().__init__(id="conversation")
        self._look = look
        self._heading = Line(id="heading")
        self._windows = Sheet(id="windows")
        self.sheet = Sheet(from_end=True, id="thread")
        self.view: ConversationView | None = None
        self._ticked: ConversationView | None = None
        self._changes_at: Millis = 0
        """Before this moment no clock in the header of `_ticked` is another one."""

    def compose(self) -> ComposeResult:
        """Header, what the platform allows where that is worth a line, and thread."""
        yield self._heading
        yield self._windows
        yield self.sheet

    def show(self, view: ConversationView, now: Millis) -> None:
        """Another conversation, or the same one with what came in."""
        same = self.view is not None and self.view.row.id == view.row.id
        at_end = self.sheet.top >= self.sheet.last_top
        self.view = view
        self.tick(now)
        self.sheet.show(thread(view, now, self._look), keep_place=same and not at_end)

    def say(self, sentences: list[str]) -> None:
        """No conversation: say why, and what else there is."""
        self.view = None
        self._heading.show(())
        self._show_windows(())
        door = self._look.door
        paras = [Para(), *(Para(((door.line(one), "dim"),), indent=3, hang=0) for one in sentences)]
        self.sheet.show(paras)

    def tick(self, now: Millis) -> None:
        """The clocks in the header; repainted only when their text changed."""
        if self.view is not None and not (self.view is self._ticked and now < self._changes_at):
            self._ticked = self.view
            self._changes_at = min(
                (
                    next_change(self.view.caps, now) or NEVER,
                    *(changes_at(one.due_at, one.soon_at, now) for one in self.view.clocks),
                )
            )
            self._heading.show(header(self.view, self._look), clocks(self.view, now, self._look))
            self._show_windows(windows(self.view, now, self._look))

    def _show_windows(self, paras: Sequence[Para]) -> None:
        """Lines of their own, and none where there is nothing to say."""
        self._windows.show(paras)
        if self._windows.has_class("-said") != bool(paras):
            self._windows.set_class(bool(paras), "-said")
