"""Acts that move the cursor or the page: at once, without the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tui.floor import Floor
from tui.keymap import Pressed
from tui.screens.page import scroll

Move = Callable[[Floor, int], None]


def _down(floor: Floor, count: int) -> None:
    floor.parts.list.move(count)


def _up(floor: Floor, count: int) -> None:
    if not floor.parts.list.move(-count):
        floor.parts.list.fold()


def _top(floor: Floor, count: int) -> None:  # noqa: ARG001 - one signature for all moves
    floor.parts.list.fold()
    floor.parts.list.move_to(0)


def _bottom(floor: Floor, count: int) -> None:  # noqa: ARG001
    floor.parts.list.move_to(len(floor.parts.list.order.ids) - 1)


def _half_down(floor: Floor, count: int) -> None:  # noqa: ARG001
    floor.parts.list.move(floor.parts.list.half_page())


def _half_up(floor: Floor, count: int) -> None:  # noqa: ARG001
    floor.parts.list.move(-floor.parts.list.half_page())


def _mark(floor: Floor, count: int) -> None:  # noqa: ARG001
    order = floor.parts.list.order
    if order.current is not None:
        order.marks.toggle(order.current)
        floor.parts.list.repaint()


def _mark_next(floor: Floor, count: int) -> None:
    order = floor.parts.list.order
    for _again in range(count):
        if order.current is None:
            return
        order.marks.toggle(order.current)
        floor.parts.list.repaint()
        if not floor.parts.list.move(1):
            return


def _mark_range(floor: Floor, count: int) -> None:  # noqa: ARG001
    order = floor.parts.list.order
    if order.current is None:
        return
    last = order.marks.last
    start = order.index if last is None else order.place_of(last)
    low, high = sorted((order.index, order.index if start is None else start))
    order.marks.add(order.ids[low : high + 1])
    floor.parts.list.repaint()


def _open(floor: Floor, count: int) -> None:  # noqa: ARG001
    floor.read()


def _read_back(floor: Floor, count: int) -> None:  # noqa: ARG001
    floor.stop_reading()


def _contact(floor: Floor, count: int) -> None:  # noqa: ARG001
    floor.screen.toggle_class("-card")


def _redraw(floor: Floor, count: int) -> None:  # noqa: ARG001
    floor.redraw()


def _scrolling(id_: str) -> Move:
    def move(floor: Floor, count: int) -> None:
        scroll(floor.parts.conversation.sheet, Pressed(id_, count))

    return move


MOVES: Mapping[str, Move] = {
    "list.down": _down,
    "list.up": _up,
    "list.top": _top,
    "list.bottom": _bottom,
    "list.half_down": _half_down,
    "list.half_up": _half_up,
    "list.open": _open,
    "mark.toggle": _mark,
    "mark.next": _mark_next,
    "mark.range": _mark_range,
    "read.back": _read_back,
    "look.contact": _contact,
    "desk.redraw": _redraw,
    "find.next": _down,
    "find.previous": _up,
} | {
    id_: _scrolling(id_)
    for id_ in ("sheet.down", "sheet.up", "sheet.top", "sheet.bottom", "sheet.half_down", "sheet.half_up")
}
