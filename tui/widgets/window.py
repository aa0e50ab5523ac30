"""Which rows of a list are on the screen, and which have to be read for it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from desk.queue_views import Row
from tui.widgets.order import Order

PAGE = 64
"""Rows of one read."""

_KEPT_ROWS = 16 * PAGE


class RowStore:
    """The rows read last, at most 1,024."""

    def __init__(self) -> None:
        self._rows: OrderedDict[int, Row] = OrderedDict()
        self._asked: set[int] = set()

    def get(self, conversation: int) -> Row | None:
        """The row, if it was read."""
        return self._rows.get(conversation)

    def put(self, rows: Iterable[Row]) -> set[int]:
        """Keep rows; returns the ids of those that differ from what was kept."""
        changed: set[int] = set()
        for row in rows:
            if self._rows.get(row.id) != row:
                self._rows[row.id] = row
                changed.add(row.id)
            self._rows.move_to_end(row.id)
            self._asked.discard(row.id)
        while len(self._rows) > _KEPT_ROWS:
            self._rows.popitem(last=False)
        return changed

    def ask(self, ids: Iterable[int]) -> tuple[int, ...]:
        """Those that are neither here nor asked for; they count as asked for from now on."""
        missing = tuple(one for one in ids if one not in self._rows and one not in self._asked)
        self._asked.update(missing)
        return missing

    def forget_asked(self) -> None:
        """What was asked for did not come; ask again when it is needed."""
        self._asked.clear()

    def clear(self) -> None:
        """Forget all."""
        self._rows.clear()
        self._asked.clear()


class Window:
    """A run of lines of an order: `top` is the place of the first one."""

    def __init__(self) -> None:
        self.top = 0
        self.height = 0
        self.by_line = False
        """Scroll by single lines: the terminal moves them by itself where they are as wide as it is."""

    def shown(self, order: Order) -> Sequence[int]:
        """The ids on the screen."""
        return order.ids[self.top : self.top + self.height]

    @property
    def half(self) -> int:
        """Rows of half a page."""
        return max(1, self.height // 2)

    def follow(self, order: Order) -> int:
        """Where the top has to be for the cursor to be seen: a line or half a page further when it left."""
        height, index = self.height, order.index
        last = max(0, len(order.ids) - height)
        if not height:
            return self.top
        if self.top <= index < self.top + height:
            return max(0, min(self.top, last))
        further = 0 if self.by_line else self.half - 1
        top = index - further if index < self.top else index - height + 1 + further
        if abs(index - self.top) > height + self.half:
            top = index - self.half
        return max(0, min(top, last))

    def near(self, order: Order) -> Sequence[int]:
        """The ids on the screen and a page on either side of it."""
        height = self.height or PAGE
        return order.ids[max(0, self.top - PAGE) : self.top + height + PAGE]

    def soon(self, order: Order) -> Sequence[int]:
        """The ids of half a page below the screen and half a page above it."""
        below = self.top + self.height
        return (*order.ids[below : below + self.half], *order.ids[max(0, self.top - self.half) : self.top])

    def short_of_rows(self, order: Order, store: RowStore) -> bool:
        """Whether a row on the screen, or half a page from it, has not been read."""
        height = self.height or PAGE
        start = max(0, self.top - self.half)
        ids = order.ids[start : self.top + height + self.half]
        return any(store.get(one) is None for one in ids)
