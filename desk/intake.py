"""From a fetched batch to stored conversations, in one transaction with the cursor.

Scoring happens before the transaction, so that the write lock is held for SQL alone. A duplicate is skipped,
another revision is an edit, an item that cannot be stored goes to quarantine and stops nothing.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from channels.base import Batch
from config.settings import ChannelSettings
from desk import mention_rows
from desk.arrivals import Arrivals, Moment, Scored, Taken
from desk.clocks import Clocks
from desk.echoes import take_echo
from desk.naming import SURE, known_as, threaded
from desk.receipts import take_status
from domain.clock import Millis
from domain.inbound import BadItem, Echo, Inbound, SendStatus
from i18n import _
from sentiment.protocol import Score
from storage import channels as channel_store
from storage import forgetting, savepoint

__all__ = ["Intake", "Scored", "Taken"]

_log = logging.getLogger(__name__)

UNREAD = Score(0.0, 1.0, 0.0, "unknown", 0.0, "chatter", 0.0, 0, None, "none", "0")
"""For a text on which the engine failed: a person reads it all the same."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Stores batches of one channel."""

    channel: ChannelSettings
    clocks: Clocks
    score: Callable[[Inbound], Score]
    score_many: Callable[[Sequence[Inbound]], Sequence[Score]] | None = None
    """Scores a page at once, where that is faster; where it fails, `score` reads them one by one."""

    def prepare(self, batch: Batch) -> tuple[list[Scored], list[BadItem]]:
        """Clean and score every item, outside the transaction; what fails becomes a bad item."""
        good: list[Inbound] = []
        bad: list[BadItem] = list(batch.bad)
        now = self.clocks.clock.now()
        for item in batch.items:
            fault = mention_rows.fault(item)
            if fault:
                bad.append(_bad(item, fault))
            else:
                good.append(mention_rows.cleaned(item, now))
        return [Scored(item, score) for item, score in zip(good, self._scored_all(good), strict=True)], bad

    def store(
        self,
        connection: sqlite3.Connection,
        batch: Batch,
        prepared: tuple[list[Scored], list[BadItem]],
        *,
        stream: str,
        now: Millis,
        trouble: str = "",
    ) -> Taken:
        """Store a prepared batch and its cursor; to be called inside one write transaction.

        `trouble` is what is wrong with the channel's other streams; the health line keeps saying it.
        """
        scored, bad = prepared
        scored = [
            Scored(known_as(connection, one.item, now=now), one.score) for one in _welcome(connection, scored)
        ]
        moment = Moment(now, channel_store.listening_since(connection, self.channel.id, stream, now))
        in_order = sorted(scored, key=lambda one: one.item.created_at)
        taken = self._store(connection, in_order, moment, bad := [*bad])
        for echo in batch.echoes:
            named = threaded(connection, self.channel.id, echo)
            self._part(connection, echo, partial(self._take, connection, named, now), bad)
        for status in batch.statuses:
            self._part(connection, status, partial(self._note, connection, status, now), bad)
        for item in bad:
            taken.quarantined += channel_store.quarantine(
                connection, self.channel.id, item, source=stream, at=now
            )
        if batch.cursor is not None:
            channel_store.set_cursor(connection, self.channel.id, stream, batch.cursor)
        channel_store.set_health(connection, self.channel.id, at=now, item_at=taken.newest, error=trouble)
        return taken

    def _scored_all(self, items: Sequence[Inbound]) -> Sequence[Score]:
        if self.score_many is not None and len(items) > 1:
            try:
                return self.score_many(items)
            except Exception:
                _log.exception("the engine failed on a page of %s", self.channel.id)
        return [self._scored(item) for item in items]

    def _scored(self, item: Inbound) -> Score:
        try:
            return self.score(item)
        except Exception:
            _log.exception("the engine failed on an item of %s", self.channel.id)
            return UNREAD

    def _store(
        self, connection: sqlite3.Connection, scored: Sequence[Scored], moment: Moment, bad: list[BadItem]
    ) -> Taken:
        """Store all of it; where SQLite refuses, in halves, until the one item that it refuses is alone."""
        if not scored:
            return Taken()
        arrivals = Arrivals(connection, self.channel, self.clocks, moment)
        try:
            return savepoint.part(connection, lambda: arrivals.take(scored))
        except savepoint.Refused as refusal:
            if len(scored) == 1:
                bad.append(_bad(scored[0].item, _("The database refused it: {why}.", why=refusal)))
                return Taken()
        half = len(scored) // 2
        taken = self._store(connection, scored[:half], moment, bad)
        taken.add(self._store(connection, scored[half:], moment, bad))
        return taken

    def _take(self, connection: sqlite3.Connection, echo: Echo, now: Millis) -> None:
        take_echo(connection, self.clocks, self.channel, echo, now=now)

    def _note(self, connection: sqlite3.Connection, status: SendStatus, now: Millis) -> None:
        take_status(connection, self.clocks, self.channel.id, status, now=now)

    def _part(
        self,
        connection: sqlite3.Connection,
        about: Echo | SendStatus,
        work: Callable[[], None],
        bad: list[BadItem],
    ) -> None:
        try:
            savepoint.part(connection, work)
        except savepoint.Refused as refusal:
            raw = repr(about).encode("utf-8", "replace")
            bad.append(BadItem(_("The database refused it: {why}.", why=refusal), raw, about.remote_id))


def _welcome(connection: sqlite3.Connection, scored: Sequence[Scored]) -> list[Scored]:
    """All but what people had written before they were forgotten; that is counted and not stored."""
    gone = forgetting.forgotten_at(connection, {each for one in scored for each in _accounts(one.item)})
    if not gone:
        return list(scored)
    kept: list[Scored] = []
    out: list[tuple[str, str]] = []
    for one in scored:
        old = [each for each in _accounts(one.item) if one.item.created_at <= gone.get(each, 0)]
        kept += [] if old else [one]
        out += old[:1]
    forgetting.count_kept_out(connection, out)
    return kept


def _accounts(item: Inbound) -> list[tuple[str, str]]:
    """(channel, id) of everything that surely names its author."""
    sure = (item.author.alt_ids[kind] for kind in SURE if kind in item.author.alt_ids)
    return [(item.channel, each) for each in (item.author.remote_id, *sure)]


def _bad(item: Inbound, reason: str) -> BadItem:
    return BadItem(reason, item.raw or repr(item).encode("utf-8", "replace"), item.remote_id or None)
