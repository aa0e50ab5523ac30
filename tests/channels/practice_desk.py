"""A desk on the practice channel, for its own tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from channels.base import Draft
from channels.practice.connector import STREAM, PracticeConnector, PracticeOptions
from domain.clock import ManualClock
from domain.inbound import Inbound, Visibility

START = 1_795_420_800_000


def practice(clock: ManualClock, ledger: Path, **options: object) -> PracticeConnector:
    """A fresh connector, as after a restart."""
    chosen = replace(PracticeOptions(), **options)  # type: ignore[arg-type]
    return PracticeConnector("practice", clock, ledger, chosen)


async def everything(connector: PracticeConnector, cursor: str | None) -> tuple[list[Inbound], str | None]:
    """All that waits, and the cursor behind it."""
    items: list[Inbound] = []
    while True:
        batch = await connector.pull(STREAM, cursor)
        items.extend(batch.items)
        cursor = batch.cursor or cursor
        if not batch.more:
            return items, cursor


def reply(parent: Inbound, text: str, visibility: Visibility = "public") -> Draft:
    """Our answer to a mention."""
    return Draft(
        text=text,
        visibility="private" if visibility == "private" else "public",
        thread_key=parent.thread_key,
        parent_id=parent.remote_id,
        parent_ref=None,
        recipient=parent.author,
        lang=parent.lang,
    )
