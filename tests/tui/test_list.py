"""The list: the cursor stays on its conversation, whatever comes and goes."""

from __future__ import annotations

from array import array

import pytest

from domain.clock import MINUTE, SECOND
from tests.tui.conftest import sitting
from tests.tui.fake_desk import NOW, FakeDesk, World, row
from tui.app import DeskApp
from tui.widgets.window import PAGE


async def test_the_first_paint_has_rows(world: World) -> None:
    async with sitting(world) as seat:
        assert "Vraag nummer 1 over" in seat.text()
        assert "1 of 9" in seat.text()
        assert "En nog iets over vraag 1" in seat.text()


async def test_moving_with_counts_and_to_both_ends(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("5", "j")
        assert seat.current == 6
        await seat.press("2", "k")
        assert seat.current == 4
        await seat.press("G")
        assert seat.current == 9
        await seat.press("g", "g")
        assert seat.current == 1


async def test_a_new_mention_is_announced_and_moves_nothing(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("j", "j")
        world.add(row(50, due_at=NOW + MINUTE))
        world.tell(50, new=1)
        await seat.until(lambda: "1 new" in seat.text())
        assert seat.current == 3
        assert "Contact 50" not in seat.text()
        await seat.press("g", "g")
        assert "Contact 50" in seat.text()
        assert seat.current == 50


async def test_letting_in_keeps_the_cursor_on_its_conversation(world: World) -> None:
    async with sitting(world) as seat:
        world.add(row(50, due_at=NOW + MINUTE))
        world.tell(50, new=1)
        await seat.until(lambda: "1 new" in seat.text())
        await seat.press("k")
        assert "Contact 50" in seat.text()
        assert seat.current == 1


async def test_new_ones_come_in_by_themselves_when_the_hand_rests_at_the_top(world: World) -> None:
    async with sitting(world) as seat:
        world.add(row(50, due_at=NOW + MINUTE))
        world.tell(50, new=1)
        await seat.until(lambda: "1 new" in seat.text())
        world.clock.advance(2 * SECOND)
        seat.screen.tick()
        await seat.pilot.pause()
        assert "Contact 50" not in seat.text()
        world.clock.advance(2 * SECOND)
        seat.screen.tick()
        await seat.until(lambda: "Contact 50" in seat.text())
        assert seat.current == 1


async def test_what_a_colleague_settles_stays_under_the_cursor_as_gone(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("j", "j")
        world.change(3, status="resolved")
        world.tell(3)
        await seat.until(lambda: "resolved" in seat.text())
        assert seat.current == 3
        await seat.press("j")
        assert seat.current == 4
        await seat.until(lambda: "Contact 3 " not in seat.text())
        await seat.press("k")
        assert seat.current == 2


async def test_what_leaves_above_the_cursor_does_not_move_it_on_the_screen(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("5", "j")
        world.change(2, status="resolved")
        world.tell(2)
        await seat.until(lambda: "of 8" in seat.text())
        assert seat.current == 6


async def test_marks_ranges_and_acts_on_all_of_them(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("space", "j", "V")
        assert seat.floor.chosen == (1, 2, 3)
        await seat.press("e")
        assert [act for act in world.acts if act[0] == "resolve"] == [
            ("resolve", 1),
            ("resolve", 2),
            ("resolve", 3),
        ]
        assert "3 conversations." in seat.said
        assert seat.current == 4


async def test_escape_drops_marks(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("x")
        assert "1 marked" in seat.text()
        await seat.press("escape")
        assert "marked" not in seat.text()


async def test_a_long_list_reads_only_around_its_window() -> None:
    world = World()
    for id_ in range(1, 1001):
        world.add(row(id_))
    async with sitting(world) as seat:
        await seat.until(lambda: len(seat.floor.parts.list.order.ids) == 1000)
        before = world.reads
        await seat.press("G")
        await seat.until(lambda: "Contact 1000" in seat.text())
        assert world.reads - before <= 2
        known = [id_ for id_ in range(1, 1001) if seat.floor.parts.list.store.get(id_) is not None]
        assert len(known) < 300


async def test_moving_inside_what_is_read_asks_the_desk_for_no_rows(world: World) -> None:
    async with sitting(world) as seat:
        before = world.reads
        await seat.press("j", "j", "k", "3", "j")
        assert world.reads == before


async def test_a_tick_repaints_only_badges_that_changed(world: World) -> None:
    async with sitting(world) as seat:
        list_ = seat.floor.parts.list
        list_.tick(NOW + SECOND)
        assert list_.tick(NOW + 2 * SECOND) == 1  # only the first is in its last ten minutes,
        assert list_.tick(NOW + 2 * SECOND) == 0
        assert list_.tick(NOW + MINUTE + SECOND) == 9  # and every minute all of them change


async def test_a_tick_without_change_paints_nothing(world: World) -> None:
    async with sitting(world) as seat:
        await seat.pilot.pause()
        seat.screen.tick()
        await seat.pilot.pause()
        seat.screen.tick()
        assert not seat.screen._compositor._dirty_regions
        assert not seat.screen._dirty_widgets


async def test_an_empty_queue_says_so_and_what_else_there_is(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("g", "w")
        assert "Nothing is in this queue." in seat.text()
        await seat.press("g", "n")
        await seat.until(lambda: seat.current == 1)


async def test_a_desk_that_cannot_be_read_says_why() -> None:
    world = World(error="The database is held by pid 8917 (marieke), stopped.")
    async with sitting(world) as seat:
        assert "held by pid 8917 (marieke), stopped." in seat.text()


async def test_tab_walks_through_the_queues(world: World) -> None:
    world.change(4, sentiment="negative")
    async with sitting(world) as seat:
        await seat.press("tab", "tab", "tab")
        assert seat.floor.feed.shown.queue == "negative"
        assert seat.current == 4
        await seat.press("shift+tab")
        assert seat.floor.feed.shown.queue == "unassigned"


async def test_the_order_behind_the_first_page_repaints_only_what_it_moves(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for id_ in range(10, 60):
        world.add(row(id_))
    async with sitting(world) as seat:
        rows = seat.floor.parts.list
        painted: list[object] = []
        monkeypatch.setattr(rows, "refresh", lambda *regions, **_: painted.append(regions))
        rows.adopt(rows.order.ids + array("q", range(100, 300)))
        assert (len(rows.order.ids), painted) == (259, [])
        rows.adopt(array("q", [1, 3, 2, *range(4, 60)]))
        assert painted


async def test_a_long_order_is_read_after_the_first_paint(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for id_ in range(10, 2 * PAGE):
        world.add(row(id_))
    desk = FakeDesk(world)
    app = DeskApp(desk)
    painted: list[bool] = []
    read = desk.queues.ids

    async def ids(queue: str, *, search: str | None = None, limit: int | None = None) -> array[int]:
        painted.append("Vraag nummer 1 over" in str(app.screen._compositor.render_strips()))
        painted.append(app._batch_count == 0)
        return await read(queue, search=search, limit=limit)

    monkeypatch.setattr(desk.queues, "ids", ids)
    async with app.run_test(size=(120, 34)) as pilot:
        while len(app.screen_stack) != 1 or not painted:
            await pilot.pause()
    assert painted == [True, True]
