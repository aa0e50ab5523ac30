"""Writing: drafts that stay, texts that fit, a gate that tells what moved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.channel_settings import PRACTICE
from desk.desk import Desk
from domain.clock import HOUR, MINUTE
from domain.errors import Conflict, NotAllowed, NotFound
from domain.inbound import Cap, Echo
from storage import templates as template_store
from tests.desk.acts import begin, first, reply
from tests.desk.conftest import World, mention


async def told(desk: Desk, conversation: int) -> tuple[str, ...]:
    """What the gate says."""
    return (await desk.replies.review(conversation, "public", "Hoi.")).changed


async def test_drafts_are_one_per_person_and_type(asked: World) -> None:
    """Public, private and note do not mix, nor do two operators; thrown away is gone."""
    sanne, anna = asked.desk("sanne"), asked.desk("ab")
    one = await first(sanne)
    await begin(sanne, one, "publiek \ud800\x00")
    await begin(sanne, one, "privé", "private")
    await begin(sanne, one, "notitie", "note")
    await begin(anna, one, "van anna")
    assert (await sanne.replies.open(one, "public")).draft.text == "publiek ?\ufffd"
    assert (await sanne.replies.open(one, "private")).draft.text == "privé"
    assert ("AB", "public") in (await sanne.conversations.view(one)).drafts
    await sanne.replies.discard(one, "public")
    assert (await sanne.replies.open(one, "public")).draft.text == ""
    assert (await anna.replies.open(one, "public")).draft.text == "van anna"


async def test_a_note_is_kept_at_once_and_never_sent(asked: World) -> None:
    """It stands in the thread, moves no clock, and the outbox never sees it."""
    desk, one = asked.desk(), await first(asked.desk())
    due = (await desk.conversations.view(one)).row.due_at
    await reply(desk, one, "Let op: vaste klant. {{?hole}}", "note")
    with pytest.raises(NotAllowed):
        await reply(desk, one, "  ", "note")
    view = await desk.conversations.view(one)
    assert (view.messages[-1].direction, view.row.due_at, view.row.status) == ("note", due, "open")
    await asked.send_all()
    assert asked.connector.posted == []
    assert await told(desk, one) == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [(" ", "nothing to send"), ("Hoi {{?naam}}", "gap"), ("x" * 501, "500")],
)
async def test_what_blocks_a_reply_is_said_and_holds(asked: World, text: str, sentence: str) -> None:
    """Empty, holes, too long."""
    desk, one = asked.desk(), await first(asked.desk())
    review = await desk.replies.review(one, "public", text)
    assert any(sentence in block for block in review.blocks)
    with pytest.raises(NotAllowed):
        await desk.replies.send(review)


async def test_what_the_platform_forbids_is_said_in_its_words(asked: World) -> None:
    """Its reason, or ours where it gives none."""
    await asked.arrive(mention("b", thread_key="b", can_reply_public=Cap(False, "Alleen vrienden.")))
    await asked.arrive(mention("c", thread_key="c", can_reply_public=Cap(False)))
    desk = asked.desk()
    found = {}
    for one in await desk.queues.ids("open"):
        view = await desk.conversations.view(one)
        found[view.row.preview] = (await desk.replies.open(one, "public")).blocked
    assert found["waar?"] == ""
    assert found["b"] == "Alleen vrienden."
    assert "does not allow" in found["c"]


async def test_a_channel_that_is_gone_can_still_be_read(asked: World) -> None:
    """Nothing goes out on it."""
    one = await first(asked.desk())
    asked.settings = replace(asked.settings, channels={})
    desk = asked.desk()
    assert "not configured" in (await desk.replies.open(one, "public")).blocked
    assert (await desk.conversations.view(one)).channel_name == "practice"
    assert desk.replies.length("practice", "Hoi").limit > 0


async def test_the_gate_tells_each_thing_that_moved(asked: World) -> None:
    """Mentions, edits, deletions, colleagues by name, answers from elsewhere."""
    sanne, anna = asked.desk("sanne"), asked.desk("ab")
    one = await first(sanne)
    await begin(sanne, one, "begonnen")
    assert await told(sanne, one) == ()
    item = mention("en?", created_at=asked.clock.now())
    await asked.arrive(item)
    await asked.arrive(replace(item, text="en nu?", revision="2"))
    await asked.arrive(replace(item, text="en nu?", revision="2", deleted=True))
    done = await reply(anna, one, "Van anna.")
    assert done.outbox is not None
    await anna.outbox.call_back(done.outbox)
    await asked.arrive_echo(Echo("e", "id-waar?", "thread-jan", "Elders.", asked.clock.now()))
    asked.clock.advance(MINUTE)
    await asked.arrive(mention("Bedankt!", created_at=asked.clock.now()))
    assert await told(sanne, one) == (
        "The contact wrote again.",
        "The contact changed a message.",
        "The contact took a message down.",
        "Anna Bos has put a reply on its way.",
        "Anna Bos called a reply back.",
        "Somebody answered outside this desk.",
        "The contact thanked.",
    )
    await begin(sanne, one, "opnieuw")
    assert await told(sanne, one) == ()


async def test_a_review_is_good_for_the_thread_that_it_saw(asked: World) -> None:
    """The contact wrote between review and send."""
    desk, one = asked.desk(), await first(asked.desk())
    review = await desk.replies.review(one, "public", "Hoi.")
    await asked.arrive(mention("wacht!", created_at=asked.clock.now()))
    with pytest.raises(Conflict):
        await desk.replies.send(review)
    assert await desk.outbox.list() == ()


async def test_templates_fit_the_conversation_and_their_use_is_counted(asked: World) -> None:
    """Filled with what is known; holes stay visible; a heavily edited one says so."""
    desk, one = asked.desk(), await first(asked.desk())
    (choice,) = await desk.replies.templates(one, "greet")
    assert (choice.preview, choice.uses) == ("Hoi Jan, {{?answer}}", 0)
    assert await desk.replies.templates(one, "nergens") == ()
    assert await desk.replies.fill(one, "greeting", "public") == "Hoi Jan, {{?answer}}"
    with pytest.raises(NotFound):
        await desk.replies.fill(one, "weg", "public")
    for template in ("greeting", "weg"):
        composer = await desk.replies.open(one, "public")
        await desk.replies.save(replace(composer.draft, text="x", template=template))
        await desk.replies.send(await desk.replies.review(one, "public", f"Hoi Jan, morgen {template}."))
    uses = await asked.database.read(template_store.uses)
    assert uses["greeting"] == (1, asked.clock.now())
    assert "weg" not in uses
    assert (await desk.replies.templates(one))[0].last_used == asked.clock.now()


async def test_the_length_counts_the_sign_off(asked: World) -> None:
    """As it will stand; a note has no platform."""
    desk, one = asked.desk(), await first(asked.desk())
    composer = await desk.replies.open(one, "public")
    assert composer.sign_off == "^SV"
    assert desk.replies.length_of(composer, "Hoi").used == len("Hoi ^SV")
    note = await desk.replies.open(one, "note")
    assert desk.replies.length_of(note, "x" * 5_000).ok


async def test_a_reply_is_signed_in_its_own_language_and_once(asked: World) -> None:
    """Also what was typed by hand, and what a colleague left there."""
    desk, one = asked.desk(), await first(asked.desk())
    for typed in ("Komt goed.", "Komt goed. ^AB", "Komt goed. ^SV", "Komt goed.\nLiefs, Anna"):
        review = await desk.replies.review(one, "private", typed)
        assert review.text == "Komt goed.\nGroet, Sanne"
    by_hand = "Komt goed.\nLiefs, Sanne"
    assert (await desk.replies.review(one, "private", by_hand)).text == by_hand
    assert (await desk.replies.review(one, "public", by_hand)).text == "Komt goed. ^SV"
    await asked.arrive(mention("where is it?", thread_key="b", lang="en", created_at=asked.clock.now()))
    english = (await desk.queues.ids("open"))[-1]
    assert (await desk.replies.open(english, "private")).sign_off == "Regards, Sanne"


async def test_a_channel_s_own_way_to_sign_goes_before_the_operator_s(asked: World) -> None:
    """In public by first name, in private not at all."""
    channel = replace(PRACTICE, sign_off="first_name", sign_off_private="none")
    asked.settings = replace(asked.settings, channels={channel.id: channel})
    desk, one = asked.desk(), await first(asked.desk())
    assert (await desk.replies.review(one, "public", "Komt goed.")).text == "Komt goed. Sanne"
    assert (await desk.replies.review(one, "private", "Komt goed.")).text == "Komt goed."


async def test_the_view_knows_the_past_and_the_link(asked: World) -> None:
    """Earlier conversations, who answered, how it ended; where the newest message stands."""
    desk, one = asked.desk(), await first(asked.desk())
    await reply(desk, one)
    await asked.send_all()
    asked.clock.advance(MINUTE)
    await asked.arrive(mention("ik ben blij", created_at=asked.clock.now()))
    await desk.triage.resolve(one)
    asked.clock.advance(80 * HOUR)
    await asked.arrive(mention("weer iets?", created_at=asked.clock.now(), permalink="https://x/2"))
    again = await first(desk)
    view = await desk.conversations.view(again)
    (past,) = view.contact.past
    assert (past.id, past.answered_by, past.after, past.outcome) == (one, "sanne", "positive", "resolved")
    assert view.contact.contacts_this_month == 2
    assert await desk.conversations.link(again) == "https://x/2"
    with pytest.raises(NotFound):
        await desk.conversations.view(99)
