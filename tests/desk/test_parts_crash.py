"""A sender that dies at each of its steps in turn, while a reply goes out in parts, or in private too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from channels.practice.connector import PracticeConnector
from channels.practice.ledger import Ledger
from desk.sender import Sender
from domain.clock import SECOND
from storage import sender_lock
from tests.desk.acts import first, send_in_parts
from tests.desk.conftest import World, make_world, mention
from tests.desk.invariants import broken


class Dead(BaseException):
    """Nothing in the program survives it."""


@dataclass
class Points:
    """The places at which a sender can die."""

    left: int

    def hit(self) -> None:
        """One of them; the last one that is left is the end."""
        self.left -= 1
        if self.left == 0:
            raise Dead

    async def around(self, work: Callable[..., Awaitable[Any]], *arguments: object) -> Any:
        """It may die before, and after."""
        self.hit()
        done = await work(*arguments)
        self.hit()
        return done


class Fragile:
    """A database or a channel whose user dies at a point."""

    def __init__(self, real: object, points: Points, deadly: tuple[str, ...]) -> None:
        self._real, self._points, self._deadly = real, points, deadly

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if name not in self._deadly:
            return found
        return lambda *arguments: self._points.around(found, *arguments)


def fragile(world: World, connector: PracticeConnector, points: Points) -> Sender:
    """A sender that dies at the last point; the next one begins with nothing but the file."""
    return replace(
        world.collector.sender,
        database=Fragile(world.database, points, ("write",)),  # type: ignore[arg-type]
        connectors={"practice": Fragile(connector, points, ("prepare", "send", "find_sent"))},
    )


async def sent_at_last(world: World, connector: PracticeConnector, ledger: Path) -> None:
    """Another sender takes up what is left, and a person looks at what it cannot know."""
    fence = await world.database.write(sender_lock.next_fence)
    sender = replace(world.collector.sender, fence=fence, connectors={"practice": connector})
    await sender.recover()
    desk = world.desk("ab")
    while left := await desk.outbox.list():
        world.clock.advance(20 * SECOND)
        await sender.step()
        there = {post.text for post in Ledger(ledger).posts()}
        for one in left:
            if one.status == "ask_operator":
                await desk.outbox.settle(one.id, there=one.text in there)


async def in_parts(world: World) -> tuple[list[str], bool]:
    """A reply in parts is queued: its texts, and whether each answers the one before it."""
    review, _done = await send_in_parts(world.desk(), await first(world.desk()))
    return [part.text for part in review.parts], True


async def in_private_too(world: World) -> tuple[list[str], bool]:
    """A public answer is queued, and the private message that follows it."""
    desk = world.desk()
    one = await first(desk)
    review = await desk.replies.review(one, "public", "Je krijgt een bericht.", follow="Wat is je nummer?")
    await desk.replies.send(review)
    assert review.follow is not None
    return [review.text, review.follow.text], False


@pytest.mark.parametrize("queued", [in_parts, in_private_too])
async def test_wherever_the_sender_dies_each_part_goes_out_once(
    tmp_path: Path, queued: Callable[[World], Awaitable[tuple[list[str], bool]]]
) -> None:
    """At every commit, preparation and post, before and after; until it gets through alive."""
    for point in count(1):
        folder = tmp_path / str(point)
        folder.mkdir()
        world, ledger = await make_world(folder), folder / "ledger.jsonl"
        try:
            await world.arrive(mention("waar?"))
            connector = PracticeConnector("practice", world.clock, ledger)
            texts, as_thread = await queued(world)
            world.clock.advance(world.settings.undo)
            alive = await _worked(fragile(world, connector, Points(point)))
            await sent_at_last(world, connector, ledger)
            posts = Ledger(ledger).posts()
            assert [post.text for post in posts] == texts, point
            before = [one.remote_id if as_thread else "id-waar?" for one in posts[:-1]]
            assert [post.parent_id for post in posts] == ["id-waar?", *before]
            assert await world.database.read(broken) == []
        finally:
            await world.database.close()
        if alive:
            assert point > 3 * len(texts)
            return


async def _worked(sender: Sender) -> bool:
    """Until all is sent; False when it died."""
    try:
        while await sender.step():
            pass
    except Dead:
        return False
    return True
