"""A desk that is open all day must not grow with every screen that was opened and closed."""

from __future__ import annotations

import gc

from textual._styles_cache import StylesCache

from tests.tui.conftest import Seat, sitting
from tests.tui.fake_desk import World


async def test_the_lines_of_a_closed_screen_are_let_go(world: World) -> None:
    async with sitting(world) as seat:
        await _look_it_over(seat)
        before = _caches()
        for _time in range(3):
            await _look_it_over(seat)
        assert _caches() <= before


async def _look_it_over(seat: Seat) -> None:
    await seat.press("r")
    await seat.write("x")
    await seat.press("ctrl+j")
    await seat.until(lambda: seat.modal == "Review")
    await seat.press("escape", "escape")
    await seat.until(lambda: seat.modal == "DeskScreen")


def _caches() -> int:
    gc.collect()
    return sum(isinstance(one, StylesCache) for one in gc.get_objects())
