"""The queues with their counts on one line, as spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desk.queue_views import QueueTab
from domain.text import SafeText
from i18n import _
from tui.format import number
from tui.look import Look
from tui.spans import Span, Spans, width_of
from tui.text import blank

_GAP = 3


@dataclass(frozen=True, slots=True)
class Tabs:
    """The queues, and which one is shown."""

    tabs: Sequence[QueueTab] = ()
    current: str = ""
    search: str | None = None
    """What is searched for; then no queue is shown."""

    def is_current(self, tab: QueueTab) -> bool:
        """Whether this queue is the one that is shown."""
        return tab.id == self.current and self.search is None


def tab_line(shown: Tabs, look: Look, width: int) -> tuple[Spans, Spans]:
    """What stands left and right; the current tab is always in sight, and signs say where more are."""
    right: Spans = ((practice(look), "note"), (blank(1), "text")) if look.simulated else ()
    pieces = [tab_spans(tab, look, current=shown.is_current(tab)) for tab in shown.tabs]
    if shown.search is not None:
        pieces.insert(0, ((look.door.line(_("search: {query}", query=shown.search)), "strong"),))
    here = next((index for index, tab in enumerate(shown.tabs) if shown.is_current(tab)), 0)
    room = width - width_of(right) - 4
    first, last = _fitting([width_of(piece) for piece in pieces], here, room)
    left: list[Span] = [(look.signs.cut_left if first else blank(1), "dim")]
    for piece in pieces[first:last]:
        left += [*piece, (blank(_GAP), "text")]
    if last < len(pieces):
        left[-1] = (look.door.line(f" {look.signs.cut_right}"), "dim")
    return tuple(left), right


def practice(look: Look) -> SafeText:
    """Said wherever the people on the screen are invented."""
    return look.door.line(_("practice: nobody is real"))


def _fitting(widths: Sequence[int], here: int, room: int) -> tuple[int, int]:
    """The run of tabs around `here` that fits, from the first one where possible."""
    first, last = 0, 0
    used = 0
    while last < len(widths) and used + widths[last] + _GAP <= room:
        used += widths[last] + _GAP
        last += 1
    while here >= last and last < len(widths):
        used += widths[last] + _GAP
        last += 1
        while used > room and first < here:
            used -= widths[first] + _GAP
            first += 1
    return first, max(last, 1)


def tab_spans(tab: QueueTab, look: Look, *, current: bool) -> Spans:
    """`open 37`."""
    empty = not tab.count
    name = look.door.line(tab.name)
    pieces: list[Span] = [(name, "strong" if current else ("dim" if empty else "text"))]
    if tab.count is not None and (tab.count or current):
        pieces.append((look.door.line(f" {number(tab.count)}"), "accent" if current else "dim"))
    return tuple(pieces)
