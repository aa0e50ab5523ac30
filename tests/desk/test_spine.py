"""From a mention to a reply that went out once, on a real file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channels.base import Permanent, RateLimited, Unknown
from domain.clock import HOUR, MINUTE
from domain.errors import Conflict, NotAllowed
from tests.desk.acts import first, only_outbox, reply
from tests.desk.conftest import MONDAY_NINE, World, mention


async def test_a_mention_becomes_a_row_with_a_clock(world: World) -> None:
    """Sentiment, kind, due moment and counts are there at once."""
    await world.arrive(mention("ik ben boos"), cursor="7")
    desk = world.desk()
    (row,) = (await desk.queues.page("open")).rows
    assert (row.contact_name, row.preview, row.sentiment, row.kind) == (
        "Jan de Vries", "ik ben boos", "negative", "complaint",
    )  # fmt: skip
    assert row.due_at == MONDAY_NINE + HOUR
    assert row.soon_at == MONDAY_NINE + 48 * MINUTE
    counts = {tab.id: tab.count for tab in await desk.queues.tabs()}
    assert (counts["open"], counts["negative"], counts["unassigned"], counts["mine"]) == (1, 1, 1, 0)


async def test_the_same_item_twice_is_one(world: World) -> None:
    """A repeated page stores nothing again."""
    await world.arrive(mention("waar?"))
    await world.arrive(mention("waar?"), mention("en nog iets?", thread_key="b"))
    desk = world.desk()
    assert len((await desk.queues.page("open")).rows) == 2


async def test_an_edit_replaces_the_text_and_is_searchable(world: World) -> None:
    """The old words are no longer found, the new ones are."""
    await world.arrive(mention("storing in Gent?"))
    edited = replace(mention("storing in Gent?"), text="storing in Brugge?", revision="2")
    await world.arrive(edited)
    desk = world.desk()
    found = (await desk.queues.page("all", search="Brugge")).rows
    assert [row.preview for row in found] == ["storing in Brugge?"]
    assert not (await desk.queues.page("all", search="Gent")).rows


async def test_a_reply_goes_out_once_and_stops_the_clock(world: World) -> None:
    """Queued, confirmed, waiting; the draft is gone."""
    await world.arrive(mention("waar blijft het?"))
    desk = world.desk()
    conversation = await first(desk)
    done = await reply(desk, conversation)
    assert done.undo_until == MONDAY_NINE + world.settings.undo
    assert world.connector.posted == []
    await world.send_all()
    assert [one.text for one in world.connector.posted] == ["Hoi Jan, dat lossen we op. ^SV"]
    view = await desk.conversations.view(conversation)
    assert view.row.status == "waiting"
    assert [clock.what for clock in view.clocks if not clock.paused] == []
    assert view.messages[-1].text.endswith("^SV")
    assert (await desk.replies.open(conversation, "public")).draft.text == ""


async def test_a_reply_is_called_back_in_its_window(world: World) -> None:
    """`u` stops it and gives the text back."""
    await world.arrive(mention("waar?"))
    desk = world.desk()
    conversation = await first(desk)
    await reply(desk, conversation, "Te snel.")
    await desk.history.undo()
    await world.send_all()
    assert world.connector.posted == []
    assert (await desk.replies.open(conversation, "public")).draft.text == "Te snel."


async def test_double_enter_queues_once(world: World) -> None:
    """The same text twice in one conversation is refused while the first is on its way."""
    await world.arrive(mention("waar?"))
    desk = world.desk()
    conversation = await first(desk)
    await reply(desk, conversation)
    with pytest.raises(Conflict):
        await reply(desk, conversation)


async def test_a_lost_answer_is_read_back_and_never_sent_again(world: World) -> None:
    """Posted, but the answer was lost: read back, one post."""
    await world.arrive(mention("waar?"))
    desk = world.desk()
    conversation = await first(desk)
    world.connector.outcome, world.connector.lands = Unknown("lost"), True
    await reply(desk, conversation)
    await world.send_all()
    assert (await only_outbox(desk)).status == "unknown"
    world.clock.advance(2_000)
    await world.send_all()
    assert len(world.connector.posted) == 1
    assert await desk.outbox.list() == ()


async def test_doubt_ends_with_a_person(world: World) -> None:
    """Not posted, not idempotent: after the settle time a person is asked, and may send again."""
    await world.arrive(mention("waar?"))
    desk = world.desk()
    conversation = await first(desk)
    world.connector.outcome, world.connector.lands = Unknown("lost"), False
    await reply(desk, conversation)
    for _look in range(12):
        await world.send_all()
        world.clock.advance(1_000)
    doubtful = await only_outbox(desk)
    assert doubtful.status == "ask_operator"
    await desk.outbox.settle(doubtful.id, there=False)
    await world.send_all()
    assert len(world.connector.posted) == 1


async def test_a_rate_limit_waits_as_long_as_the_platform_says(world: World) -> None:
    """429: not before its time, then once."""
    await world.arrive(mention("waar?"))
    desk = world.desk()
    world.connector.outcome = RateLimited("slow down", after=90_000)
    await reply(desk, await first(desk))
    await world.send_all()
    assert (await only_outbox(desk)).status == "retry_wait"
    world.clock.advance(60_000)
    await world.send_all()
    assert world.connector.posted == []
    world.clock.advance(30_000)
    await world.send_all()
    assert len(world.connector.posted) == 1


async def test_a_refusal_is_shown_and_the_next_reply_goes(world: World) -> None:
    """Refused for good; the conversation is not blocked by it."""
    await world.arrive(mention("waar?"))
    desk = world.desk()
    conversation = await first(desk)
    world.connector.outcome = Permanent("The platform refused it.")
    await reply(desk, conversation, "Een.")
    await world.send_all()
    assert (await only_outbox(desk)).sentence == "The platform refused it."
    await reply(desk, conversation, "Twee.")
    await world.send_all()
    assert [one.text for one in world.connector.posted] == ["Twee. ^SV"]


async def test_the_gate_stops_a_reply_when_a_colleague_was_first(world: World) -> None:
    """Two operators on one conversation: the second is shown what the first did."""
    await world.arrive(mention("waar?"))
    sanne, anna = world.desk("sanne"), world.desk("ab")
    conversation = await first(sanne)
    mine = await sanne.replies.open(conversation, "public")
    await sanne.replies.save(replace(mine.draft, text="Mijn antwoord."))
    review = await sanne.replies.review(conversation, "public", "Mijn antwoord.")
    await reply(anna, conversation, "Anna was eerst.")
    with pytest.raises(Conflict):
        await sanne.replies.send(review)
    again = await sanne.replies.review(conversation, "public", "Mijn antwoord.")
    assert again.changed


async def test_one_winner_and_the_loser_is_told_who(world: World) -> None:
    """The second claim is refused and names the first operator; stealing leaves the draft alone."""
    await world.arrive(mention("waar?"))
    sanne, anna = world.desk("sanne"), world.desk("ab")
    conversation = await first(sanne)
    await sanne.claims.claim(conversation)
    with pytest.raises(Conflict, match="Sanne Visser"):
        await anna.claims.claim(conversation)
    mine = await sanne.replies.open(conversation, "public")
    await sanne.replies.save(replace(mine.draft, text="half af"))
    await anna.claims.steal(conversation, "Sanne is naar huis")
    assert (await sanne.replies.open(conversation, "public")).draft.text == "half af"
    assert (await anna.queues.page("mine")).rows[0].holder == "AB"


async def test_a_claim_dies_with_its_desk(world: World) -> None:
    """Without a heartbeat for two minutes the claim is free."""
    await world.arrive(mention("waar?"))
    sanne, anna = world.desk("sanne"), world.desk("ab")
    conversation = await first(sanne)
    await sanne.claims.claim(conversation)
    world.clock.advance(2 * MINUTE + 1)
    await anna.claims.heartbeat()
    assert (await anna.conversations.view(conversation)).row.holder is None


async def test_a_closing_thanks_is_a_late_arrival(world: World) -> None:
    """It reopens nothing and starts no clock; one key makes it a question."""
    await world.arrive(mention("waar?"))
    desk = world.desk()
    conversation = await first(desk)
    await reply(desk, conversation)
    await world.send_all()
    at = world.clock.now() + 1_000
    await world.arrive(mention("Bedankt!", created_at=at))
    view = await desk.conversations.view(conversation)
    assert (view.row.status, view.row.late_arrivals, view.row.due_at) == ("waiting", 1, view.row.due_at)
    assert view.messages[-1].late
    await desk.triage.make_question(conversation)
    assert (await desk.conversations.view(conversation)).row.status == "open"


async def test_an_answer_from_the_contact_reopens(world: World) -> None:
    """Waiting goes back to open with a next-response clock."""
    await world.arrive(mention("waar?"))
    desk = world.desk()
    conversation = await first(desk)
    await reply(desk, conversation)
    await world.send_all()
    await world.arrive(mention("en nu?", created_at=world.clock.now()))
    row = (await desk.conversations.view(conversation)).row
    assert (row.status, row.due_what) == ("open", "next_response")


async def test_undo_and_redo_put_the_clock_back(world: World) -> None:
    """Resolve stops the clock, undo starts it again as it was, redo stops it."""
    await world.arrive(mention("waar?"))
    desk = world.desk()
    conversation = await first(desk)
    before = (await desk.conversations.view(conversation)).row
    await desk.triage.resolve(conversation)
    assert (await desk.conversations.view(conversation)).row.due_at is None
    await desk.history.undo()
    after = (await desk.conversations.view(conversation)).row
    assert (after.status, after.due_at, after.due_what) == (before.status, before.due_at, before.due_what)
    await desk.history.redo()
    assert (await desk.conversations.view(conversation)).row.status == "resolved"
    await desk.history.undo()
    with pytest.raises(NotAllowed):
        await desk.history.undo()


async def test_why_explains_the_clock(world: World) -> None:
    """Sentences, with the policy and the moment."""
    await world.arrive(mention("waar?"))
    desk = world.desk()
    lines = await desk.conversations.why(await first(desk))
    assert any("social" in line for line in lines)
    assert any("10:00" in line for line in lines)
