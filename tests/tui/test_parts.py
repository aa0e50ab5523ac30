"""A reply in parts by keys: chosen, reviewed, sent; and in the outbox, what is out and what can be done."""

from __future__ import annotations

from dataclasses import replace

from desk.reply_views import OutboxView, SentPart
from desk.views import MessageView
from tests.tui.conftest import sitting
from tests.tui.fake_desk import NOW, World

LONG = "een " * 150

IN_PARTS = OutboxView(
    id=7, conversation=1, contact="Jan", channel="gemeente", text="Tweede 2/3", visibility="public",
    status="refused", undo_until=None, attempts=1, sentence="Te veel letters.", operator="SV", queued_at=NOW,
    part=2,
    parts=(
        SentPart("Eerste 1/3", "sent"), SentPart("Tweede 2/3", "refused"), SentPart("Derde 3/3", "queued"),
    ),
)  # fmt: skip


async def test_what_is_too_long_is_offered_in_parts_and_sent_so(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        seat.floor.parts.composer.put(0, 0, LONG)
        await seat.press("ctrl+j")
        assert "p  send it in parts" in seat.text()
        await seat.press("y")
        assert seat.modal == "Review"
        await seat.press("p")
        await seat.until(lambda: "Goes out as it stands here, in 3 parts" in seat.text())
        assert "3 messages, the longest 300 of 300 · nothing blocks" in seat.text()
        await seat.press("p")
        await seat.until(lambda: "Too long." in seat.text())
        await seat.press("p", "y")
        await seat.until(lambda: len(world.outbox) == 1)


async def test_one_key_reviews_it_in_parts_and_back_to_writing(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        seat.floor.parts.composer.put(0, 0, LONG)
        await seat.press("ctrl+p")
        await seat.until(lambda: "in 3 parts" in seat.text())
        await seat.press("pagedown", "pageup", "e")
        assert seat.floor.place == "composer"
        assert world.outbox == {}


async def test_what_fits_is_reviewed_as_one(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        await seat.write("kort")
        await seat.press("ctrl+p", "p")
        assert seat.modal == "Review"
        assert "in parts" not in seat.text()


async def test_the_outbox_shows_which_parts_are_out_and_what_can_be_done(world: World) -> None:
    world.outbox[7] = IN_PARTS
    async with sitting(world) as seat:
        await seat.press("g", "o")
        await seat.until(lambda: "part 2 of 3: refused" in seat.text())
        text = seat.text()
        assert "1/3  Eerste 1/3" in text
        assert "Te veel letters." in text
        assert "waits" in text
        assert "r try again" in text
        assert "u call back the rest" in text
        assert "y it is there" not in text
        await seat.press("r")
        await seat.until(lambda: ("try_again", 7) in world.acts)
        await seat.until(lambda: "r try again" not in seat.text())


async def test_the_outbox_offers_what_the_state_allows(world: World) -> None:
    world.outbox[7] = replace(IN_PARTS, status="ask_operator", part=1, parts=())
    async with sitting(world) as seat:
        await seat.press("g", "o")
        await seat.until(lambda: "y it is there" in seat.text())
        assert "u call back" in seat.text()
        assert "try again" not in seat.text()
        del world.outbox[7]
        await seat.until(lambda: "Every reply has arrived." in seat.text())
        assert "call back" not in seat.text()


async def test_the_thread_says_which_part_waits(world: World) -> None:
    first = MessageView(90, "out", NOW, "SV", "", "Eerste 1/2", "public", outbox="sent", part=(1, 2))
    second = replace(first, id=-7, text="Tweede 2/2", outbox="queued", part=(2, 2), waits=True)
    world.messages[1] += [first, second]
    async with sitting(world) as seat:
        await seat.until(lambda: "part 1 of 2: sent" in seat.text())
        assert "part 2 of 2: waits" in seat.text()


async def test_on_a_small_screen_the_text_gives_way_to_what_is_said_and_the_keys(world: World) -> None:
    async with sitting(world, size=(80, 24)) as seat:
        await seat.press("r")
        seat.floor.parts.composer.put(0, 0, "een twee drie vier " * 70)
        await seat.press("ctrl+p")
        await seat.until(lambda: "PgDn shows more" in seat.text())
        *_above, keys = (line for line in seat.text().splitlines() if line.strip())
        assert "y send" in keys
        assert "4/5" not in seat.text()
        await seat.press("pagedown", "pagedown", "pagedown", "pagedown")
        await seat.until(lambda: "5/5" in seat.text())
