"""Answering after the window has closed: approved templates, through the same gate and the same outbox."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Draft, PlatformTemplate, Prepared, Retryable, Unknown
from channels.whatsapp import WhatsAppConnector
from config.channel_settings import ChannelSettings
from desk.approved_views import FilledIn
from desk.template_lists import AGAIN_AFTER, LIST_EVERY, TemplateLists
from domain.approved import PLACE, filled, on_one_line, places_in
from domain.clock import DAY, HOUR, ManualClock
from domain.errors import Conflict, NotAllowed
from domain.inbound import Cap, ContactRef
from storage import outbox
from tests.channels.fake_graph import BUSINESS, NUMBER, FakeGraph
from tests.desk.acts import begin, first, only_outbox
from tests.desk.conftest import MONDAY_NINE, FakeConnector, World, make_world, mention
from tests.desk.invariants import broken

READY = PlatformTemplate("klaar", "nl", "utility", "Dag {{1}}, het is {{ 2 }}.\nTot {{2}}", ("1", "2"))
FILLED = FilledIn("klaar", "nl", {"1": " Jan\n", "2": "mor  gen", "9": "weg"})
TEXT = "Dag Jan, het is mor gen.\nTot mor gen"


@dataclass
class Templated(FakeConnector):
    """A channel with approved templates; keeps the drafts that it was handed."""

    shelf: list[PlatformTemplate] = field(default_factory=lambda: [READY])
    drafts: list[Draft] = field(default_factory=list)
    trouble: Exception | None = None

    async def templates(self) -> tuple[PlatformTemplate, ...]:
        """What the test put there."""
        if self.trouble is not None:
            raise self.trouble
        return tuple(self.shelf)

    async def prepare(self, draft: Draft) -> Prepared:
        """As ever, and kept."""
        self.drafts.append(draft)
        return await super().prepare(draft)


@dataclass
class Shut:
    """A world whose one conversation can only be answered by a template."""

    world: World
    channel: Templated
    lists: TemplateLists


@pytest.fixture
async def shut(world: World) -> AsyncIterator[Shut]:
    cap = Cap(until=MONDAY_NINE + HOUR, needs="template")
    no = Cap(ok=False, reason="private")
    await world.arrive(
        mention("waar?", visibility="private", can_reply_public=no, can_reply_private=cap, kind="dm")
    )
    world.clock.advance(2 * HOUR)
    channel = Templated()
    sender = replace(world.collector.sender, connectors={"practice": channel})
    world.collector = replace(world.collector, sender=sender)
    lists = TemplateLists(world.database, world.clock, {"practice": channel})
    yield Shut(world, channel, lists)
    assert await world.database.read(broken) == []


async def test_what_is_filled_in_goes_out_as_the_template_that_the_row_named(shut: Shut) -> None:
    await shut.lists.refresh()
    desk = shut.world.desk()
    one = await first(desk)
    composer = await desk.replies.open(one, "private")
    assert (composer.templates_only, bool(composer.blocked)) == (True, True)
    await begin(desk, one, "al begonnen", "private")
    review = await desk.approved.review(one, FILLED)
    assert (review.text, review.blocks) == (TEXT, ())
    done = await desk.replies.send(review)
    assert done.outbox is not None
    row = await shut.world.database.read(lambda c: outbox.get(c, done.outbox or 0))
    assert row is not None
    assert '"klaar"' in row["template"]
    await shut.world.send_all()
    (draft,) = shut.channel.drafts
    assert draft.template is not None
    assert (draft.text, draft.template.name, draft.template.language) == (TEXT, "klaar", "nl")
    assert dict(draft.template.values) == {"1": "Jan", "2": "mor gen"}
    assert [one.text for one in shut.channel.posted] == [TEXT]
    assert (await desk.conversations.view(one)).messages[-1].text == TEXT
    assert (await desk.replies.open(one, "private")).draft.text == "al begonnen"


async def test_a_lost_answer_is_read_back_and_never_sent_twice(shut: Shut) -> None:
    await shut.lists.refresh()
    desk = shut.world.desk()
    await desk.replies.send(await desk.approved.review(await first(desk), FILLED))
    shut.channel.outcome, shut.channel.lands = Unknown("lost"), True
    await shut.world.send_all()
    shut.world.clock.advance(shut.channel.caps.settle)
    await shut.world.send_all()
    assert (len(shut.channel.posted), await desk.outbox.list()) == (1, ())


async def test_free_text_stays_blocked_and_an_open_window_offers_no_template(shut: Shut) -> None:
    await shut.lists.refresh()
    desk = shut.world.desk()
    one = await first(desk)
    await begin(desk, one, "vrij", "private")
    with pytest.raises(NotAllowed, match="templates"):
        await desk.replies.send(await desk.replies.review(one, "private", "vrij"))
    assert not (await desk.replies.open(one, "public")).templates_only
    shut.world.clock.advance(-90 * 60_000)
    assert not (await desk.replies.open(one, "private")).templates_only


async def test_called_back_it_goes_nowhere_and_leaves_no_draft(shut: Shut) -> None:
    await shut.lists.refresh()
    desk = shut.world.desk()
    one = await first(desk)
    done = await desk.replies.send(await desk.approved.review(one, FILLED))
    assert (await desk.outbox.call_back(done.outbox or 0)).sentence == "Called back."
    await shut.world.send_all()
    assert shut.channel.posted == []
    assert (await desk.replies.open(one, "private")).draft.text == ""


async def test_a_refused_one_goes_again_as_the_template(shut: Shut) -> None:
    await shut.lists.refresh()
    desk = shut.world.desk()
    await desk.replies.send(await desk.approved.review(await first(desk), FILLED))
    await shut.world.database.write(
        lambda c: c.execute("UPDATE outbox SET status = 'refused', next_at = NULL").rowcount
    )
    await desk.outbox.try_again((await only_outbox(desk)).id)
    await shut.world.send_all()
    assert [draft.template.name for draft in shut.channel.drafts if draft.template] == ["klaar"]


@pytest.mark.parametrize("values", [{}, {"1": "Jan"}, {"1": "Jan", "2": " \n"}])
async def test_an_empty_place_never_goes_out(shut: Shut, values: dict[str, str]) -> None:
    await shut.lists.refresh()
    desk = shut.world.desk()
    with pytest.raises(NotAllowed, match="Fill in"):
        await desk.approved.review(await first(desk), FilledIn("klaar", "nl", values))


async def test_what_the_platform_changed_or_withdrew_meanwhile_is_looked_at_again(shut: Shut) -> None:
    await shut.lists.refresh()
    desk = shut.world.desk()
    one = await first(desk)
    review = await desk.approved.review(one, FILLED)
    for shelf, says in (([replace(READY, text="Beste {{1}}: {{2}}")], "changed"), ([], "not approved")):
        shut.channel.shelf = shelf
        shut.world.clock.advance(LIST_EVERY)
        await shut.lists.refresh()
        with pytest.raises(Conflict, match=says):
            await desk.replies.send(review)
    assert "no approved templates" in (await desk.approved.of(one)).sentence


async def test_one_that_cannot_be_filled_in_here_says_why(shut: Shut) -> None:
    shut.channel.shelf = [replace(READY, refusal="It has a picture.")]
    await shut.lists.refresh()
    desk = shut.world.desk()
    with pytest.raises(NotAllowed, match="picture"):
        await desk.approved.review(await first(desk), FILLED)


async def test_a_list_is_read_now_and_then_and_keeps_what_it_had(shut: Shut) -> None:
    desk, clock = shut.world.desk(), shut.world.clock
    one = await first(desk)
    assert "not been fetched" in (await desk.approved.of(one)).sentence
    assert [await shut.lists.refresh(), await shut.lists.refresh()] == [1, 0]
    shut.channel.trouble = Retryable("Busy.")
    clock.advance(LIST_EVERY)
    assert await shut.lists.refresh() == 0
    found = await desk.approved.of(one)
    assert ([each.name for each in found.templates], found.sentence) == (["klaar"], "Busy.")
    assert found.listed_at == clock.now() - LIST_EVERY
    shut.channel.trouble = ZeroDivisionError()
    clock.advance(AGAIN_AFTER)
    await shut.lists.refresh()
    assert "fault in webcare" in (await desk.approved.of(one)).sentence
    shut.channel.trouble = None
    clock.advance(AGAIN_AFTER)
    assert await shut.lists.refresh() == 1
    assert (await desk.approved.of(one)).sentence == ""


async def test_the_template_of_a_queued_reply_does_not_change(shut: Shut) -> None:
    await shut.lists.refresh()
    desk = shut.world.desk()
    await desk.replies.send(await desk.approved.review(await first(desk), FILLED))
    with pytest.raises(sqlite3.IntegrityError, match="does not change"):
        await shut.world.database.write(lambda c: c.execute("UPDATE outbox SET template = '{}'").rowcount)


async def test_whatsapp_gets_the_template_and_the_person_its_text(tmp_path: Path) -> None:
    """From Meta's list to the message that the person sees, over HTTP."""
    graph = FakeGraph(ManualClock(MONDAY_NINE + DAY))
    body = {"type": "BODY", "text": "Beste {{1}}, uw afspraak is op {{2}}."}
    graph.templates = [{"name": "afspraak", "language": "nl", "status": "APPROVED", "components": [body]}]
    world = await make_world(tmp_path, ChannelSettings(id="wa", platform="whatsapp", options={}, name="WA"))
    async with graph.server:
        channel = WhatsAppConnector("wa", NUMBER, graph.token, clock=world.clock, server=graph.server.url)
        channel.business = BUSINESS
        person = ContactRef("31600000001", "Sanne")
        cap = Cap(until=MONDAY_NINE + DAY, needs="template")
        await world.arrive(
            mention(
                "hallo?", channel="wa", visibility="private", kind="dm", author=person,
                parent_ref={"to": "31600000001", "at": MONDAY_NINE}, can_reply_private=cap,
            )
        )  # fmt: skip
        world.clock.advance(DAY)
        await TemplateLists(world.database, world.clock, {"wa": channel}).refresh()
        desk = world.desk()
        use = FilledIn("afspraak", "nl", {"1": "Sanne", "2": "maandag"})
        await desk.replies.send(await desk.approved.review(await first(desk), use))
        world.collector = replace(
            world.collector, sender=replace(world.collector.sender, connectors={"wa": channel})
        )
        await world.send_all()
        await channel.close()
    seen = [line.text for line, _private in graph.sent(NUMBER)]
    assert seen == ["Beste Sanne, uw afspraak is op maandag."]
    assert await desk.outbox.list() == ()
    await world.database.close()


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.text(max_size=12)))
def test_what_is_filled_in_is_never_read_as_a_place(values: dict[str, str]) -> None:
    text = "{{a}}-{{ b }}-{{c}}-{{a}}"
    assert places_in(text) == ("a", "b", "c")
    marks = {name: f"\x00{name}" for name in values}
    pieces = filled(text, marks)
    for name, mark in marks.items():
        pieces = pieces.replace(mark, values[name])
    assert filled(text, values) == pieces
    assert [found[1] for found in PLACE.finditer(filled(text, marks))] == [
        name for name in ("a", "b", "c", "a") if name not in values
    ]


@given(st.text(max_size=30))
def test_a_value_fits_on_one_line(typed: str) -> None:
    value = on_one_line(typed)
    assert len(value.splitlines()) <= 1
    assert "  " not in value
    assert on_one_line(value) == value
