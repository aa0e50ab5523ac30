"""A reply in parts when its sender dies, is overtaken or is an older program; and what the file forbids."""

from __future__ import annotations

import asyncio
import sqlite3

import pytest

from domain.chain import NOT_YET
from domain.errors import Conflict
from storage import outbox, sender_lock
from tests.desk.acts import first
from tests.desk.acts import part_states as states
from tests.desk.acts import send_in_parts as send
from tests.desk.acts import sender_step as step
from tests.desk.conftest import World

# -- crashes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [1, 2, 3])
async def test_a_sender_that_dies_behind_a_post_goes_on_behind_it(asked: World, part: int) -> None:
    """Killed between the platform's taking it and our commit, at each of the parts."""
    desk = asked.desk()
    await send(desk, await first(desk))
    asked.clock.advance(asked.settings.undo)
    for _before in range(part - 1):
        await step(asked)
    asked.connector.dies = True
    dying = asyncio.ensure_future(asked.collector.sender.step())
    await asked.connector.holding.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    asked.connector.dies = False
    assert (await states(desk))[part - 1] == "sending"
    await asked.restart()
    await asked.send_all()
    assert [post.payload["parent_id"] for post in asked.connector.posted] == ["id-waar?", "post-1", "post-2"]
    assert await desk.outbox.list() == ()


async def test_an_overtaken_sender_sends_no_part(asked: World) -> None:
    """Its fence is old; what it holds in its hand stays where it is."""
    desk = asked.desk()
    await send(desk, await first(desk))
    await step(asked, asked.settings.undo)
    await asked.database.write(sender_lock.next_fence)
    with pytest.raises(Exception, match="Another webcare process"):
        await asked.collector.sender.step()
    assert await states(desk) == ["sent", "queued", "queued"]
    assert len(asked.connector.posted) == 1


async def test_what_an_older_program_confirmed_is_taken_up(asked: World) -> None:
    """It knows nothing of parts: it lets none go, and the next start of this one does."""
    desk = asked.desk()
    await send(desk, await first(desk))
    await step(asked, asked.settings.undo)
    await asked.database.write(
        lambda c: c.execute("UPDATE outbox SET next_at = ? WHERE part = 2", (NOT_YET,)).rowcount
    )
    await asked.send_all()
    assert len(asked.connector.posted) == 1
    await asked.restart()
    await asked.send_all()
    assert len(asked.connector.posted) == 3


# -- the file -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE outbox SET status = 'sending' WHERE part = 2", "after the part before it"),
        ("UPDATE outbox SET status = 'sent' WHERE part = 3", "after the part before it"),
        ("UPDATE outbox SET after_id = 1 WHERE part = 3", "do not change"),
        ("UPDATE outbox SET part = 2 WHERE part = 1", "do not change"),
        ("UPDATE outbox SET chain = NULL, part = NULL", "do not change"),
    ],
)
async def test_the_file_itself_keeps_the_order(asked: World, sql: str, said: str) -> None:
    desk = asked.desk()
    await send(desk, await first(desk))
    with pytest.raises(sqlite3.IntegrityError, match=said):
        await asked.database.write(lambda c: c.execute(sql).rowcount)


@pytest.mark.parametrize(
    "wrong",
    [
        {"part": 2},
        {"part": 1, "parts": 1},
        {"part": 4, "after_id": 1},
        {"parts": 4, "after_id": 1},
        {"chain": "another", "after_id": 1},
        {"chain": None, "after_id": 1},
        {"part": 3, "after_id": 1},
        {"after_id": 99},
        {"after_id": 1, "operator": "ab"},
    ],
)
async def test_a_part_out_of_place_cannot_be_stored(asked: World, wrong: dict[str, object]) -> None:
    desk = asked.desk()
    await send(desk, await first(desk))

    def work(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM outbox WHERE part = 3")
        connection.execute("DELETE FROM outbox WHERE part = 2")
        row = dict(connection.execute("SELECT * FROM outbox").fetchone())
        row |= {"client_key": "x", "text_key": "x", "part": 2, "after_id": None}
        with pytest.raises(sqlite3.IntegrityError):
            outbox.insert(connection, {**row, **wrong})
        outbox.insert(connection, {**row, "after_id": 1})
        connection.execute("DELETE FROM outbox WHERE part = 2")
        raise Conflict("undo all of it")

    with pytest.raises(Conflict, match="undo all"):
        await asked.database.write(work)
