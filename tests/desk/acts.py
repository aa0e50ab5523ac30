"""What operators do all day, in one call each."""

from __future__ import annotations

from dataclasses import replace

from desk.desk import Desk
from desk.replies import Kind
from desk.reply_views import OutboxView
from desk.views import Done


async def first(desk: Desk, queue: str = "open") -> int:
    """Id of the first conversation in a queue."""
    return (await desk.queues.page(queue)).rows[0].id


async def begin(desk: Desk, conversation: int, text: str, kind: Kind = "public") -> None:
    """Open the composer and leave a draft."""
    composer = await desk.replies.open(conversation, kind)
    await desk.replies.save(replace(composer.draft, text=text))


async def reply(
    desk: Desk, conversation: int, text: str = "Hoi Jan, dat lossen we op.", kind: Kind = "public"
) -> Done:
    """Write, review and send."""
    await begin(desk, conversation, text, kind)
    return await desk.replies.send(await desk.replies.review(conversation, kind, text))


async def only_outbox(desk: Desk) -> OutboxView:
    """The one reply on its way."""
    (found,) = await desk.outbox.list()
    return found
