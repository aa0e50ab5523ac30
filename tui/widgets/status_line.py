"""The line that says how things stand: the last act, a countdown, the channels, who sits here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from desk.queue_views import Row
from desk.views import ChannelHealth, CollectorState
from domain.clock import MINUTE, SECOND, Millis
from i18n import _, ngettext
from tui import badges
from tui import format as fmt
from tui.look import Look
from tui.spans import Span, Spans
from tui.text import blank
from tui.widgets.sheet import Line

if TYPE_CHECKING:
    from desk.promise_views import PromiseAlert

_SAID_FOR: Millis = 12 * SECOND


@dataclass(frozen=True, slots=True)
class Leaving:
    """A reply that can still be called back."""

    recipient: str
    until: Millis


@dataclass(frozen=True, slots=True)
class Standing:
    """All that the line can speak of."""

    channels: Sequence[ChannelHealth] = ()
    collector: CollectorState | None = None
    row: Row | None = None
    typed: str = ""
    """Keys of an unfinished sequence."""

    said: str = ""
    bad: bool = False
    said_at: Millis = 0
    leaving: Leaving | None = None

    initials: str = ""
    promises: PromiseAlert | None = None
    """Open promises that are close to their moment, or past it."""


class StatusLine(Line):
    """Speaks of one thing at a time, the most urgent."""

    def __init__(self, look: Look) -> None:
        super().__init__(id="status")
        self._look = look
        self._now: Millis = 0
        self.standing = Standing()

    def put(self, standing: Standing, now: Millis) -> None:
        """Things stand otherwise."""
        self.standing, self._now = standing, now
        self.show(self._speak(), self._beside())

    def tick(self, now: Millis) -> None:
        """Time went by."""
        leaving = self.standing.leaving
        if leaving is not None and leaving.until <= now:
            self.standing = replace(self.standing, leaving=None)
        if self.standing.said and now - self.standing.said_at > _SAID_FOR:
            self.standing = replace(self.standing, said="", bad=False)
        self.put(self.standing, now)

    def say(self, sentence: str, now: Millis, *, bad: bool = False) -> None:
        """The outcome of an act."""
        self.put(replace(self.standing, said=sentence, bad=bad, said_at=now), now)

    def _speak(self) -> Spans:
        standing, door = self.standing, self._look.door
        if standing.said and standing.bad:
            return ((door.line(f" ! {standing.said}"), "over"),)
        countdown = self._countdown()
        if countdown:
            return countdown
        if standing.said:
            return ((door.line(f" {standing.said}"), "text"),)
        if standing.collector is not None and standing.collector.sentence:
            return ((door.line(f" {self._look.signs.broken} {standing.collector.sentence}"), "soon"),)
        return self._health()

    def _countdown(self) -> Spans:
        leaving, door = self.standing.leaving, self._look.door
        if leaving is None:
            return ()
        left = max(0, -(-(leaving.until - self._now) // SECOND))
        return (
            (door.line(f" {_('The reply to {who} goes out in', who=leaving.recipient)} "), "text"),
            (door.line(_("{n} s", n=left)), "accent"),
            (door.line("   u "), "strong"),
            (door.line(_("calls it back")), "dim"),
        )

    def _health(self) -> Spans:
        """`● BS   ● MA 4 m   ○ IG 14 m token expired`: an age only when it is worth a look."""
        door, signs = self._look.door, self._look.signs
        pieces: list[Span] = [(blank(1), "text")]
        for channel in self.standing.channels:
            pieces.append((signs.broken, "over") if channel.error else (signs.alive, "good"))
            pieces.append((door.line(f" {channel.name}"), "text" if channel.error else "dim"))
            age = 0 if channel.last_ok_at is None else self._now - channel.last_ok_at
            if age >= 2 * MINUTE:
                pieces.append((door.line(f" {fmt.age(age)}"), "dim"))
            words = channel.error or channel.remaining
            if words:
                pieces.append((door.line(f" {words}"), "over" if channel.error else "dim"))
            pieces.append((blank(3), "text"))
        if self.standing.collector is not None and self.standing.collector.notice:
            pieces.append((door.line(f"! {self.standing.collector.notice}"), "soon"))
        return tuple(pieces)

    def _beside(self) -> Spans:
        standing, door = self.standing, self._look.door
        pieces: list[Span] = []
        if standing.typed:
            pieces.append((door.line(f"{standing.typed}   "), "accent"))
        if standing.row is not None and not (standing.said and standing.bad):  # a refusal needs the room
            pieces.append((door.line(f"{self._held(standing.row)}   "), "dim"))
        pieces += self._promised()
        pieces.append((door.line(f"{standing.initials} "), "text"))
        return tuple(pieces)

    def _promised(self) -> Spans:
        """`2 promises due soon`, before they are late, and those that are."""
        alert, door = self.standing.promises, self._look.door
        if alert is None:
            return ()
        pieces: list[Span] = []
        if alert.over:
            words = ngettext("{n} promise late", "{n} promises late", alert.over)
            pieces.append((door.line(f"! {words}   "), "over"))
        if alert.soon:
            words = ngettext("{n} promise due soon", "{n} promises due soon", alert.soon)
            pieces.append((door.line(f"{words}   "), "soon"))
        return tuple(pieces)

    def _held(self, row: Row) -> str:
        if row.holder_is_me:
            return _("you hold it")
        if row.holder:
            who = badges.holder(row, self._look.signs, self._look.door).text
            return _("{who} writes", who=row.holder) if row.writing else _("{who} holds it", who=who)
        return _("nobody holds it")
