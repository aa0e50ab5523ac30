"""The meter on the screen: two dials side by side, tables in turn, and words for everything."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.meter_views import DEFINITIONS
from domain.meter import Arc, Mean
from domain.text import clean
from tests.tui.conftest import sitting
from tests.tui.fake_meter import LARGE, FakeMeter
from tests.tui.world import World
from tui import dials
from tui.arc import arc, in_words
from tui.look import Look
from tui.screens.meter import MeterScreen
from tui.spans import width_of
from tui.widgets.sheet import wrapped


def spoken(one: Arc, look: Look | None = None) -> str:
    return "".join(text for text, _tone in arc(one, look or Look()))


@pytest.mark.parametrize("width", [60, 80, 120, 200])
async def test_the_dials_stand_side_by_side(world: World, width: int) -> None:
    async with sitting(world, size=(width, 34)) as seat:
        await seat.press("g", "e")
        await seat.until(lambda: isinstance(seat.app.screen, MeterScreen))
        await seat.until(lambda: "Nobody was answered" in seat.text())
        await seat.press("h")
        await seat.until(lambda: "−0.41" in seat.text())
        before = next(line for line in seat.text().split("\n") if "Before we answered" in line)
        assert "After we answered" in before
        numbers = next(line for line in seat.text().split("\n") if "−0.41" in line)
        assert "+0.22" in numbers
        for words in (
            "Oct 2026, 416 conversations",
            "turned 172",
            "kept 96",
            "worsened 14",
            "change +0.63 ± 0.07",
            "silent 134 (32 %), not counted",
            "negative, ± 0.05 at 95 %",
        ):
            assert words in seat.text()


async def test_tab_goes_through_the_tables_and_q_goes_back(world: World) -> None:
    async with sitting(world, size=(120, 34)) as seat:
        await seat.press("g", "e", "h")
        await seat.until(lambda: "By label" in seat.text() and "storing" in seat.text())
        await seat.press("tab")
        await seat.until(lambda: "By channel" in seat.text() and "X [bold]x[/]" in seat.text())
        await seat.press("tab")
        await seat.until(lambda: "By kind" in seat.text() and "complaint" in seat.text())
        await seat.press("l", "l")
        await seat.until(lambda: "Nobody was answered for the first time in Nov 2026" in seat.text())
        await seat.press("q")
        await seat.until(lambda: not isinstance(seat.app.screen, MeterScreen))


async def test_a_database_in_trouble_says_so(world: World) -> None:
    async with sitting(world) as seat:
        world.error = "Somebody holds the database."
        await seat.press("g", "e")
        await seat.until(lambda: "Somebody holds the database." in seat.text())
        world.error = ""


async def test_the_meter_is_read_only_when_it_is_asked_for(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("j", "k")
        assert [act for act in world.acts if act[0] == "meter"] == []


async def test_ascii_draws_nothing_else(world: World) -> None:
    async with sitting(world, look=Look(unicode="ascii")) as seat:
        await seat.press("g", "e", "h")
        await seat.until(lambda: "0.41" in seat.text())
        assert seat.text().isascii()


async def test_what_it_is_can_be_said_with_one_key(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("w")
        await seat.write("compl")
        await seat.pilot.press("enter")
        await seat.settled()
        assert ("kind", 1, "complaint") in world.acts


async def test_the_header_tells_the_arc(world: World) -> None:
    world.arcs[1] = Arc((-0.9, -0.9, -0.5), (0.2, 0.6), answered=True)
    async with sitting(world) as seat:
        assert "▁▁▃ → ▅▇ turned" in seat.text()


def test_an_arc_as_a_sentence() -> None:
    assert in_words(Arc((-0.9, -0.5), (0.5,), answered=True)) == "before −0.70, after +0.50: turned"
    assert in_words(Arc((-0.9,), (), answered=True)) == "before −0.90: silent since"
    assert in_words(Arc((None,), (0.5,), answered=True)) == "before ?, after +0.50: mood unknown"
    assert in_words(Arc((0.0,), (), answered=False)) == "before 0.00"


def test_an_arc_in_words() -> None:
    assert spoken(Arc((-0.9,), (), answered=False)) == "▁ → ?"
    assert spoken(Arc((-0.9,), (), answered=True)) == "▁ → silent since"
    assert spoken(Arc((None, 0.0), (None,), answered=True)) == "?▅ → ? mood unknown"
    assert spoken(Arc((-0.9, 0.1), (0.9,), answered=True), Look(unicode="ascii")) == "-= -> + turned"
    assert spoken(Arc((0.1,) * 9, (-1.0,), answered=True)) == "▅▅▅▅ → ▁ worsened"


@given(st.floats(-1, 1), st.floats(-1, 1), st.integers(4, 60), st.sampled_from(["safe", "ascii"]))
def test_a_dial_is_as_wide_as_asked_and_fuller_the_stronger(
    one: float, two: float, bar: int, mode: Literal["safe", "ascii"]
) -> None:
    look = Look(unicode=mode)
    full: list[int] = []
    for value in sorted((one, two), key=abs):
        drawn = dials._drawn(value, bar, look)
        assert width_of(drawn) == bar
        full.append("".join(text for text, _tone in drawn).count(look.signs.filled))
        assert bar / 2 - 1 <= full[-1] <= bar
    assert full[0] <= full[1]


@pytest.mark.parametrize("width", range(40, 240, 7))
async def test_no_line_is_wider_than_the_screen(world: World, width: int) -> None:
    meter = FakeMeter(world)
    view = await meter.read(meter.month(1))
    for split in ("label", "channel", "kind"):
        paras = dials.meter_paras(view, split, width, Look())
        assert all(width_of(line) <= width for para in paras for line in wrapped(para, width))


def test_every_number_has_its_definition() -> None:
    assert len(DEFINITIONS) == 5
    assert LARGE.n == 412
    assert dials._with_margin(Mean(0.5, None)) == "+0.50"
    assert clean(dials._with_margin(None, long=True)) == "?"
