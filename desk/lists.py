"""Queues as the face shows them: tabs with counts, pages of rows, the order of ids."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from desk.ground import Ground
from desk.views import QueuePage, QueueTab, Row
from domain import queues as definitions
from domain.errors import NotFound
from domain.queues import QueueDefinition, QueueFilter
from i18n import _
from storage import conversations, operators
from storage import queues as store

if TYPE_CHECKING:
    from domain.search_query import SearchQuery


class Lists:
    """Reading queues; every method is one snapshot, and none of them takes anything."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def tabs(self) -> tuple[QueueTab, ...]:
        """All queues with their counts, shipped ones first, then one per channel."""

        def work(connection: sqlite3.Connection) -> tuple[QueueTab, ...]:
            counts = store.counts(connection)
            shipped = [self._tab(connection, queue, counts) for queue in self._ground.settings.queues]
            channels = [
                QueueTab(f"channel:{channel.id}", channel.name, counts.get(f"channel:{channel.id}", 0))
                for channel in self._ground.settings.channels.values()
            ]
            return (*shipped, *channels)

        return await self._ground.read(work)

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
        return replace(queue, owner=self._ground.operator.login) if queue.owner == "me" else queue

    def _tab(
        self, connection: sqlite3.Connection, queue: QueueDefinition, counts: dict[str, int]
    ) -> QueueTab:
        if queue.id == "mine":
            return QueueTab(queue.id, _(queue.name), counts.get(f"mine:{self._ground.operator.login}", 0))
        if queue.counted:
            return QueueTab(queue.id, _(queue.name), counts.get(queue.id, 0))
        return QueueTab(queue.id, queue.name, store.count(connection, self._mine(queue.filter)))

    def _rows(self, connection: sqlite3.Connection, found: Sequence[sqlite3.Row]) -> tuple[Row, ...]:
        composing = operators.composing(connection, self._ground.alive_since())
        return tuple(row_view(row, self._ground.operator.login, row["id"] in composing) for row in found)


def row_view(row: sqlite3.Row, me: str, writing: bool) -> Row:  # noqa: FBT001 - three plain columns of one row
    """A database row as a line of a list."""
    return Row(
        id=row["id"],
        version=row["version"],
        channel=row["channel"],
        platform=row["platform"],
        contact_name=row["contact_name"],
        handle=row["handle"],
        preview=row["preview"],
        status=row["status"],
        kind=row["kind"],
        sentiment=row["sentiment"],
        sentiment_unsure=bool(row["sentiment_unsure"]),
        labels=tuple(json.loads(row["labels"])) if row["labels"] != "[]" else (),
        priority=row["priority"],
        visibility=row["visibility"],
        due_at=row["due_at"],
        soon_at=row["soon_at"],
        due_what=row["due_what"],
        holder=row["holder_initials"],
        holder_is_me=row["holder"] == me,
        writing=writing,
        assignee=row["assignee_initials"],
        late_arrivals=row["late_arrivals"],
        shows_at=row["shows_at"],
        promise_at=row["promise_at"],
    )


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
