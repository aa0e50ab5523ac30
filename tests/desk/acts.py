"""What operators do all day, in one call each."""

from __future__ import annotations

from dataclasses import replace

from desk.desk import Desk
from desk.reply_views import OutboxView, ReviewView
from desk.target import Kind
from desk.views import Done
from tests.desk.conftest import World


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


SENTENCES = [
    f"Dit is zin {n} van een antwoord dat voor een enkel bericht veel te lang is." for n in range(16)
]
LONG = " ".join(SENTENCES)


async def send_in_parts(desk: Desk, conversation: int, text: str = LONG) -> tuple[ReviewView, Done]:
    """Write, review in parts and send."""
    await begin(desk, conversation, text)
    review = await desk.replies.review(conversation, "public", text, in_parts=True)
    return review, await desk.replies.send(review)


async def sender_step(world: World, after: int = 0) -> None:
    """One step of the sender, so many milliseconds later."""
    world.clock.advance(after)
    await world.collector.sender.step()


async def part_states(desk: Desk) -> list[str]:
    """Of the parts of the one reply on its way."""
    return [part.status for part in (await only_outbox(desk)).parts]
