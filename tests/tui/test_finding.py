"""Finding and looking: search, filter, why, help, links, cards, the outbox."""

from __future__ import annotations

from dataclasses import replace

from tests.tui.conftest import sitting
from tests.tui.fake_desk import World


async def test_search_shows_a_list_and_escape_goes_back(world: World) -> None:
    world.change(7, status="resolved")
    async with sitting(world) as seat:
        await seat.press("/")
        await seat.write("nummer 7")
        await seat.press("enter")
        assert "search: nummer 7" in seat.text()
        assert seat.current == 7
        assert "resolved" in seat.text()
        await seat.press("escape")
        assert seat.floor.feed.shown.queue == "open"
        assert seat.floor.feed.shown.search is None


async def test_the_filter_narrows_this_queue(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("\\")
        await seat.write("nummer 3")
        await seat.press("enter")
        assert list(seat.floor.parts.list.order.ids) == [3]
        assert seat.floor.feed.shown.queue == "open"


async def test_why_help_and_the_command_line(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("S")
        assert "Policy Bluesky public, version 3" in seat.text()
        await seat.press("q", "?")
        assert "next row" in seat.text()
        await seat.press("q", ":")
        await seat.write("is positive")
        await seat.press("enter")
        await seat.until(lambda: world.rows[1].sentiment == "positive")


async def test_the_link_is_copied_only_when_it_is_clean(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("y")
        assert seat.app.clipboard == "https://bsky.app/profile/x/post/1"
        world.link = "javascript:alert(1)"
        await seat.press("y")
        assert "not a plain https address" in seat.said
        assert seat.app.clipboard == "https://bsky.app/profile/x/post/1"


async def test_open_read_and_back(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("enter")
        assert seat.screen.has_class("-reading")
        await seat.press("q")
        assert not seat.screen.has_class("-reading")
        assert not [act for act in world.acts if act[0] == "claim"]


async def test_the_contact_card(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("v")
        assert "Fietst graag." in seat.text()
        await seat.press("v")
        assert "Fietst graag." not in seat.text()


async def test_the_outbox_asks_a_person_where_nobody_can_know(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        await seat.write("hoi")
        await seat.press("ctrl+j", "y")
        await seat.until(lambda: len(world.outbox) == 1)
        world.outbox[1] = replace(world.outbox[1], status="ask_operator", undo_until=None)
        await seat.press("g", "o")
        await seat.until(lambda: "did it arrive?" in seat.text())
        await seat.press("y")
        await seat.until(lambda: ("settle", 1, True) in world.acts)
        await seat.press("q")
        await seat.until(lambda: seat.modal == "DeskScreen")
