"""What goes on beside the keys: reading for the list, saving, changes of the desk, heartbeat, health.

Every piece of work has a group of its own, so that none cancels a stranger; what goes wrong is said on the
status line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from time import monotonic

from desk.views import Change
from domain.errors import WebcareError
from tui.floor import Floor
from tui.writing import Writing

HEARTBEAT = 15.0
"""Seconds between two signs of life; a lease lasts two minutes."""

LOOK_AFTER = 3.0
"""Seconds between two looks at the channels and at who collects, of which nobody sends word."""

_SAVE_AFTER = 1.0
"""Seconds after a letter until the draft is on disk; two are promised."""

_REST = 0.12
"""Seconds that the cursor rests on a row before its conversation is read; holding `j` reads none."""

_BREATH, _LONGEST_BREATH, _SHARE = 0.1, 1.0, 20
"""Seconds between two repaints for changes, and at least so many times what the last one took: a storm must
not stand between a key and its paint, least of all on a machine that many share."""

_AGAIN = 1.0
"""Seconds until watching is tried again after it failed."""


class Background:
    """Workers of the desk's screen."""

    def __init__(self, floor: Floor, writing: Writing) -> None:
        self._floor = floor
        self._writing = writing
        self._saving = False

    def run(self, group: str, work: Coroutine[None, None, None], *, exclusive: bool = False) -> None:
        """Do it beside the keys."""
        self._floor.screen.run_worker(self._told(work), group=group, exclusive=exclusive)

    async def _told(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except WebcareError as error:
            self._floor.say(str(error), bad=True)

    # for the list and the conversation

    def peek(self) -> None:
        """Read the conversation under the cursor once it rests; only the last wish counts."""
        floor = self._floor
        view = floor.parts.conversation.view
        if view is None or view.row != floor.parts.list.row(floor.current):
            self.run("peek", self._peek(), exclusive=True)

    async def _peek(self) -> None:
        await asyncio.sleep(_REST)
        await self._floor.peek()

    def read_rows(self, ids: tuple[int, ...]) -> None:
        """Read rows that the list lacks."""
        self.run("rows", self._floor.feed.read(ids))

    def load_rest(self) -> None:
        """Read the order behind the first page."""
        self.run("rest", self._floor.feed.load_rest())

    # for the composer

    def save_soon(self) -> None:
        """Keep what is typed, soon; many letters are one write."""
        if self._writing.unsaved and not self._saving:
            self._saving = True
            self._floor.screen.set_timer(_SAVE_AFTER, self._save_now)

    def _save_now(self) -> None:
        self._saving = False
        self.run("save", self._save())

    async def _save(self) -> None:
        try:
            await self._writing.save()
        except WebcareError:
            self.save_soon()
            raise

    # for the desk

    def watch(self) -> None:
        """Take over what changes, here and elsewhere, for as long as the screen lives."""
        self.run("changes", self._watch())

    async def _watch(self) -> None:
        while True:
            await self._told(self._take_all())
            await asyncio.sleep(_AGAIN)

    async def _take_all(self) -> None:
        async for change in self._floor.desk.changes():
            started = monotonic()
            await self._take(change)
            took = monotonic() - started
            await asyncio.sleep(min(_LONGEST_BREATH, max(_BREATH, _SHARE * took)))

    async def _take(self, change: Change) -> None:
        floor = self._floor
        await floor.feed.changed(change)
        self._writing.notice()
        await floor.count()
        shown = floor.parts.conversation.view
        touched = change.everything or change.outbox or change.presence
        if shown is None or touched or shown.row.id in change.conversations:
            await floor.peek()
        if change.channels or change.everything:
            await self.read_health()

    def beat(self) -> None:
        """Keep our leases."""
        self.run("heartbeat", self._floor.desk.claims.heartbeat(), exclusive=True)

    def look_after(self) -> None:
        """See how the channels fare."""
        self.run("health", self._look_after(), exclusive=True)

    async def _look_after(self) -> None:
        await self.read_health()
        await self._read_promises()

    async def _read_promises(self) -> None:
        """Count what is close to its moment; never before the first paint."""
        status = self._floor.parts.status
        alert = await self._floor.desk.promises.alert()
        if alert != status.standing.promises:
            status.put(replace(status.standing, promises=alert), self._floor.desk.clock.now())

    async def read_health(self) -> None:
        """Channels and collector, for the status line."""
        health, status = self._floor.desk.health, self._floor.parts.status
        collector = await health.collector()
        known = status.standing.channels
        # While nobody collects, no channel's state can change.
        channels = known if known and not collector.running else await health.channels()
        standing = replace(status.standing, channels=channels, collector=collector)
        status.put(standing, self._floor.desk.clock.now())
