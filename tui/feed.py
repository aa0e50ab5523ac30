"""Keeps the list in step with the desk: opens queues, reads rows, takes changes over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk.views import Change
from i18n import _
from tui.widgets.order import MANY
from tui.widgets.queue_list import QueueList
from tui.widgets.window import PAGE

if TYPE_CHECKING:
    from tui.ports import Desk

_ONE_STATUS = {"waiting": "waiting", "snoozed": "snoozed"}
_MIXED = frozenset({"all", "outbox"})
"""Queues that a settled conversation stays in."""

_ON_ITS_WAY = frozenset({"queued", "sending", "retry_wait", "sent"})


@dataclass(frozen=True, slots=True)
class Shown:
    """Which queue, narrowed by which words."""

    queue: str
    search: str | None = None


class Feed:
    """What the list shows, and where it came from."""

    def __init__(self, desk: Desk, list_: QueueList) -> None:
        self._desk = desk
        self._list = list_
        self._opened = 0
        self.shown = Shown("open")
        self.before_search: Shown | None = None

    @property
    def mixed(self) -> bool:
        """Whether settled conversations stay in what is shown."""
        return self.shown.search is not None or self.shown.queue in _MIXED

    async def open(self, shown: Shown, *, cursor: int | None = None) -> None:
        """Show a queue from its top, or with the cursor on a conversation."""
        self._opened += 1
        opened = self._opened
        page = await self._desk.queues.page(shown.queue, None, PAGE, search=shown.search)
        if opened != self._opened:
            return
        if shown.search is None:
            self.before_search = None
        elif self.shown.search is None:
            self.before_search = self.shown
        self.shown = shown
        status = "" if self.mixed else _ONE_STATUS.get(shown.queue, "open")
        self._list.say_empty(self._empty(shown))
        self._list.show(page.rows, self._desk.clock.now(), own_status=status, cursor=cursor)
        if cursor is not None and self._list.current != cursor:
            await self.load_rest()
            self._list.move_to_id(cursor)

    async def load_rest(self) -> None:
        """The order behind the first page."""
        opened, shown = self._opened, self.shown
        if len(self._list.order.ids) < PAGE:
            return
        ids = await self._desk.queues.ids(shown.queue, search=shown.search)
        if opened == self._opened:
            self._list.adopt(ids)

    async def read(self, ids: Sequence[int]) -> None:
        """Rows that the list lacks."""
        try:
            rows = await self._desk.queues.rows(ids)
        except BaseException:
            self._list.store.forget_asked()
            raise
        self._list.give(rows)
        missing = [one for one in ids if one not in rows]
        if missing:
            self._list.let_go(missing)

    async def changed(self, change: Change) -> None:
        """What a commit changed, here or elsewhere."""
        everything = change.everything or change.presence
        held = [one for one in self._list.ids_shown if everything or one in change.conversations]
        held += [one for one in change.conversations - set(held) if self._list.store.get(one) is not None]
        if held:
            await self.read(held)
        if change.outbox:
            await self._take_back_failed()
        if change.conversations or change.everything or change.new_conversations:
            await self.reconcile(arrived=change.new_conversations)

    async def _take_back_failed(self) -> None:
        """A reply that did not go out needs its row again."""
        released = self._list.order.released
        if released:
            standing = {reply.conversation: reply.status for reply in await self._desk.outbox.list()}
            released &= {one for one in released if standing.get(one, "queued") in _ON_ITS_WAY}

    async def reconcile(self, bring: frozenset[int] = frozenset(), *, arrived: int = 0) -> None:
        """Compare what is shown with what the queue holds now; of a very long one, only count arrivals."""
        if len(self._list.order.ids) > MANY and not bring:
            self._list.announce(arrived)
            return
        opened, shown = self._opened, self.shown
        ids = await self._desk.queues.ids(shown.queue, search=shown.search)
        if opened == self._opened:
            self._list.reconcile(ids, bring=bring)

    async def after_act(self, ids: Sequence[int], *, settles: bool) -> None:
        """We did something to these: what is settled leaves from under the cursor, the rest is read again."""
        if settles and not self.mixed:
            self._list.let_go(ids)
        await self.read(ids)
        await self.reconcile()

    def _empty(self, shown: Shown) -> tuple[str, ...]:
        if shown.search is not None:
            return (_("Nothing found for {query}.", query=shown.search), _("Esc goes back to the queue."))
        if shown.queue == "open":
            return (_("Nothing is open. What comes in appears here by itself."), _("ga shows everything."))
        return (
            _("Nothing is in this queue."),
            _("gn goes to the most urgent one anywhere, gi to what is open."),
        )
