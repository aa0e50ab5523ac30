"""Server-sent events of Mastodon: each is only a hint to look, so a lost one costs nothing but time.

Source: docs.joinmastodon.org/methods/streaming. A thump comes every 15 seconds; the payloads are not read.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Final

from channels.http import BoundedClient

TELLING: Final = frozenset({"notification", "update", "status.update", "delete", "conversation"})
"""Events that mean that a list has changed."""


async def hints(client: BoundedClient, path: str, query: Mapping[str, str]) -> AsyncGenerator[None, None]:
    """One at the start, since something may have come before we listened, and one for each event."""
    opened = False
    async with aclosing(client.lines(path, query=query)) as lines:
        async for line in lines:
            event = line.partition(":")[2].strip() if line.startswith("event:") else ""
            if not opened or event in TELLING:
                opened = True
                yield
