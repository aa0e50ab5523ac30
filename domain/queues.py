"""Queues: saved, ordered views on conversations, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from i18n import N_

Order = Literal["clock", "recent", "shows", "promise"]


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which conversations a queue shows, and in which order. All conditions must hold."""

    status: str | None = None
    active: bool = False
    """Open and not listen-only: what needs us."""

    listening: bool = False
    """Open on a listen-only channel."""

    owner: str | None = None
    """Login of who holds it, or else of who it is assigned to."""

    unassigned: bool = False
    sentiment: str | None = None
    kind: str | None = None
    channel: str | None = None
    label: str | None = None
    has_window: bool = False
    has_promise: bool = False
    """Something was promised in it and is still to be done."""

    outbox: bool = False
    """Has a reply on its way, refused, or in doubt."""

    from_handle: str | None = None
    before: int | None = None
    """Last activity before this moment, UTC milliseconds."""

    after: int | None = None
    match: str | None = None
    """An FTS5 MATCH expression over the texts."""

    order: Order = "clock"


@dataclass(frozen=True, slots=True)
class QueueDefinition:
    """A queue with its id and the name people see."""

    id: str
    name: str
    """A msgid for the shipped ones, the team's own words for theirs."""

    filter: QueueFilter
    counted: bool = True
    """Whether a trigger keeps its count."""


DEFAULT_QUEUES: tuple[QueueDefinition, ...] = (
    QueueDefinition("open", N_("open"), QueueFilter(active=True)),
    QueueDefinition("mine", N_("mine"), QueueFilter(active=True, owner="me")),
    QueueDefinition("unassigned", N_("unassigned"), QueueFilter(active=True, unassigned=True)),
    QueueDefinition("negative", N_("negative"), QueueFilter(active=True, sentiment="negative")),
    QueueDefinition("complaints", N_("complaints"), QueueFilter(active=True, kind="complaint")),
    QueueDefinition("compliments", N_("compliments"), QueueFilter(active=True, kind="compliment")),
    QueueDefinition("waiting", N_("waiting"), QueueFilter(status="waiting", order="recent")),
    QueueDefinition("snoozed", N_("snoozed"), QueueFilter(status="snoozed", order="shows")),
    QueueDefinition("promises", N_("promises"), QueueFilter(has_promise=True, order="promise")),
    QueueDefinition("windows", N_("windows"), QueueFilter(active=True, has_window=True)),
    QueueDefinition("listening", N_("listening"), QueueFilter(listening=True, order="recent")),
    QueueDefinition("outbox", N_("outbox"), QueueFilter(outbox=True, order="recent")),
    QueueDefinition("all", N_("everything"), QueueFilter(order="recent")),
)


def find(queues: tuple[QueueDefinition, ...], queue_id: str) -> QueueDefinition | None:
    """The queue with this id; `channel:<id>` names the queue of one channel."""
    if queue_id.startswith("channel:"):
        channel = queue_id.removeprefix("channel:")
        return QueueDefinition(queue_id, channel, QueueFilter(active=True, channel=channel))
    by_id: Mapping[str, QueueDefinition] = {queue.id: queue for queue in queues}
    return by_id.get(queue_id)
