"""The window is closed: `r` offers what the platform approved."""

from __future__ import annotations

import pytest

from desk.approved_views import ApprovedTemplate
from desk.reply_views import DraftView
from tests.tui.conftest import sitting
from tests.tui.fake_desk import World, row

READY = ApprovedTemplate(
    "antwoord_klaar", "nl", "utility", "Dag {{naam}},\nhet antwoord op {{vraag}} is er.", ("naam", "vraag")
)
PICTURE = ApprovedTemplate("plaatje", "nl", "marketing", "Kijk.", (), "It has a picture at its head.")


@pytest.fixture
def shut() -> World:
    made = World(approved=(PICTURE, READY), templates_only=True)
    for id_ in (1, 2):
        made.add(row(id_, visibility="private"), "Hallo?")
    return made


async def test_choose_fill_in_review_send(shut: World) -> None:
    async with sitting(shut, size=(80, 24)) as seat:
        await seat.press("r")
        assert "The window is closed: only approved templates" in seat.text()
        await seat.write("klaar")
        assert "het antwoord op {{vraag}} is er." in seat.text()
        await seat.press("enter")
        assert "antwoord_klaar: naam (1 of 2)" in seat.text()
        await seat.press("enter")
        assert "(1 of 2)" in seat.text()
        await seat.write("Jan")
        assert "Dag Jan," in seat.text()
        await seat.press("enter")
        await seat.write("uw vraag")
        assert "het antwoord op uw vraag is er." in seat.text()
        await seat.press("enter")
        assert seat.modal == "Review"
        await seat.press("y")
        await seat.until(lambda: len(shut.outbox) == 1)
        assert shut.outbox[1].text == "Dag Jan,\nhet antwoord op uw vraag is er."
        assert ("claim", 1) in shut.acts


async def test_going_back_sends_nothing_and_e_fills_in_again(shut: World) -> None:
    async with sitting(shut) as seat:
        await seat.press("r", "down", "enter")
        await seat.write("Jan")
        await seat.press("enter", "escape")
        assert "(1 of 2)" in seat.text()
        await seat.press("enter")
        await seat.write("x")
        await seat.press("enter", "e")
        assert "(1 of 2)" in seat.text()
        await seat.press("escape")
        assert seat.modal == "DeskScreen"
        assert shut.outbox == {}


async def test_one_that_cannot_be_filled_in_here_says_why(shut: World) -> None:
    async with sitting(shut) as seat:
        await seat.press("r", "enter")
        assert "It has a picture at its head." in seat.said
        assert seat.modal == "DeskScreen"


async def test_without_a_list_it_says_why(shut: World) -> None:
    shut.approved = ()
    async with sitting(shut) as seat:
        await seat.press("r")
        assert "only approved templates. Not fetched yet." in seat.said
        assert seat.floor.parts.composer.view is None


async def test_a_text_that_was_begun_before_is_still_there(shut: World) -> None:
    shut.drafts[1, "private"] = DraftView(1, "private", "begonnen", None, 0, 1)
    async with sitting(shut) as seat:
        await seat.press("r", "escape")
        await seat.until(lambda: seat.floor.parts.composer.text == "begonnen")
