"""Reading a queue on a plain connection, as the desk does on its thread and a first paint by itself."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from config.settings import Settings
from desk.queue_views import QueueTab, Row
from domain.clock import MINUTE, Millis
from domain.queues import QueueDefinition, QueueFilter
from i18n import _
from storage import operators
from storage import queues as store

LEASE: Millis = 2 * MINUTE
"""How long a claim outlives the last heartbeat of its desk."""


def queue_tabs(connection: sqlite3.Connection, settings: Settings, login: str) -> tuple[QueueTab, ...]:
    """All queues with their counts, shipped ones first, then one per channel."""
    counts = store.counts(connection)
    shipped = [_tab(connection, queue, counts, login) for queue in settings.queues]
    channels = [
        QueueTab(f"channel:{channel.id}", channel.name, counts.get(f"channel:{channel.id}", 0))
        for channel in settings.channels.values()
    ]
    return (*shipped, *channels)


def _tab(
    connection: sqlite3.Connection, queue: QueueDefinition, counts: dict[str, int], login: str
) -> QueueTab:
    if queue.id == "mine":
        return QueueTab(queue.id, _(queue.name), counts.get(f"mine:{login}", 0))
    if queue.counted:
        return QueueTab(queue.id, _(queue.name), counts.get(queue.id, 0))
    return QueueTab(queue.id, queue.name, store.count(connection, for_operator(queue.filter, login)))


def for_operator(queue: QueueFilter, login: str) -> QueueFilter:
    """The filter with `me` filled in."""
    return replace(queue, owner=login) if queue.owner == "me" else queue


def row_views(
    connection: sqlite3.Connection, found: Sequence[sqlite3.Row], login: str, now: Millis
) -> tuple[Row, ...]:
    """Database rows as lines of a list, with who is writing just now."""
    composing = operators.composing(connection, now - LEASE)
    return tuple(row_view(row, login, row["id"] in composing) for row in found)


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
