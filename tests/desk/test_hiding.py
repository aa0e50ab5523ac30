"""Hiding a comment: asked for at a desk, done by the collector, whatever the platform says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from channels.base import Permanent, Retryable
from config.channel_settings import PRACTICE
from desk.hiding import FIRST_WAIT, Hider
from desk.views import MessageView
from domain.errors import NotAllowed, WebcareError
from tests.desk.acts import first
from tests.desk.conftest import FakeConnector, World, make_world, mention
from tests.desk.invariants import broken


class Moderated(FakeConnector):
    """A platform that hides, or says why not."""

    faults: list[WebcareError]
    calls: list[tuple[str, bool]]

    async def hide(self, comment_id: str, *, hidden: bool = True) -> None:
        """As the test asked."""
        self.calls.append((comment_id, hidden))
        if self.faults:
            raise self.faults.pop(0)


async def moderated(folder: Path, *faults: WebcareError) -> tuple[World, Hider, Moderated]:
    """A world on a platform that hides, with one comment."""
    world = await make_world(folder, replace(PRACTICE, platform="facebook"))
    connector = Moderated("practice")
    connector.faults, connector.calls = list(faults), []
    await world.arrive(mention("rotzooi!", remote_id="c-1"))
    return world, Hider(world.database, world.clock, {"practice": connector}), connector


async def only_message(world: World, desk: str = "ab") -> MessageView:
    """The comment as another desk sees it."""
    other = world.desk(desk)
    return (await other.conversations.view(await first(other, "all"))).messages[0]


async def test_it_is_asked_for_done_seen_elsewhere_and_undone_by_the_same_act(tmp_path: Path) -> None:
    world, hider, connector = await moderated(tmp_path)
    desk = world.desk()
    conversation = await first(desk)
    assert not await desk.hiding.hidden(conversation)
    assert (await desk.hiding.ask(conversation, hidden=True)).sentence == "It is being hidden."
    assert await desk.hiding.hidden(conversation)
    seen = await only_message(world)
    assert (seen.hidden, seen.hiding) == (True, "asked")
    assert connector.calls == []
    assert await hider.step()
    assert not await hider.step()
    assert connector.calls == [("c-1", True)]
    seen = await only_message(world)
    assert (seen.hidden, seen.hiding) == (True, "done")
    await desk.hiding.ask(conversation, hidden=False)
    assert await hider.step()
    assert connector.calls[1:] == [("c-1", False)]
    seen = await only_message(world)
    assert (seen.hidden, seen.hiding) == (False, "done")
    assert await world.database.read(broken) == []
    await world.database.close()


async def test_a_refusal_is_told_and_it_can_be_asked_again(tmp_path: Path) -> None:
    world, hider, connector = await moderated(tmp_path, Permanent("That comment is gone."))
    desk = world.desk()
    conversation = await first(desk)
    await desk.hiding.ask(conversation, hidden=True)
    await hider.step()
    seen = await only_message(world)
    assert (seen.hiding, seen.hiding_sentence) == ("failed", "That comment is gone.")
    await desk.hiding.ask(conversation, hidden=True)
    await hider.step()
    assert connector.calls == [("c-1", True), ("c-1", True)]
    assert (await only_message(world)).hiding == "done"
    await world.database.close()


async def test_what_cannot_be_done_now_is_tried_again_later(tmp_path: Path) -> None:
    world, hider, connector = await moderated(tmp_path, Retryable("Facebook does not answer."))
    desk = world.desk()
    await desk.hiding.ask(await first(desk), hidden=True)
    assert await hider.step()
    assert not await hider.step()
    seen = await only_message(world)
    assert (seen.hiding, seen.hiding_sentence) == ("asked", "Facebook does not answer.")
    world.clock.advance(FIRST_WAIT)
    assert await hider.step()
    assert connector.calls == [("c-1", True), ("c-1", True)]
    assert (await only_message(world)).hiding == "done"
    await world.database.close()


async def test_what_is_asked_while_the_platform_answers_stands(tmp_path: Path) -> None:
    world, _hider, connector = await moderated(tmp_path)
    desk = world.desk()
    conversation = await first(desk)
    await desk.hiding.ask(conversation, hidden=True)

    class Interrupted(Moderated):
        async def hide(self, comment_id: str, *, hidden: bool = True) -> None:
            """While it is done, somebody wants it back."""
            await super().hide(comment_id, hidden=hidden)
            if hidden:
                world.clock.advance(1)
                await desk.hiding.ask(conversation, hidden=False)

    busy = Interrupted("practice")
    busy.faults, busy.calls = [], connector.calls
    hider = Hider(world.database, world.clock, {"practice": busy})
    while await hider.step():
        pass
    assert busy.calls == [("c-1", True), ("c-1", False)]
    seen = await only_message(world)
    assert (seen.hidden, seen.hiding) == (False, "done")
    await world.database.close()


async def test_where_a_platform_cannot_the_reason_is_told(asked: World) -> None:
    desk = asked.desk()
    with pytest.raises(NotAllowed, match="nothing can be hidden from here"):
        await desk.hiding.ask(await first(desk), hidden=True)


async def test_two_who_ask_at_once_ask_once(tmp_path: Path) -> None:
    world, hider, connector = await moderated(tmp_path)
    conversation = await first(world.desk())
    for login in ("sanne", "ab"):
        await world.desk(login).hiding.ask(conversation, hidden=True)
    while await hider.step():
        pass
    assert connector.calls == [("c-1", True)]
    assert (await only_message(world)).hidden is True
    await world.database.close()
