"""Whatever the public writes, the terminal hears none of it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from desk.reply_views import OutboxView
from desk.views import AttachmentView, ChannelHealth, MessageView
from domain.text import Mode, clean
from tests.tui.conftest import Seat, sitting
from tests.tui.corpus import HOSTILE, random_texts
from tests.tui.fake_desk import NOW, World, row
from tui.look import Look

OBEYED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\ud800-\udfff]")


def poisoned(texts: tuple[str, ...]) -> World:
    """A world in which every field that comes from outside is one of these texts."""
    world = World()
    for id_, text in enumerate(texts, start=1):
        world.add(
            row(
                id_, contact_name=text, handle=text, preview=text, labels=(text, text), channel=text,
                platform=text, holder=text[:4], assignee=text[:4], kind=text,
            ),
            text, text,
        )  # fmt: skip
        first = world.messages[id_][0]
        world.messages[id_] += [
            replace(
                first, id=id_ * 100 + 50, permalink=text, rating=3, edited=True,
                hiding="failed", hiding_sentence=text,
                attachments=(AttachmentView("image", text, text), AttachmentView(text, text, "")),
            ),
            MessageView(id_ * 100 + 51, "note", NOW, text, text, text, "private"),
            MessageView(id_ * 100 + 52, "out", NOW, text, text, text, "public", outbox="refused"),
        ]  # fmt: skip
    world.profile = tuple((text, text) for text in texts)
    world.template_text = "".join(texts)[:2000]
    world.link = texts[0]
    world.changed = tuple(texts)
    for n, text in enumerate(texts):
        world.outbox[n] = OutboxView(
            n, 1, text, text, text, "public", "ask_operator", None, 1, text, text, NOW, NOW
        )
    return world


async def look_everywhere(seat: Seat) -> None:
    """Every widget and every modal that shows anything from outside."""
    for keys in (
        ("j", "k", "v"), ("enter", "j", "k", "q"), ("v",), ("S", "q"), ("?", "q"), (":", "escape"),
        ("t", "escape"), ("d", "escape"), ("s", "escape"), ("a", "escape"), ("C", "escape"), ("y",),
        ("g", "o", "j", "u", "y", "q"),
        ("i", "ctrl+t", "escape", "a", "b", "ctrl+j", "y", "q"), ("/", "x", "enter", "escape"),
    ):  # fmt: skip
        await seat.press(*keys)
        assert OBEYED.search(seat.text()) is None, keys
    while len(seat.app.screen_stack) > 1:
        await seat.press("escape")


@pytest.mark.parametrize(
    ("size", "mode"),
    [((120, 40), "full"), ((60, 24), "safe"), ((200, 50), "ascii")],
    ids=["full", "safe", "ascii"],
)
async def test_nothing_hostile_reaches_the_screen(size: tuple[int, int], mode: Mode) -> None:
    async with sitting(poisoned(HOSTILE), size=size, look=Look(unicode=mode)) as seat:
        await look_everywhere(seat)
        await seat.press("escape")
        for _row in HOSTILE:
            await seat.press("j")
            await seat.floor.peek()
            await seat.pilot.pause()
            assert OBEYED.search(seat.text()) is None
        assert seat.app.is_running
        assert seat.app.return_code is None


async def test_texts_put_together_by_chance() -> None:
    world = World()
    for id_, text in enumerate(random_texts(20261123, 300), start=1):
        world.add(row(id_, contact_name=text, preview=text, handle=text, labels=(text,)), text)
    async with sitting(world, size=(120, 50)) as seat:
        for _n in range(12):
            await seat.press("ctrl+d")
            assert OBEYED.search(seat.text()) is None


async def test_a_click_on_hostile_markup_runs_no_action() -> None:
    world = World()
    world.add(row(1, preview="[@click=app.quit]klik[/]"), "[@click=app.quit]klik voor refund[/]")
    async with sitting(world) as seat:
        assert "[@click=app.quit]klik voor refund[/]" in seat.text()
        for line in range(34):
            await seat.pilot.click(offset=(40, line))
        assert seat.app.is_running
        assert seat.app.return_code is None


async def test_every_text_is_shown_as_it_is_after_cleaning() -> None:
    world = World()
    text = "[/b] [red]x[/] \\[ {{ }} $accent"
    world.add(row(1, preview=text), text)
    async with sitting(world) as seat:
        assert clean(text) in seat.text()


async def test_errors_and_health_come_through_the_same_door(world: World) -> None:
    async with sitting(world) as seat:
        world.error = "\x1b]52;c;AAAA\x07 [/b]"
        await seat.press("e")
        assert OBEYED.search(seat.text()) is None
        assert "[/b]" in seat.said
        status = seat.floor.parts.status
        bad = ChannelHealth("x", "x", "\x1b[2J", False, False, None, None, "\x9b31m \u202e")
        status.put(replace(status.standing, channels=(bad,), said=""), NOW)
        await seat.pilot.pause()
        assert OBEYED.search(seat.text()) is None
