"""The last line before the terminal."""

from __future__ import annotations

import pytest
from rich.segment import ControlType, Segment
from rich.style import Style
from textual.color import Color

from domain.text import SafeText
from tests.tui.conftest import sitting
from tests.tui.corpus import HOSTILE
from tests.tui.fake_desk import World
from tests.tui.test_hostile import OBEYED
from tui.guard import Guard

BLACK = Color(0, 0, 0)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_obeyed_leaves(text: str) -> None:
    guard = Guard()
    shown = guard.apply([Segment(text), Segment("fine")], BLACK)
    assert OBEYED.search("".join(segment.text for segment in shown)) is None
    assert (guard.hits > 0) == (shown[0].text != text)


def test_links_and_control_segments_are_taken_away() -> None:
    guard = Guard()
    link = Segment("x", Style(link="https://evil.example\x1b]52;c;A\x07"))
    shown = guard.apply([link, Segment("\x1b[2J", None, [(ControlType.BELL,)])], BLACK)
    assert guard.hits == 2
    assert all(segment.style is None or segment.style.link is None for segment in shown)
    assert all(segment.control is None for segment in shown)


def test_clean_segments_pass_untouched() -> None:
    guard = Guard()
    segments = [Segment("gewoon ✎ 👏", Style(bold=True))]
    assert guard.apply(segments, BLACK) is segments
    assert guard.hits == 0


async def test_it_stands_in_the_app_and_counts(world: World) -> None:
    async with sitting(world) as seat:
        line = seat.floor.parts.keys
        line.show(((SafeText("\x1b[2J"), "text"),))
        await seat.until(lambda: seat.app.guard_hits > 0)
        assert "\x1b" not in seat.text()
        seat.app.guard.hits = 0
