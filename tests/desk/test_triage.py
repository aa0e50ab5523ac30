"""Sorting work: what is refused, and in which words."""

from __future__ import annotations

import pytest

from domain.clock import HOUR, MINUTE
from domain.errors import NotAllowed, NotFound
from tests.desk.acts import first, reply
from tests.desk.conftest import World, mention


async def test_what_cannot_be_is_refused_in_words(asked: World) -> None:
    """No act leaves a conversation in a state that has no name."""
    triage, one = asked.desk().triage, await first(asked.desk())
    for refused in (
        triage.reopen(one),
        triage.wake(one),
        triage.snooze(one, None),
        triage.no_reply(one, "geen zin"),
        triage.priority(one, 3),
        triage.kind(one, "gezeur"),
        triage.sentiment(one, "woest"),  # type: ignore[arg-type]
        triage.label(one, "  "),
        triage.make_question(one),
    ):
        with pytest.raises(NotAllowed):
            await refused
    await triage.resolve(one)
    for refused in (triage.resolve(one), triage.snooze(one, asked.clock.now() + 1)):
        with pytest.raises(NotAllowed):
            await refused
    for unknown in (triage.assign(one, "niemand"), triage.resolve(999), triage.kind(999, "question")):
        with pytest.raises(NotFound):
            await unknown


async def test_resolving_lets_go_and_reopening_starts_a_new_clock(asked: World) -> None:
    """The lease ends with the work."""
    desk, one = asked.desk(), await first(asked.desk())
    await desk.claims.claim(one)
    await desk.triage.resolve(one)
    assert (await desk.conversations.view(one)).row.holder is None
    asked.clock.advance(3 * HOUR)
    await desk.triage.reopen(one)
    row = (await desk.conversations.view(one)).row
    assert (row.due_what, row.due_at) == ("first_response", asked.clock.now() + HOUR)


async def test_a_label_is_one_word_for_all(asked: World) -> None:
    """Spaces are evened out; the team's list grows; a search finds it."""
    desk, one = asked.desk(), await first(asked.desk())
    await desk.triage.label(one, "  storing   noord ")
    await desk.triage.label(one, "storing noord")
    assert (await desk.queues.rows([one]))[one].labels == ("storing noord",)
    assert await desk.triage.labels() == ("storing noord",)


async def test_assigning_hands_over_and_shows(asked: World) -> None:
    """It moves to the colleague's own queue, and back to nobody's."""
    desk, one = asked.desk(), await first(asked.desk())
    await desk.triage.assign(one, "ab")
    assert [row.assignee for row in (await asked.desk("ab").queues.page("mine")).rows] == ["AB"]
    assert await desk.queues.next_by_clock() is None
    assert "nobody" in (await desk.triage.assign(one, None)).sentence
    assert await desk.queues.next_by_clock() == one
    assert [who.login for who in await desk.triage.operators()] == ["ab", "sanne"]


async def test_a_snooze_comes_back_and_what_was_promised_stays(asked: World) -> None:
    """Due is due: also when it shows again, and when the contact writes first."""
    desk, one = asked.desk(), await first(asked.desk())
    await reply(desk, one)
    await asked.send_all()
    shows, due = asked.clock.now() + HOUR, asked.clock.now() + 3 * HOUR
    await desk.triage.snooze(one, shows, due)
    row = (await desk.conversations.view(one)).row
    assert (row.due_what, row.due_at, row.shows_at) == ("snooze", due, shows)
    await desk.triage.wake(one)
    assert (await desk.conversations.view(one)).row.due_at == due
    await desk.triage.snooze(one, shows, due)
    asked.clock.advance(MINUTE)
    await asked.arrive(mention("en?", created_at=asked.clock.now()))
    row = (await desk.conversations.view(one)).row
    assert (row.due_what, row.due_at) == ("next_response", asked.clock.now() + HOUR)
    await reply(desk, one, "Zo.")
    await asked.send_all()
    assert (await desk.conversations.view(one)).row.due_at is None


async def test_the_collector_wakes_what_is_due_and_leaves_the_rest(asked: World) -> None:
    """Those until a reply wait for the reply."""
    desk, one = asked.desk(), await first(asked.desk())
    await asked.arrive(mention("twee?", thread_key="b"))
    other = await desk.queues.next_by_clock(one)
    assert other is not None
    await desk.triage.snooze(one, asked.clock.now() + MINUTE)
    await desk.triage.snooze(other, None, until_reply=True)
    assert await asked.collector.wake_snoozed() == 0
    asked.clock.advance(MINUTE)
    assert await asked.collector.wake_snoozed() == 1
    assert list(await desk.queues.ids("open")) == [one]
    await asked.arrive(mention("toch!", thread_key="b", created_at=asked.clock.now()))
    assert len(await desk.queues.ids("open")) == 2
