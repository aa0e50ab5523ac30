"""Pictures with a draft, by keys: chosen by their path, described, listed, taken out, looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from domain.terminal_pictures import Showing
from tests.tui.conftest import Seat, sitting
from tests.tui.fake_attachments import FakeAttachments
from tests.tui.fake_desk import FakeDesk, World
from tui.look import Look
from tui.screens.attach import AttachFile

AMSTERDAM = Look(timezone="Europe/Amsterdam")
BLOCKS = replace(AMSTERDAM, pictures=Showing("half_blocks"))
KITTY = replace(AMSTERDAM, pictures=Showing("kitty"))


def attachments(seat: Seat) -> FakeAttachments:
    """What drafts have."""
    desk = seat.floor.desk
    assert isinstance(desk, FakeDesk)
    return desk.attachments


def alts(seat: Seat) -> list[str]:
    """Descriptions of what goes along with the first draft."""
    return [one.alt for one in attachments(seat).of.get((1, "public"), [])]


async def choose(seat: Seat, typed: str) -> AttachFile:
    """Open the composer and type a path behind `~/`."""
    await seat.press("r", "ctrl+f")
    await seat.until(lambda: isinstance(seat.app.screen, AttachFile))
    screen = seat.app.screen
    assert isinstance(screen, AttachFile)
    await seat.write(typed)
    await seat.until(lambda: screen._listed_for == f"~/{typed}")
    return screen


async def attach(seat: Seat, typed: str, words: str) -> None:
    """Attach a file with a description."""
    await choose(seat, typed)
    await seat.press("enter")
    await seat.until(lambda: seat.modal == "Describe")
    await seat.write(words)
    await seat.press("enter")
    await seat.until(lambda: seat.modal == "DeskScreen")


async def test_a_picture_is_chosen_described_and_stands_below_the_text(world: World) -> None:
    async with sitting(world) as seat:
        await attach(seat, "foto.png", "Een kapotte lantaarn")
        assert alts(seat) == ["Een kapotte lantaarn"]
        text = seat.text()
        assert "+ foto.png  “Een kapotte lantaarn”" in text
        assert "PNG, 1,200 × 800, 340 kB" in text
        assert "foto.png goes along." in seat.said
        await seat.write("Dank!")
        assert seat.floor.parts.composer.text == "Dank!"


async def test_the_review_names_it_with_its_description(world: World) -> None:
    async with sitting(world) as seat:
        await attach(seat, "foto.png", "Een kapotte lantaarn")
        await seat.write("Dank!")
        await seat.press("ctrl+j")
        await seat.until(lambda: seat.modal == "Review")
        assert "+ foto.png  “Een kapotte lantaarn”" in seat.text()
        assert "340 kB" in seat.text()


async def test_the_draft_keeps_it_when_it_is_left_without_a_word(world: World) -> None:
    async with sitting(world) as seat:
        await attach(seat, "foto.png", "Een kapotte lantaarn")
        await seat.press("escape")
        assert "Draft kept" in seat.said
        await seat.press("r")
        assert "+ foto.png" in seat.text()


async def test_what_is_said_before_it_is_taken(world: World) -> None:
    async with sitting(world) as seat:
        screen = await choose(seat, "foto.png")
        await seat.until(lambda: "PNG, 1,200 × 800, 340 kB" in screen.verdict)
        assert "Bluesky takes 4 pictures of at most 2,000 kB each, no films" in seat.text()
        assert "JPEG, PNG, GIF, WebP; a description of at most 2,000 characters" in seat.text()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("groot", "140 kB too large"), ("brief.pdf", "no picture or film"), ("nergens.png", "There is no file")],
)
async def test_what_cannot_go_is_refused_in_one_sentence_and_the_path_stays(
    world: World, typed: str, sentence: str
) -> None:
    async with sitting(world) as seat:
        screen = await choose(seat, typed)
        await seat.press("enter")
        await seat.until(lambda: sentence in screen.verdict)
        assert seat.app.screen is screen
        assert f"~/{typed}" in seat.text()
        assert alts(seat) == []


async def test_tab_waits_for_what_there_is(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r", "ctrl+f")
        await seat.until(lambda: isinstance(seat.app.screen, AttachFile))
        screen = seat.app.screen
        assert isinstance(screen, AttachFile)
        await seat.pilot.press("m", "tab")
        await seat.until(lambda: screen._field.value == "~/map/")


async def test_tab_completes_and_a_folder_is_opened(world: World) -> None:
    async with sitting(world) as seat:
        screen = await choose(seat, "fo")
        await seat.press("tab")
        await seat.until(lambda: screen._field.value == "~/foto")
        await seat.press(*("backspace",) * 4, "m", "enter")
        await seat.until(lambda: screen._field.value == "~/map/")
        await seat.until(lambda: "kaart.jpg" in seat.text())
        await seat.press("enter")
        await seat.until(lambda: seat.modal == "Describe")
        assert "What does kaart.jpg show?" in seat.text()


async def test_the_cursor_chooses_among_several(world: World) -> None:
    async with sitting(world) as seat:
        await choose(seat, "foto")
        await seat.press("down", "enter")
        await seat.until(lambda: seat.modal == "Describe")
        assert "foto2.png" in seat.text()


async def test_enter_takes_what_is_typed_not_what_was_listed_before(world: World) -> None:
    """However fast the hand is."""
    async with sitting(world) as seat:
        await seat.press("r", "ctrl+f")
        await seat.pilot.press(*"foto2.png", "enter")
        await seat.until(lambda: seat.modal == "Describe")
        assert "foto2.png" in seat.text()


async def test_words_are_asked_for_and_explained(world: World) -> None:
    async with sitting(world) as seat:
        await choose(seat, "foto.png")
        await seat.press("enter")
        await seat.until(lambda: seat.modal == "Describe")
        assert "who does not see the picture" in seat.text()
        await seat.press("space", "enter")
        assert seat.modal == "Describe"
        assert "Ctrl+D says that it only decorates" in seat.text()
        await seat.press("ctrl+d")
        await seat.until(lambda: seat.modal == "DeskScreen")
        (one,) = attachments(seat).of[1, "public"]
        assert (one.alt, one.decorative) == ("", True)
        assert "only decoration" in seat.text()


async def test_words_have_the_length_that_the_channel_takes(world: World) -> None:
    async with sitting(world) as seat:
        await choose(seat, "foto.png")
        await seat.press("enter")
        await seat.until(lambda: seat.modal == "Describe")
        seat.app.screen.query_one("Words").text = "a" * 2_002  # type: ignore[attr-defined]
        await seat.press("enter")
        assert "2 characters too many; shorten it" in seat.text()
        assert seat.modal == "Describe"


async def test_going_back_attaches_nothing(world: World) -> None:
    async with sitting(world) as seat:
        await choose(seat, "foto.png")
        await seat.press("enter")
        await seat.until(lambda: seat.modal == "Describe")
        await seat.press("escape")
        assert "was not attached" in seat.said
        assert alts(seat) == []
        await seat.press("ctrl+f")
        await seat.until(lambda: seat.modal == "AttachFile")
        await seat.press("escape")
        await seat.write("Hoi")
        assert seat.floor.parts.composer.text == "Hoi"


async def test_the_list_describes_takes_out_and_adds(world: World) -> None:
    async with sitting(world) as seat:
        await attach(seat, "foto.png", "Een")
        await seat.press("ctrl+f")
        await seat.until(lambda: seat.modal == "Along")
        await seat.press("a")
        await seat.until(lambda: seat.modal == "AttachFile")
        await seat.write("foto2.png")
        await seat.press("enter")
        await seat.until(lambda: seat.modal == "Describe")
        await seat.write("Twee")
        await seat.press("enter")
        await seat.until(lambda: seat.modal == "Along")
        assert alts(seat) == ["Een", "Twee"]
        await seat.press("j", "e")
        await seat.until(lambda: seat.modal == "Describe")
        await seat.write("!")
        await seat.press("enter")
        await seat.until(lambda: seat.modal == "Along")
        assert alts(seat) == ["Een", "Twee!"]
        await seat.press("k", "x")
        await seat.until(lambda: seat.modal == "Along")
        assert alts(seat) == ["Twee!"]
        await seat.press("x")
        await seat.until(lambda: seat.modal == "DeskScreen")
        assert alts(seat) == []
        assert "foto" not in "\n".join(seat.text().split("\n")[12:])


async def test_a_note_takes_none(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("i", "ctrl+f")
        assert seat.modal == "DeskScreen"
        assert "A note takes no pictures." in seat.said
        await seat.write("x")
        assert seat.floor.parts.composer.text == "x"


async def test_half_blocks_show_the_picture_where_words_are_asked(world: World) -> None:
    async with sitting(world, look=BLOCKS) as seat:
        await choose(seat, "foto.png")
        await seat.press("enter")
        await seat.until(lambda: "▀▀▀▀▀▀" in seat.text())
        strips = seat.app.screen._compositor.render_strips()
        (cell, *_more) = [one for strip in strips for one in strip if one.text.startswith("▀")]
        assert cell.style is not None
        assert cell.style.color is not None
        assert cell.style.bgcolor is not None
        assert (cell.style.color.triplet, cell.style.bgcolor.triplet) == ((255, 0, 0), (0, 0, 255))


async def test_a_picture_that_cannot_be_shown_is_said_and_stops_nobody(world: World) -> None:
    async with sitting(world, look=BLOCKS) as seat:
        attachments(seat).cannot_draw = "To see pictures here, install Pillow."
        await choose(seat, "foto.png")
        await seat.press("enter")
        await seat.until(lambda: "install Pillow" in seat.text())
        await seat.write("Een")
        await seat.press("enter")
        await seat.until(lambda: seat.modal == "DeskScreen")
        assert alts(seat) == ["Een"]


@pytest.mark.parametrize(
    ("showing", "sentence"),
    [
        (Showing(), "This terminal cannot show pictures."),
        (Showing(off=True, by_itself=False), "Pictures are switched off here"),
    ],
)
async def test_where_there_are_no_pictures_a_key_says_why(
    world: World, showing: Showing, sentence: str
) -> None:
    async with sitting(world, look=replace(AMSTERDAM, pictures=showing)) as seat:
        await attach(seat, "foto.png", "Een")
        await seat.press("ctrl+f")
        await seat.until(lambda: seat.modal == "Along")
        assert sentence not in seat.text()
        await seat.press("v")
        assert sentence in seat.text()
        assert attachments(seat).drawn == []


async def test_over_a_slow_line_a_picture_comes_when_it_is_asked_for(world: World) -> None:
    look = replace(AMSTERDAM, pictures=Showing("half_blocks", by_itself=False))
    async with sitting(world, look=look) as seat:
        await attach(seat, "foto.png", "Een")
        await seat.press("ctrl+f")
        await seat.until(lambda: seat.modal == "Along")
        assert attachments(seat).drawn == []
        await seat.press("v")
        await seat.until(lambda: "▀▀▀▀▀▀" in seat.text())


async def test_what_the_terminal_draws_is_asked_for_its_place_only_while_it_is_in_sight(world: World) -> None:
    async with sitting(world, look=KITTY) as seat:
        await attach(seat, "foto.png", "Een")
        assert seat.app.stage.overlays(seat.app.screen) == ()
        await seat.press("ctrl+f")
        await seat.until(lambda: seat.app.stage.overlays(seat.app.screen))
        (overlay,) = seat.app.stage.overlays(seat.app.screen)
        assert (overlay.way, overlay.region.size, overlay.region.x) == ("kitty", (6, 3), 3)
        assert seat.app.stage.overlays(seat.screen) == ()
        number = overlay.number
        await seat.pilot.resize_terminal(100, 30)
        await seat.until(
            lambda: [one.number for one in seat.app.stage.overlays(seat.app.screen)] not in ([], [number])
        )
        await seat.press("escape")
        assert seat.app.stage.overlays(seat.app.screen) == ()


async def test_what_the_terminal_answers_changes_how_pictures_are_shown(world: World) -> None:
    async with sitting(world, look=BLOCKS) as seat:
        await attach(seat, "foto.png", "Een")
        await seat.press("ctrl+f")
        await seat.until(lambda: "▀▀▀▀▀▀" in seat.text())
        for piece in ("\x1b_Gi=31;OK\x1b\\", "\x1b[6;20;10t", "\x1b[?62;c"):
            seat.app.stage.told(piece)
        await seat.until(lambda: seat.app.stage.overlays(seat.app.screen))
        box = attachments(seat).drawn[-1][1]
        assert (box.way, box.cell_width, box.cell_height) == ("kitty", 10, 20)
        await seat.until(lambda: "▀" not in seat.text())


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (200, 50)])
async def test_all_of_it_fits(world: World, size: tuple[int, int]) -> None:
    async with sitting(world, size=size, look=BLOCKS) as seat:
        await attach(seat, "foto.png", "Een kapotte lantaarn in de Dorpsstraat, gisteravond")
        assert "+ foto.png" in seat.text()
        await seat.press("ctrl+f")
        await seat.until(lambda: "▀▀▀▀▀▀" in seat.text())
        await seat.press("e")
        await seat.until(lambda: seat.modal == "Describe")
        await seat.until(lambda: "▀▀▀▀▀▀" in seat.text())
        shown: Sequence[str] = ("What does", "lantaarn", "of 2,000", "Ctrl+D")
        assert [words for words in shown if words not in seat.text()] == []
