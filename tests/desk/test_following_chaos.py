"""A public answer with a private message behind it, whatever the platform and its people do."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from channels.base import Permanent, Retryable, Unknown
from desk.desk import Desk
from domain.clock import MINUTE
from domain.errors import Conflict
from tests.desk.acts import begin, first
from tests.desk.conftest import World, make_world, mention
from tests.desk.invariants import broken

OUTCOMES = {"refused": Permanent("Nee."), "busy": Retryable("druk"), "lost": Unknown("kwijt"), "fine": None}
ACTS = ("send", "call back", "again", "look")


async def act(world: World, desk: Desk, what: str, outcome: str, *, lands: bool) -> None:
    """One thing happens; what cannot be done is refused."""
    left = await desk.outbox.list()
    if what == "send":
        world.connector.outcome, world.connector.lands = OUTCOMES[outcome], outcome == "lost" and lands
        world.clock.advance(MINUTE)
        await world.collector.sender.step()
        return
    for one in left:
        try:
            if what == "call back":
                await desk.outbox.call_back(one.id)
            elif what == "again":
                await desk.outbox.try_again(one.id)
            else:
                there = any(post.text == one.text for post in world.connector.posted)
                await desk.outbox.settle(one.id, there=there)
        except Conflict:
            pass


async def lived(folder: Path, steps: list[tuple[str, str, bool]], *, readable: bool) -> None:
    """From the review to the last step; then all that must hold."""
    world = await make_world(folder)
    try:
        await world.arrive(mention("waar?"))
        if not readable:
            world.connector.caps = type(world.connector.caps)(
                True, True, idempotent_send=False, find_sent=False
            )
        desk = world.desk()
        one = await first(desk)
        await begin(desk, one, "Openbaar.")
        await begin(desk, one, "Besloten.", "private")
        review = await desk.replies.review(one, "public", "Openbaar.", follow="Besloten.")
        await desk.replies.send(review)
        for what, outcome, lands in steps:
            await act(world, desk, what, outcome, lands=lands)
            assert await world.database.read(broken) == []
        out = [post.visibility for post in world.connector.posted]
        assert out in ([], ["public"], ["public", "private"]), steps
        kept = [(await desk.replies.open(one, kind)).draft.text for kind in ("public", "private")]
        going = {text for reply in await desk.outbox.list() for text in _texts(reply.parts)}
        for text, kind in zip(kept, ("public", "private"), strict=True):
            assert text or kind in out or any(kind == each for each in going), steps
    finally:
        await world.database.close()


def _texts(parts: tuple[object, ...]) -> set[str]:
    return {str(getattr(part, "visibility", "")) for part in parts}


STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.sampled_from(sorted(OUTCOMES)), st.booleans()), max_size=8
)


@settings(max_examples=40, deadline=None)
@given(steps=STEPS, readable=st.booleans())
def test_nothing_goes_twice_or_in_the_wrong_order_and_no_text_is_lost(
    steps: list[tuple[str, str, bool]], *, readable: bool
) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(lived(Path(folder), steps, readable=readable))
