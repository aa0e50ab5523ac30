"""What stands below a draft, by keys: remarks, promises, suggestions, templates made of replies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desk.promise_views import PromiseView
from desk.suggestion_views import Suggestion
from domain.clock import HOUR
from tests.tui.conftest import Seat, sitting
from tests.tui.fake_coaching import FakeCoaching
from tests.tui.fake_desk import NOW, FakeDesk, World


def desk(seat: Seat) -> FakeDesk:
    """The desk in memory under the seat."""
    made = seat.floor.desk
    assert isinstance(made, FakeDesk)
    return made


def coach(seat: Seat) -> FakeCoaching:
    """Its coach."""
    return desk(seat).coaching


def done(world: World, what: str) -> list[tuple[object, ...]]:
    """What was asked of the desk under a name."""
    return [act for act in world.acts if act[0] == what]


async def test_remarks_appear_when_the_hand_rests_and_the_gravest_is_first(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        await seat.write("jammer, bel ons op 0612345678")
        await seat.until(lambda: "A telephone number in public." in seat.text())
        text = seat.text()
        assert text.index("in public.") < text.index("sends them away") < text.index("word is worn")
        assert len(coach(seat).looked) < len("jammer, bel ons op 0612345678")


async def test_a_jump_selects_the_words_and_a_wording_is_taken(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        await seat.write("Hoi Jan, bel ons even. Dank!")
        await seat.press("ctrl+l")
        assert seat.floor.parts.composer.paper.selected_text == "bel ons"
        assert "Ik help je hier." in seat.text()
        await seat.press("ctrl+r")
        assert seat.floor.parts.composer.text == "Hoi Jan, Ik help je hier. Dank!"
        assert "sends them away" not in seat.text()
        await seat.press("ctrl+z")
        assert seat.floor.parts.composer.text == "Hoi Jan, bel ons even. Dank!"


async def test_what_is_left_aside_stays_away_and_is_counted_by_its_rule(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        await seat.write("bel ons")
        await seat.press("ctrl+n")
        await seat.write(" even")
        await seat.press("ctrl+l")
        assert "nothing to say" in seat.said
        assert done(world, "overridden") == [("overridden", "redirect")]


async def test_a_note_is_the_teams_and_no_coach_reads_it(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("i")
        await seat.write("bel ons 0612345678")
        await seat.press("ctrl+l")
        assert "nothing to say" in seat.said
        assert coach(seat).looked == []


@pytest.mark.parametrize(("text", "rule"), [("0612345678", "personal_data"), ("[naam]", "placeholder")])
async def test_what_the_coach_would_stop_needs_a_second_yes(world: World, text: str, rule: str) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        await seat.write(text)
        await seat.press("ctrl+j", "y")
        assert done(world, "send") == []
        assert "once more" in seat.text()
        await seat.press("y")
        await seat.until(lambda: done(world, "send"))
        assert done(world, "overridden") == [("overridden", rule)]


async def test_the_review_goes_through_the_remarks_and_writing_goes_on_at_one(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        await seat.write("0612345678 en bel ons")
        await seat.press("ctrl+j", "enter", "enter", "e")
        assert seat.floor.parts.composer.paper.selected_text == "bel ons"


async def test_a_dated_promise_is_kept_unless_it_is_said_to_be_none(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        await seat.write("tot morgen")
        await seat.press("ctrl+j")
        assert "1 promise will be kept" in seat.text()
        await seat.press("e", "ctrl+r")
        await seat.write("no promise")
        await seat.press("enter", "ctrl+j")
        assert "will be kept" not in seat.text()


async def test_when_and_who_are_answered_in_the_composer_and_go_with_the_reply(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        await seat.write(" tot morgen")
        await seat.press("ctrl+r")
        await seat.write("adil")
        await seat.press("enter")
        assert "by adil" in seat.text()
        await seat.press("ctrl+j", "y")
        await seat.until(lambda: world.promised)
        (new,) = world.promised
        assert (new.owner, new.start, new.due_at) == ("adil", 0, NOW + 24 * HOUR)


OFFERED = (
    Suggestion("message:1", "Hoi, we storten het terug.", ("Often taken.",), 2, None, 1.0, ()),
    Suggestion("message:2", "Hoi {{?naam}}, het komt eraan.", ("Like it.",), 3, None, 0.5, ()),
)


async def test_a_suggestion_is_looked_up_taken_and_learned_from(world: World) -> None:
    async with sitting(world) as seat:
        desk(seat).suggestions.offered = OFFERED
        await seat.press("r", "ctrl+g", "j")
        assert "Like it." in seat.text()
        await seat.press("o")
        assert "Vraag 3" in seat.text()
        await seat.press("q", "enter")
        assert seat.floor.parts.composer.text == OFFERED[1].text
        assert seat.floor.parts.composer.paper.selected_text == "{{?naam}}"
        assert done(world, "suggestion_chosen") == [("suggestion_chosen", 1, "message:2")]


async def test_that_none_will_do_is_learned_too(world: World) -> None:
    async with sitting(world) as seat:
        desk(seat).suggestions.offered = OFFERED
        await seat.press("r", "ctrl+g", "x")
        assert done(world, "suggestion_refused") == [("suggestion_refused", 1)]
        assert seat.floor.parts.composer.text == ""


PROMISE = PromiseView(
    id=7, version=1, conversation=1, contact="Jan", handle="@jan", channel="c", what="call",
    label="call them", said="we bellen je morgen", state="open", made_at=NOW, made_by="sanne", owner="sanne",
    owner_initials="SV", mine=True, due_at=NOW + HOUR, soon_at=NOW, closed_at=None, reason="", kind="public",
    answered_at=None,
)  # fmt: skip


async def test_a_promise_is_kept_broken_with_a_reason_or_reported_back(world: World) -> None:
    async with sitting(world) as seat:
        desk(seat).promises.open = {7: PROMISE}
        await seat.press("p", "enter")
        await seat.write("it was kept")
        await seat.press("enter")
        assert done(world, "keep_promise") == [("keep_promise", 7, None)]
        await seat.press("p", "enter")
        await seat.write("it was not")
        await seat.press("enter")
        await seat.write("vergeten")
        await seat.press("enter")
        assert done(world, "break_promise") == [("break_promise", 7, "vergeten")]
        await seat.press("p", "enter", "enter")
        assert seat.floor.place == "composer"


async def test_a_promise_made_on_the_telephone_is_noted(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("p", "enter")
        await seat.write("morgen")
        await seat.press("enter")
        ((_what, conversation, new),) = done(world, "note_promise")
        assert (conversation, getattr(new, "what", "")) == (1, "call")


async def test_the_first_line_says_the_language_and_the_template_how_much_is_ours(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        assert "Dutch · je" in seat.text()
        await seat.press("ctrl+t")
        await seat.write("dank")
        await seat.press("enter")
        await seat.until(lambda: "template Dank voor het compliment · nothing changed yet" in seat.text())
        await seat.write(" En tot ziens!")
        await seat.until(lambda: "100 % yours" in seat.text())


async def test_promises_close_to_their_moment_stand_on_the_status_line(world: World) -> None:
    async with sitting(world) as seat:
        desk(seat).promises.open = {7: PROMISE}
        seat.screen._background.look_after()
        await seat.until(lambda: "1 promise due soon" in seat.said)


async def test_what_was_promised_stands_in_the_list_and_on_the_card(world: World) -> None:
    world.change(1, promise_at=NOW + HOUR)
    world.promises[1] = (PROMISE,)
    async with sitting(world) as seat:
        assert "promised" in seat.text()
        await seat.press("v")
        await seat.until(lambda: "“we bellen je morgen”" in seat.text())


async def test_a_good_reply_becomes_a_template_once_it_was_shown(world: World) -> None:
    ours = replace(world.messages[1][0], id=99, direction="out", text="Je bestelling 123456789 is er.")
    world.messages[1].append(ours)
    async with sitting(world) as seat:
        await seat.press("K")
        assert "becomes {{?" in seat.text()
        await seat.press("y", "enter")
        (kept,) = done(world, "keep_template")
        assert "123456789" not in str(kept)
