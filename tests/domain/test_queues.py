"""Queues as data."""

from __future__ import annotations

from domain.queues import DEFAULT_QUEUES, QueueDefinition, QueueFilter, find


def test_ids_are_unique_and_found() -> None:
    ids = [queue.id for queue in DEFAULT_QUEUES]
    assert len(ids) == len(set(ids))
    assert all(find(DEFAULT_QUEUES, one) is queue for one, queue in zip(ids, DEFAULT_QUEUES, strict=True))
    assert find(DEFAULT_QUEUES, "oepn") is None


def test_each_channel_has_a_queue() -> None:
    found = find(DEFAULT_QUEUES, "channel:bluesky:eu")
    assert found == QueueDefinition(
        "channel:bluesky:eu", "bluesky:eu", QueueFilter(active=True, channel="bluesky:eu")
    )
