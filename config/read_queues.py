"""The `queues:` part of the file: a team's own views, beside the ones that are always there."""

from __future__ import annotations

import re
from collections.abc import Collection

from config.section import Reader, choice, fault, section, text, yes_or_no
from config.strict_yaml import Node, Table
from domain.conversation import KINDS, SENTIMENTS
from domain.queues import DEFAULT_QUEUES, Order, QueueDefinition, QueueFilter
from i18n import _

KEYS = (
    "name", "status", "active", "listening", "owner", "unassigned", "sentiment", "kind", "channel", "label",
    "window", "promise", "outbox", "from", "search", "order", "counted",
)  # fmt: skip
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
_STATUSES = ("open", "waiting", "snoozed", "resolved")
_ORDERS: tuple[Order, ...] = ("clock", "recent", "shows", "promise")


def queues(channels: Collection[str]) -> Reader[tuple[QueueDefinition, ...]]:
    """Reads the shipped queues and then the team's own; an own one with a shipped id takes its place."""
    return lambda node, path: _queues(node, path, channels)


def _queues(node: Node, path: str, channels: Collection[str]) -> tuple[QueueDefinition, ...]:
    if not isinstance(node, Table):
        raise fault(node.place, path, _("write one queue per line, as 'name:' with its conditions below it"))
    own: dict[str, QueueDefinition] = {}
    for queue_id, entry in node.entries.items():
        if not _ID.fullmatch(queue_id):
            place = node.key_places[queue_id]
            raise fault(place, f"{path}.{queue_id}", _("use small letters, digits and '-' in a queue's name"))
        own[queue_id] = _queue(queue_id, entry, f"{path}.{queue_id}", channels)
    shipped = tuple(own.pop(queue.id, queue) for queue in DEFAULT_QUEUES)
    return (*shipped, *own.values())


def _queue(queue_id: str, node: Node, path: str, channels: Collection[str]) -> QueueDefinition:
    read = section(KEYS)(node, path)
    return QueueDefinition(
        id=queue_id,
        name=read.get("name", text, queue_id),
        filter=QueueFilter(
            status=read.get("status", choice(_STATUSES), None),
            active=read.get(
                "active", yes_or_no, not any(key in read for key in ("status", "listening", "promise"))
            ),
            listening=read.get("listening", yes_or_no, default=False),
            owner=read.get("owner", text, None),
            unassigned=read.get("unassigned", yes_or_no, default=False),
            sentiment=read.get("sentiment", choice(SENTIMENTS), None),
            kind=read.get("kind", choice(KINDS), None),
            channel=read.get("channel", choice(channels), None),
            label=read.get("label", text, None),
            has_window=read.get("window", yes_or_no, default=False),
            has_promise=read.get("promise", yes_or_no, default=False),
            outbox=read.get("outbox", yes_or_no, default=False),
            from_handle=read.get("from", text, None),
            match=read.get("search", text, None),
            order=read.get("order", choice(_ORDERS), "clock"),
        ),
        counted=read.get("counted", yes_or_no, default="search" not in read),
    )
