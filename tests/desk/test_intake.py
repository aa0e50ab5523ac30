"""What comes in: once each, in its place, and whatever cannot be stored stops nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from channels.base import Batch
from config.channel_settings import PRACTICE
from desk.scoring import Scoring
from desk.views import ConversationView
from domain.clock import DAY, HOUR, MINUTE
from domain.errors import NotAllowed
from domain.inbound import Attachment, BadItem, Cap, ContactRef
from sentiment.protocol import Score
from storage import channels
from tests.desk.acts import first, reply
from tests.desk.conftest import MONDAY_NINE, World, make_world, mention
from tests.desk.invariants import broken


async def the_view(world: World) -> ConversationView:
    """The one conversation there is."""
    desk = world.desk()
    (conversation,) = await desk.queues.ids("all")
    return await desk.conversations.view(conversation)


async def reasons(world: World) -> list[str]:
    """Why items are in quarantine."""
    rows = await world.database.read(channels.quarantined)
    return [row["reason"] for row in rows]


@pytest.mark.parametrize(
    "poison",
    [
        {"rating": 2**63},
        {"created_at": -1},
        {"remote_id": ""},
        {"author": ContactRef("", "@x")},
        {"parent_ref": {"x": float("nan")}},
        {"parent_ref": {"x": object()}},
        {"kind": object()},
    ],
)
async def test_one_bad_item_is_set_aside_and_the_rest_of_the_page_is_stored(
    world: World, poison: dict[str, object]
) -> None:
    """Ids, moments, numbers and types that the database refuses; the cursor moves all the same."""
    good = [mention(f"vraag {n}?", thread_key=f"t{n}", created_at=MONDAY_NINE - n) for n in range(5)]
    bad = mention("gif", **poison)
    await world.arrive(*good[:3], bad, *good[3:], cursor="9")
    assert len(await world.desk().queues.ids("open")) == 5
    assert len(await reasons(world)) == 1
    assert await world.database.read(lambda c: channels.cursor(c, "practice", "mentions")) == "9"
    assert await world.database.read(broken) == []


async def test_text_that_no_database_holds_is_stored_readable(world: World) -> None:
    """Lone surrogates and NUL in any field become visible marks."""
    await world.arrive(
        mention(
            "a\x00b\ud800c",
            author=ContactRef("u\ud800", "@j\x00", "J\ud801", profile={"bio\ud800": "\x00"}),
            remote_id="r\ud800",
            revision="\ud800",
            permalink="https://x/\ud800",
            parent_id="p\ud800",
            lang="\ud800",
            attachments=(Attachment("image", "https://x/\ud800", alt="\ud800"),),
        )
    )
    view = await the_view(world)
    assert view.messages[0].text == "a\ufffdb\ufffdc"
    assert view.row.contact_name == "J\ufffd"
    assert await reasons(world) == []


async def test_items_that_a_channel_could_not_read_are_kept_once(world: World) -> None:
    """A bad item of an overlapping page comes twice and stands there once; its id may be hostile."""
    bad = BadItem("line 3: no text", b"{", "id\ud800")
    for _page in range(2):
        world.connector.batches.append(Batch(bad=(bad,), cursor="1"))
        await world.collector.pull(world.connector, "mentions")
    assert await reasons(world) == ["line 3: no text"]


async def test_an_engine_that_fails_costs_no_mention(world: World) -> None:
    """A person reads it, without a badge."""

    class Broken:
        name, version = "broken", "1"

        def score(self, text: str, *, lang: str | None = None, brands: tuple[str, ...] = ()) -> Score:
            raise ZeroDivisionError

    world.collector = replace(world.collector, scoring=Scoring(Broken()))
    await world.arrive(mention("waar?"))
    assert (await the_view(world)).row.sentiment == "unknown"


async def test_the_same_id_on_two_accounts_is_two_messages(world: World) -> None:
    """A batch may mix accounts; each is known by its own."""
    one = mention("een", remote_id="7", account="@a", thread_key="a")
    other = mention("twee", remote_id="7", account="@b", thread_key="b")
    await world.arrive(one, other)
    await world.arrive(other, one)
    assert len(await world.desk().queues.ids("open")) == 2
    found = (await world.desk().queues.page("all")).rows
    assert sorted(row.preview for row in found) == ["een", "twee"]


async def test_an_edit_in_the_same_page_counts(world: World) -> None:
    """The page shows a mention, its edit and its end: the last word stands."""
    item = mention("storing in Gent?")
    edited = replace(item, text="storing in Brugge?", revision="2")
    await world.arrive(item, edited, replace(edited, deleted=True))
    (message,) = (await the_view(world)).messages
    assert (message.text, message.edited, message.deleted) == ("storing in Brugge?", True, True)


async def test_a_page_that_says_everything_twice_is_read_to_its_end(world: World) -> None:
    """What one mention's repetition makes known must not hide another's end."""
    one, other = mention("een?", thread_key="a"), mention("twee?", thread_key="b")
    await world.arrive(one, other, one, replace(other, deleted=True))
    desk = world.desk()
    ends = []
    for conversation in sorted(await desk.queues.ids("open")):
        ends += [line.deleted for line in (await desk.conversations.view(conversation)).messages]
    assert ends == [False, True]


async def test_an_edit_beside_a_newer_mention_leaves_the_row_alone(world: World) -> None:
    """The row shows the newest words, also where both came in one page."""
    item = mention("ik ben boos")
    await world.arrive(item)
    world.clock.advance(MINUTE)
    newer = mention("weer blij", created_at=world.clock.now())
    await world.arrive(newer, replace(item, text="toch niet", revision="2", created_at=world.clock.now()))
    row = (await the_view(world)).row
    assert (row.preview, row.sentiment) == ("weer blij", "positive")


async def test_an_edit_is_read_again_by_the_engine(world: World) -> None:
    """A mention that turns angry is a negative one, unless a person already said what it is."""
    item = mention("waar blijft het?")
    await world.arrive(item)
    await world.arrive(replace(item, text="ik ben boos", revision="2"))
    view = await the_view(world)
    assert (view.row.sentiment, view.messages[0].sentiment) == ("negative", "negative")
    await world.desk().triage.sentiment(view.row.id, "positive")
    await world.arrive(replace(item, text="ik ben heel boos", revision="3"))
    view = await the_view(world)
    assert (view.row.sentiment, view.messages[0].sentiment) == ("positive", "positive")


async def test_a_slower_stream_does_not_edit_a_mention_back(world: World) -> None:
    """The old text again is no edit; with a newer stamp it is."""
    item = mention("een")
    await world.arrive(item)
    await world.arrive(replace(item, text="twee", revision="2"))
    version = (await the_view(world)).row.version
    await world.arrive(item)
    view = await the_view(world)
    assert (view.messages[0].text, view.row.version) == ("twee", version)
    world.clock.advance(MINUTE)
    await world.arrive(replace(item, edited_at=world.clock.now()))
    assert (await the_view(world)).messages[0].text == "een"
    await world.arrive(replace(item, text="drie", revision="3", edited_at=MONDAY_NINE))
    assert (await the_view(world)).messages[0].text == "een"


async def test_a_deleted_message_stays_for_the_team_and_is_no_longer_answered(world: World) -> None:
    """Marked as taken down; the one before it is what a reply answers."""
    earlier = mention("eerste", created_at=MONDAY_NINE - MINUTE)
    item = mention("tweede")
    await world.arrive(earlier, item)
    await world.arrive(replace(item, deleted=True))
    await world.arrive(mention("nooit gezien", deleted=True))
    desk = world.desk()
    await reply(desk, await first(desk))
    await world.send_all()
    assert [message.deleted for message in (await the_view(world)).messages] == [False, True, False]
    assert world.connector.posted[0].payload["parent_id"] == earlier.remote_id


async def test_nothing_was_written_in_the_future(world: World) -> None:
    """A claimed moment in 2099 neither hides the mention nor keeps the conversation going for ever."""
    await world.arrive(mention("later", created_at=MONDAY_NINE + 30_000 * DAY, edited_at=2**80))
    view = await the_view(world)
    assert view.row.due_at is not None
    assert view.row.due_at <= MONDAY_NINE + HOUR
    world.clock.advance(73 * HOUR)
    await world.arrive(mention("iets anders?", created_at=world.clock.now()))
    assert len(await world.desk().queues.ids("all")) == 2


async def test_what_stood_there_before_the_desk_is_history(world: World) -> None:
    """Older than the conversation hours at the first look: kept, not work. Imports are always work."""
    old = MONDAY_NINE - 73 * HOUR
    imported = mention("ook oud", created_at=old, source="import", thread_key="i")
    await world.arrive(mention("oud", created_at=old), imported)
    desk = world.desk()
    assert [row.preview for row in (await desk.queues.page("open")).rows] == ["ook oud"]
    closed = (await desk.queues.page("all", search="is:resolved")).rows
    assert [row.preview for row in closed] == ["oud"]


async def test_an_outage_longer_than_a_conversation_loses_no_question(world: World) -> None:
    """The collector was down for four days; what came in meanwhile is work, however old."""
    await world.arrive()
    world.clock.advance(100 * HOUR)
    await world.arrive(mention("is daar iemand?", created_at=MONDAY_NINE + HOUR))
    assert len(await world.desk().queues.ids("open")) == 1


async def test_an_old_message_found_late_does_not_reopen(world: World) -> None:
    """A page of history behind a conversation that goes on: stored in its place, and no work."""
    await world.arrive(mention("nu?"))
    desk = world.desk()
    conversation = await first(desk)
    await desk.triage.resolve(conversation)
    await world.arrive(mention("vorige week", created_at=MONDAY_NINE - 7 * DAY))
    view = await the_view(world)
    assert (view.row.status, view.row.preview) == ("resolved", "nu?")
    assert [message.text for message in view.messages] == ["vorige week", "nu?"]


async def test_out_of_order_the_newest_still_shows(world: World) -> None:
    """An older message that comes in second neither changes the row nor what a reply answers."""
    await world.arrive(mention("ik ben boos"))
    await world.arrive(mention("hallo", created_at=MONDAY_NINE - MINUTE))
    view = await the_view(world)
    assert (view.row.preview, view.row.sentiment) == ("ik ben boos", "negative")
    assert [message.text for message in view.messages] == ["hallo", "ik ben boos"]


async def test_a_thanks_that_turns_into_a_question_is_one(world: World) -> None:
    """The contact edits the thanks after our answer; its clock starts at the edit."""
    await world.arrive(mention("waar?"))
    desk = world.desk()
    await reply(desk, await first(desk))
    await world.send_all()
    world.clock.advance(MINUTE)
    thanks = mention("Bedankt!", created_at=world.clock.now())
    await world.arrive(thanks)
    assert (await the_view(world)).row.late_arrivals == 1
    world.clock.advance(MINUTE)
    await world.arrive(replace(thanks, text="Bedankt, maar waar blijft het?", revision="2"))
    view = await the_view(world)
    assert (view.row.status, view.row.late_arrivals, view.row.due_what) == ("open", 0, "next_response")
    assert not view.messages[-1].late


async def test_a_private_window_is_a_clock_and_closes(world: World) -> None:
    """It sorts with the promise, has its own queue, and nothing is sent when it is over."""
    until = MONDAY_NINE + 30 * MINUTE
    await world.arrive(
        mention("help", visibility="private", kind="dm", can_reply_public=Cap(False, "Alleen privé."),
                can_reply_private=Cap(until=until))
    )  # fmt: skip
    desk = world.desk()
    conversation = await first(desk, "windows")
    assert (await desk.conversations.view(conversation)).window_until == until
    review = await desk.replies.review(conversation, "private", "Hoi!")
    assert review.blocks == ()
    world.clock.advance(31 * MINUTE)
    with pytest.raises(NotAllowed, match="window"):
        await desk.replies.send(review)
    assert "window" in (await desk.replies.open(conversation, "private")).blocked
    assert not (await desk.conversations.view(conversation)).reply_private.ok


async def test_a_listen_only_channel_has_no_clock_and_no_reply(tmp_path: Path) -> None:
    """Also not after somebody reopened a conversation there."""
    world = await make_world(tmp_path, replace(PRACTICE, listen_only=True))
    await world.arrive(mention("iets over jullie"))
    desk = world.desk()
    conversation = await first(desk, "listening")
    await desk.triage.resolve(conversation)
    await desk.triage.reopen(conversation)
    view = await desk.conversations.view(conversation)
    assert (view.row.due_at, view.clocks, view.listen_only) == (None, (), True)
    assert "no clock" in (await desk.conversations.why(conversation))[0]
    assert "listen-only" in (await desk.replies.open(conversation, "public")).blocked
    assert not view.reply_public.ok
    counts = {tab.id: tab.count for tab in await desk.queues.tabs()}
    assert (counts["open"], counts["listening"]) == (0, 1)
    await world.database.close()


async def test_no_words_of_a_contact_stand_in_the_events(world: World) -> None:
    """The record is for ever; what a person wrote or is called must be able to go."""
    item = mention("geheim woord")
    await world.arrive(item, mention("nog een geheim", created_at=MONDAY_NINE + 1))
    await world.arrive(replace(item, text="ander geheim", revision="2"))
    payloads = await world.database.read(lambda c: c.execute("SELECT payload FROM event").fetchall())
    everything = " ".join(row["payload"] for row in payloads)
    assert "geheim" not in everything
    assert "Jan" not in everything
