"""Lines in, lines out."""

from __future__ import annotations

from dataclasses import replace

from desk.bridge import BATCH, Bridge
from desk.scoring import Scoring
from domain.clock import DAY
from domain.inbound import BadItem, Inbound
from tests.desk.conftest import MONDAY_NINE, WordEngine, World, mention
from tests.desk.invariants import broken


def bridge_of(world: World) -> Bridge:
    """The world's bridge."""
    return Bridge(world.database, world.clock, world.settings, world.collector.clocks, Scoring(WordEngine()))


def line(number: int, channel: str = "practice", **changes: object) -> Inbound:
    """An imported mention, a year old."""
    return mention(
        f"vraag {number}?", channel=channel, account="import", remote_id=f"i{number}", source="import",
        thread_key=f"t{number}", created_at=MONDAY_NINE - 365 * DAY + number, **changes,
    )  # fmt: skip


async def test_a_second_import_changes_nothing(world: World) -> None:
    """Several channels in one file, configured or not, and broken lines between them."""
    lines = [line(n, "practice" if n % 2 else "mastodon") for n in range(BATCH + 7)]
    mixed: list[Inbound | BadItem] = [
        *lines[:5],
        BadItem("line 6: no text", b"{"),
        *lines[5:],
        line(900, "anders"),
    ]
    taken = await bridge_of(world).bring_in(mixed)
    assert (taken.stored, taken.quarantined, len(taken.conversations)) == (BATCH + 8, 1, BATCH + 8)
    assert taken.newest == MONDAY_NINE - 365 * DAY + 900
    again = await bridge_of(world).bring_in(mixed)
    assert (again.stored, again.duplicates, again.quarantined) == (0, BATCH + 8, 0)
    counts = {tab.id: tab.count for tab in await world.desk().queues.tabs()}
    assert counts["open"] == BATCH + 8
    assert await world.database.read(broken) == []


async def test_what_goes_out_comes_in_again_as_it_was(world: World) -> None:
    """Everything that came in, oldest first, deletions marked; our own replies stay here."""
    items = [line(2, rating=3, permalink="https://x/2"), line(1, parent_ref={"cid": "x"}), line(3)]
    await bridge_of(world).bring_in(items)
    await bridge_of(world).bring_in([replace(line(3), deleted=True)])
    out = await bridge_of(world).take_out()
    assert [(one.remote_id, one.rating, one.deleted) for one in out] == [
        ("i1", None, False), ("i2", 3, False), ("i3", None, True),
    ]  # fmt: skip
    assert out[0].parent_ref == {"cid": "x"}
    assert out[1].author.name == "Jan de Vries"
