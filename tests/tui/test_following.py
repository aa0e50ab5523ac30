"""A public answer and a private message behind it by keys; and what the header says of windows."""

from __future__ import annotations

from dataclasses import replace

from desk.reply_views import DraftView, OutboxView, SentPart
from desk.views import MessageView
from domain.clock import HOUR, MINUTE
from domain.inbound import Cap
from tests.tui.conftest import Seat, sitting
from tests.tui.fake_desk import NOW, World


async def written(seat: Seat) -> None:
    """A public answer, and the private message begun behind it."""
    await seat.press("r")
    await seat.write("Je krijgt een bericht.")
    await seat.press("ctrl+b")
    await seat.write("Wat is je nummer?")


async def test_one_key_goes_on_in_private_and_one_review_shows_both(world: World) -> None:
    async with sitting(world) as seat:
        await written(seat)
        assert "PRIVATE 2 of 2, only Contact 1 reads this" in seat.text()
        await seat.press("ctrl+b")
        assert "PUBLIC 1 of 2, everyone can read this" in seat.text()
        assert seat.floor.parts.composer.text == "Je krijgt een bericht."
        await seat.press("ctrl+j")
        text = seat.text()
        assert "Go out as they stand here: first in public, then in private" in text
        public, private = text.index("Je krijgt een bericht. ^SV"), text.index("Wat is je nummer? ^SV")
        assert public < text.index("PRIVATE, once that is out") < private
        await seat.press("y")
        await seat.until(lambda: len(world.outbox) == 1)
        assert ("send", 1, "public", "Je krijgt een bericht. ^SV") in world.acts
        assert ("follow", 1, "private", "Wat is je nummer? ^SV") in world.acts


async def test_it_is_the_same_review_from_the_private_side(world: World) -> None:
    async with sitting(world) as seat:
        await written(seat)
        await seat.press("ctrl+j", "y")
        await seat.until(lambda: len(world.outbox) == 1)
        sent = [act for act in world.acts if act[0] in ("send", "follow")]
        assert [act[2] for act in sorted(sent, key=str)] == ["private", "public"]


async def test_the_review_offers_it_and_takes_it_back(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        await seat.write("Hoi")
        await seat.press("ctrl+j")
        assert "b  go on in private too" in seat.text()
        await seat.press("b")
        assert "PRIVATE 2 of 2" in seat.text()
        await seat.press("ctrl+j")
        assert "in private: There is nothing to send yet." in seat.text()
        await seat.press("y")
        assert seat.modal == "Review"
        await seat.press("b")
        await seat.until(lambda: "Goes out as it stands here" in seat.text())
        await seat.press("y")
        await seat.until(lambda: len(world.outbox) == 1)
        assert not [act for act in world.acts if act[0] == "follow"]


async def test_why_it_cannot_be_is_said_at_the_key(world: World) -> None:
    world.no_private = "This person takes no private messages from us."
    async with sitting(world) as seat:
        await seat.press("r")
        await seat.write("Hoi")
        await seat.press("ctrl+b")
        assert world.no_private in seat.said
        assert "PUBLIC, everyone" in seat.text()
        await seat.press("ctrl+j")
        assert "go on in private" not in seat.text()
        await seat.press("b")
        assert seat.modal == "Review"


async def test_neither_a_note_nor_a_private_answer_is_followed(world: World) -> None:
    async with sitting(world) as seat:
        for key, words in (("i", "only for the team"), ("R", "in private already")):
            await seat.press(key, "f2")
            assert words in seat.said
            await seat.press("escape")


async def test_each_text_keeps_its_own_remarks_and_promises(world: World) -> None:
    """A remark is reached from the review in its own text; a stop in either needs a second yes."""
    async with sitting(world) as seat:
        await seat.press("r")
        await seat.write("jammer")
        await seat.press("ctrl+b")
        await seat.write("0612345678")
        await seat.press("ctrl+j")
        await seat.until(lambda: "A telephone number in public." in seat.text())
        assert "This word is worn." in seat.text()
        await seat.press("enter", "e")
        assert seat.floor.parts.composer.text == "jammer"
        assert seat.floor.parts.composer.paper.selected_text == "jammer"
        await seat.press("ctrl+j", "enter", "enter", "e")
        assert seat.floor.parts.composer.paper.selected_text == "0612345678"
        await seat.press("ctrl+j", "y")
        assert seat.modal == "Review"
        await seat.press("y")
        await seat.until(lambda: len(world.outbox) == 1)


async def test_throwing_away_throws_both_away(world: World) -> None:
    async with sitting(world) as seat:
        await written(seat)
        await seat.press("ctrl+j", "D")
        assert [act for act in world.acts if act[0] == "discard"] == [
            ("discard", 1, "public"), ("discard", 1, "private"),
        ]  # fmt: skip
        assert world.drafts == {}


async def test_what_was_called_back_is_both_again(world: World) -> None:
    async with sitting(world) as seat:
        for kind, text in (("public", "Openbaar."), ("private", "Besloten.")):
            world.drafts[1, kind] = DraftView(1, kind, text, None, NOW, 1)  # type: ignore[index, arg-type]
        await seat.screen._writing.called_back(1)
        await seat.press("ctrl+j")
        assert "Besloten. ^SV" in seat.text()


async def test_the_outbox_says_which_one_is_out(world: World) -> None:
    world.outbox[7] = OutboxView(
        id=7, conversation=1, contact="Jan", channel="gemeente", text="Besloten.", visibility="private",
        status="refused", undo_until=None, attempts=1, sentence="Te laat.", operator="SV", queued_at=NOW,
        part=2, parts=(SentPart("Openbaar.", "sent"), SentPart("Besloten.", "refused", "private")),
    )  # fmt: skip
    async with sitting(world) as seat:
        await seat.press("g", "o")
        await seat.until(lambda: "private: refused" in seat.text())
        assert "public  Openbaar." in seat.text()
        assert "1/2" not in seat.text()


async def test_the_thread_says_what_the_private_one_waits_for(world: World) -> None:
    public = MessageView(-7, "out", NOW, "SV", "", "Openbaar.", "public", outbox="queued")
    world.messages[1] += [public, replace(public, id=-8, visibility="private", waits=True)]
    async with sitting(world) as seat:
        await seat.until(lambda: "waits for the public answer" in seat.text())


# -- the header -----------------------------------------------------------------------------------------


async def test_the_header_says_what_the_platform_allows_and_counts_down(world: World) -> None:
    private = replace(world.rows[1], visibility="private")
    world.rows[1] = private
    world.caps[1] = (
        Cap(False, "Alleen besloten."),
        Cap(until=NOW + 3 * HOUR + 10 * MINUTE, needs="template"),
    )
    for size in ((120, 40), (150, 40)):
        world.clock.set(NOW)
        async with sitting(world, size=size) as seat:
            await seat.until(lambda: "The window closes in 3 h 10." in seat.text())
            assert "Alleen besloten." not in seat.text()
            world.clock.advance(MINUTE)
            seat.screen.tick()
            await seat.until(lambda: "The window closes in 3 h 09." in seat.text())
            world.clock.advance(4 * HOUR)
            seat.screen.tick()
            await seat.until(lambda: "! The window is closed: only approved templates." in seat.text())


async def test_without_anything_to_say_no_line_is_taken(world: World) -> None:
    """On the smallest screen too; with something to say it stands below the header."""
    world.caps[2] = (Cap(False, "can't answer in public: not addressed"), Cap())
    world.caps[3] = (Cap(), Cap(False, "Berichten kunnen hier niet."))
    async with sitting(world, size=(80, 24)) as seat:
        await seat.press("enter")
        pane = seat.floor.parts.conversation
        await seat.until(lambda: pane.view is not None and pane.sheet.region.y == pane.region.y + 1)
        await seat.press("escape", "j", "enter")
        await seat.until(lambda: "! can't answer in public: not addressed" in seat.text())
        assert pane.sheet.region.y == pane.region.y + 2
        await seat.press("escape", "j", "enter")
        await seat.until(lambda: pane.sheet.region.y == pane.region.y + 1)
