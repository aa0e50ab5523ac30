"""Queues as the face shows them: tabs with counts, pages of rows, the order of ids."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from desk.ground import Ground
from desk.queue_views import QueuePage, QueueTab, Row
from desk.rows import for_operator, queue_tabs, row_views
from domain import queues as definitions
from domain.errors import NotFound
from domain.queues import QueueFilter
from i18n import _
from storage import conversations
from storage import queues as store

if TYPE_CHECKING:
    from domain.search_query import SearchQuery


class Lists:
    """Reading queues; every method is one snapshot, and none of them takes anything."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def tabs(self) -> tuple[QueueTab, ...]:
        """All queues with their counts, shipped ones first, then one per channel."""
        settings, login = self._ground.settings, self._ground.operator.login
        return await self._ground.read(lambda connection: queue_tabs(connection, settings, login))

    async def page(
        self, queue: str, after: tuple[int, int] | None = None, limit: int = 64, *, search: str | None = None
    ) -> QueuePage:
        """A run of rows. Raises NotFound for an unknown queue, NotAllowed for a search it cannot read."""
        wanted = self.filter_of(queue, search)

        def work(connection: sqlite3.Connection) -> QueuePage:
            found = store.page(connection, wanted, after, limit)
            key = store.sort_key(wanted, found[-1]) if len(found) == limit else None
            return QueuePage(self._rows(connection, found), key)

        return await self._ground.read(work)

    async def ids(self, queue: str, *, search: str | None = None, limit: int | None = None) -> array[int]:
        """The ids of a queue in its order."""
        wanted = self.filter_of(queue, search)
        return await self._ground.read(lambda connection: store.ids(connection, wanted, limit))

    async def rows(self, ids: Sequence[int]) -> dict[int, Row]:
        """Rows of these conversations by id; one that is gone is left out."""

        def work(connection: sqlite3.Connection) -> dict[int, Row]:
            return {row.id: row for row in self._rows(connection, conversations.rows(connection, tuple(ids)))}

        return await self._ground.read(work)

    async def next_by_clock(self, after: int | None = None) -> int | None:
        """The open conversation that is due first and not in a colleague's hands; None when all is done."""
        login = self._ground.operator.login

        def work(connection: sqlite3.Connection) -> int | None:
            key = None
            if after is not None:
                row = conversations.get(connection, after)
                key = (row["due_sort"], row["id"])
            following = conversations.most_urgent(connection, login, after=key)
            return following or conversations.most_urgent(connection, login, after=None)

        return await self._ground.read(work)

    def filter_of(self, queue: str, search: str | None = None) -> QueueFilter:
        """A queue's filter with `me` and a search filled in."""
        definition = definitions.find(self._ground.settings.queues, queue)
        if definition is None:
            known = ", ".join(one.id for one in self._ground.settings.queues)
            raise NotFound(_("There is no queue {queue}; choose from {known}.", queue=queue, known=known))
        wanted = self._mine(definition.filter)
        if not search:
            return wanted
        from domain.search_query import parse_query  # noqa: PLC0415 - only for whoever searches

        return narrowed(
            wanted, parse_query(search), self._ground.operator.login, self._ground.settings.timezone
        )

    def _mine(self, queue: QueueFilter) -> QueueFilter:
        return for_operator(queue, self._ground.operator.login)

    def _rows(self, connection: sqlite3.Connection, found: Sequence[sqlite3.Row]) -> tuple[Row, ...]:
        return row_views(connection, found, self._ground.operator.login, self._ground.clock.now())


def narrowed(queue: QueueFilter, query: SearchQuery, me: str, timezone: str) -> QueueFilter:
    """A queue's filter with a search on top; what the search names goes before what the queue says."""
    asked = query.filters
    before, after = asked.bounds(ZoneInfo(timezone))
    state = asked.state
    return replace(
        queue,
        active=queue.active if state in {None, "mine"} else state == "open" and not queue.listening,
        listening=queue.listening and state in {None, "mine", "open"},
        status=queue.status if state in {None, "mine"} else None if state == "open" else state,
        owner=me if state == "mine" else queue.owner,
        from_handle=asked.from_handle,
        channel=asked.channel or queue.channel,
        label=asked.label or queue.label,
        sentiment=asked.sentiment or queue.sentiment,
        kind=asked.kind or queue.kind,
        before=before,
        after=after,
        match=query.fts_match(),
    )
