"""What stands where: 60, 80, 120 and 200 columns, sixteen colours, ASCII."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from domain.clock import DAY, HOUR, MINUTE, SECOND
from domain.text import clean
from tests.tui.conftest import sitting
from tests.tui.world import NOW, World, row
from tui import badges
from tui import format as fmt
from tui.inks import Tone
from tui.look import Look
from tui.row_layout import Drawing, columns, spans
from tui.signs import ASCII, UNICODE
from tui.spans import merged, width_of
from tui.text import Door, fit
from tui.widgets.sheet import Para, wrapped

DOOR = Door()


@pytest.mark.parametrize("width", [60, 61, 79, 80, 99, 100, 120, 139, 140, 160, 250])
def test_a_row_is_exactly_as_wide_as_the_list(width: int) -> None:
    one = row(1, labels=("storing", "factuur"), holder="SV", writing=True, priority=2, preview="宽" * 90)
    drawing = Drawing(one, badges.row_clock(one, NOW, DOOR), width, True, True, False, "open")
    assert width_of(spans(drawing, DOOR, UNICODE)) == width


def test_labels_go_first_then_the_contact_shortens_and_the_clock_never_goes() -> None:
    assert columns(120).labels > 0
    assert columns(80).labels == 0
    assert columns(60).contact < columns(80).contact
    assert columns(60).preview >= 20


@given(st.text(max_size=60), st.integers(min_value=1, max_value=40))
@settings(max_examples=300)
def test_fitted_text_is_as_wide_as_asked(text: str, width: int) -> None:
    assert cell_len(fit(clean(text), width)) == width


@given(st.text(max_size=200), st.integers(min_value=20, max_value=80), st.integers(min_value=0, max_value=6))
@settings(max_examples=200)
def test_wrapped_text_stays_inside_and_loses_no_letters(text: str, width: int, indent: int) -> None:
    safe = clean(text, multiline=True)
    lines = wrapped(Para(((safe, "text"),), indent=indent), width)
    assert all(width_of(line) <= width for line in lines)
    shown = "".join(piece for line in lines for piece, _tone in line)
    assert "".join(shown.split()) == "".join(safe.split())


@given(st.lists(st.tuples(st.text(alphabet=" ab", max_size=4), st.sampled_from(["text", "dim", "over"]))))
def test_merging_pieces_changes_no_text(pieces: list[tuple[str, Tone]]) -> None:
    given_ = tuple((clean(text), tone) for text, tone in pieces)
    assert "".join(text for text, _tone in merged(given_)) == "".join(text for text, _tone in given_)


@pytest.mark.parametrize(
    ("left", "shown", "tone"),
    [
        (7 * MINUTE + 32 * SECOND, "7m32s", "soon"),
        (9 * SECOND, "0m09s", "soon"),
        (41 * MINUTE + 59 * SECOND, "0:41", "fine"),
        (26 * HOUR, "1d 2h", "fine"),
        (12 * DAY, "12d", "fine"),
        (-12 * MINUTE, "-0:12", "over"),
        (-30 * HOUR, "-1d 6h", "over"),
    ],
)
def test_clock_badges(left: int, shown: str, tone: str) -> None:
    badge = badges.clock(NOW + left, NOW + left - 8 * MINUTE, NOW, DOOR)
    assert (badge.text, badge.tone) == (shown, tone)
    assert cell_len(badge.text) <= badges.BADGE_WIDTH


def test_sentiment_signs_speak_without_colour() -> None:
    assert badges.sentiment("negative", unsure=False, signs=UNICODE).text == "−"
    assert badges.sentiment("negative", unsure=True, signs=UNICODE).text == "−?"
    assert badges.sentiment("positive", unsure=False, signs=ASCII).text == "+"
    assert badges.sentiment("unknown", unsure=False, signs=ASCII).text == "?"


def test_moments_and_ages() -> None:
    zone = Look(timezone="Europe/Amsterdam").zone
    assert fmt.moment(NOW, NOW, zone) == "10:26"
    assert fmt.moment(NOW - 2 * DAY, NOW, zone) == "Sat 10:26"
    assert fmt.moment(NOW - 20 * DAY, NOW, zone) == "3 Nov 10:26"
    assert fmt.moment(NOW - 400 * DAY, NOW, zone) == "19 Oct 2025"
    assert [fmt.age(span) for span in (20 * SECOND, 4 * MINUTE, 3 * HOUR, 3 * DAY)] == [
        "20 s",
        "4 m",
        "3 h",
        "3 d",
    ]


async def test_small_shows_one_thing_at_a_time(world: World) -> None:
    async with sitting(world, size=(80, 24)) as seat:
        assert "En nog iets over vraag 1" not in seat.text()
        await seat.press("enter")
        assert "En nog iets over vraag 1" in seat.text()
        assert "Contact 2" not in seat.text()
        await seat.press("q", "r")
        assert "PUBLIC, everyone can read this" in seat.text()
        assert "Vraag nummer 1" in seat.text()
        assert "Contact 2" not in seat.text()
        await seat.press("escape")
        assert "Contact 2" in seat.text()


async def test_wide_shows_queues_list_and_conversation_beside_each_other(world: World) -> None:
    async with sitting(world, size=(200, 50)) as seat:
        line = next(line for line in seat.text().split("\n") if "Contact 2 " in line)
        assert "unassigned" in seat.text()
        assert "En nog iets over vraag 1" in seat.text()
        assert len(line) == 200


async def test_sixty_columns_work(world: World) -> None:
    async with sitting(world, size=(60, 20)) as seat:
        await seat.press("j", "r")
        await seat.write("hoi")
        await seat.press("ctrl+j")
        assert "hoi ^SV" in seat.text()
        await seat.press("y")
        await seat.until(lambda: len(world.outbox) == 1)


async def test_resizing_keeps_the_cursor_and_the_draft(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("3", "j", "r")
        await seat.write("half")
        for size in ((60, 20), (200, 50), (20, 5), (120, 34)):
            await seat.pilot.resize_terminal(*size)
            await seat.pilot.pause()
        assert seat.floor.parts.composer.text == "half"
        assert seat.current == 4


async def test_ascii_draws_nothing_else(world: World) -> None:
    world.change(1, preview="café ☕ “ja”", contact_name="Zoë", holder="SV", writing=True)
    async with sitting(world, look=Look(unicode="ascii")) as seat:
        await seat.press("j", "k", "enter", "q")
        await seat.floor.peek()
        await seat.pilot.pause()
        assert seat.text().isascii()
        await seat.press("r", "ctrl+j")
        assert seat.text().isascii()


async def test_sixteen_colours_use_no_others(world: World) -> None:
    async with sitting(world, look=Look(theme="terminal")) as seat:
        colours = {
            colour.name
            for strip in seat.screen._compositor.render_strips()
            for segment in strip
            if segment.style is not None
            for colour in (segment.style.color, segment.style.bgcolor)
            if colour is not None
        }
        assert not [name for name in colours if name.startswith("#")]


async def test_light_and_dark(world: World) -> None:
    async with sitting(world, look=Look(theme="light")) as seat:
        assert not seat.app.current_theme.dark
    async with sitting(world, look=Look(theme="dark")) as seat:
        assert seat.app.current_theme.dark


async def test_what_is_drawn_follows_the_theme(world: World) -> None:
    async with sitting(world) as seat:
        rows = seat.floor.parts.list
        assert rows.ink("over").color != rows.ink("text").color
        dark = rows.ink("text"), rows.ink("text", cursor=True)
        seat.app.theme = "webcare-light"
        await seat.until(lambda: rows.ink("text").bgcolor != dark[0].bgcolor)
        light = rows.ink("text"), rows.ink("text", cursor=True)
        assert light[0].color != dark[0].color
        assert light[1].bgcolor not in (light[0].bgcolor, dark[1].bgcolor)
