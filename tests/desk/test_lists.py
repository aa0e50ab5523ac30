"""Queues: counted, paged and searched as they are listed."""

from __future__ import annotations

import pytest

from domain.clock import HOUR, MINUTE
from domain.errors import NotFound
from domain.inbound import ContactRef
from tests.desk.acts import first, reply
from tests.desk.conftest import MONDAY_NINE, World, mention
from tests.desk.invariants import broken


async def crowd(world: World, count: int) -> list[int]:
    """So many conversations, one a minute. Returns their ids, oldest first."""
    await world.arrive(
        *(
            mention(f"vraag {n}?", thread_key=f"t{n}", author=ContactRef(f"u{n}", f"@u{n}", f"Piet {n}"),
                    created_at=MONDAY_NINE - (count - n) * MINUTE)
            for n in range(count)
        )
    )  # fmt: skip
    return list(await world.desk().queues.ids("open"))


async def test_a_list_without_moments_pages_to_its_end(world: World) -> None:
    """Snoozed until they reply has no moment: behind all others, and every row comes once."""
    ids = await crowd(world, 9)
    desk = world.desk()
    for number, conversation in enumerate(ids):
        until = number % 3 == 0
        await desk.triage.snooze(
            conversation, None if until else world.clock.now() + number * HOUR, until_reply=until
        )
    seen: list[int] = []
    page = await desk.queues.page("snoozed", limit=2)
    while True:
        seen += [row.id for row in page.rows]
        if page.next_key is None:
            break
        page = await desk.queues.page("snoozed", page.next_key, limit=2)
    assert seen == list(await desk.queues.ids("snoozed"))
    assert seen == [ids[n] for n in (1, 2, 4, 5, 7, 8, 0, 3, 6)]
    assert await world.database.read(broken) == []


async def test_the_outbox_counts_conversations(world: World) -> None:
    """Two replies on their way in one of them are one line and one in the badge."""
    (one, _other) = await crowd(world, 2)
    desk = world.desk()
    await reply(desk, one, "Een.")
    done = await reply(desk, one, "Twee.")
    counts = {tab.id: tab.count for tab in await desk.queues.tabs()}
    assert (counts["outbox"], list(await desk.queues.ids("outbox"))) == (1, [one])
    assert done.outbox is not None
    await desk.outbox.call_back(done.outbox)
    assert await world.database.read(broken) == []
    await world.send_all()
    counts = {tab.id: tab.count for tab in await desk.queues.tabs()}
    assert counts["outbox"] == 0


async def test_the_next_by_clock_goes_round(world: World) -> None:
    """The most urgent that no colleague has; after the last comes the first."""
    ids = await crowd(world, 3)
    sanne, anna = world.desk("sanne"), world.desk("ab")
    await anna.claims.claim(ids[1])
    assert await sanne.queues.next_by_clock() == ids[0]
    assert await sanne.queues.next_by_clock(ids[0]) == ids[2]
    assert await sanne.queues.next_by_clock(ids[2]) == ids[0]
    assert await anna.queues.next_by_clock(ids[0]) == ids[1]
    for conversation in ids:
        await sanne.triage.resolve(conversation)
    assert await sanne.queues.next_by_clock() is None


@pytest.mark.parametrize(
    ("queue", "search", "expected"),
    [
        ("open", "vraag", {0, 1, 2}),
        ("open", "from:@U1", {1}),
        ("open", "is:resolved", {3}),
        ("all", "is:waiting", {4}),
        ("snoozed", "is:open", {0, 1, 2}),
        ("listening", "is:resolved", {3}),
        ("open", "is:mine", {2}),
        ("all", "label:storing", {1}),
        ("all", "kind:question sentiment:neutral from:u1", {1}),
        ("all", "channel:elders", set()),
        ("all", "after:2027-01-01", set()),
        ("all", 'vraag "2"', {2}),
        ("all", 'vra* " OR 1=1 --', set()),
        ("all", "vra*", {0, 1, 2, 3, 4}),
        ("channel:practice", "vraag", {0, 1, 2}),
    ],
)
async def test_what_a_search_names_goes_before_the_queue(
    world: World, queue: str, search: str, expected: set[int]
) -> None:
    """States, people, labels and words, within the queue or out of it."""
    ids = await crowd(world, 5)
    desk = world.desk()
    await desk.triage.label(ids[1], "storing")
    await desk.claims.claim(ids[2])
    await desk.triage.resolve(ids[3])
    await reply(desk, ids[4], "Antwoord.")
    await world.send_all()
    found = await desk.queues.ids(queue, search=search)
    assert {ids.index(one) for one in found} == expected


async def test_an_unknown_queue_is_named_with_the_known_ones(world: World) -> None:
    """The sentence helps on."""
    with pytest.raises(NotFound, match="choose from open, mine"):
        await world.desk().queues.page("oepn")


async def test_rows_that_are_gone_are_left_out(world: World) -> None:
    """A list may ask for what it once knew."""
    (one,) = await crowd(world, 1)
    assert list(await world.desk().queues.rows([one, 999])) == [one]


async def test_tabs_have_a_name_and_a_count(world: World) -> None:
    """Channels among them; what nobody counts is counted on request."""
    await crowd(world, 2)
    desk = world.desk()
    await desk.claims.claim(await first(desk))
    counts = {tab.id: tab.count for tab in await desk.queues.tabs()}
    assert (counts["open"], counts["mine"], counts["unassigned"], counts["channel:practice"]) == (2, 1, 1, 2)
    assert counts["all"] == 2
