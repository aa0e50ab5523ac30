"""X's activity stream: an outbound connection that says when something has happened to us.

Source: docs.x.com, "X Activity API" (August 2026): subscriptions per event type and user, made with the
user's token; one stream per app, read with the app's token; a line of JSON per event and an empty line as a
sign of life. What an event holds is not read from here: it is a hint to poll, so a lost one costs only time.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Final

from channels.fields import is_object, obj, objects, word
from channels.http import BoundedClient
from channels.http_answer import Answer, NotJson, parse_json

PUBLIC: Final = ("post.mention.create", "post.reply.create", "post.quote.create")
PRIVATE: Final = ("dm.received",)
PATH: Final = "2/activity/stream"
SUBSCRIPTIONS: Final = "2/activity/subscriptions"

Ask = Callable[..., Awaitable[Answer]]
"""The connector's own way of asking."""


async def subscribe(ask: Ask, user_id: str, *, private: bool) -> None:
    """See to it that what we want to hear is subscribed to. Raises the errors of `channels.base`."""
    said = (await ask("GET", SUBSCRIPTIONS)).json()
    there = {
        word(each, "event_type")
        for each in objects(said, "data")
        if word(obj(each, "filter"), "user_id") == user_id
    }
    for event in PRIVATE if private else PUBLIC:
        if event not in there:
            body = {"event_type": event, "filter": {"user_id": user_id}, "tag": "webcare"}
            await ask("POST", SUBSCRIPTIONS, json=body)


async def events(client: BoundedClient, kind: str) -> AsyncGenerator[str, None]:
    """One at the start, as something may have come before, and one for each event whose type begins so."""
    opened = False
    async with aclosing(client.lines(PATH, kind="application/json")) as lines:
        async for line in lines:
            event = _event(line)
            if not opened or event.startswith(kind):
                opened = True
                yield event


def _event(line: str) -> str:
    if not line.strip():
        return ""
    try:
        said = parse_json(line.encode("utf-8", "replace"))
    except NotJson:
        return ""
    return word(obj(said, "data"), "event_type") if is_object(said) else ""
