"""The order of a list and the cursor in it, without a screen.

The cursor belongs to a conversation, not to a row number: an operator must never answer the wrong person.
So what leaves the queue through somebody else's act stays under the cursor, marked as gone, until the
cursor moves; and what comes in waits until the operator lets it in.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from tui.widgets.marks import Marks

MANY = 20_000
"""Above so many ids, comparing two orders costs more than a key may wait; arrivals are only counted."""


class Order:
    """Ids in the order they are shown."""

    def __init__(self, ids: array[int] | None = None, cursor: int | None = None) -> None:
        self.ids: array[int] = ids if ids is not None else array("q")
        self.index = 0
        self.marks = Marks()
        self.gone: set[int] = set()
        """Left the queue, shown only as long as the cursor is on it."""

        self.new = 0
        """Conversations that wait to be let in."""

        self._fresh: array[int] | None = None
        self.released: set[int] = set()
        """We settled these; they do not come back as new while the desk catches up."""

        if cursor is not None:
            self.index = self.place_of(cursor) or 0

    @property
    def current(self) -> int | None:
        """The conversation under the cursor."""
        return self.ids[self.index] if self.ids else None

    @property
    def chosen(self) -> tuple[int, ...]:
        """The marked conversations, else the one under the cursor."""
        if self.marks:
            return tuple(self.marks)
        return () if self.current is None else (self.current,)

    def place_of(self, conversation: int) -> int | None:
        """Where it stands."""
        try:
            return self.ids.index(conversation)
        except ValueError:
            return None

    def move_to(self, index: int) -> bool:
        """Move the cursor; what it leaves behind as gone goes. False when it stays."""
        index = max(0, min(index, len(self.ids) - 1))
        if not self.ids or index == self.index:
            return False
        left, self.index = self.ids[self.index], index
        if left in self.gone:
            target = self.ids[index]
            self.gone.discard(left)
            self._put(array("q", (one for one in self.ids if one != left)), target, index)
        return True

    def let_go(self, conversations: Iterable[int]) -> None:
        """These may leave from under the cursor; it goes to the next row."""
        leaving = set(conversations)
        self.released |= leaving
        self.gone -= leaving
        self.marks.drop(leaving)
        self._remove(leaving)

    def adopt(self, ids: array[int]) -> None:
        """Take this order over, whatever is new in it."""
        self._fresh = ids
        self.fold()

    def reconcile(self, fresh: array[int], *, bring: frozenset[int] = frozenset()) -> bool:
        """Take over what the queue holds now; True when what is shown changed."""
        if not bring.isdisjoint(fresh):
            self._fresh = fresh
            self.released -= bring
            self.fold()
            self._put(self.ids, next(iter(bring)), self.index)
            return True
        if not self.ids:
            self._fresh = fresh
            self.fold()
            return True
        self._fresh = fresh
        return self._reconcile(fresh)

    def fold(self) -> bool:
        """Show what the queue holds, with the cursor on its conversation; False when that is not known."""
        if self._fresh is None:
            return False
        current, fresh = self.current, self._fresh
        self._fresh, self.new = None, 0
        self.released.clear()
        if current is not None and current not in fresh:
            self.gone = {current}
            fresh = array("q", fresh)
            fresh.insert(min(self.index, len(fresh)), current)
        else:
            self.gone.clear()
        self.marks.keep(fresh)
        self._put(fresh, current, self.index)
        return True

    def _reconcile(self, fresh: array[int]) -> bool:
        held = set(fresh)
        shown = set(self.ids)
        self.new = len(held - shown - self.released)
        self.released &= held
        left = shown - held
        current = self.current
        back = self.gone & held
        self.gone -= held
        if current in left and current is not None:
            left.discard(current)
            marked = current not in self.gone
            self.gone.add(current)
        else:
            marked = False
        self.marks.drop(left)
        if left:
            self._remove(left)
        return bool(left or marked or back)

    def _remove(self, leaving: set[int]) -> None:
        keep = array("q", (one for one in self.ids if one not in leaving))
        if len(keep) == len(self.ids):
            return
        current = self.current
        before = sum(1 for one in self.ids[: self.index] if one in leaving)
        self._put(keep, None if current in leaving else current, self.index - before)

    def _put(self, ids: array[int], current: int | None, fallback: int) -> None:
        self.ids = ids
        place = self.place_of(current) if current is not None else None
        self.index = place if place is not None else max(0, min(fallback, len(ids) - 1))
