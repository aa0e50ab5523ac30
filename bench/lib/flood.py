"""Mentions that come in at a steady rate: a practice platform whose people never stop."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from random import Random

from bench.lib.texts import mention, name
from channels.base import Batch, Cursor
from channels.practice.connector import PracticeConnector
from domain.clock import Clock, Millis
from domain.inbound import ContactRef, Inbound

LARGEST = 200
"""Mentions in one page, as platforms give them."""

_LOOK = 0.05
AGAIN = 5
"""Every so manieth mention comes from somebody who wrote before, in the thread they have."""


def item(channel: str, number: int, now: Millis) -> Inbound:
    """One mention; the same number gives the same."""
    random = Random(number)
    who = number - 2 * AGAIN - 1 if number % AGAIN == 0 and number > 2 * AGAIN else number
    person = name(Random(who))
    return Inbound(
        channel=channel, account="@waterkant", remote_id=f"flood{number}", kind="mention",
        visibility="public", thread_key=f"flood{who}",
        author=ContactRef(f"flood{who}", f"@flood{who}", person), text=mention(random).text,
        created_at=now, revision="1", source="mentions",
    )  # fmt: skip


class Flood(PracticeConnector):
    """The practice platform with as many mentions a second as it is told; replies are kept as ever."""

    def __init__(self, channel: str, clock: Clock, ledger: Path) -> None:
        super().__init__(channel, clock, ledger)
        self._now = clock.now
        self.stored = 0
        """Mentions that the desk has stored for sure: its cursor, when it came for more."""

        self.given = 0
        self._rate = 0.0
        self._batch = 1
        self._since = 0.0
        self._base = 0
        self._ready = False

    def flow(self, rate: float, batch: int) -> None:
        """So many a second from now on, in pages of so many; none with rate 0."""
        self._rate, self._batch, self._since = rate, batch, time.monotonic()
        self._base = self.given

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:  # noqa: ARG002 - there is only one
        """What is due; waits until there is a page."""
        self.stored = int(cursor or 0)
        if not self._ready:
            self._base = self.given = self.stored
            self._ready = True
        while (due := self._due()) < self._batch:  # noqa: ASYNC110 - the clock has no event
            await asyncio.sleep(_LOOK if not self._rate else (self._batch - due) / self._rate)
        first, count = self.stored, min(due, LARGEST)
        now = self._now()
        self.given = first + count
        items = tuple(item(self.channel, number, now) for number in range(first, self.given))
        return Batch(items=items, cursor=str(self.given), more=True)

    def _due(self) -> int:
        if not self._rate:
            return 0
        return int((time.monotonic() - self._since) * self._rate) - (self.given - self._base)
