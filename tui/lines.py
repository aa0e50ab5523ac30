"""What stands on the lines of the desk's screen: below the list, the status, the keys."""

from __future__ import annotations

from dataclasses import replace

from i18n import _, ngettext
from tui.floor import Floor
from tui.footer import footer
from tui.format import number
from tui.spans import Span


class Lines:
    """Keeps the lines true after every press."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._said: tuple[object, ...] = ()

    def row(self) -> None:
        """Where the cursor is, what is new, what is marked, who holds it."""
        floor = self._floor
        parts, door = floor.parts, floor.look.door
        order = parts.list.order
        parts.status.put(
            replace(parts.status.standing, row=parts.list.row(floor.current)), floor.desk.clock.now()
        )
        left: list[Span] = []
        if order.new:
            words = ngettext("{n} new", "{n} new", order.new)
            left.append((door.line(f"   {words} {floor.look.signs.up}"), "accent"))
        if order.marks:
            words = ngettext("{n} marked", "{n} marked", len(order.marks))
            left.append((door.line(f"   {words}"), "text"))
        where = _("{place} of {total}", place=number(order.index + 1), total=number(len(order.ids)))
        parts.foot.show(tuple(left), ((door.line(f"{where} " if order.ids else ""), "dim"),))

    def typed(self, typed: str) -> None:
        """Keys of an unfinished sequence."""
        status = self._floor.parts.status
        if status.standing.typed != typed:
            status.put(replace(status.standing, typed=typed), self._floor.desk.clock.now())

    def keys(self) -> None:
        """The five keys of this place, as things stand."""
        floor = self._floor
        row = floor.parts.list.row(floor.current)
        width = floor.screen.size.width or None
        mine, status = (False, "") if row is None else (row.holder_is_me, row.status)
        stands = (floor.place, mine, status, width)
        if stands == self._said:
            return
        self._said = stands
        instead: dict[str, str] = {}
        if mine:
            instead["claim.toggle"] = _("release")
        if status == "resolved":
            instead["triage.resolve"] = _("reopen")
        if status == "snoozed":
            instead["triage.snooze"] = _("wake")
        floor.parts.keys.show(footer(floor.keymap, floor.place, floor.look, instead=instead, width=width))
